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
  return addMonths(at, months * times) + ms * times;
}

/** True for an ISO 8601 duration that is longer than nothing. */
export function isDuration(text: string): boolean {
  return DURATION.test(text) && /[1-9]/.test(text);
}

/**
 * Months by the calendar, in UTC: a day that the month has not becomes its last one. Days and dates are converted by the
 * arithmetic of Howard Hinnant's "chrono-compatible low-level date algorithms", since a Date for each instant of a window
 * would be half of what deciding costs.
 */
function addMonths(at: Instant, months: number): Instant {
  const days = Math.floor(at / DAY_MS);
  const shifted = days + 719_468;
  const era = Math.floor(shifted / 146_097);
  const dayOfEra = shifted - era * 146_097;
  const yearOfEra = Math.floor(
    (dayOfEra - Math.floor(dayOfEra / 1460) + Math.floor(dayOfEra / 36_524) - Math.floor(dayOfEra / 146_096)) / 365,
  );
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  // Months are counted from March here, so that the leap day is the last one of the year.
  const month = Math.floor((5 * dayOfYear + 2) / 153);
  const day = dayOfYear - Math.floor((153 * month + 2) / 5) + 1;
  const total = (yearOfEra + era * 400) * 12 + month + months;
  const first = daysToMonth(total);
  const length = daysToMonth(total + 1) - first;
  return (first + Math.min(day, length) - 1) * DAY_MS + (at - days * DAY_MS);
}

/** Days from 1970-01-01 to the first day of a month, counted in months from March of the year 0. */
function daysToMonth(months: number): number {
  const year = Math.floor(months / 12);
  const era = Math.floor(year / 400);
  const yearOfEra = year - era * 400;
  const dayOfYear = Math.floor((153 * (months - year * 12) + 2) / 5);
  return era * 146_097 + yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear - 719_468;
}

const zones = new Map<string, boolean>();

/** True for an IANA zone name that this runtime knows; offsets such as `+01:00` are none. */
export function isZone(zone: unknown): zone is string {
  if (typeof zone !== 'string') return false;
  const known = zones.get(zone);
  if (known !== undefined) return known;
  if (zones.size > 2000) zones.clear();
  const is = zone.length <= 100 && !/^[+-]/.test(zone) && formats(zone);
  zones.set(zone, is);
  return is;
}

function formats(timeZone: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone }) !== undefined;
  } catch {
    return false;
  }
}

function parts(duration: Duration): Parts {
  const known = parsed.get(duration);
  if (known !== undefined) return known;
  const value = read(duration);
  if (parsed.size > 10_000) parsed.clear();
  parsed.set(duration, value);
  return value;
}

const DURATION = /^P(?=.)(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)W)?(?:(\d+)D)?(?:T(?=.)(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d+)?)S)?)?$/i;

function read(duration: Duration): Parts {
  const found = DURATION.exec(duration);
  if (found === null) throw new RangeError(`“${duration}” is not an ISO 8601 duration`);
  const [years = 0, months = 0, weeks = 0, days = 0, hours = 0, minutes = 0, seconds = 0] = found
    .slice(1)
    .map((part) => Number(part ?? 0));
  const ms = (weeks * 7 + days) * DAY_MS + hours * HOUR_MS + minutes * MINUTE_MS + Math.round(seconds * 1000);
  return { months: years * 12 + months, ms };
}
