import type { BuyerDays } from './buyer-groups.ts';
import type { Outcome } from './calibration.ts';
import { correlation } from './fit-spend.ts';
import {
  type Buyer,
  expectedOfNewBuyer,
  expectedOrders,
  type Lifetime,
  probabilityAlive,
  probabilityOfOrder,
} from './lifetime.ts';
import { expectedSpend, type Spender, type SpendParams } from './spend.ts';

/** One customer as known at the end of the calibration period, and what came after. */
export type Trial = {
  readonly before: BuyerDays;
  readonly spender?: Spender;
  /** Order days after it, as days from its end: 1 is the next day. None beyond the end of the test. */
  readonly after: readonly number[];
  readonly revenueAfter?: number;
};

type Comparison = {
  readonly actual: number;
  readonly expected: number;
  /** (expected − actual) / actual; none where nothing happened. */
  readonly error: number | null;
};

/** How well a model that knows nothing of the days of the test foretold them. */
export type Backtest = {
  readonly days: number;
  readonly customers: number;
  readonly orders: Comparison;
  /** Over the customers: of the orders foretold and those that came. */
  readonly correlation: number;
  readonly meanAbsoluteError: number;
  readonly rootMeanSquareError: number;
  /** The chance that of two customers, one who ordered and one who did not, the first was given the higher expectation. */
  readonly discrimination: number;
  readonly revenue?: Comparison & { readonly correlation: number };
  readonly byRepeats: readonly ({ readonly repeats: string; readonly customers: number } & Omit<Comparison, 'error'>)[];
};

export type Models = { readonly lifetime: Lifetime; readonly spend?: SpendParams };

export function backtest({ lifetime, spend }: Models, trials: readonly Trial[], days: number): Backtest {
  const weeks = days / 7;
  const expected = trials.map(({ before }) => expectedOrders(lifetime, buyerOf(before), weeks));
  const actual = trials.map(({ after }) => after.length);
  const errors = expected.map((value, i) => value - (actual[i] ?? 0));
  const mean = (values: readonly number[]): number => total(values) / values.length;
  return {
    days,
    customers: trials.length,
    orders: compared(total(actual), total(expected)),
    correlation: correlation(expected, actual),
    meanAbsoluteError: mean(errors.map(Math.abs)),
    rootMeanSquareError: Math.sqrt(mean(errors.map((error) => error ** 2))),
    discrimination: discrimination(expected, actual),
    ...(spend !== undefined && { revenue: revenueOf(spend, trials, expected) }),
    byRepeats: byRepeats(trials, expected),
  };
}

/** What was foretold of an order within so many days, and whether one came. */
export function orderOutcomes(lifetime: Lifetime, trials: readonly Trial[], days: number): Outcome[] {
  return trials.map(({ before, after }) => ({
    predicted: probabilityOfOrder(lifetime, buyerOf(before), days / 7),
    happened: after.some((day) => day <= days),
  }));
}

/** P(alive) of people who had come back at least once, and whether an order came in the days of the test. */
export function aliveOutcomes(lifetime: Lifetime, trials: readonly Trial[]): Outcome[] {
  return trials
    .filter(({ before }) => before.repeats > 0)
    .map(({ before, after }) => ({ predicted: probabilityAlive(lifetime, buyerOf(before)), happened: after.length > 0 }));
}

export type TrackedWeek = Comparison & { readonly week: number };

/**
 * Repeat orders of all customers since the first of them came, at the end of each week: those that came, and E[X(t)], which
 * knows of a customer the first order day alone. Days are counted from the first order day of all, which begins week 1.
 */
export function tracking(lifetime: Lifetime, firstDays: readonly number[], repeatDays: readonly number[]): TrackedWeek[] {
  const lastDay = repeatDays.reduce((last, day) => Math.max(last, day), 0);
  const newcomers = histogram(firstDays, lastDay);
  const repeats = histogram(repeatDays, lastDay);
  const perNewcomer = Float64Array.from({ length: lastDay + 2 }, (_, day) => expectedOfNewBuyer(lifetime, day / 7));
  const weeks: TrackedWeek[] = [];
  let actual = 0;
  for (let day = 0; day <= lastDay; day += 1) {
    actual += repeats[day] as number;
    const elapsed = day + 1;
    if (elapsed % 7 !== 0 && day !== lastDay) continue;
    let expected = 0;
    for (let first = 0; first <= day; first += 1)
      if (newcomers[first] !== 0) expected += (newcomers[first] as number) * (perNewcomer[elapsed - first] as number);
    weeks.push({ week: elapsed / 7, ...compared(actual, expected) });
  }
  return weeks;
}

function buyerOf({ repeats, lastDay, ageDay }: BuyerDays): Buyer {
  return { repeats, lastWeek: lastDay / 7, ageWeeks: ageDay / 7 };
}

function compared(actual: number, expected: number): Comparison {
  return { actual, expected, error: actual === 0 ? null : (expected - actual) / actual };
}

function revenueOf(spend: SpendParams, trials: readonly Trial[], orders: readonly number[]) {
  const expected = trials.map(({ spender }, i) => expectedSpend(spend, spender) * (orders[i] ?? 0));
  const actual = trials.map(({ revenueAfter }) => revenueAfter ?? 0);
  return { ...compared(total(actual), total(expected)), correlation: correlation(expected, actual) };
}

const REPEATS_SHOWN = 7;

function byRepeats(trials: readonly Trial[], expected: readonly number[]): Backtest['byRepeats'] {
  const rows = Array.from({ length: REPEATS_SHOWN + 1 }, () => ({ customers: 0, actual: 0, expected: 0 }));
  for (const [i, { before, after }] of trials.entries()) {
    const row = rows[Math.min(REPEATS_SHOWN, before.repeats)];
    if (row === undefined) continue;
    row.customers += 1;
    row.actual += after.length;
    row.expected += expected[i] ?? 0;
  }
  return rows.flatMap(({ customers, actual, expected: sum }, i) =>
    customers === 0
      ? []
      : [{ repeats: i === REPEATS_SHOWN ? `${i}+` : `${i}`, customers, actual: actual / customers, expected: sum / customers }],
  );
}

/** The area under the curve of hits and false alarms, by the ranks of Mann and Whitney; a tie is half. 0.5 where all are alike. */
function discrimination(expected: readonly number[], actual: readonly number[]): number {
  const order = Uint32Array.from(expected.keys()).sort((one, other) => (expected[one] ?? 0) - (expected[other] ?? 0));
  let [ranks, buyers] = [0, 0];
  for (let start = 0; start < order.length; ) {
    let end = start;
    let here = 0;
    while (end < order.length && expected[order[end] as number] === expected[order[start] as number]) {
      if ((actual[order[end] as number] ?? 0) > 0) here += 1;
      end += 1;
    }
    ranks += here * ((start + end + 1) / 2);
    buyers += here;
    start = end;
  }
  const others = order.length - buyers;
  return buyers === 0 || others === 0 ? 0.5 : (ranks - (buyers * (buyers + 1)) / 2) / (buyers * others);
}

function histogram(days: readonly number[], lastDay: number): Float64Array {
  const counts = new Float64Array(lastDay + 1);
  for (const day of days) if (day <= lastDay) counts[day] = (counts[day] as number) + 1;
  return counts;
}

function total(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0);
}
