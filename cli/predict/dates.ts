import { DAY_MS } from '#core/instant.ts';

/** Which of the two numbers before the year is the day. */
export type DayPlace = 'dmy' | 'mdy';

/** The day as it is written, in whatever zone, from 1970-01-01; or two numbers and a year, whose order is not told by one date. */
export type WrittenDate = number | { readonly one: number; readonly other: number; readonly year: number };

/** A date as exports write them, with or without a time; undefined where it is none. */
export function writtenDate(text: string): WrittenDate | undefined {
  const digits = YEAR_FIRST.exec(text);
  if (digits !== null) return dayOf(Number(digits[1]), Number(digits[2]), Number(digits[3]));
  const dotted = DOTTED.exec(text);
  if (dotted !== null) return dayOf(Number(dotted[3]), Number(dotted[2]), Number(dotted[1]));
  const slashed = SLASHED.exec(text);
  if (slashed !== null) return { one: Number(slashed[1]), other: Number(slashed[2]), year: Number(slashed[3]) };
  const named = MONTH_FIRST.exec(text);
  if (named !== null) return dayOf(Number(named[3]), monthOf(named[1]), Number(named[2]));
  const turned = DAY_FIRST.exec(text);
  return turned === null ? undefined : dayOf(Number(turned[3]), monthOf(turned[2]), Number(turned[1]));
}

/** The day of a date whose order is known by now; undefined where there is no such day. */
export function settledDate({ one, other, year }: Exclude<WrittenDate, number>, place: DayPlace): number | undefined {
  return place === 'dmy' ? dayOf(year, other, one) : dayOf(year, one, other);
}

/** What a date says about the order of its numbers, if it says anything. */
export function dayPlaceOf({ one, other }: Exclude<WrittenDate, number>): DayPlace | undefined {
  if (one > 12 && other <= 12) return 'dmy';
  return other > 12 && one <= 12 ? 'mdy' : undefined;
}

const TIME = /(?:$|[T ,].*$)/.source;
const YEAR_FIRST = new RegExp(`^(\\d{4})(?:-|/|\\.)?(\\d\\d?)(?:-|/|\\.)?(\\d\\d?)${TIME}`);
const DOTTED = new RegExp(`^(\\d\\d?)\\.(\\d\\d?)\\.(\\d{4})${TIME}`);
const SLASHED = new RegExp(`^(\\d\\d?)[-/](\\d\\d?)[-/](\\d{4})${TIME}`);
const MONTH_FIRST = new RegExp(`^([A-Za-z]{3,9})\\.? (\\d\\d?)(?:st|nd|rd|th)?,? (\\d{4})${TIME}`);
const DAY_FIRST = new RegExp(`^(\\d\\d?)[ -]([A-Za-z]{3,9})\\.?[ -](\\d{4})${TIME}`);
const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];

function monthOf(name = ''): number {
  return MONTHS.indexOf(name.slice(0, 3).toLowerCase()) + 1;
}

function dayOf(year: number, month: number, day: number): number | undefined {
  const at = Date.UTC(year, month - 1, day);
  const real = new Date(at);
  const exists = year >= 1970 && real.getUTCMonth() === month - 1 && real.getUTCDate() === day;
  return exists ? at / DAY_MS : undefined;
}
