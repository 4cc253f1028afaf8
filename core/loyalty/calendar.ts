/** Calendar periods on a programme's wall clock. */
import { Temporal } from 'temporal-polyfill';
import { fromIso, type Instant } from '../instant.ts';
import { dateAt } from '../wall-clock.ts';

type Period = 'day' | 'week' | 'month' | 'quarter' | 'year';

/** The first instant of the period that an instant lies in. Weeks begin on Monday. */
export function periodStart(at: Instant, period: Period, zone: string): Instant {
  return midnight(firstDay(dateAt(Math.floor(at), zone), period), zone);
}

/** The first instant of the period after it. */
export function periodEnd(at: Instant, period: Period, zone: string): Instant {
  const first = firstDay(dateAt(Math.floor(at), zone), period);
  return midnight(first.add(LENGTH[period]), zone);
}

/** Names the period: the date of its first day. */
export function periodName(at: Instant, period: Period, zone: string): string {
  return firstDay(dateAt(Math.floor(at), zone), period).toString();
}

/** `monday` … `sunday`. */
export function weekdayOf(at: Instant, zone: string): string {
  return WEEKDAYS[dateAt(Math.floor(at), zone).dayOfWeek - 1] ?? '';
}

/** An instant, or the midnight with which a day begins in a zone. */
export function instantIn(text: string, zone: string): Instant | undefined {
  if (!/^\d{4}-\d\d-\d\d$/.test(text)) return fromIso(text);
  return fromIso(text) === undefined ? undefined : midnight(Temporal.PlainDate.from(text), zone);
}

const LENGTH: Readonly<Record<Period, Temporal.DurationLike>> = {
  day: { days: 1 },
  week: { days: 7 },
  month: { months: 1 },
  quarter: { months: 3 },
  year: { years: 1 },
};

const WEEKDAYS = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'];

function firstDay(day: Temporal.PlainDate, period: Period): Temporal.PlainDate {
  switch (period) {
    case 'day':
      return day;
    case 'week':
      return day.subtract({ days: day.dayOfWeek - 1 });
    case 'month':
      return day.with({ day: 1 });
    case 'quarter':
      return day.with({ day: 1, month: Math.floor((day.month - 1) / 3) * 3 + 1 });
    case 'year':
      return day.with({ day: 1, month: 1 });
  }
}

function midnight(day: Temporal.PlainDate, timeZone: string): Instant {
  return day.toZonedDateTime({ timeZone }).epochMilliseconds;
}
