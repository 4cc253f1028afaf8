import { toIso } from '#core/instant.ts';
import { parseRecurrence, type Recurrence } from '#core/recurrence.ts';
import { describeInstant, listed, MONTHS } from '../describe-condition/duration.ts';
import { capital, describeDays, WEEK } from './hours.ts';

/** A recurrence rule in words: "every week on Monday at 09:00". `start` gives the time of the day where the rule names none. */
export function describeRecurrence(rule: string, start: string): string {
  const parsed = parseRecurrence(rule);
  if (typeof parsed === 'string') return rule;
  const { byMonth, count, until } = parsed;
  return [
    every(parsed),
    ...(byMonth.length > 0 ? [`in ${listed(byMonth.map((month) => MONTHS[month - 1] ?? String(month)))}`] : []),
    ...days(parsed),
    `at ${listed(times(parsed, start))}`,
    ...(count === undefined ? [] : [`${count} ${count === 1 ? 'time' : 'times'} in all`]),
    ...(until === undefined ? [] : [`until ${describeInstant(toIso(until).slice(0, 10))}`]),
  ].join(' ');
}

function every({ freq, interval }: Recurrence): string {
  const unit = { DAILY: 'day', WEEKLY: 'week', MONTHLY: 'month', YEARLY: 'year' }[freq];
  return interval === 1 ? `every ${unit}` : `every ${interval} ${unit}s`;
}

function days({ byDay, byMonthDay }: Recurrence): string[] {
  const plain = byDay.filter(({ nth }) => nth === undefined).flatMap(({ weekday }) => WEEK[weekday - 1] ?? []);
  const counted = byDay.flatMap(({ nth, weekday }) =>
    nth === undefined ? [] : [`the ${ordinal(nth)} ${capital(WEEK[weekday - 1])}`],
  );
  const named = [...(plain.length > 0 ? [describeDays(plain)] : []), ...counted];
  return [
    ...(named.length > 0 ? [`on ${listed(named)}`] : []),
    ...(byMonthDay.length > 0
      ? [`on the ${listed(byMonthDay.map(ordinal))}${byMonthDay.some((day) => day < 0) ? ' day' : ''}`]
      : []),
  ];
}

function times({ byHour, byMinute }: Recurrence, start: string): string[] {
  const [, hour = '0', minute = '0'] = /T(\d\d):(\d\d)/.exec(start) ?? [];
  const hours = byHour.length > 0 ? byHour : [Number(hour)];
  const minutes = byMinute.length > 0 ? byMinute : [Number(minute)];
  const two = (number: number): string => String(number).padStart(2, '0');
  return hours.flatMap((h) => minutes.map((m) => `${two(h)}:${two(m)}`));
}

function ordinal(number: number): string {
  if (number === -1) return 'last';
  if (number < 0) return `${ordinal(-number)} to last`;
  const tens = number % 100;
  const ending = tens > 10 && tens < 14 ? 'th' : (['th', 'st', 'nd', 'rd'][number % 10] ?? 'th');
  return `${number}${ending}`;
}
