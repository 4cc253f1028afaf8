import type { Release } from '#core/catalogue.ts';
import type { Customer } from '#core/customer.ts';
import type { CustomerId } from '#core/event.ts';
import type { Json } from '#core/json.ts';
import { type Purpose, type Secret, tokens } from './tokens.ts';
import { referralCode } from './vouchers/code.ts';

/** Whom a link is for, and the mail that it stands in. */
export type About = {
  readonly customer: CustomerId;
  readonly topic: string;
  readonly message: string;
  readonly inviting?: Inviting | undefined;
};

/** Under which id somebody has a code for friends, and where these are sent. */
export type Inviting = { readonly customer: CustomerId; readonly link: string };

/** The links of one message to one person: the same in every rendering of it. */
export function linksFor(
  secret: Secret,
  publicUrl: string,
  about: About,
): { unsubscribe: string; preferences: string; view: string; referral?: string } {
  const link = (path: string, purpose: Purpose): string => `${publicUrl}/${path}/${tokens(secret).seal(purpose, packed(about))}`;
  return {
    unsubscribe: link('u', 'unsubscribe'),
    preferences: link('p', 'preferences'),
    view: link('v', 'view'),
    ...(about.inviting && { referral: referralLink(secret, about.inviting) }),
  };
}

/** Where friends are sent by somebody who has a code for them. */
export function referralLink(secret: Secret, { customer, link }: Inviting): string {
  return link.replaceAll('{code}', encodeURIComponent(referralCode(secret, customer)));
}

/** Undefined where the programme has no referrals, or the customer no code yet. */
export function invitingOf(customer: Customer, { loyalty }: Release): Inviting | undefined {
  const { enrolledAs } = customer.loyalty ?? {};
  return enrolledAs === undefined || loyalty?.referral === undefined
    ? undefined
    : { customer: enrolledAs, link: loyalty.referral.link };
}

/** A form post that waits for a click in the mail to the address that it gave. `key` is the key of the post's event. */
export type Confirmation = { readonly customer: CustomerId; readonly key: string };

/**
 * The link of a double opt-in. The mail that has it has no others: whoever gets it has asked for nothing yet, and a page
 * that showed the mail again would pass the link on.
 */
export function confirmLink(secret: Secret, publicUrl: string, { customer, key }: Confirmation): string {
  return `${publicUrl}/c/${tokens(secret).seal('confirm', [customer, key])}`;
}

/** Whom a token of one of these links is for; undefined where it was not made for this purpose. */
export function readLink(
  secret: Secret,
  purpose: Exclude<Purpose, 'confirm' | 'erasure' | 'form' | 'member'>,
  token: string,
): About | undefined {
  const data = tokens(secret).open(purpose, token);
  return data === undefined ? undefined : unpacked(data);
}

export function readConfirmation(secret: Secret, token: string): Confirmation | undefined {
  const data = tokens(secret).open('confirm', token);
  if (data === undefined) return undefined;
  const [customer, key] = data as [CustomerId, string];
  return { customer, key };
}

/** As a list: a link in a mail should be short. */
function packed({ customer, topic, message }: About): Json {
  return [customer, topic, message];
}

function unpacked(data: Json): About {
  const [customer, topic, message] = data as [CustomerId, string, string];
  return { customer, topic, message };
}
