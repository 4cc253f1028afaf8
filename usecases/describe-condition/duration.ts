/** A duration in words: `P3D` is "3 days", `PT90M` "90 minutes", `P1Y6M` "1 year and 6 months". A minus is left to the caller. */
export function describeDuration(duration: string): string {
  const found = DURATION.exec(duration);
  const parts = UNITS.flatMap((unit, index) => {
    const number = Number((found?.[index + 1] ?? '0').replace(',', '.'));
    return number === 0 ? [] : [`${number} ${number === 1 ? unit : `${unit}s`}`];
  });
  return parts.length === 0 ? duration : listed(parts);
}

/** An instant or a day in words: "27 November 2026", "27 November 2026, 08:00 UTC", "27 November 2026, 08:00 (+01:00)". */
export function describeInstant(text: string): string {
  const [, year, month, day, time, zone] = INSTANT.exec(text) ?? [];
  if (year === undefined || month === undefined || day === undefined) return text;
  const date = `${Number(day)} ${MONTHS[Number(month) - 1] ?? month} ${year}`;
  if (time === undefined) return date;
  return `${date}, ${time} ${zone === undefined || /^z$/i.test(zone) ? 'UTC' : `(${zone})`}`;
}

/** "a", "a and b", "a, b and c" */
export function listed(parts: readonly string[], word = 'and'): string {
  if (parts.length < 2) return parts[0] ?? '';
  return `${parts.slice(0, -1).join(', ')} ${word} ${parts.at(-1)}`;
}

export const MONTHS = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
] as const;

const UNITS = ['year', 'month', 'week', 'day', 'hour', 'minute', 'second'] as const;
const PART = '(\\d+(?:[.,]\\d+)?)';
const DURATION = new RegExp(
  `^[+-]?P(?:${PART}Y)?(?:${PART}M)?(?:${PART}W)?(?:${PART}D)?(?:T(?:${PART}H)?(?:${PART}M)?(?:${PART}S)?)?$`,
);
const INSTANT = /^(\d{4})-(\d\d)-(\d\d)(?:T(\d\d:\d\d)(?::\d\d(?:\.\d+)?)?(Z|[+-]\d\d:?\d\d)?)?$/i;
