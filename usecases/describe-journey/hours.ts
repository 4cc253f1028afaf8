import type { Cap, Hours, Weekday } from '#core/catalogue.ts';
import { describeDuration, listed } from '../describe-condition/duration.ts';

/** "09:00 to 17:00, Monday to Friday" */
export function describeHours({ from, to, days }: Hours): string {
  return `${from} to ${to}${days === undefined ? '' : `, ${describeDays(days)}`}`;
}

/** Days in the order of the week; three or more that follow each other as "Monday to Friday". */
export function describeDays(days: readonly Weekday[]): string {
  const wanted = WEEK.map((day) => days.includes(day));
  if (wanted.every(Boolean)) return 'every day';
  const spans: string[] = [];
  for (let from = 0; from < WEEK.length; from += 1) {
    if (wanted[from] !== true) continue;
    let to = from;
    while (wanted[to + 1] === true) to += 1;
    if (to - from >= 2) spans.push(`${capital(WEEK[from])} to ${capital(WEEK[to])}`);
    else for (let day = from; day <= to; day += 1) spans.push(capital(WEEK[day]));
    from = to;
  }
  return listed(spans);
}

/** "at most 2 mails in 7 days (offers)" */
export function describeCap({ max, per, topics }: Cap): string {
  const which = topics === undefined ? '' : ` (${listed(topics)})`;
  return `at most ${max} ${max === 1 ? 'mail' : 'mails'} in ${describeDuration(per)}${which}`;
}

/** "on the customer’s own clock", "by the clock of Europe/Lisbon" */
export function describeZone(zone: string | undefined): string {
  return zone === undefined || zone === 'customer' ? 'on the customer’s own clock' : `by the clock of ${zone}`;
}

export const WEEK: readonly Weekday[] = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'];

export const capital = (text = ''): string => text.charAt(0).toUpperCase() + text.slice(1);
