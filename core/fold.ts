/** How the states of two items that are one person become one. */
import { foldConsentHistories } from './consent-history.ts';
import type { Customer, Metric } from './customer.ts';
import { LOGGED_MAX } from './journey/known.ts';
import { canonical } from './json.ts';
import { foldLoyalty } from './loyalty/state.ts';
import { foldOrders } from './prediction/orders.ts';
import { foldConsents } from './sides.ts';
import { foldStages } from './stages.ts';
import { foldSuppressions } from './suppression.ts';
import { foldTallies } from './tally.ts';
import { foldTouches } from './touches.ts';

/** Anonymous ids that a person's item remembers; pointers of older ones stay, only the list is bounded. */
export const ANONYMOUS_MAX = 20;

/**
 * Folds one person's state into another's. The later attribute wins, the stricter consent wins, counts and points add up,
 * and of two runs through the same journey the one that began first goes on.
 */
export function fold(into: Customer, from: Customer): Customer {
  const { release: _, suppressed: __, page: ___, ...rest } = into;
  const links = foldRecords(into.links, from.links, Math.min);
  return {
    ...betterAddress(rest, from),
    createdAt: Math.min(into.createdAt, from.createdAt),
    clock: Math.max(into.clock, from.clock),
    ...pickDefined('softBounces', into.softBounces ?? from.softBounces),
    ...pickDefined('userId', into.userId ?? from.userId),
    ...pickDefined('page', into.page ?? from.page),
    ...foldSuppressions(into, from),
    ...pickDefined('loyalty', foldLoyalty(into.loyalty, from.loyalty)),
    ...pickDefined('orders', foldOrders(into.orders, from.orders)),
    ...pickDefined('touches', foldTouches(into.touches, from.touches)),
    ...pickDefined('stage', foldStages(into.stage, from.stage)),
    anonymousIds: [...new Set([...from.anonymousIds, ...into.anonymousIds])].slice(-ANONYMOUS_MAX),
    vouched: into.vouched || from.vouched,
    told: into.told || from.told,
    merged: [...new Set([...into.merged, ...from.merged, from.id])].filter((id) => id !== into.id),
    ...foldAttributes(into, from),
    consentHistory: foldConsentHistories(into, from),
    links,
    ...foldConsents(into, from, links),
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
    log: foldRecords(into.log, from.log, foldLogs),
    vouchers: [...into.vouchers, ...from.vouchers].sort((one, other) => one.at - other.at || (one.id < other.id ? -1 : 1)),
    ...pickDefined('voucherAt', earliest(into.voucherAt, from.voucherAt)),
    unsettled: [...into.unsettled, ...from.unsettled],
  };
}

/** The address that a better word gave: a trusted one before a web page's, then the later one. */
export function betterAddress(customer: Customer, { email, emailBy }: Pick<Customer, 'email' | 'emailBy'>): Customer {
  if (email === undefined) return customer;
  if (customer.email !== undefined && !prevailsAs(emailBy, customer.emailBy)) return customer;
  return { ...customer, email, ...(emailBy !== undefined && { emailBy }) };
}

/** An address that nobody gave is the one that a person is known by while nothing else is known: any other word replaces it. */
function prevailsAs(one: Customer['emailBy'], other: Customer['emailBy']): boolean {
  if (one === undefined || other === undefined) return one !== undefined;
  if (one.isTrusted !== other.isTrusted) return one.isTrusted;
  return one.at !== other.at ? one.at > other.at : one.key > other.key;
}

function foldAttributes(into: Customer, from: Customer): Pick<Customer, 'attributes' | 'attributeTimes'> {
  const attributes = { ...from.attributes, ...into.attributes };
  const attributeTimes = { ...into.attributeTimes };
  for (const [name, at] of Object.entries(from.attributeTimes)) {
    const since = attributeTimes[name];
    const value = from.attributes[name];
    if (since !== undefined && (since > at || (since === at && canonical(attributes[name]) >= canonical(value)))) continue;
    attributeTimes[name] = at;
    if (value === undefined) delete attributes[name];
    else attributes[name] = value;
  }
  return { attributes, attributeTimes };
}

function foldLogs(one: Customer['log'][string], other: Customer['log'][string]): Customer['log'][string] {
  return [...one, ...other].sort((a, b) => a.at - b.at).slice(-LOGGED_MAX);
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
