import type { Temporal } from 'temporal-polyfill';

/** The six fields of an AWS cron expression. Format: https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html */
export type CronFields = {
  readonly minutes: readonly number[];
  readonly hours: readonly number[];
  readonly months: ReadonlySet<number>;
  readonly years: ReadonlySet<number>;
  readonly isDayOfMonth: (date: Temporal.PlainDate) => boolean;
  readonly isDayOfWeek: (date: Temporal.PlainDate) => boolean;
};

const MONTHS = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'];
/** 1 is Sunday. */
const WEEKDAYS = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'];
const always = () => true;

export function parseCron(text: string): CronFields {
  const [minute, hour, dayOfMonth, month, dayOfWeek, year, ...rest] = text.trim().split(/\s+/);
  if (minute === undefined || hour === undefined || dayOfMonth === undefined || month === undefined || rest.length > 0)
    throw invalid(text);
  if (dayOfWeek === undefined || year === undefined || (dayOfMonth === '?') === (dayOfWeek === '?')) throw invalid(text);
  return {
    minutes: values(minute, 0, 59),
    hours: values(hour, 0, 23),
    months: new Set(values(named(month, MONTHS), 1, 12)),
    years: new Set(values(year, 1970, 2199)),
    isDayOfMonth: dayOfMonth === '?' ? always : dayOfMonthRule(dayOfMonth),
    isDayOfWeek: dayOfWeek === '?' ? always : dayOfWeekRule(named(dayOfWeek, WEEKDAYS)),
  };
}

export function dayMatches(fields: CronFields, date: Temporal.PlainDate): boolean {
  return fields.years.has(date.year) && fields.months.has(date.month) && fields.isDayOfMonth(date) && fields.isDayOfWeek(date);
}

/** `L` is the last day, `15W` the weekday nearest to the 15th. */
function dayOfMonthRule(field: string): (date: Temporal.PlainDate) => boolean {
  if (field === 'L') return (date) => date.day === date.daysInMonth;
  const nearest = /^(\d+)W$/.exec(field)?.[1];
  if (nearest !== undefined) return (date) => date.day === nearestWeekday(date, Number(nearest));
  const days = new Set(values(field, 1, 31));
  return (date) => days.has(date.day);
}

function nearestWeekday(date: Temporal.PlainDate, day: number): number {
  const wanted = date.with({ day: Math.min(day, date.daysInMonth) });
  if (wanted.dayOfWeek === 6) return wanted.day === 1 ? 3 : wanted.day - 1;
  if (wanted.dayOfWeek === 7) return wanted.day === date.daysInMonth ? wanted.day - 2 : wanted.day + 1;
  return wanted.day;
}

/** `6L` is the last Friday of the month, `2#1` the first Monday, `L` alone Saturday. */
function dayOfWeekRule(field: string): (date: Temporal.PlainDate) => boolean {
  const last = /^([1-7])L$/.exec(field)?.[1];
  if (last !== undefined) return (date) => weekday(date) === Number(last) && date.day > date.daysInMonth - 7;
  const [, day, nth] = /^([1-7])#([1-5])$/.exec(field) ?? [];
  if (day !== undefined) return (date) => weekday(date) === Number(day) && Math.ceil(date.day / 7) === Number(nth);
  const days = new Set(field === 'L' ? [7] : values(field, 1, 7));
  return (date) => days.has(weekday(date));
}

/** 1 for Sunday to 7 for Saturday. */
function weekday(date: Temporal.PlainDate): number {
  return (date.dayOfWeek % 7) + 1;
}

function named(field: string, names: readonly string[]): string {
  return field.toUpperCase().replace(/[A-Z]{3}/g, (name) => (names.includes(name) ? String(names.indexOf(name) + 1) : name));
}

/** Lists, ranges and steps of a field, in order. */
function values(field: string, min: number, max: number): number[] {
  const found = field.split(',').flatMap((part) => {
    const [, from = '', to, step] = /^(\*|\d+)(?:-(\d+))?(?:\/(\d+))?$/.exec(part) ?? [];
    const first = from === '*' ? min : Number(from);
    const end = to !== undefined ? Number(to) : from === '*' || step !== undefined ? max : first;
    const by = Number(step ?? 1);
    if (from === '' || first < min || end > max || first > end || by === 0) throw invalid(field);
    return Array.from({ length: Math.floor((end - first) / by) + 1 }, (_, index) => first + index * by);
  });
  return [...new Set(found)].sort((a, b) => a - b);
}

function invalid(text: string): Error {
  return new Error(`"${text}" is no cron expression, or no field of one.`);
}
