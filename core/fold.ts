/** Who is who: what an event shows about identities, and how two items that are one person become one. */
import { stricter } from './consent.ts';
import { foldConsentHistories } from './consent-history.ts';
import type { Customer, Metric } from './customer.ts';
import type { Note } from './decision.ts';
import type { CustomerId, TimelineEvent, Trust } from './event.ts';
import { customerIdOfAnonymous, customerIdOfEmail, customerIdsOf } from './identity.ts';
import { foldLoyalty } from './loyalty/state.ts';
import { foldStages } from './stages.ts';
import { foldSuppressions } from './suppression.ts';
import { foldTallies } from './tally.ts';

/** Anonymous ids that a person's item remembers; pointers of older ones stay, only the list is bounded. */
const ANONYMOUS_MAX = 20;

/** What stands under another id: nothing yet, somebody of its own, or a pointer to whom it was folded into. */
export type Other = { readonly id: CustomerId; readonly customer?: Customer; readonly mergedInto?: CustomerId };

export type Folded = {
  readonly customer: Customer;
  /** Ids that from now on point to this customer, whether or not somebody stood there. */
  readonly pointers: readonly CustomerId[];
  readonly notes: readonly Omit<Note, 'at'>[];
};

/** The ids that an event mentions besides the one that it is stored under. */
export function otherIds(event: TimelineEvent): CustomerId[] {
  return customerIdsOf(event.identities).filter((id) => id !== event.customer);
}

/**
 * Takes in what an event says about a person's identities. Somebody without an address of whom only web pages have told
 * may be attached by anyone; two known people are one only on the word of a secret key or of the person.
 */
export function identify(customer: Customer, event: TimelineEvent, others: ReadonlyMap<CustomerId, Other>): Folded {
  const { userId, email, anonymousId } = event.identities;
  let folded: Folded = { customer: vouch(customer, event.trust), pointers: [], notes: [] };
  if (userId !== undefined && folded.customer.userId === undefined)
    folded = { ...folded, customer: { ...folded.customer, userId } };
  if (email !== undefined) folded = takeEmail(folded, email, event.trust, others.get(customerIdOfEmail(email)));
  if (anonymousId !== undefined) folded = takeAnonymous(folded, anonymousId, others.get(customerIdOfAnonymous(anonymousId)));
  return folded;
}

function takeEmail(folded: Folded, email: string, trust: Trust, other: Other | undefined): Folded {
  const { customer } = folded;
  if (customer.email === email) return folded;
  const id = customerIdOfEmail(email);
  if (id === customer.id) return { ...folded, customer: { ...customer, email } };
  const mayMerge = trust !== 'publishable';
  if (customer.email !== undefined && !mayMerge) {
    return refuse(folded, 'a publishable key cannot change the e-mail address of a known person');
  }
  if (other?.mergedInto !== undefined && other.mergedInto !== customer.id) {
    return refuse(folded, 'the e-mail address belongs to another person');
  }
  if (other?.customer === undefined) return { ...pointed(folded, id), customer: { ...customer, email } };
  if (!mayMerge && customer.vouched) return refuse(folded, 'a publishable key cannot make one person of two that are known');
  const merged = fold(customer, other.customer);
  return mergedWith(pointed(folded, id), { ...merged, email }, 'the e-mail address');
}

function takeAnonymous(folded: Folded, anonymousId: string, other: Other | undefined): Folded {
  const { customer } = folded;
  const id = customerIdOfAnonymous(anonymousId);
  if (id === customer.id || customer.merged.includes(id)) return withAnonymous(folded, anonymousId);
  // A browser that somebody else used before: what it did then stays with that person.
  if (other?.mergedInto !== undefined && other.mergedInto !== customer.id) return folded;
  const known = withAnonymous(pointed(folded, id), anonymousId);
  return other?.customer === undefined ? known : mergedWith(known, fold(known.customer, other.customer), 'the anonymous visitor');
}

function withAnonymous(folded: Folded, anonymousId: string): Folded {
  const { customer } = folded;
  if (customer.anonymousIds.includes(anonymousId)) return folded;
  return { ...folded, customer: { ...customer, anonymousIds: [...customer.anonymousIds, anonymousId].slice(-ANONYMOUS_MAX) } };
}

function pointed(folded: Folded, id: CustomerId): Folded {
  const merged = folded.customer.merged.includes(id) ? folded.customer.merged : [...folded.customer.merged, id];
  return { ...folded, customer: { ...folded.customer, merged }, pointers: [...folded.pointers, id] };
}

function mergedWith(folded: Folded, customer: Customer, who: string): Folded {
  return {
    ...folded,
    customer,
    notes: [...folded.notes, { what: 'identity', why: `${who} is the same person: two histories are one now` }],
  };
}

function refuse(folded: Folded, why: string): Folded {
  return { ...folded, notes: [...folded.notes, { what: 'refused', why }] };
}

function vouch(customer: Customer, trust: Trust): Customer {
  return customer.vouched || trust === 'publishable' ? customer : { ...customer, vouched: true };
}

/**
 * Folds one person's state into another's. The later attribute wins, the stricter consent wins, counts and points add up,
 * and of two runs through the same journey the one that began first goes on.
 */
export function fold(into: Customer, from: Customer): Customer {
  const { release: _, suppressed: __, ...rest } = into;
  return {
    ...rest,
    createdAt: Math.min(into.createdAt, from.createdAt),
    clock: Math.max(into.clock, from.clock),
    ...pickDefined('userId', into.userId ?? from.userId),
    ...pickDefined('email', into.email ?? from.email),
    ...foldSuppressions(into, from),
    ...pickDefined('loyalty', foldLoyalty(into.loyalty, from.loyalty)),
    ...pickDefined('stage', foldStages(into.stage, from.stage)),
    anonymousIds: [...new Set([...from.anonymousIds, ...into.anonymousIds])].slice(-ANONYMOUS_MAX),
    vouched: into.vouched || from.vouched,
    merged: [...new Set([...into.merged, ...from.merged, from.id])].filter((id) => id !== into.id),
    ...foldAttributes(into, from),
    consentHistory: foldConsentHistories(into, from),
    consents: foldRecords(into.consents, from.consents, stricter),
    metrics: foldRecords(into.metrics, from.metrics, foldMetric),
    segments: foldRecords(into.segments, from.segments, Math.min),
    flips: foldRecords(into.flips, from.flips, Math.min),
    alarms: foldRecords(into.alarms, from.alarms, Math.min),
    runs: foldRuns(into, from),
    sends: [...into.sends, ...from.sends].sort((one, other) => one.at - other.at),
    entries: foldRecords(into.entries, from.entries, (one, other) => {
      const later = one.lastAt >= other.lastAt ? one : other;
      return { ...later, count: one.count + other.count };
    }),
    log: foldRecords(into.log, from.log, (one, other) => [...one, ...other].sort((a, b) => a.at - b.at)),
    vouchers: [...into.vouchers, ...from.vouchers].sort((one, other) => one.at - other.at || (one.id < other.id ? -1 : 1)),
    ...pickDefined('voucherAt', earliest(into.voucherAt, from.voucherAt)),
    unsettled: [...into.unsettled, ...from.unsettled],
  };
}

function foldAttributes(into: Customer, from: Customer): Pick<Customer, 'attributes' | 'attributeTimes'> {
  const attributes = { ...from.attributes, ...into.attributes };
  const attributeTimes = { ...into.attributeTimes };
  for (const [name, at] of Object.entries(from.attributeTimes)) {
    const since = attributeTimes[name];
    if (since !== undefined && since >= at) continue;
    attributeTimes[name] = at;
    const value = from.attributes[name];
    if (value === undefined) delete attributes[name];
    else attributes[name] = value;
  }
  return { attributes, attributeTimes };
}

function foldMetric(one: Metric, other: Metric): Metric {
  if (one.e !== undefined || other.e !== undefined) return foldTallies(one, other);
  if (one.t === undefined || other.t === undefined)
    return { n: one.n + other.n, ...(one.s !== undefined && { s: one.s + (other.s ?? 0) }) };
  const pairs = [one, other].flatMap(({ t = [], v }) => t.map((at, index) => ({ at, value: v?.[index] })));
  pairs.sort((a, b) => a.at - b.at);
  const v = one.v === undefined ? {} : { v: pairs.map(({ value }) => value ?? 0) };
  return { n: pairs.length, t: pairs.map(({ at }) => at), ...v };
}

function foldRuns(into: Customer, from: Customer): Customer['runs'] {
  const all = [...into.runs, ...from.runs].sort((one, other) => one.enteredAt - other.enteredAt);
  return all.filter((run, index) => all.findIndex(({ journey, key }) => journey === run.journey && key === run.key) === index);
}

function foldRecords<V>(
  one: Readonly<Record<string, V>>,
  other: Readonly<Record<string, V>>,
  both: (one: V, other: V) => V,
): Readonly<Record<string, V>> {
  const folded: Record<string, V> = { ...other, ...one };
  for (const [key, value] of Object.entries(other)) {
    const mine = one[key];
    if (mine !== undefined) folded[key] = both(mine, value);
  }
  return folded;
}

function earliest(one: number | undefined, other: number | undefined): number | undefined {
  if (one === undefined || other === undefined) return one ?? other;
  return Math.min(one, other);
}

function pickDefined<K extends string, V>(key: K, value: V | undefined): { [P in K]?: V } {
  return (value === undefined ? {} : { [key]: value }) as { [P in K]?: V };
}
