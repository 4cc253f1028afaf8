import { DAY_MS, type Instant } from '../instant.ts';
import { type Buyer, expectedWhileAlive, type Lifetime, probabilityAlive } from './lifetime.ts';
import { expectedSpend, type Spender, type SpendParams } from './spend.ts';

/** What a company reckons with. */
export type ValueTerms = {
  /** Weeks that are looked ahead; a part of a week at the end counts as that part. */
  readonly weeks: number;
  /** Money a year later is worth that much less: 0.15 divides it by 1.15. */
  readonly yearlyDiscount: number;
  /** What is left of revenue: 0.4 keeps 40 %. All of it, unless told. */
  readonly margin?: number;
  /** What keeping a customer costs in a year, also of one who no longer orders. Nothing, unless told. */
  readonly keepingCostPerYear?: number;
};

const WEEKS_OF_YEAR = 52;

/**
 * What a customer is worth from now until the horizon: the value of an order, times the orders of each week, discounted at the
 * week's end, less the cost of keeping her. Σ E[M] (E[Y(w)] − E[Y(w−1)]) e^−δw, δ = ln(1 + yearly rate) / 52.
 */
export function customerValue(models: { lifetime: Lifetime; spend: SpendParams }, customer: Customer, terms: ValueTerms): number {
  const { margin = 1, keepingCostPerYear = 0 } = terms;
  const perOrder = margin * expectedSpend(models.spend, customer.spender);
  const costs = (keepingCostPerYear / WEEKS_OF_YEAR) * discountedWeeks(terms);
  return perOrder * discountedOrders(models.lifetime, customer.buyer, terms) - costs;
}

export type Customer = { readonly buyer: Buyer; readonly spender: Spender | undefined };

/** Orders to expect, each worth less the later it comes. */
export function discountedOrders(lifetime: Lifetime, buyer: Buyer, { weeks, yearlyDiscount }: ValueTerms): number {
  const perWeek = Math.log1p(yearlyDiscount) / WEEKS_OF_YEAR;
  let [sum, before] = [0, 0];
  for (let week = 1; week < weeks + 1; week += 1) {
    const end = Math.min(week, weeks);
    const until = expectedWhileAlive(lifetime, buyer, end);
    sum += (until - before) * Math.exp(-perWeek * end);
    before = until;
  }
  return sum * probabilityAlive(lifetime, buyer);
}

/** What was earned, or spent, at a time. */
export type Amount = { readonly at: Instant; readonly amount: number };

/** Revenue minus costs so far, in money of the first of these instants: each counts less, the later it was. */
export function historicValue(
  { revenue, costs }: { readonly revenue: readonly Amount[]; readonly costs: readonly Amount[] },
  yearlyDiscount: number,
): number {
  const from = [...revenue, ...costs].reduce((first, { at }) => Math.min(first, at), Number.POSITIVE_INFINITY);
  const perMs = Math.log1p(yearlyDiscount) / (365.25 * DAY_MS);
  const discounted = (all: readonly Amount[]): number =>
    all.reduce((sum, { at, amount }) => sum + amount * Math.exp(-perMs * (at - from)), 0);
  return discounted(revenue) - discounted(costs);
}

/**
 * What keeping a customer has cost, running evenly over a time, in money of its beginning: ∫ cost · e^−δt dt, where
 * δ = ln(1 + yearly rate).
 */
export function keptCost(
  perYear: number,
  { from, to }: { readonly from: Instant; readonly to: Instant },
  yearlyDiscount: number,
) {
  const years = Math.max(0, to - from) / (365.25 * DAY_MS);
  const rate = Math.log1p(yearlyDiscount);
  return perYear * (rate === 0 ? years : -Math.expm1(-rate * years) / rate);
}

function discountedWeeks({ weeks, yearlyDiscount }: ValueTerms): number {
  const perWeek = Math.log1p(yearlyDiscount) / WEEKS_OF_YEAR;
  let sum = 0;
  for (let week = 1; week < weeks + 1; week += 1)
    sum += Math.min(1, weeks - week + 1) * Math.exp(-perWeek * Math.min(week, weeks));
  return sum;
}
