import fc from 'fast-check';
import { Temporal } from 'temporal-polyfill';
import { describe, expect, test } from 'vitest';
import { add, fromIso, isDuration, isZone, toIso } from '#core/instant.ts';

const instants = fc.integer({ min: Date.parse('1970-01-01'), max: Date.parse('2100-01-01') });
const durations = fc
  .record({
    years: fc.nat(3),
    months: fc.nat(30),
    weeks: fc.nat(9),
    days: fc.nat(400),
    hours: fc.nat(99),
    minutes: fc.nat(99),
    seconds: fc.nat(99),
  })
  .map((parts) => Temporal.Duration.from(parts))
  .filter((duration) => duration.sign === 1);

test('a duration is added as Temporal adds it in UTC, whose days have 24 hours', () => {
  fc.assert(
    fc.property(instants, durations, (at, duration) => {
      const expected = Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO('UTC').add(duration).epochMilliseconds;
      // Temporal adds years and months first, then the rest; so does `add`.
      expect(add(at, duration.toString())).toBe(expected);
    }),
    { numRuns: 1000 },
  );
});

test.each([
  ['2026-01-31T10:00:00Z', 'P1M', '2026-02-28T10:00:00.000Z'],
  ['2028-02-29T10:00:00Z', 'P1Y', '2029-02-28T10:00:00.000Z'],
  ['2026-12-31T23:59:59Z', 'P2M', '2027-02-28T23:59:59.000Z'],
  ['2026-01-01T00:00:00Z', 'P1W', '2026-01-08T00:00:00.000Z'],
])('%s and %s is %s', (at, duration, expected) => {
  expect(toIso(add(Date.parse(at), duration))).toBe(expected);
});

test.each(['', 'P', 'PT', 'P-1D', '-P1D', '3 days', 'P1H', 'P1.5D'])('%j is not a duration', (text) => {
  expect(isDuration(text)).toBe(false);
  expect(() => add(0, text)).toThrow('is not an ISO 8601 duration');
});

test('nothing is no duration to wait for', () => expect(isDuration('PT0S')).toBe(false));

describe('a time zone', () => {
  test.each(['Europe/Lisbon', 'America/Argentina/Buenos_Aires', 'Asia/Kolkata', 'UTC'])('%s is one', (zone) =>
    expect(isZone(zone)).toBe(true),
  );
  test.each(['Mars/Olympus', '+01:00', '', 'x'.repeat(1000), 5, null])('%j is none', (zone) => expect(isZone(zone)).toBe(false));
});

test.each([
  ['2026-01-01', '2026-01-01T00:00:00.000Z'],
  ['2026-01-01T10:00:00+01:00', '2026-01-01T09:00:00.000Z'],
  ['2026-01-01T10:00:00', '2026-01-01T10:00:00.000Z'],
  ['2026-01-01T10:00:00.123456Z', '2026-01-01T10:00:00.123Z'],
  ['soon', undefined],
  ['2026-13-01', undefined],
])('the text %j is the instant %j', (text, expected) => {
  const at = fromIso(text);
  expect(at === undefined ? undefined : toIso(at)).toBe(expected);
});
