import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { DAY_MS, HOUR_MS } from '#core/instant.ts';
import { book, claim, close, goesAt, type Lane, newPace, type Pace, type Turn, withLimits } from '#core/pace.ts';

const NOW = Date.parse('2026-03-01T09:00:00Z');
const limited = (perSecond: number, perDay = -1, sentLastDay = 0): Pace =>
  withLimits(newPace, { perSecond, perDay, sentLastDay }, NOW);
const many = (count: number, lane: Lane = 'marketing'): Lane[] => Array(count).fill(lane);
const places = (turns: readonly Turn[]): number[] => turns.flatMap((turn) => (turn.type === 'place' ? [turn.at] : []));

describe('the line to SES', () => {
  test('lets a few mails go at once, and spreads many over the time that the rate asks for', () => {
    const { turns } = book(limited(14), many(500), NOW);
    const at = places(turns);
    expect(at).toHaveLength(500);
    expect(at.filter((one) => goesAt(one) <= NOW)).toHaveLength(12);
    // Marketing has 8 tenths of 14 a second.
    expect(((at.at(-1) ?? 0) - NOW) / 1000).toBeCloseTo(499 / 11.2, 1);
  });

  test('lets transactional mail past any number of marketing mails', () => {
    const { pace } = book(limited(14), many(10_000), NOW);
    const { turns } = book(pace, many(1, 'transactional'), NOW + 5000);
    expect(places(turns)).toEqual([NOW + 5000]);
  });

  test('gives transactional mails of a batch their places first, whatever their order', () => {
    const { turns } = book(limited(1), ['marketing', 'transactional', 'transactional'], NOW);
    const [marketing = 0, ...transactional] = places(turns);
    expect(Math.max(...transactional)).toBeLessThanOrEqual(marketing);
  });

  test('leaves the last twentieth of the daily quota to transactional mail', () => {
    const asks = [...many(200), ...many(20, 'transactional')];
    const { turns } = book(limited(1000, 200, 10), asks, NOW);
    expect(places(turns.slice(200))).toHaveLength(20);
    expect(places(turns.slice(0, 200))).toHaveLength(160);
    expect(turns[199]).toMatchObject({ type: 'none', why: expect.stringContaining('200 mails in 24 hours') });
  });

  test('gives places again when the quota has freed, and does not count twice what is still to come', () => {
    const full = book(limited(10, 1000), many(950), NOW).pace;
    expect(book(full, many(1), NOW).turns[0]?.type).toBe('none');
    // An hour later all 950 are sent, and SES counts them.
    const later = withLimits(full, { perSecond: 10, perDay: 1000, sentLastDay: 950 }, NOW + HOUR_MS);
    expect([later.booked, book(later, many(1), NOW + HOUR_MS).turns[0]?.type]).toEqual([0, 'none']);
    const nextDay = withLimits(full, { perSecond: 10, perDay: 1000, sentLastDay: 0 }, NOW + DAY_MS);
    expect(places(book(nextDay, many(950), NOW + DAY_MS).turns)).toHaveLength(950);
  });

  test('that is closed gives nobody a place, says why, and opens by itself', () => {
    const closed = close(limited(14), NOW + HOUR_MS, 'sending is paused');
    expect(book(closed, many(1), NOW).turns).toEqual([{ type: 'none', again: NOW + HOUR_MS, why: 'sending is paused' }]);
    expect(places(book(closed, many(1), NOW + HOUR_MS).turns)).toEqual([NOW + HOUR_MS]);
  });

  test('holds a place for some seconds and no longer: an outage must not end in a burst', () => {
    expect([claim(NOW + 1001, NOW), claim(NOW + 1000, NOW), claim(NOW - 9000, NOW), claim(NOW - 11_000, NOW)]).toEqual([
      'later',
      'go',
      'go',
      'lost',
    ]);
  });
});

test('however mails come, SES never sees more than a second’s mails at once, and its rate after that', () => {
  const lane = fc.constantFrom<Lane>('marketing', 'transactional');
  const batch = fc.record({ afterMs: fc.integer({ min: 0, max: 3000 }), asks: fc.array(lane, { minLength: 1, maxLength: 25 }) });
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 500 }), fc.array(batch, { maxLength: 60 }), (perSecond, batches) => {
      let pace = limited(perSecond);
      let now = NOW;
      const goAt: number[] = [];
      for (const { afterMs, asks } of batches) {
        now += afterMs;
        const booked = book(pace, asks, now);
        pace = booked.pace;
        for (const at of places(booked.turns)) {
          // A queue delays by whole seconds, so a mail goes up to a second late; the earliest and the latest that it may.
          goAt.push(goesAt(at) <= now ? now : now + Math.ceil((goesAt(at) - now) / 1000) * 1000);
        }
        expect(booked.turns).toHaveLength(asks.length);
      }
      expect(withinBucket(goAt, perSecond)).toBe(true);
    }),
  );
});

/**
 * A bucket of one second's mails that fills at the rate: how SES counts. Below 20 mails a second each lane may have one more
 * in it, which is what SES calls a short burst.
 */
function withinBucket(goAt: readonly number[], perSecond: number): boolean {
  const size = Math.max(perSecond, 0.9 * perSecond + 2);
  let tokens = size;
  let last = 0;
  for (const at of [...goAt].sort((one, other) => one - other)) {
    tokens = Math.min(size, tokens + ((at - last) * perSecond) / 1000) - 1;
    last = at;
    if (tokens < -1e-6) return false;
  }
  return true;
}
