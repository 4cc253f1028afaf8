import { describe, expect, test } from 'vitest';
import { isPeriodLength, lastDay, lengthWords, periodOf } from '#core/period.ts';
import { instant } from '../support/shop.ts';

const iso = (at: number): string => new Date(at).toISOString().slice(0, 16);

test.each([
  // A Saturday.
  ['P1D', '2026-03-14T12:00Z', 'UTC', '2026-03-14T00:00', '2026-03-15T00:00'],
  ['P1W', '2026-03-14T12:00Z', 'UTC', '2026-03-09T00:00', '2026-03-16T00:00'],
  ['P1M', '2026-03-14T12:00Z', 'UTC', '2026-03-01T00:00', '2026-04-01T00:00'],
  ['P3M', '2026-03-14T12:00Z', 'UTC', '2026-01-01T00:00', '2026-04-01T00:00'],
  ['P1Y', '2026-03-14T12:00Z', 'UTC', '2026-01-01T00:00', '2027-01-01T00:00'],
  ['P30D', '2026-03-14T12:00Z', 'UTC', '2026-02-19T00:00', '2026-03-21T00:00'],
  ['P1M', '2024-02-29T23:59:59.999Z', 'UTC', '2024-02-01T00:00', '2024-03-01T00:00'],
  // Midnight of the zone, where the clocks go forward in between.
  ['P1M', '2026-03-31T23:30Z', 'Europe/Lisbon', '2026-03-31T23:00', '2026-04-30T23:00'],
  ['P1M', '2026-03-31T22:30Z', 'Europe/Lisbon', '2026-03-01T00:00', '2026-03-31T23:00'],
  // A day whose midnight the clocks skip begins at one.
  ['P1D', '2024-09-08T12:00Z', 'America/Santiago', '2024-09-08T04:00', '2024-09-09T03:00'],
  // Before the day that periods are counted from.
  ['P1W', '2000-12-31T12:00Z', 'UTC', '2000-12-25T00:00', '2001-01-01T00:00'],
  ['P1Y', '1999-06-01T12:00Z', 'UTC', '1999-01-01T00:00', '2000-01-01T00:00'],
])('%s around %s in %s goes from %s to %s', (length, at, zone, from, to) => {
  const period = periodOf(length, Date.parse(at), zone);
  expect([iso(period.from), iso(period.to)]).toEqual([from, to]);
});

test('periods follow each other without a gap, through leap days and changes of the clocks', () => {
  for (const length of ['P1D', 'P7D', 'P30D', 'P1W', 'P1M', 'P5M', 'P1Y']) {
    let period = periodOf(length, instant('2023-11-01'), 'Europe/Lisbon');
    for (let round = 0; round < 40; round += 1) {
      const next = periodOf(length, period.to, 'Europe/Lisbon');
      expect(next.from).toBe(period.to);
      expect(periodOf(length, next.to - 1, 'Europe/Lisbon')).toEqual(next);
      period = next;
    }
  }
});

describe('a length', () => {
  test.each(['P30D', 'P2W', 'P1W3D', 'P1M', 'P1Y6M'])('%s is one', (text) => expect(isPeriodLength(text)).toBe(true));
  test.each(['P0D', 'PT12H', 'P1DT1H', 'P1M1D', 'P', '30', 'P1.5D'])('%s is none', (text) =>
    expect(isPeriodLength(text)).toBe(false),
  );
  test.each([
    ['P1D', 'the day'],
    ['P30D', 'the 30 days'],
    ['P14D', 'the 2 weeks'],
    ['P1M', 'the month'],
    ['P3M', 'the 3 months'],
    ['P12M', 'the year'],
  ])('%s reads “%s”', (length, words) => expect(lengthWords(length)).toBe(words));
});

test('the last day is the one before the next period begins, on the wall clock', () => {
  expect(lastDay(periodOf('P1M', instant('2026-03-14'), 'Europe/Lisbon'), 'Europe/Lisbon')).toBe('2026-03-31');
});
