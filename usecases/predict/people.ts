import { type TrackedWeek, type Trial, tracking } from '#core/prediction/backtest.ts';
import type { Lifetime } from '#core/prediction/lifetime.ts';

/** One customer's order days, distinct and in order, and the revenue of each. Days are counted from 1970-01-01. */
export type Person = { readonly id: string; readonly days: readonly number[]; readonly revenue: readonly number[] };

/** A customer as known at the end of a day, with what she had ordered by then. */
export type KnownPerson = Trial & {
  readonly id: string;
  readonly firstDay: number;
  readonly lastDay: number;
  readonly days: readonly number[];
  readonly revenue: readonly number[];
};

/** Everybody who had ordered by the end of `day`, and what came after it, until the end of `endDay`. */
export function trialsAt(people: readonly Person[], day: number, endDay: number): KnownPerson[] {
  return people.flatMap(({ id, days, revenue }) => {
    const known = countUntil(days, day);
    const [firstDay, lastDay] = [days[0], days[known - 1]];
    if (firstDay === undefined || lastDay === undefined) return [];
    const end = countUntil(days, endDay);
    const repeats = known - 1;
    const mean = repeats === 0 ? 0 : sum(revenue.slice(1, known)) / repeats;
    return [
      {
        id,
        firstDay,
        lastDay,
        days: known === days.length ? days : days.slice(0, known),
        revenue: known === days.length ? revenue : revenue.slice(0, known),
        before: { repeats, lastDay: lastDay - firstDay, ageDay: day - firstDay },
        after: days.slice(known, end).map((one) => one - day),
        revenueAfter: sum(revenue.slice(known, end)),
        ...(mean > 0 && { spender: { repeats, mean } }),
      },
    ];
  });
}

/** All repeat orders, week by week, of those who had ordered by `fromDay`, and what was to be expected of them. */
export function trackedWeeks(
  lifetime: Lifetime,
  people: readonly Person[],
  { fromDay, endDay }: { readonly fromDay: number; readonly endDay: number },
): { readonly testFromWeek: number; readonly weeks: readonly TrackedWeek[] } {
  const those = people.filter(({ days }) => (days[0] ?? Number.POSITIVE_INFINITY) <= fromDay);
  const start = those.reduce((first, { days }) => Math.min(first, days[0] ?? first), Number.POSITIVE_INFINITY);
  const weeks = tracking(
    lifetime,
    those.map(({ days }) => (days[0] ?? 0) - start),
    those.flatMap(({ days }) =>
      days
        .slice(1)
        .filter((day) => day <= endDay)
        .map((day) => day - start),
    ),
  );
  return { testFromWeek: (fromDay + 1 - start) / 7, weeks };
}

/** How many of these sorted days are not after a day. */
function countUntil(days: readonly number[], day: number): number {
  let count = days.length;
  while (count > 0 && (days[count - 1] as number) > day) count -= 1;
  return count;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
