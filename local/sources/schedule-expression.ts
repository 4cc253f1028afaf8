import { Temporal } from 'temporal-polyfill';
import { type CronFields, dayMatches, parseCron } from './cron.ts';

/** The first tick of a schedule at or after an instant; undefined when there is none any more. */
export type NextTick = (from: number) => number | undefined;

const UNIT_MS: Readonly<Record<string, number>> = { minute: 60_000, hour: 3_600_000, day: 86_400_000 };
/** A cron expression that names no day within so many years names none at all (29 February needs eight). */
const DAYS_MAX = 366 * 9;

/**
 * Reads `rate(5 minutes)`, `cron(0 9 ? * MON-FRI *)` or `at(2026-12-01T09:00:00)`. Rates tick at whole multiples of their
 * period, so that they tick at the same instants after each restart. Throws where the expression is none.
 */
export function parseSchedule(expression: string, zone: string): NextTick {
  const [, kind, argument = ''] = /^(rate|cron|at)\((.+)\)$/.exec(expression.trim()) ?? [];
  if (kind === 'rate') return rate(argument, expression);
  if (kind === 'at') return at(argument, zone);
  if (kind === 'cron') return cron(parseCron(argument), zone);
  throw new Error(`"${expression}" is no schedule expression.`);
}

function rate(argument: string, expression: string): NextTick {
  const [, count = '', unit = ''] = /^(\d+) (minute|hour|day)s?$/.exec(argument) ?? [];
  const periodMs = Number(count) * (UNIT_MS[unit] ?? 0);
  if (periodMs === 0) throw new Error(`"${expression}" is no rate.`);
  return (from) => Math.ceil(from / periodMs) * periodMs;
}

function at(argument: string, zone: string): NextTick {
  const instant = Temporal.PlainDateTime.from(argument).toZonedDateTime(zone).epochMilliseconds;
  return (from) => (from <= instant ? instant : undefined);
}

/** Walks day by day in the schedule's zone. A time that a change of the clocks leaves out is moved to after it. */
function cron(fields: CronFields, zone: string): NextTick {
  return (from) => {
    let date = Temporal.Instant.fromEpochMilliseconds(from).toZonedDateTimeISO(zone).toPlainDate();
    for (let day = 0; day < DAYS_MAX; day++) {
      const found = dayMatches(fields, date) ? firstOfDay(fields, date, { zone, from }) : undefined;
      if (found !== undefined) return found;
      date = date.add({ days: 1 });
    }
    return undefined;
  };
}

function firstOfDay(
  { hours, minutes }: CronFields,
  date: Temporal.PlainDate,
  { zone, from }: { zone: string; from: number },
): number | undefined {
  for (const hour of hours) {
    for (const minute of minutes) {
      const tick = date.toZonedDateTime({ timeZone: zone, plainTime: { hour, minute } }).epochMilliseconds;
      if (tick >= from) return tick;
    }
  }
  return undefined;
}
