import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  type Buyer,
  chancesToLeave,
  expectedOfNewBuyer,
  expectedOrders,
  expectedWhileAlive,
  type Lifetime,
  medianWaitWeeks,
  probabilityAlive,
  probabilityOfOrder,
} from '#core/prediction/lifetime.ts';
import { lnBeta } from '#core/prediction/special-functions.ts';
import { seenOn, simulatedShop } from '../../support/simulated-shop.ts';

const published: Lifetime = { kind: 'bgnbd', params: { r: 0.243, alpha: 4.414, a: 0.793, b: 2.426 } };
const modified: Lifetime = { kind: 'mbgnbd', params: { r: 0.5248, alpha: 6.1831, a: 0.8914, b: 1.614 } };

const positive = fc.double({ min: 0.05, max: 20, noNaN: true });
const lifetimes: fc.Arbitrary<Lifetime> = fc.record({
  kind: fc.constantFrom('bgnbd', 'mbgnbd'),
  params: fc.record({ r: positive, alpha: positive, a: positive, b: positive }),
});
const buyers: fc.Arbitrary<Buyer> = fc
  .record({
    repeats: fc.nat(60),
    recency: fc.double({ min: 0.01, max: 1, noNaN: true }),
    ageWeeks: fc.integer({ min: 1, max: 300 }),
  })
  .map(({ repeats, recency, ageWeeks }) => ({ repeats, ageWeeks, lastWeek: repeats === 0 ? 0 : recency * ageWeeks }));

describe('P(alive)', () => {
  test('is 1 for a one-time buyer under BG/NBD, always; under MBG/NBD it begins at b / (a + b)', () => {
    const once = { repeats: 0, lastWeek: 0, ageWeeks: 300 };
    expect(probabilityAlive(published, once)).toBe(1);
    expect(probabilityAlive(modified, { ...once, ageWeeks: 0 })).toBeCloseTo(1.614 / (0.8914 + 1.614), 12);
    expect(probabilityAlive(modified, once)).toBeLessThan(0.2);
  });

  test('falls while no order comes, and right after an order is the chance to have survived it', () => {
    fc.assert(
      fc.property(lifetimes, buyers, (lifetime, buyer) => {
        const { a, b } = lifetime.params;
        const survived = b + chancesToLeave(lifetime.kind, buyer.repeats) - 1;
        const justNow = probabilityAlive(lifetime, { ...buyer, ageWeeks: buyer.lastWeek });
        const possible = chancesToLeave(lifetime.kind, buyer.repeats) > 0;
        expect(justNow).toBeCloseTo(possible ? survived / (a + survived) : 1, 12);
        expect(probabilityAlive(lifetime, buyer)).toBeLessThanOrEqual(justNow);
        expect(probabilityAlive(lifetime, { ...buyer, ageWeeks: buyer.ageWeeks + 1 })).toBeLessThanOrEqual(
          probabilityAlive(lifetime, buyer),
        );
      }),
    );
  });

  test('is a number for the most extreme histories', () => {
    const faithful = { repeats: 500, lastWeek: 999, ageWeeks: 1000 };
    for (const lifetime of [published, modified]) {
      expect(probabilityAlive(lifetime, faithful)).toBeGreaterThan(0.99);
      expect(probabilityAlive(lifetime, { ...faithful, lastWeek: 10 })).toBe(0);
      expect(expectedOrders(lifetime, faithful, 52)).toBeGreaterThan(20);
      expect(expectedOrders(lifetime, faithful, 52)).toBeLessThan(27);
    }
  });
});

describe('expected orders', () => {
  test.each<[string, Lifetime, Buyer, number]>([
    ['a plain customer', published, { repeats: 2, lastWeek: 30.43, ageWeeks: 38.86 }, 39],
    ['… by MBG/NBD', modified, { repeats: 2, lastWeek: 30.43, ageWeeks: 38.86 }, 39],
    [
      'a = 1, where the published form is 0/0',
      { kind: 'bgnbd', params: { r: 0.5, alpha: 5, a: 1, b: 2 } },
      { repeats: 3, lastWeek: 9, ageWeeks: 20 },
      52,
    ],
    [
      'a next to 1',
      { kind: 'bgnbd', params: { r: 0.5, alpha: 5, a: 1 + 1e-9, b: 2 } },
      { repeats: 3, lastWeek: 9, ageWeeks: 20 },
      52,
    ],
    [
      'a + b < 1 and no repeat order',
      { kind: 'bgnbd', params: { r: 0.5, alpha: 5, a: 0.3, b: 0.4 } },
      { repeats: 0, lastWeek: 0, ageWeeks: 20 },
      52,
    ],
    ['500 orders', modified, { repeats: 500, lastWeek: 990, ageWeeks: 1000 }, 104],
    [
      'people alike in how often they order',
      { kind: 'mbgnbd', params: { r: 60, alpha: 100, a: 0.8, b: 2 } },
      { repeats: 4, lastWeek: 9, ageWeeks: 12 },
      26,
    ],
    ['… and a = 1', { kind: 'mbgnbd', params: { r: 60, alpha: 100, a: 1, b: 2 } }, { repeats: 4, lastWeek: 9, ageWeeks: 12 }, 26],
    [
      '… and a + b < 1',
      { kind: 'bgnbd', params: { r: 60, alpha: 100, a: 0.3, b: 0.4 } },
      { repeats: 0, lastWeek: 0, ageWeeks: 12 },
      26,
    ],
    ['a horizon far beyond all that is known', modified, { repeats: 0, lastWeek: 0, ageWeeks: 0 }, 2000],
  ])('agree with an integral over all customers: %s', (_, lifetime, buyer, weeks) => {
    const exact = integrated(lifetime, buyer, weeks);
    expect(Math.abs(expectedWhileAlive(lifetime, buyer, weeks) / exact - 1)).toBeLessThan(1e-8);
  });

  test('begin at 0, grow with the horizon by less and less, and are at least the chance of one', () => {
    fc.assert(
      fc.property(lifetimes, buyers, fc.integer({ min: 1, max: 100 }), (lifetime, buyer, weeks) => {
        const [none, one = 0, two = 0] = [0, weeks, 2 * weeks].map((horizon) => expectedOrders(lifetime, buyer, horizon));
        expect(none).toBe(0);
        expect(two).toBeGreaterThanOrEqual(one * (1 - 1e-9));
        expect(two).toBeLessThanOrEqual(2 * one * (1 + 1e-9));
        expect(probabilityOfOrder(lifetime, buyer, weeks)).toBeLessThanOrEqual(one * (1 + 1e-9) + 1e-15);
      }),
    );
  });

  test('of a new BG/NBD buyer follow the published formula', () => {
    const { r, alpha, a, b } = published.params;
    let [term, series] = [1, 1];
    const z = 39 / (alpha + 39);
    for (let n = 0; n < 2000; n += 1) {
      term *= ((r + n) * (b + n) * z) / ((a + b - 1 + n) * (1 + n));
      series += term;
    }
    const expected = ((a + b - 1) / (a - 1)) * (1 - (alpha / (alpha + 39)) ** r * series);
    expect(expectedOfNewBuyer(published, 39)).toBeCloseTo(expected, 11);
  });
});

describe.each([published, modified])('simulated customers of $kind', (lifetime) => {
  const [untilDay, weeks] = [280, 13];
  const shop = { lifetime, customers: 40_000, arrivalDays: 1, untilDay, endDay: untilDay + 7 * weeks };
  const seen = [...simulatedShop(shop, 11)].flatMap((one) => {
    const days = seenOn(one, untilDay);
    if (days === undefined) return [];
    const buyer = { repeats: days.repeats, lastWeek: days.lastDay / 7, ageWeeks: days.ageDay / 7 };
    return [{ buyer, alive: one.leftDay > untilDay, later: one.orders.filter(({ day }) => day > untilDay).length }];
  });

  test.each([0, 1, 2, 3])('with %d repeat orders stay, order and order again as often as foretold', (repeats) => {
    const those = seen.filter(({ buyer }) => buyer.repeats === repeats);
    const mean = (of: (one: (typeof those)[number]) => number): number =>
      those.reduce((sum, one) => sum + of(one), 0) / those.length;
    const within = 3.5 / Math.sqrt(those.length);
    const alive = mean(({ buyer }) => probabilityAlive(lifetime, buyer));
    expect(Math.abs(mean((one) => Number(one.alive)) - alive)).toBeLessThan(within * 0.5);
    const ordered = mean(({ buyer }) => probabilityOfOrder(lifetime, buyer, weeks));
    expect(Math.abs(mean((one) => Number(one.later > 0)) - ordered)).toBeLessThan(
      within * Math.sqrt(ordered * (1 - ordered)) + 0.002,
    );
    const orders = mean(({ buyer }) => expectedOrders(lifetime, buyer, weeks));
    const spread = Math.sqrt(mean((one) => (one.later - orders) ** 2));
    expect(Math.abs(mean((one) => one.later) - orders)).toBeLessThan(within * spread + 0.02 * orders);
  });
});

test('half of the active customers have ordered by the median wait', () => {
  fc.assert(
    fc.property(lifetimes, buyers, (lifetime, buyer) => {
      const wait = medianWaitWeeks(lifetime, buyer);
      fc.pre(wait < 1e9);
      const ordered = probabilityOfOrder(lifetime, buyer, wait) / probabilityAlive(lifetime, buyer);
      fc.pre(!Number.isNaN(ordered));
      expect(ordered).toBeCloseTo(0.5, 9);
    }),
  );
});

/** E[(1 − (1 + p t / A)^−R) / p], p ~ Beta(a, B), by the double-exponential rule, which minds no singular ends. */
function integrated({ kind, params: { r, alpha, a, b } }: Lifetime, { repeats, ageWeeks }: Buyer, weeks: number): number {
  const B = b + chancesToLeave(kind, repeats);
  const step = 1 / 256;
  let sum = 0;
  for (let i = -6 / step; i <= 6 / step; i += 1) {
    const u = (Math.PI / 2) * Math.sinh(i * step);
    const [lnP, lnQ] = [-Math.log1p(Math.exp(-2 * u)), -Math.log1p(Math.exp(2 * u))];
    const growth = -Math.expm1(-(r + repeats) * Math.log1p((Math.exp(lnP) * weeks) / (alpha + ageWeeks)));
    const lnWeight = a * lnP + B * lnQ - lnBeta(a, B) - lnP + Math.log(Math.PI * Math.cosh(i * step));
    if (growth > 0 && lnWeight > -700) sum += growth * Math.exp(lnWeight) * step;
  }
  return sum;
}
