import type { Release } from '#core/catalogue.ts';
import { eventKey, type TimelineEvent } from '#core/event.ts';
import { askedConsent, type Click, confirmableUntil, confirmationOf } from './confirm/event.ts';
import { record } from './evaluate.ts';
import { readConfirmation } from './links.ts';
import { localeOf, type PreferencesDependencies } from './preferences.ts';
import { loadPerson } from './store/customers.ts';
import { eventOf } from './store/events.ts';
import { itemKey } from './store/keys.ts';
import { tokenSecret } from './tokens.ts';

/** A link to confirm that somebody opened, and what the page about it says. */
export type Asked = {
  readonly state: 'open' | 'confirmed' | 'expired';
  readonly release: Release;
  readonly locale: string | undefined;
  /** The names of the topics that were asked for. */
  readonly topics: readonly string[];
  readonly email: string;
};

/** What there is to confirm, and whether it still can be; changes nothing. Undefined for a forged token, and for somebody erased. */
export async function openConfirmation(dependencies: PreferencesDependencies, token: string): Promise<Asked | undefined> {
  return (await findAsked(dependencies, token))?.asked;
}

/**
 * The click in the mail of a double opt-in: the address belongs to whoever filled in the form. A second click changes
 * nothing, also where the person unsubscribed in between: the event is the same one.
 */
export async function confirm(
  dependencies: PreferencesDependencies,
  token: string,
  click: Omit<Click, 'at'>,
): Promise<Asked | undefined> {
  const found = await findAsked(dependencies, token);
  if (found === undefined || found.asked.state === 'expired') return found?.asked;
  await record(dependencies, [found.known ?? confirmationOf(found.post, { ...click, at: dependencies.now() })]);
  return { ...found.asked, state: 'confirmed' };
}

type FoundAsked = { readonly asked: Asked; readonly post: TimelineEvent; readonly known: TimelineEvent | undefined };

async function findAsked(
  { table, catalogues, now, random }: PreferencesDependencies,
  token: string,
): Promise<FoundAsked | undefined> {
  const confirmation = readConfirmation(await tokenSecret(table, random), token);
  const current = await catalogues.current();
  if (confirmation === undefined || current === undefined) return undefined;
  const item = await table.get(itemKey(confirmation.customer, confirmation.key));
  const post = item && eventOf(item);
  const consent = post && askedConsent(post);
  if (post === undefined || consent === undefined) return undefined;
  const release = await catalogues.release(current);
  const given = await table.get(itemKey(post.customer, eventKey(confirmationOf(post, { at: 0 }))));
  const { customer } = await loadPerson(table, confirmation.customer);
  if (customer === undefined) return undefined;
  const state = given !== undefined ? 'confirmed' : now() > confirmableUntil(post) ? 'expired' : 'open';
  const wanted = Array.isArray(consent.topics) ? consent.topics.map(String) : [];
  const topics = wanted.map((topic) => release.topics.find(({ id }) => id === topic)?.name ?? topic);
  const asked: Asked = { state, release, locale: localeOf(customer), topics, email: post.identities.email ?? '' };
  return { asked, post, known: given && eventOf(given) };
}
