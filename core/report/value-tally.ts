/** What one person adds to what customers are worth: so far, and by the forecast of the release. */
import type { Customer } from '../customer.ts';
import type { TimelineEvent } from '../event.ts';
import type { Instant } from '../instant.ts';
import { historicValue, keptCost } from '../prediction/value.ts';
import { monthOf } from './customer-tally.ts';
import { type OrderReading, ordersOf, type PersonOrders } from './orders.ts';

/** How values are reckoned, and what is foretold of somebody. */
export type ValueTerms = {
  /** Amounts in the currency that forecasts are made in. */
  readonly reading: OrderReading;
  readonly margin: number;
  readonly yearlyDiscount: number;
  readonly keepingCostPerYear: number;
  /** At an instant, as everybody sees it who asks for this customer then; or, in words, why nothing is foretold. */
  readonly forecast: (customer: Customer, at: Instant) => { readonly clv: number; readonly group: string } | string;
};

/** Amounts in minor units, each person's rounded: so sums do not depend on the order in which people are added up. */
export type ValueSums = {
  readonly customers: number;
  readonly historicMinor: number;
  /** Those of them of whom something is foretold. */
  readonly foretold: number;
  readonly foretoldMinor: number;
};

export type ValueTally = {
  readonly cohorts: Readonly<Record<string, ValueSums>>;
  /** By group of recency, frequency and monetary value. */
  readonly groups: Readonly<Record<string, ValueSums & { readonly spread: Spread }>>;
  /** Why nothing is foretold of people. */
  readonly missing: Readonly<Record<string, number>>;
};

/** People by what is foretold of them, to three digits: all that a median needs, and of bounded size. */
export type Spread = Readonly<Record<string, number>>;

export const noValues: ValueTally = { cohorts: {}, groups: {}, missing: {} };

type Person = { readonly customer: Customer; readonly events: readonly TimelineEvent[]; readonly orders: PersonOrders };
type Asked = { readonly terms: ValueTerms; readonly now: Instant; readonly zone: string };

/** Of somebody who has an order left; `events` are those until `now`. */
export function valueTally({ customer, events, orders }: Person, { terms, now, zone }: Asked): ValueTally {
  const [first] = orders.orders;
  if (first === undefined) return noValues;
  const cohort = monthOf(first.at, zone);
  const historicMinor = historicMinorOf(events, now, terms);
  const found = terms.forecast(customer, now);
  if (typeof found === 'string') {
    const sums = { customers: 1, historicMinor, foretold: 0, foretoldMinor: 0 };
    return { cohorts: { [cohort]: sums }, groups: {}, missing: { [found]: 1 } };
  }
  const foretoldMinor = Math.round(found.clv * 10 ** terms.reading.digits);
  const sums = { customers: 1, historicMinor, foretold: 1, foretoldMinor };
  const spread = { [String(Number(foretoldMinor.toPrecision(3)))]: 1 };
  return { cohorts: { [cohort]: sums }, groups: { [found.group]: { ...sums, spread } }, missing: {} };
}

/** Revenue times the margin less the cost of keeping since the first order, all in money of that first order. */
function historicMinorOf(events: readonly TimelineEvent[], now: Instant, terms: ValueTerms): number {
  const { reading, margin, yearlyDiscount, keepingCostPerYear } = terms;
  const { orders } = ordersOf(events, reading);
  const from = orders[0]?.at ?? now;
  const revenue = orders.map(({ at, minor }) => ({ at, amount: minor * margin }));
  const cost = keptCost(keepingCostPerYear, { from, to: now }, yearlyDiscount) * 10 ** reading.digits;
  return Math.round(historicValue({ revenue, costs: [] }, yearlyDiscount) - cost);
}

/** The middle one of these people's values, to three digits; of an even number, the lower of both. Undefined for nobody. */
export function medianMinor(spread: Spread): number | undefined {
  const sorted = Object.entries(spread)
    .map(([minor, people]) => [Number(minor), people] as const)
    .sort(([one], [other]) => one - other);
  const all = sorted.reduce((sum, [, people]) => sum + people, 0);
  let before = 0;
  for (const [minor, people] of sorted) {
    before += people;
    if (before * 2 >= all) return minor;
  }
  return undefined;
}
