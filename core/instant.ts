import { Temporal } from 'temporal-polyfill';

/** Milliseconds since 1970-01-01T00:00:00Z. Stored and shown as ISO 8601 at the edges, a number inside. */
export type Instant = number;

/** An ISO 8601 duration, for instance `P30D`, `PT2H`, `P1M`. Negative durations are refused by the schemas. */
export type Duration = string;

/** Later than everything: "this never changes by the mere passage of time". */
export const NEVER: Instant = Number.POSITIVE_INFINITY;

/** The last instant that ISO text can name with four digits of a year: stands in indexes where nothing is waited for. */
export const FAR = '9999-12-31T23:59:59.999Z';

export const MINUTE_MS = 60_000;
export const HOUR_MS = 3_600_000;
export const DAY_MS = 86_400_000;

/** ISO 8601 in UTC with milliseconds, which sorts as text in the order of time. */
export function toIso(at: Instant): string {
  return new Date(at).toISOString();
}

/** The instant of an ISO 8601 text, or undefined where the text is not one. A text without an offset is read as UTC. */
export function fromIso(text: string): Instant | undefined {
  if (!ISO.test(text)) return undefined;
  const at = Date.parse(/(?:Z|[+-]\d\d:?\d\d)$/i.test(text) || !text.includes('T') ? text : `${text}Z`);
  return Number.isNaN(at) ? undefined : at;
}

const ISO = /^[+-]?\d{4,6}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:?\d\d)?)?$/i;

type Parts = { months: number; ms: number };
const parsed = new Map<Duration, Parts>();

/** Adds a duration. Days are 24 hours here (UTC); months and years go by the calendar, clamped to the month's end. */
export function add(at: Instant, duration: Duration, times = 1): Instant {
  const { months, ms } = parts(duration);
  if (months === 0) return at + ms * times;
  const moved = Temporal.Instant.fromEpochMilliseconds(at)
    .toZonedDateTimeISO('UTC')
    .add({ months: months * times });
  return moved.epochMilliseconds + ms * times;
}

/** True for an IANA zone name that this runtime knows. */
export function isZone(zone: unknown): zone is string {
  if (typeof zone !== 'string') return false;
  try {
    Temporal.Instant.fromEpochMilliseconds(0).toZonedDateTimeISO(zone);
    return true;
  } catch {
    return false;
  }
}

/** True for an ISO 8601 duration that is not negative and not zero. */
export function isDuration(text: string): boolean {
  try {
    return Temporal.Duration.from(text).sign === 1;
  } catch {
    return false;
  }
}

function parts(duration: Duration): Parts {
  const known = parsed.get(duration);
  if (known !== undefined) return known;
  const d = Temporal.Duration.from(duration);
  const days = d.weeks * 7 + d.days;
  const ms = days * DAY_MS + d.hours * HOUR_MS + d.minutes * MINUTE_MS + d.seconds * 1000 + d.milliseconds;
  const value = { months: d.years * 12 + d.months, ms };
  if (parsed.size > 10_000) parsed.clear();
  parsed.set(duration, value);
  return value;
}
