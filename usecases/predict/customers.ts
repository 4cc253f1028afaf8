import { exact } from '#core/exact.ts';
import { DAY_MS, type Instant, NEVER, toIso } from '#core/instant.ts';
import { type Calibration, calibrated } from '#core/prediction/calibration.ts';
import { nextOrderAt } from '#core/prediction/crossing.ts';
import { type Buyer, expectedOrders, type Lifetime, probabilityAlive, probabilityOfOrder } from '#core/prediction/lifetime.ts';
import { type Rfm, type RfmFacts, rfmCuts, rfmOf } from '#core/prediction/rfm.ts';
import { expectedSpend, type SpendParams } from '#core/prediction/spend.ts';
import { discountedOrders, historicValue, type ValueTerms } from '#core/prediction/value.ts';
import type { KnownPerson } from './people.ts';
import { dateOf } from './views.ts';

/** What is to be expected of one customer. */
export type PredictedCustomer = {
  readonly id: string;
  /** Days with an order, until the last day that is learnt from. */
  readonly orders: number;
  readonly firstOrderAt: string;
  readonly lastOrderAt: string;
  readonly revenue: number;
  /** Revenue so far times the margin, in money of the first order. */
  readonly historicValue: number;
  readonly pAlive: number;
  /** Of at least one order within 90 days; calibrated where there was a back-test. */
  readonly pOrder90Days: number;
  /** In the horizon. */
  readonly expectedOrders: number;
  /** Of one order; null where nobody’s orders tell. */
  readonly expectedValue: number | null;
  /** Discounted, in the horizon, times the margin. */
  readonly clv: number | null;
  /** When she has ordered with even chance, if she is still active; null where that is more than ten years off. */
  readonly nextOrderAt: string | null;
  readonly rfm: Rfm;
};

export type CustomersRequest = {
  readonly known: readonly KnownPerson[];
  readonly models: { readonly lifetime: Lifetime; readonly spend?: SpendParams };
  readonly untilDay: number;
  readonly terms: ValueTerms;
  readonly calibration?: Calibration;
  readonly progress: (done: string) => void;
};

const PROGRESS_EVERY = 20_000;

/** The most valuable first, then those who order most. */
export function predictCustomers(request: CustomersRequest): PredictedCustomer[] {
  const { known, untilDay, progress } = request;
  const facts = known.map(factsOf);
  const cuts = rfmCuts(facts, untilDay);
  const ask = oncePerHistory(request);
  return known
    .map((person, i): PredictedCustomer => {
      if (i % PROGRESS_EVERY === 0 && i > 0) progress(`${i} of ${known.length} customers predicted`);
      return { ...one(person, request, ask(person)), rfm: rfmOf(cuts, facts[i] as RfmFacts, untilDay) };
    })
    .toSorted((a, b) => (b.clv ?? b.expectedOrders) - (a.clv ?? a.expectedOrders) || (a.id < b.id ? -1 : 1));
}

type Forecast = Pick<PredictedCustomer, 'pAlive' | 'pOrder90Days' | 'expectedOrders' | 'nextOrderAt'> & {
  readonly discounted: number;
};

function one(
  person: KnownPerson,
  { models: { spend }, terms }: CustomersRequest,
  forecast: Forecast,
): Omit<PredictedCustomer, 'rfm'> {
  const { discounted, ...probable } = forecast;
  const { margin = 1, yearlyDiscount } = terms;
  const expectedValue = spend === undefined ? null : expectedSpend(spend, person.spender);
  const revenue = person.revenue.map((amount, i) => ({ at: (person.days[i] as number) * DAY_MS, amount }));
  return {
    id: person.id,
    orders: person.days.length,
    firstOrderAt: dateOf(person.firstDay),
    lastOrderAt: dateOf(person.lastDay),
    revenue: exact(revenue.reduce((sum, { amount }) => sum + amount, 0)),
    historicValue: exact(margin * historicValue({ revenue, costs: [] }, yearlyDiscount)),
    ...probable,
    expectedValue: expectedValue && exact(expectedValue),
    clv: expectedValue && exact(margin * expectedValue * discounted),
  };
}

/** Customers with the same history have the same forecast, and most share theirs. */
function oncePerHistory({
  models: { lifetime },
  untilDay,
  terms,
  calibration,
}: CustomersRequest): (person: KnownPerson) => Forecast {
  const known = new Map<string, Forecast>();
  return ({ before: { repeats, lastDay, ageDay }, firstDay }) => {
    const key = `${repeats}/${lastDay}/${ageDay}`;
    const before = known.get(key);
    if (before !== undefined) return before;
    const buyer: Buyer = { repeats, lastWeek: lastDay / 7, ageWeeks: ageDay / 7 };
    const silence = { repeats, firstOrderAt: firstDay * DAY_MS, lastOrderAt: (firstDay + lastDay) * DAY_MS };
    const pOrder = probabilityOfOrder(lifetime, buyer, 90 / 7);
    const found = {
      pAlive: probabilityAlive(lifetime, buyer),
      pOrder90Days: calibration === undefined ? pOrder : calibrated(calibration, pOrder),
      expectedOrders: expectedOrders(lifetime, buyer, terms.weeks),
      nextOrderAt: soon(nextOrderAt(lifetime, silence, untilDay * DAY_MS), untilDay * DAY_MS),
      discounted: discountedOrders(lifetime, buyer, terms),
    };
    known.set(key, found);
    return found;
  };
}

function factsOf({ lastDay, days, revenue }: KnownPerson): RfmFacts {
  return { lastOrderDay: lastDay, orderDays: days.length, revenue: revenue.reduce((sum, one) => sum + one, 0) };
}

const YEARS_10_MS = 3652 * DAY_MS;

function soon(at: Instant, now: Instant): string | null {
  return at === NEVER || at - now > YEARS_10_MS ? null : toIso(at);
}
