/** What a person said about each topic before, for those who ask later. Decisions go by the consent that counts alone. */
import type { Consent, Customer } from './customer.ts';
import type { Draft } from './draft.ts';

/** Words on one topic that a person's item remembers; the timeline holds all of them. */
const REMEMBERED_MAX = 10;

export type ConsentHistory = Readonly<Record<string, readonly Said[]>>;
type Said = Pick<Consent, 'status' | 'at' | 'event' | 'source' | 'version'>;
type Speaker = Pick<Customer, 'consents' | 'consentHistory'>;

/** Remembers a word on a topic, also one that comes too late to count. The only word on a topic stands in its consent. */
export function rememberConsent({ customer }: Draft, topic: string, consent: Consent): void {
  if (customer.consents[topic] === undefined) return;
  customer.consentHistory = { ...customer.consentHistory, [topic]: latest([...saidBy(customer, topic), consent]) };
}

/** What one person said under two ids. */
export function foldConsentHistories(into: Speaker, from: Speaker): ConsentHistory {
  const topics = new Set([into, from].flatMap(({ consents, consentHistory }) => Object.keys({ ...consents, ...consentHistory })));
  const all = [...topics].map((topic) => [topic, latest([...saidBy(into, topic), ...saidBy(from, topic)])] as const);
  return Object.fromEntries(all.filter(([, said]) => said.length > 1));
}

/** All that is remembered of what was said about a topic, latest first. */
export function saidBy({ consents, consentHistory }: Speaker, topic: string): readonly Said[] {
  const consent = consents[topic];
  return consentHistory[topic] ?? (consent === undefined ? [] : [consent]);
}

/** In an order that does not depend on which was told first. */
function latest(said: readonly Said[]): Said[] {
  const once = new Map(said.map((one) => [one.event, bare(one)]));
  return [...once.values()]
    .sort((one, other) => other.at - one.at || (one.event < other.event ? -1 : 1))
    .slice(0, REMEMBERED_MAX);
}

function bare({ status, at, event, source, version }: Said): Said {
  return { status, at, event, source, ...(version !== undefined && { version }) };
}
