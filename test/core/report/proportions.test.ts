import { describe, expect, test } from 'vitest';
import { newcombeInterval, peopleNeeded, type Share, wilsonInterval } from '#core/report/proportions.ts';
import { random } from '../../support/random.ts';

const share = (converted: number, people: number): Share => ({ converted, people });

/** Newcombe 1998, Statistics in Medicine 17:873–890, table II, method 10. */
test.each([
  { one: share(56, 70), other: share(48, 80), low: 0.0524, high: 0.3339 },
  { one: share(9, 10), other: share(3, 10), low: 0.1705, high: 0.809 },
  { one: share(6, 7), other: share(2, 7), low: 0.0582, high: 0.8062 },
  { one: share(5, 56), other: share(0, 29), low: -0.0381, high: 0.1926 },
  { one: share(0, 10), other: share(0, 20), low: -0.1611, high: 0.2775 },
  { one: share(0, 10), other: share(0, 10), low: -0.2775, high: 0.2775 },
  { one: share(10, 10), other: share(0, 20), low: 0.6791, high: 1 },
  { one: share(10, 10), other: share(0, 10), low: 0.6075, high: 1 },
])('the interval of $one.converted/$one.people − $other.converted/$other.people is as published', ({ one, other, low, high }) => {
  const interval = newcombeInterval(one, other);
  expect(interval?.[0]).toBeCloseTo(low, 4);
  expect(interval?.[1]).toBeCloseTo(high, 4);
});

/** Newcombe 1998, Statistics in Medicine 17:857–872, table I, method 3. */
test.each([
  { of: share(81, 263), low: 0.2553, high: 0.3662 },
  { of: share(15, 148), low: 0.0624, high: 0.1605 },
  { of: share(0, 20), low: 0, high: 0.1611 },
  { of: share(1, 29), low: 0.0061, high: 0.1718 },
])('the interval of $of.converted/$of.people alone is as published', ({ of, low, high }) => {
  expect(wilsonInterval(of)[0]).toBeCloseTo(low, 4);
  expect(wilsonInterval(of)[1]).toBeCloseTo(high, 4);
});

test('exchanging the groups turns the interval round; an empty group has none', () => {
  const [low, high] = newcombeInterval(share(12, 90), share(40, 700)) ?? [0, 0];
  const turned = newcombeInterval(share(40, 700), share(12, 90));
  expect(turned?.[0]).toBeCloseTo(-high, 12);
  expect(turned?.[1]).toBeCloseTo(-low, 12);
  expect(newcombeInterval(share(0, 0), share(1, 2))).toBeUndefined();
});

describe('simulated trials of which the truth is known', () => {
  const trials = (seed: number, [p, q]: readonly [number, number], [m, n]: readonly [number, number]) => {
    const dice = random(seed);
    const drawn = (rate: number, people: number): Share => {
      let converted = 0;
      for (let i = 0; i < people; i += 1) converted += dice.chance(rate) ? 1 : 0;
      return share(converted, people);
    };
    return Array.from({ length: 2000 }, () => newcombeInterval(drawn(p, m), drawn(q, n)) ?? [Number.NaN, Number.NaN]);
  };

  test.each([
    { rates: [0.12, 0.08], sizes: [900, 100] },
    { rates: [0.05, 0.02], sizes: [450, 50] },
    { rates: [0.5, 0.6], sizes: [100, 100] },
  ] as const)('about 95 of 100 intervals hold it: $rates of $sizes people', ({ rates, sizes }) => {
    const held = trials(11, rates, sizes).filter(([low, high]) => low <= rates[0] - rates[1] && rates[0] - rates[1] <= high);
    expect(held.length / 2000).toBeGreaterThan(0.935);
    expect(held.length / 2000).toBeLessThan(0.98);
  });

  test('where nothing was brought about, about 95 of 100 hold 0', () => {
    const held = trials(12, [0.1, 0.1], [900, 100]).filter(([low, high]) => low <= 0 && high >= 0);
    expect(held.length / 2000).toBeGreaterThan(0.935);
    expect(held.length / 2000).toBeLessThan(0.975);
  });

  test('with as many people as are said to be needed, about 80 of 100 show the difference', () => {
    const all = peopleNeeded(share(900, 9000), share(60, 1000)) ?? 0;
    const [m, n] = [Math.round(all * 0.9), Math.round(all * 0.1)];
    const shown = trials(13, [0.1, 0.06], [m, n]).filter(([low, high]) => low > 0 || high < 0);
    expect(shown.length / 2000).toBeGreaterThan(0.76);
    expect(shown.length / 2000).toBeLessThan(0.86);
  });
});

test('10 % against 8 % needs 6,426 people in groups of one size, as textbooks have it; equal shares need for ever', () => {
  expect(peopleNeeded(share(100, 1000), share(80, 1000))).toBe(6426);
  expect(peopleNeeded(share(80, 1000), share(100, 1000))).toBe(6426);
  expect(peopleNeeded(share(100, 1000), share(10, 100))).toBeUndefined();
});
