/** Recurrence rules (RFC 5545, section 3.3.10) on the wall clock of a zone: what journeys that run by the calendar need of them. */
import { Temporal } from 'temporal-polyfill';
import { type Instant, NEVER } from './instant.ts';

export type Recurrence = {
  readonly freq: 'DAILY' | 'WEEKLY' | 'MONTHLY' | 'YEARLY';
  readonly interval: number;
  readonly count?: number;
  /** Last instant that may be an occurrence. */
  readonly until?: Instant;
  /** ISO weekdays 1 (Monday) to 7; `nth` counts within the month (or the year, without `byMonth`), from the end where negative. */
  readonly byDay: readonly { readonly weekday: number; readonly nth?: number }[];
  readonly byMonthDay: readonly number[];
  readonly byMonth: readonly number[];
  readonly byHour: readonly number[];
  readonly byMinute: readonly number[];
};

/** Years without any occurrence after which a rule is taken to have no more. */
export const EMPTY_YEARS_MAX = 12;

const PERIODS_IN_A_YEAR = { DAILY: 366, WEEKLY: 53, MONTHLY: 12, YEARLY: 1 } as const;

/** Occurrences that a rule with COUNT may have: they are counted from its start each time. */
const COUNT_MAX = 1000;

/** Reads a rule such as `FREQ=WEEKLY;BYDAY=MO,TH;BYHOUR=9`. Answers what is wrong with it as text. */
export function parseRecurrence(text: string): Recurrence | string {
  const parts = new Map<string, string>();
  for (const part of text.replace(/^RRULE:/, '').split(';')) {
    const [name = '', value = ''] = part.split('=');
    if (!KNOWN.has(name)) return `${name || 'an empty part'} is not supported; known are ${[...KNOWN].join(', ')}`;
    if (value === '') return `${name} has no value`;
    if (parts.has(name)) return `${name} stands twice`;
    parts.set(name, value);
  }
  const freq = parts.get('FREQ');
  if (freq !== 'DAILY' && freq !== 'WEEKLY' && freq !== 'MONTHLY' && freq !== 'YEARLY')
    return 'FREQ must be DAILY, WEEKLY, MONTHLY or YEARLY';
  const byDay = (parts.get('BYDAY') ?? '').split(',').filter(Boolean).map(weekday);
  if (byDay.some((day) => day === undefined))
    return 'BYDAY takes MO, TU, WE, TH, FR, SA, SU, with a number before it for MONTHLY and YEARLY';
  if ((freq === 'DAILY' || freq === 'WEEKLY') && byDay.some((day) => day?.nth !== undefined))
    return `a numbered BYDAY has no meaning with ${freq}`;
  const numbers = {
    BYMONTHDAY: [-31, 31],
    BYMONTH: [1, 12],
    BYHOUR: [0, 23],
    BYMINUTE: [0, 59],
    INTERVAL: [1, 1000],
    COUNT: [1, COUNT_MAX],
  } as const;
  const read: Partial<Record<keyof typeof numbers, number[]>> = {};
  for (const [name, [from, to]] of Object.entries(numbers) as [keyof typeof numbers, readonly [number, number]][]) {
    const list = (parts.get(name) ?? '').split(',').filter(Boolean).map(Number);
    if (list.some((n) => !Number.isInteger(n) || n < from || n > to || (name === 'BYMONTHDAY' && n === 0)))
      return `${name} takes whole numbers from ${from} to ${to}`;
    read[name] = list;
  }
  const until = parts.has('UNTIL') ? untilOf(parts.get('UNTIL') ?? '') : undefined;
  if (until !== undefined && Number.isNaN(until)) return 'UNTIL takes an instant such as 20271231T235959Z';
  const ordered = (list: number[] = []): number[] => [...new Set(list)].sort((one, other) => one - other);
  return {
    freq,
    interval: read.INTERVAL?.[0] ?? 1,
    ...(read.COUNT?.[0] !== undefined && { count: read.COUNT[0] }),
    ...(until !== undefined && { until }),
    byDay: byDay.filter((day) => day !== undefined),
    byMonthDay: ordered(read.BYMONTHDAY),
    byMonth: ordered(read.BYMONTH),
    byHour: ordered(read.BYHOUR),
    byMinute: ordered(read.BYMINUTE),
  };
}

/**
 * The first occurrence after an instant; NEVER if there is none. A time that a zone skips in spring happens as much later
 * as the clocks were put forward; of a time that comes twice in autumn the first one counts (RFC 5545, 3.3.5).
 */
export function nextOccurrence(rule: Recurrence, start: string, zone: string, after: Instant): Instant {
  const from = Temporal.PlainDateTime.from(start);
  let seen = 0;
  let empty = 0;
  const emptyMax = Math.ceil((EMPTY_YEARS_MAX * PERIODS_IN_A_YEAR[rule.freq]) / rule.interval) + 2;
  for (let period = rule.count === undefined ? firstPeriod(rule, from, zone, after) : 0; empty < emptyMax; period += 1) {
    const found = occurrences(rule, from, zone, period);
    empty = found.length === 0 ? empty + 1 : 0;
    for (const at of found) {
      seen += 1;
      if (rule.until !== undefined && at > rule.until) return NEVER;
      if (rule.count !== undefined && seen > rule.count) return NEVER;
      if (at > after) return at;
    }
  }
  return NEVER;
}

const KNOWN = new Set([
  'FREQ',
  'INTERVAL',
  'COUNT',
  'UNTIL',
  'BYDAY',
  'BYMONTHDAY',
  'BYMONTH',
  'BYHOUR',
  'BYMINUTE',
  'BYSECOND',
  'WKST',
]);
const WEEKDAYS = ['MO', 'TU', 'WE', 'TH', 'FR', 'SA', 'SU'];

function weekday(text: string): { weekday: number; nth?: number } | undefined {
  const [, nth = '', name = ''] = /^([+-]?[1-9]\d?)?([A-Z]{2})$/.exec(text) ?? [];
  const index = WEEKDAYS.indexOf(name);
  if (index < 0) return undefined;
  return nth === '' ? { weekday: index + 1 } : { weekday: index + 1, nth: Number(nth) };
}

function untilOf(text: string): Instant {
  const [, y, m, d, time = ''] = /^(\d{4})(\d\d)(\d\d)(T\d{6}Z)?$/.exec(text) ?? [];
  if (y === undefined) return Number.NaN;
  return Date.parse(
    `${y}-${m}-${d}T${time === '' ? '23:59:59' : `${time.slice(1, 3)}:${time.slice(3, 5)}:${time.slice(5, 7)}`}Z`,
  );
}

/** The number of the period, counted from the start, before which nothing can be after the instant. */
function firstPeriod({ freq, interval }: Recurrence, from: Temporal.PlainDateTime, zone: string, after: Instant): number {
  const local = Temporal.Instant.fromEpochMilliseconds(after).toZonedDateTimeISO(zone).toPlainDate();
  const date = from.toPlainDate();
  const units = { DAILY: 'days', WEEKLY: 'weeks', MONTHLY: 'months', YEARLY: 'years' } as const;
  const passed = date.until(local, { largestUnit: units[freq] })[units[freq]];
  return Math.max(0, Math.floor(passed / interval) - 1);
}

function occurrences(rule: Recurrence, from: Temporal.PlainDateTime, zone: string, period: number): Instant[] {
  const hours = rule.byHour.length > 0 ? rule.byHour : [from.hour];
  const minutes = rule.byMinute.length > 0 ? rule.byMinute : [from.minute];
  const found: Instant[] = [];
  for (const date of dates(rule, from.toPlainDate(), period)) {
    for (const hour of hours) {
      for (const minute of minutes) {
        const local = date.toPlainDateTime({ hour, minute, second: from.second });
        if (Temporal.PlainDateTime.compare(local, from) >= 0) found.push(local.toZonedDateTime(zone).epochMilliseconds);
      }
    }
  }
  return found.sort((one, other) => one - other);
}

/** The days of one period that the rule names, in order. */
function dates(rule: Recurrence, start: Temporal.PlainDate, period: number): Temporal.PlainDate[] {
  const n = period * rule.interval;
  if (rule.freq === 'DAILY')
    return [start.add({ days: n })].filter((date) => inMonth(rule, date) && onMonthDay(rule, date) && onWeekday(rule, date));
  if (rule.freq === 'WEEKLY') {
    const monday = start.subtract({ days: start.dayOfWeek - 1 }).add({ weeks: n });
    const days = rule.byDay.length > 0 ? rule.byDay.map((day) => day.weekday) : [start.dayOfWeek];
    return [...new Set(days)]
      .sort((one, other) => one - other)
      .map((day) => monday.add({ days: day - 1 }))
      .filter((date) => inMonth(rule, date));
  }
  if (rule.freq === 'MONTHLY') {
    const first = start.with({ day: 1 }).add({ months: n });
    return inMonth(rule, first) ? daysOfMonth(rule, first, start.day) : [];
  }
  const january = start.with({ month: 1, day: 1 }).add({ years: n });
  if (rule.byMonth.length === 0 && rule.byDay.length > 0 && rule.byMonthDay.length === 0)
    return daysOfSpan(rule, january, january.daysInYear);
  const months = rule.byMonth.length > 0 ? rule.byMonth : rule.byMonthDay.length > 0 ? ALL_MONTHS : [start.month];
  return months.flatMap((month) => daysOfMonth(rule, january.with({ month }), start.day));
}

const ALL_MONTHS = Array.from({ length: 12 }, (_, index) => index + 1);

function daysOfMonth(rule: Recurrence, first: Temporal.PlainDate, startDay: number): Temporal.PlainDate[] {
  const length = first.daysInMonth;
  if (rule.byMonthDay.length > 0) {
    const days = rule.byMonthDay.map((day) => (day > 0 ? day : length + 1 + day)).filter((day) => day >= 1 && day <= length);
    const named = [...new Set(days)].sort((one, other) => one - other).map((day) => first.with({ day }));
    return named.filter((date) => rule.byDay.length === 0 || rule.byDay.some((day) => day.weekday === date.dayOfWeek));
  }
  if (rule.byDay.length > 0) return daysOfSpan(rule, first, length);
  return startDay <= length ? [first.with({ day: startDay })] : [];
}

/** The weekdays of a month or a year that the rule names, by number where it says so. */
function daysOfSpan({ byDay }: Recurrence, first: Temporal.PlainDate, length: number): Temporal.PlainDate[] {
  const offsets = byDay.flatMap(({ weekday, nth }) => {
    const firstOffset = (weekday - first.dayOfWeek + 7) % 7;
    const all = Array.from({ length: Math.ceil((length - firstOffset) / 7) }, (_, index) => firstOffset + index * 7);
    return nth === undefined ? all : (all.at(nth > 0 ? nth - 1 : nth) ?? []);
  });
  return [...new Set(offsets)].sort((one, other) => one - other).map((days) => first.add({ days }));
}

const inMonth = ({ byMonth }: Recurrence, date: Temporal.PlainDate): boolean =>
  byMonth.length === 0 || byMonth.includes(date.month);
const onWeekday = ({ byDay }: Recurrence, date: Temporal.PlainDate): boolean =>
  byDay.length === 0 || byDay.some((day) => day.weekday === date.dayOfWeek);
const onMonthDay = ({ byMonthDay }: Recurrence, date: Temporal.PlainDate): boolean =>
  byMonthDay.length === 0 || byMonthDay.some((day) => (day > 0 ? day : date.daysInMonth + 1 + day) === date.day);
