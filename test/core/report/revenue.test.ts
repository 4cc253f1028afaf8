import { describe, expect, test } from 'vitest';
import { added } from '#core/report/added.ts';
import { type Buckets, bucketOf, meanOf, revenueInterval } from '#core/report/revenue.ts';
import { type Random, random } from '../../support/random.ts';

/** People of whom some buy, for amounts with a long tail. */
function group(dice: Random, people: number, { rate, name }: { rate: number; name: string }): Buckets {
  const list: Record<string, { people: number; minor: number }> = {};
  for (let i = 0; i < people; i += 1) {
    const minor = dice.chance(rate) ? Math.round(4000 * Math.exp(0.8 * normal(dice))) : 0;
    const bucket = bucketOf(`cus_${name}${i}`);
    const known = list[bucket] ?? { people: 0, minor: 0 };
    list[bucket] = { people: known.people + 1, minor: known.minor + minor };
  }
  return list;
}

const normal = (dice: Random): number => Math.sqrt(-2 * Math.log(1 - dice.next())) * Math.cos(2 * Math.PI * dice.next());
const MEAN = 4000 * Math.exp(0.8 ** 2 / 2);

describe('simulated shops of which the truth is known', () => {
  const trials = (seed: number, rates: readonly [number, number]) =>
    Array.from({ length: 300 }, (_, trial) => {
      const dice = random(seed * 1000 + trial);
      const treated = group(dice, 1800, { rate: rates[0], name: `${trial}-a` });
      const heldOut = group(dice, 600, { rate: rates[1], name: `${trial}-b` });
      return revenueInterval(treated, heldOut, 'win-back') ?? [Number.NaN, Number.NaN];
    });

  test('about 95 of 100 intervals hold what the journey brings', () => {
    const truth = (0.15 - 0.1) * MEAN;
    const held = trials(1, [0.15, 0.1]).filter(([low, high]) => low <= truth && truth <= high);
    expect(held.length / 300).toBeGreaterThan(0.92);
    expect(held.length / 300).toBeLessThan(0.98);
  });

  test('a journey that brings nothing is inconclusive in about 95 of 100', () => {
    const held = trials(2, [0.1, 0.1]).filter(([low, high]) => low <= 0 && high >= 0);
    expect(held.length / 300).toBeGreaterThan(0.92);
    expect(held.length / 300).toBeLessThan(0.98);
  });
});

test('the same figures give the same interval, in whatever order pages were added up; few people give none', () => {
  const dice = random(3);
  const pages = ['a', 'b', 'c'].map((name) => group(dice, 200, { rate: 0.3, name }));
  const heldOut = group(dice, 100, { rate: 0.2, name: 'd' });
  const forth = pages.reduce(added, {});
  const back = [...pages].reverse().reduce(added, {});
  expect(meanOf(back)).toBe(meanOf(forth));
  expect(revenueInterval(back, heldOut, 'x')).toEqual(revenueInterval(forth, heldOut, 'x'));
  expect(revenueInterval({ '1': { people: 500, minor: 9 } }, heldOut, 'x')).toBeUndefined();
});
