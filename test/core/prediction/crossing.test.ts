import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { DAY_MS, NEVER } from '#core/instant.ts';
import {
  firstInstant,
  nextOrderAt,
  pAliveAt,
  pOrderAt,
  type Silence,
  whenNextOrderMovesTo,
  whenPAliveFallsBelow,
  whenPOrderFallsBelow,
} from '#core/prediction/crossing.ts';
import type { Lifetime } from '#core/prediction/lifetime.ts';

const lifetime: Lifetime = { kind: 'mbgnbd', params: { r: 0.5248, alpha: 6.1831, a: 0.8914, b: 1.614 } };
const start = Date.UTC(2026, 0, 1);
const WEEK_MS = 7 * DAY_MS;
const silence = (repeats: number, weeks: number): Silence => ({
  repeats,
  firstOrderAt: start,
  lastOrderAt: start + (repeats === 0 ? 0 : weeks * WEEK_MS),
});
const silences = fc.tuple(fc.nat(80), fc.integer({ min: 1, max: 200 })).map(([repeats, weeks]) => silence(repeats, weeks));
const lines = fc.double({ min: 0.01, max: 0.95, noNaN: true });

describe('the instant at which P(alive) falls below a line', () => {
  test('is exact to the millisecond', () => {
    fc.assert(
      fc.property(silences, lines, fc.constantFrom('bgnbd', 'mbgnbd'), (one, line, kind) => {
        const shop: Lifetime = { ...lifetime, kind };
        const at = whenPAliveFallsBelow(shop, one, line);
        fc.pre(at !== NEVER);
        expect(Number.isInteger(at)).toBe(true);
        expect(pAliveAt(shop, one, at)).toBeLessThan(line);
        if (at > one.lastOrderAt) expect(pAliveAt(shop, one, at - 1)).toBeGreaterThanOrEqual(line);
      }),
    );
  });

  test('comes sooner for a weekly buyer than for a yearly one', () => {
    const silentFor = (one: Silence): number => (whenPAliveFallsBelow(lifetime, one, 0.5) - one.lastOrderAt) / DAY_MS;
    const weekly = silentFor(silence(104, 104));
    const yearly = silentFor(silence(2, 104));
    expect(weekly).toBeGreaterThan(7);
    expect(weekly).toBeLessThan(60);
    expect(yearly).toBeGreaterThan(365);
  });

  test.each([
    ['a one-time buyer under BG/NBD', { ...lifetime, kind: 'bgnbd' } as const, silence(0, 0), 0.9, NEVER],
    ['a line of nothing', lifetime, silence(3, 9), 0, NEVER],
    ['a line that is no number', lifetime, silence(3, 9), Number.NaN, NEVER],
    ['certainty, where leaving was possible', lifetime, silence(3, 9), 1, silence(3, 9).lastOrderAt],
    ['more than the chance right after the order', lifetime, silence(0, 0), 0.9, start],
    ['certainty, of a one-time buyer under BG/NBD', { ...lifetime, kind: 'bgnbd' } as const, silence(0, 0), 1, NEVER],
  ])('%s', (_, shop, one, line, at) => expect(whenPAliveFallsBelow(shop, one, line)).toBe(at));

  test('is never where it lies beyond the year 9999', () => {
    const slow: Lifetime = { kind: 'mbgnbd', params: { r: 0.001, alpha: 6, a: 0.01, b: 5 } };
    expect(whenPAliveFallsBelow(slow, silence(0, 0), 0.01)).toBe(NEVER);
  });
});

describe('the instant at which the probability of an order within 90 days falls below a line', () => {
  const calibration = {
    points: [
      { predicted: 0, observed: 0 },
      { predicted: 0.1, observed: 0.2 },
      { predicted: 0.5, observed: 0.45 },
      { predicted: 1, observed: 1 },
    ],
  };

  test.each([
    ['as it is', undefined],
    ['calibrated', calibration],
  ])('is exact to the millisecond: %s', (_, curve) => {
    fc.assert(
      fc.property(silences, lines, (one, line) => {
        const question = { silence: one, weeks: 90 / 7, ...(curve !== undefined && { calibration: curve }) };
        const at = whenPOrderFallsBelow(lifetime, question, line);
        expect(at).not.toBe(NEVER);
        expect(pOrderAt(lifetime, { ...question, at })).toBeLessThan(line);
        if (at > one.lastOrderAt) expect(pOrderAt(lifetime, { ...question, at: at - 1 })).toBeGreaterThanOrEqual(line);
      }),
    );
  });

  test('is there for one-time buyers under BG/NBD, too', () => {
    const at = whenPOrderFallsBelow({ ...lifetime, kind: 'bgnbd' }, { silence: silence(0, 0), weeks: 13 }, 0.2);
    expect(at).toBeGreaterThan(start);
    expect(at).toBeLessThan(NEVER);
  });

  test('a line of nothing is never crossed', () =>
    expect(whenPOrderFallsBelow(lifetime, { silence: silence(2, 9), weeks: 13 }, 0)).toBe(NEVER));
});

describe('the next order', () => {
  test('is expected later, the longer none has come', () => {
    fc.assert(
      fc.property(silences, fc.integer({ min: 1, max: 1000 }), (one, days) => {
        const promised = nextOrderAt(lifetime, one, one.lastOrderAt);
        fc.pre(promised !== NEVER);
        expect(promised).toBeGreaterThan(one.lastOrderAt);
        expect(nextOrderAt(lifetime, one, one.lastOrderAt + days * DAY_MS)).toBeGreaterThan(promised + days * DAY_MS - 2);
      }),
    );
  });

  test('moves past a date at an instant that is exact', () => {
    const one = silence(5, 20);
    const date = nextOrderAt(lifetime, one, one.lastOrderAt) + 10 * DAY_MS;
    const at = whenNextOrderMovesTo(lifetime, one, date);
    expect(nextOrderAt(lifetime, one, at)).toBeGreaterThanOrEqual(date);
    expect(nextOrderAt(lifetime, one, at - 1)).toBeLessThan(date);
  });

  test('beyond the year 9999 is never', () => {
    const slow: Lifetime = { kind: 'mbgnbd', params: { r: 0.01, alpha: 6, a: 1, b: 5 } };
    expect(nextOrderAt(slow, silence(0, 0), start)).toBe(NEVER);
  });
});

test('the first instant is found from any guess', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 1e13 }), fc.integer({ min: -1e6, max: 1e6 }), (truth, off) => {
      expect(firstInstant((at) => at >= truth, 0, truth + off)).toBe(truth);
    }),
  );
  expect(firstInstant(() => false, 0)).toBe(NEVER);
});
