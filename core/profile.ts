import { rememberConsent } from './consent-history.ts';
import type { Consent, Customer } from './customer.ts';
import { type Draft, note } from './draft.ts';
import { isConfirmation, type TimelineEvent } from './event.ts';
import { add, fromIso, type Instant, isZone } from './instant.ts';
import { canonical, type Json, type JsonObject, at as valueAt } from './json.ts';
import { withConsent } from './sides.ts';
import { suppress, takeSuppression } from './suppression.ts';

/** Attributes that a person's item holds at the most; further new names are refused with a reason, known ones still change. */
const ATTRIBUTES_MAX = 200;
/** Longest JSON text of one attribute. */
const ATTRIBUTE_LENGTH_MAX = 4096;

/** Takes in what an event says about the person: traits, zone and language, consent, undeliverable addresses. */
export function takeIn(draft: Draft, event: TimelineEvent): void {
  for (const [name, value] of Object.entries(event.traits ?? {})) setAttribute(draft, name, value, event.at);
  const zone = event.context?.timezone;
  if (isZone(zone)) setAttribute(draft, 'timezone', zone, event.at);
  const locale = event.context?.locale;
  if (typeof locale === 'string' && LOCALE.test(locale)) setAttribute(draft, 'locale', locale, event.at);
  takeGroup(draft, event);
  takeConsent(draft, event);
  takeFeedback(draft, event);
  takeSuppression(draft, event);
}

/**
 * A group call says which group (company, team, school) somebody is in. It is the attribute `group`, with `group.id` and
 * `group.traits.…` for conditions: the group's traits are not the person's. The latest call counts, as a whole.
 */
function takeGroup(draft: Draft, event: TimelineEvent): void {
  const { groupId, traits } = event.properties;
  if (event.kind !== 'group' || typeof groupId !== 'string') return;
  const group = { id: groupId, ...(traits !== undefined && { traits }) };
  const isShort = canonical(group).length <= ATTRIBUTE_LENGTH_MAX;
  if (!isShort) note(draft, event.at, 'refused', `the traits of a group are longer than ${ATTRIBUTE_LENGTH_MAX} characters`);
  setAttribute(draft, 'group', isShort ? group : { id: groupId }, event.at);
}

/** Sets one attribute; null removes it. Of two settings the later one counts, in whatever order they arrive. */
export function setAttribute(draft: Draft, name: string, value: Json, at: Instant): void {
  const { customer } = draft;
  if (OWN.has(name)) return;
  const since = customer.attributeTimes[name];
  const known = customer.attributes[name];
  // What most events say again, such as zone and language.
  if (since !== undefined && known === value) {
    if (since < at) customer.attributeTimes = { ...customer.attributeTimes, [name]: at };
    return;
  }
  if (since !== undefined && (since > at || (since === at && canonical(known) >= canonical(value)))) return;
  if (canonical(value).length > ATTRIBUTE_LENGTH_MAX) {
    note(draft, at, 'refused', `the attribute ${name.slice(0, 100)} is longer than ${ATTRIBUTE_LENGTH_MAX} characters`);
    return;
  }
  if (since === undefined && Object.keys(customer.attributeTimes).length >= ATTRIBUTES_MAX) {
    note(draft, at, 'refused', `the attribute ${name.slice(0, 100)}: this person has ${ATTRIBUTES_MAX} attributes already`);
    return;
  }
  customer.attributeTimes = { ...customer.attributeTimes, [name]: at };
  if (canonical(known) === canonical(value)) return;
  const { [name]: _, ...others } = customer.attributes;
  customer.attributes = value === null ? others : { ...others, [name]: value };
  draft.changed.add(`attribute:${name}`);
}

/** What Rekindle keeps itself is not an attribute that a sender may set; addresses are the work of `fold.ts`. */
const OWN = new Set([
  'id',
  'email',
  'userId',
  'anonymousId',
  'points',
  'tier',
  'loyalty',
  'vouchers',
  'firstTouch',
  'lastTouch',
  '__proto__',
  'constructor',
  'prototype',
]);
const LOCALE = /^[a-z]{2,3}(?:[-_][A-Za-z0-9]{2,8}){0,3}$/;

/** Subscribes or unsubscribes; of two changes the later one counts, and of two at the same instant the stricter. */
export function setConsent(draft: Draft, topic: string, consent: Consent): void {
  rememberConsent(draft, topic, consent);
  const known = draft.customer.consents[topic];
  const taken = withConsent(draft.customer as Customer, topic, consent);
  if (taken === undefined) return;
  draft.customer.consents = taken.consents;
  draft.customer.said = taken.said;
  const now = taken.consents[topic];
  if (now === known) return;
  draft.changed.add('consent');
  if (known?.status !== now?.status) note(draft, consent.at, 'consent', `${now?.status} by ${consent.source}`, { topic });
}

function takeConsent(draft: Draft, event: TimelineEvent): void {
  const base = { at: event.at, event: event.id, ...(event.customer !== draft.customer.id && { under: event.customer }) };
  if (event.origin === 'form' || isConfirmation(event)) {
    const given = event.properties.consent as JsonObject | null | undefined;
    const topics = given && Array.isArray(given.topics) ? (given.topics as Json[]) : [];
    const version = typeof given?.version === 'string' ? { version: given.version } : {};
    for (const topic of topics) {
      if (typeof topic !== 'string') continue;
      const asks = event.origin === 'form' && given?.optIn === 'double';
      setConsent(draft, topic, {
        ...base,
        status: asks ? 'pending' : 'subscribed',
        source: `the form ${String(event.properties.form)}${event.origin === 'form' ? '' : ', confirmed by mail'}`,
        ...version,
      });
    }
    return;
  }
  if (event.name !== 'Subscribed' && event.name !== 'Unsubscribed') return;
  if (event.origin !== 'recipient' && event.trust !== 'secret') {
    note(draft, event.at, 'refused', 'a publishable key cannot change consent');
    return;
  }
  const source = event.origin === 'recipient' ? 'the recipient' : 'the API';
  const list = valueAt(event.properties, 'list_id');
  const topics = list === undefined || list === '*' ? marketingTopics(draft) : [String(list)];
  const status = event.name === 'Subscribed' ? 'subscribed' : 'unsubscribed';
  for (const topic of topics) setConsent(draft, topic, { ...base, status, source });
}

function marketingTopics(draft: Draft): string[] {
  return [...draft.catalogue.topics.values()].filter(({ type }) => type === 'marketing').map(({ id }) => id);
}

/** Only what the mail system reported may suppress: an event of the same name from outside says nothing. */
function takeFeedback(draft: Draft, event: TimelineEvent): void {
  if (event.origin !== 'feedback') return;
  if (event.name === 'Email Outcome Unknown') {
    const message = String(event.properties.message);
    const at = add(event.at, draft.catalogue.release.policy.unknownOutcome.after);
    draft.customer.unsettled = [
      ...draft.customer.unsettled.filter((one) => one.message !== message),
      { message, customer: event.customer, at },
    ];
    return;
  }
  const settled = event.properties.message;
  draft.customer.unsettled = draft.customer.unsettled.filter(({ message }) => message !== settled);
  takeSoftBounce(draft, event);
  const reason = suppression(event);
  if (reason === undefined) return;
  const { email: address } = draft.customer;
  if (reason === 'complaint') return suppress(draft, reason, { at: event.at }, 'the person marked a mail as spam');
  const bounce = { at: event.at, ...(address !== undefined && { address }) };
  suppress(draft, reason, bounce, whyBounced(event));
}

/** The second word is SES's, for what it did not even try: it, the account or a tenant has the address on a list. */
function whyBounced({ properties: { bounceSubType } }: TimelineEvent): string {
  const isListed = /Suppress/.test(String(bounceSubType));
  return isListed
    ? 'SES has the address on a list of those that bounced or complained'
    : 'the address does not exist or refuses mail';
}

/**
 * Counts mails in a row that could not be delivered for now. A delivery starts the count anew; since deliveries reach this
 * person only where a journey asks about them, a bounce carries when the last one was.
 */
function takeSoftBounce(draft: Draft, event: TimelineEvent): void {
  const { customer } = draft;
  if (event.name === 'Email Delivered') delete customer.softBounces;
  const { email: address, softBounces: known } = customer;
  if (event.name !== 'Email Bounced' || event.properties.bounceType === 'Permanent' || address === undefined) return;
  const { max, within } = draft.catalogue.release.policy.softBounces ?? SOFT_BOUNCES;
  const deliveredAt = fromIso(String(event.properties.last_delivered_at)) ?? 0;
  const before = known?.address === address ? known.at : [];
  const at = [...before, event.at].filter((one) => one > deliveredAt && add(one, within) > event.at).sort((a, b) => a - b);
  customer.softBounces = { address, at: at.slice(-max) };
  if (at.length < max) return;
  suppress(draft, 'bounce', { at: event.at, address }, `${max} mails in a row could not be delivered within ${within}`);
}

const SOFT_BOUNCES = { max: 5, within: 'P30D' } as const;

function suppression(event: TimelineEvent): 'bounce' | 'complaint' | undefined {
  if (event.name === 'Email Bounced' && event.properties.bounceType === 'Permanent') return 'bounce';
  return event.name === 'Email Marked as Spam' && event.properties.feedbackType !== 'not-spam' ? 'complaint' : undefined;
}
