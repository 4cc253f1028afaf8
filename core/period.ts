/** Periods of the calendar that follow each other without a gap: the 30 days, the month, the week that an instant lies in. */
import { Temporal } from 'temporal-polyfill';
import type { Duration, Instant } from './instant.ts';
import { dateAt } from './wall-clock.ts';

/** `to` is the first instant of the next one. */
export type Period = { readonly from: Instant; readonly to: Instant };

/** A Monday and the first of a year: weeks, months, quarters and years counted from here are those of the calendar. */
const ORIGIN = Temporal.PlainDate.from('2001-01-01');

/** Whole days and weeks, or whole months and years: `P30D`, `P1W`, `P1M`, `P1Y`. Years and days do not mix. */
export function isPeriodLength(text: string): boolean {
  return lengthOf(text) !== undefined;
}

/**
 * The period of a length that an instant lies in. Periods follow each other from Monday, 1 January 2001 on, and begin at
 * midnight of a zone: a week is one from Monday on, a month the calendar's.
 */
export function periodOf(length: Duration, at: Instant, zone: string): Period {
  const { months, days } = lengthOf(length) ?? { months: 0, days: 1 };
  const today = dateAt(at, zone);
  if (months > 0) {
    const since = (today.year - ORIGIN.year) * 12 + today.month - ORIGIN.month;
    const from = ORIGIN.add({ months: Math.floor(since / months) * months });
    return between(from, from.add({ months }), zone);
  }
  const since = today.since(ORIGIN, { largestUnit: 'days' }).days;
  const from = ORIGIN.add({ days: Math.floor(since / days) * days });
  return between(from, from.add({ days }), zone);
}

/** The last day of a period on the wall clock of a zone: `2026-03-14`. */
export function lastDay({ to }: Period, zone: string): string {
  return dateAt(to - 1, zone).toString();
}

/** A length in words: "the month", "the 30 days". */
export function lengthWords(length: Duration): string {
  const { months, days } = lengthOf(length) ?? { months: 0, days: 1 };
  const [count, unit] =
    months > 0
      ? months % 12 === 0
        ? ([months / 12, 'year'] as const)
        : ([months, 'month'] as const)
      : days % 7 === 0
        ? ([days / 7, 'week'] as const)
        : ([days, 'day'] as const);
  return count === 1 ? `the ${unit}` : `the ${count} ${unit}s`;
}

function lengthOf(text: string): { readonly months: number; readonly days: number } | undefined {
  const [whole, years = 0, months = 0, weeks = 0, days = 0] = /^P(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)W)?(?:(\d+)D)?$/.exec(text) ?? [];
  const length = { months: Number(years) * 12 + Number(months), days: Number(weeks) * 7 + Number(days) };
  return whole !== undefined && length.months > 0 !== length.days > 0 ? length : undefined;
}

function between(from: Temporal.PlainDate, to: Temporal.PlainDate, zone: string): Period {
  const midnight = (date: Temporal.PlainDate): Instant => date.toZonedDateTime(zone).epochMilliseconds;
  return { from: midnight(from), to: midnight(to) };
}
