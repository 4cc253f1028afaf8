import type { CustomerId } from '#core/event.ts';
import type { Json, JsonObject } from '#core/json.ts';
import { type Purpose, type Secret, tokens } from './tokens.ts';

/** Whom a link is for, and the mail that it stands in. */
export type About = { readonly customer: CustomerId; readonly topic: string; readonly message: string };

/** The links of one message to one person: the same in every rendering of it. */
export function linksFor(
  secret: Secret,
  publicUrl: string,
  about: About,
): { unsubscribe: string; preferences: string; view: string } {
  const link = (path: string, purpose: Purpose): string => `${publicUrl}/${path}/${tokens(secret).seal(purpose, packed(about))}`;
  return { unsubscribe: link('u', 'unsubscribe'), preferences: link('p', 'preferences'), view: link('v', 'view') };
}

/** A form post that waits for a click in the mail to the address that it gave. `event` is the key of the post's event. */
export type Confirmation = {
  readonly customer: CustomerId;
  readonly form: string;
  readonly topics: readonly string[];
  readonly event: string;
};

/** The link of a double opt-in. */
export function confirmLink(secret: Secret, publicUrl: string, { customer, form, topics, event }: Confirmation): string {
  return `${publicUrl}/c/${tokens(secret).seal('confirm', { customer, form, topics, event })}`;
}

/** Whom a token of one of these links is for; undefined where it was not made for this purpose. */
export function readLink(secret: Secret, purpose: Exclude<Purpose, 'confirm' | 'erasure'>, token: string): About | undefined {
  const data = tokens(secret).open(purpose, token);
  return data === undefined ? undefined : unpacked(data);
}

export function readConfirmation(secret: Secret, token: string): Confirmation | undefined {
  const data = tokens(secret).open('confirm', token);
  return data === undefined ? undefined : (data as JsonObject as unknown as Confirmation);
}

/** As a list: a link in a mail should be short. */
function packed({ customer, topic, message }: About): Json {
  return [customer, topic, message];
}

function unpacked(data: Json): About {
  const [customer, topic, message] = data as [CustomerId, string, string];
  return { customer, topic, message };
}
