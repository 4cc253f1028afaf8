/**
 * Hours of the day, weekdays and dates on a person's own wall clock. A time that a zone skips in spring happens as much
 * later as the clocks were put forward; of a time that comes twice in autumn the first one counts.
 */
import { Temporal } from 'temporal-polyfill';
import type { Hours, Weekday } from './catalogue.ts';
import type { Customer } from './customer.ts';
import { type Instant, isZone, NEVER } from './instant.ts';

const WEEKDAYS: readonly Weekday[] = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'];

/** A person's zone; the brand's, with a reason, where theirs is missing or is none. */
export function zoneOf(
  { attributes: { timezone } }: Pick<Customer, 'attributes'>,
  brandZone: string,
): { zone: string; why?: string } {
  if (isZone(timezone)) return { zone: timezone };
  if (timezone === undefined) return { zone: brandZone, why: `no time zone is known: ${brandZone} is used` };
  return { zone: brandZone, why: `${JSON.stringify(timezone)} is not a time zone: ${brandZone} is used` };
}

/** The end of the window that an instant lies in; undefined outside of it. */
export function windowEnd(at: Instant, hours: Hours, zone: string): Instant | undefined {
  const today = dateAt(at, zone);
  for (const date of [today.subtract({ days: 1 }), today]) {
    const span = spanOf(date, hours, zone);
    if (span !== undefined && span.from <= at && at < span.to) return span.to;
  }
  return undefined;
}

/** The instant itself inside a window; else the beginning of the next one; NEVER where there is none within a fortnight. */
export function windowStart(at: Instant, hours: Hours, zone: string): Instant {
  if (windowEnd(at, hours, zone) !== undefined) return at;
  const today = dateAt(at, zone);
  for (let days = 0; days <= 14; days += 1) {
    const span = spanOf(today.add({ days }), hours, zone);
    if (span !== undefined && span.from >= at) return span.from;
  }
  return NEVER;
}

/**
 * The first return of a date after an instant, `offsetDays` before or after it, at a time of the day. A birthday on
 * 29 February is kept on 28 February in other years. NEVER where the text is not a date, or a date that does not repeat is past.
 */
export function nextDate(
  text: unknown,
  { repeat, offsetDays = 0, time }: { readonly repeat: 'yearly' | 'once'; readonly offsetDays?: number; readonly time: string },
  zone: string,
  after: Instant,
): Instant {
  const date = dateOf(text);
  if (date === undefined) return NEVER;
  const on = (day: Temporal.PlainDate): Instant =>
    day.add({ days: offsetDays }).toZonedDateTime({ timeZone: zone, plainTime: Temporal.PlainTime.from(time) }).epochMilliseconds;
  if (repeat === 'once') return on(date) > after ? on(date) : NEVER;
  const first = dateAt(after, zone).year - 2;
  for (let year = Math.max(first, date.year); year <= first + 4; year += 1) {
    const at = on(Temporal.PlainDate.from({ year, month: date.month, day: date.day }, { overflow: 'constrain' }));
    if (at > after) return at;
  }
  return date.year > first + 4 ? on(date) : NEVER;
}

/** A calendar date at the beginning of a text: `1990-02-28`, `1990-02-28T00:00:00Z`, and `--02-28` for one without a year. */
function dateOf(text: unknown): Temporal.PlainDate | undefined {
  if (typeof text !== 'string') return undefined;
  const [, year, month, day] = /^(?:(\d{4})|-)-(\d\d)-(\d\d)(?:$|T)/.exec(text) ?? [];
  if (month === undefined || day === undefined) return undefined;
  try {
    return Temporal.PlainDate.from(
      { year: Number(year ?? 2000), month: Number(month), day: Number(day) },
      { overflow: 'reject' },
    );
  } catch {
    return undefined;
  }
}

/** The day that an instant lies in, on the wall clock of a zone. */
export function dateAt(at: Instant, zone: string): Temporal.PlainDate {
  return Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(zone).toPlainDate();
}

/** The window that begins on a date; undefined on days that are not named. Equal times mean the whole day. */
function spanOf(date: Temporal.PlainDate, { from, to, days }: Hours, zone: string): { from: Instant; to: Instant } | undefined {
  if (days !== undefined && !days.includes(WEEKDAYS[date.dayOfWeek - 1] as Weekday)) return undefined;
  const ends = to > from ? date : date.add({ days: 1 });
  const at = (day: Temporal.PlainDate, time: string): Instant =>
    day.toZonedDateTime({ timeZone: zone, plainTime: Temporal.PlainTime.from(time) }).epochMilliseconds;
  return { from: at(date, from), to: at(ends, to) };
}
