import fc from 'fast-check';
import { RRuleTemporal } from 'rrule-temporal';
import { Temporal } from 'temporal-polyfill';
import { expect, test } from 'vitest';
import { NEVER } from '#core/instant.ts';
import { EMPTY_YEARS_MAX, nextOccurrence, parseRecurrence, type Recurrence } from '#core/recurrence.ts';

// The oracle looks for Temporal in the global scope.
(globalThis as { Temporal?: unknown }).Temporal ??= Temporal;

function rule(text: string): Recurrence {
  const parsed = parseRecurrence(text);
  if (typeof parsed === 'string') throw new Error(parsed);
  return parsed;
}

function firstThree(text: string, start: string, zone: string, after: string): string[] {
  const found: string[] = [];
  let at = Date.parse(after);
  for (let i = 0; i < 3; i += 1) {
    at = nextOccurrence(rule(text), start, zone, at);
    found.push(
      at === NEVER
        ? 'never'
        : Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(zone).toString({ timeZoneName: 'never' }),
    );
    if (at === NEVER) break;
  }
  return found;
}

test.each([
  [
    'each Monday at nine, over the change to summer time',
    'FREQ=WEEKLY;BYDAY=MO;BYHOUR=9',
    '2026-01-01T00:00',
    'Europe/Lisbon',
    '2026-03-22T12:00:00Z',
    ['2026-03-23T09:00:00+00:00', '2026-03-30T09:00:00+01:00', '2026-04-06T09:00:00+01:00'],
  ],
  [
    'a time that the spring skips comes an hour later',
    'FREQ=DAILY;BYHOUR=2;BYMINUTE=30',
    '2026-01-01T00:00',
    'Europe/Berlin',
    '2026-03-28T12:00:00Z',
    ['2026-03-29T03:30:00+02:00', '2026-03-30T02:30:00+02:00', '2026-03-31T02:30:00+02:00'],
  ],
  [
    'a time that the autumn repeats comes once, the first time',
    'FREQ=DAILY;BYHOUR=2;BYMINUTE=30',
    '2026-01-01T00:00',
    'Europe/Berlin',
    '2026-10-24T12:00:00Z',
    ['2026-10-25T02:30:00+02:00', '2026-10-26T02:30:00+01:00', '2026-10-27T02:30:00+01:00'],
  ],
  [
    'the last day of each month',
    'FREQ=MONTHLY;BYMONTHDAY=-1;BYHOUR=8',
    '2027-01-01T00:00',
    'UTC',
    '2027-01-15T00:00:00Z',
    ['2027-01-31T08:00:00+00:00', '2027-02-28T08:00:00+00:00', '2027-03-31T08:00:00+00:00'],
  ],
  [
    '29 February comes only in leap years',
    'FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29',
    '2024-01-01T10:00',
    'UTC',
    '2026-01-01T00:00:00Z',
    ['2028-02-29T10:00:00+00:00', '2032-02-29T10:00:00+00:00', '2036-02-29T10:00:00+00:00'],
  ],
  [
    'the second Friday, twice',
    'FREQ=MONTHLY;BYDAY=2FR;COUNT=2',
    '2026-01-01T10:00',
    'UTC',
    '2026-01-01T00:00:00Z',
    ['2026-01-09T10:00:00+00:00', '2026-02-13T10:00:00+00:00', 'never'],
  ],
  [
    '31 of a month skips those that have none',
    'FREQ=MONTHLY',
    '2026-01-31T10:00',
    'UTC',
    '2026-01-31T12:00:00Z',
    ['2026-03-31T10:00:00+00:00', '2026-05-31T10:00:00+00:00', '2026-07-31T10:00:00+00:00'],
  ],
] as const)('%s', (_, text, start, zone, after, expected) => {
  expect(firstThree(text, start, zone, after)).toEqual(expected);
});

test.each([
  ['', 'an empty part'],
  ['FREQ=HOURLY', 'FREQ must be'],
  ['FREQ=DAILY;BYSETPOS=1', 'BYSETPOS is not supported'],
  ['FREQ=WEEKLY;BYDAY=XX', 'BYDAY takes'],
  ['FREQ=WEEKLY;BYDAY=2MO', 'no meaning with WEEKLY'],
  ['FREQ=DAILY;BYHOUR=24', 'BYHOUR takes whole numbers from 0 to 23'],
  ['FREQ=DAILY;COUNT=0', 'COUNT takes'],
  ['FREQ=DAILY;FREQ=DAILY', 'stands twice'],
  ['FREQ=DAILY;UNTIL=tomorrow', 'UNTIL takes'],
])('the rule %j is refused with a reason', (text, reason) => {
  expect(parseRecurrence(text)).toContain(reason);
});

const some = <T>(list: readonly T[]) => fc.subarray([...list], { minLength: 1, maxLength: 3 });
const parts = fc.record({
  freq: fc.constantFrom('DAILY', 'WEEKLY', 'MONTHLY', 'YEARLY'),
  interval: fc.integer({ min: 1, max: 4 }),
  byDay: fc.option(some(['MO', 'TU', 'WE', 'TH', 'FR', 'SA', 'SU']), { nil: undefined }),
  byMonthDay: fc.option(some([1, 15, 28, 31, -1]), { nil: undefined }),
  byMonth: fc.option(some([1, 2, 6, 12]), { nil: undefined }),
  byHour: fc.option(some([0, 9, 23]), { nil: undefined }),
  count: fc.option(fc.integer({ min: 1, max: 30 }), { nil: undefined }),
});

test('any rule has the occurrences that another implementation finds', () => {
  fc.assert(
    fc.property(
      parts,
      fc.constantFrom('Europe/Lisbon', 'America/New_York', 'Asia/Kolkata'),
      fc.integer({ min: 0, max: 900 }),
      (given, zone, days) => {
        const { freq, interval, byDay, byMonthDay, byMonth, byHour, count } = given;
        // What RFC 5545 leaves undefined for these frequencies is not asked.
        const monthDays = freq === 'WEEKLY' ? undefined : byMonthDay;
        // Rules without any occurrence (every second month from January is never December) are not asked of the oracle.
        const months = interval > 1 || byMonthDay !== undefined ? undefined : byMonth;
        if (freq === 'DAILY' && interval > 1 && (monthDays ?? byDay) !== undefined) return;
        const text = [
          `FREQ=${freq};INTERVAL=${interval}`,
          byDay && `BYDAY=${byDay}`,
          monthDays && `BYMONTHDAY=${monthDays}`,
          months && `BYMONTH=${months}`,
          byHour && `BYHOUR=${byHour}`,
          count && `COUNT=${count}`,
        ]
          .filter(Boolean)
          .join(';');
        const start = '2026-01-05T10:30:00';
        const after = Date.parse('2026-01-01T00:00:00Z') + days * 86_400_000;
        const oracle = new RRuleTemporal({
          rruleString: `RRULE:${text}`,
          dtstart: Temporal.ZonedDateTime.from(`${start}[${zone}]`) as never,
          maxIterations: 100_000,
        });
        const expected = oracle.next(new Date(after))?.epochMilliseconds ?? NEVER;
        const found = nextOccurrence(rule(text), start, zone, after);
        if (found === NEVER && expected > after + (EMPTY_YEARS_MAX - 1) * 365 * 86_400_000) return;
        expect(found, `${text} in ${zone} after ${new Date(after).toISOString()}`).toBe(expected);
      },
    ),
    { numRuns: 400 },
  );
});
