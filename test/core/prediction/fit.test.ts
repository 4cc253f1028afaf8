import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { groupBuyers, thinned } from '#core/prediction/buyer-groups.ts';
import { fitLifetime, type LifetimeFit } from '#core/prediction/fit-lifetime.ts';
import { fitSpend, type SpendFit } from '#core/prediction/fit-spend.ts';
import { expectedOfNewBuyer, type Lifetime, type LifetimeKind } from '#core/prediction/lifetime.ts';
import { lifetimeLikelihood } from '#core/prediction/lifetime-likelihood.ts';
import { expectedSpend, spendLikelihood } from '#core/prediction/spend.ts';
import { cdnowThere, cdnowTrials } from '../../support/cdnow.ts';
import { seenOn, simulatedShop } from '../../support/simulated-shop.ts';

const mbgnbd: Lifetime = { kind: 'mbgnbd', params: { r: 0.6, alpha: 6, a: 0.9, b: 2 } };
const bgnbd: Lifetime = { kind: 'bgnbd', params: { r: 0.4, alpha: 5, a: 0.8, b: 2.5 } };
const spend = { p: 5, q: 4, v: 60 };

function buyersOf(lifetime: Lifetime, customers: number, seed: number) {
  const shop = { lifetime, spend, customers, arrivalDays: 180, untilDay: 540, endDay: 540 };
  return [...simulatedShop(shop, seed)].map((one) => ({ one, days: seenOn(one, 540) }));
}

const groupsOf = (lifetime: Lifetime, customers: number, seed: number) =>
  groupBuyers(buyersOf(lifetime, customers, seed).flatMap(({ days }) => days ?? []));

function fitted(kind: LifetimeKind, groups: ReturnType<typeof groupBuyers>): LifetimeFit {
  const fit = fitLifetime(kind, groups);
  if ('refused' in fit) throw new Error(fit.refused);
  return fit;
}

describe.skipIf(!cdnowThere)('the CDNOW customers (set CDNOW_DIR where their data are elsewhere)', () => {
  const trials = cdnowThere ? cdnowTrials() : [];
  const groups = groupBuyers(trials.map(({ before }) => before));

  test('give the published BG/NBD estimates', () => {
    const { params, logLikelihood, search, customers, repeatBuyers } = fitted('bgnbd', groups);
    expect([customers, repeatBuyers]).toEqual([2357, 946]);
    expect(search).toMatchObject({ status: 'converged', prior: false });
    expect(params.r).toBeCloseTo(0.2426, 4);
    expect(params.alpha).toBeCloseTo(4.4136, 3);
    expect(params.a).toBeCloseTo(0.7929, 3);
    expect(params.b).toBeCloseTo(2.4259, 3);
    expect(logLikelihood).toBeCloseTo(-9582.4292, 4);
  });

  test('give the MBG/NBD estimates of another implementation', () => {
    const { params, logLikelihood } = fitted('mbgnbd', groups);
    expect(params.r).toBeCloseTo(0.5248, 4);
    expect(params.alpha).toBeCloseTo(6.1831, 3);
    expect(params.a).toBeCloseTo(0.8914, 3);
    expect(params.b).toBeCloseTo(1.614, 3);
    expect(logLikelihood).toBeCloseTo(-9582.1357, 3);
  });

  test('give the published Gamma-Gamma estimates', () => {
    const fit = fitSpend(trials.flatMap(({ spender }) => spender ?? [])) as SpendFit;
    expect(fit.params.p).toBeCloseTo(6.25, 2);
    expect(fit.params.q).toBeCloseTo(3.744, 3);
    expect(fit.params.v).toBeCloseTo(15.44, 2);
    expect(fit.logLikelihood).toBeCloseTo(-4055.9177, 3);
    expect(fit.meanOrder).toBeCloseTo(35.17, 2);
    expect(fit.correlation).toBeCloseTo(0.114, 3);
  });
});

describe('likelihoods', () => {
  const points = [
    [0, 0, 0, 0],
    [-1.4, 1.5, -0.2, 0.9],
    [2, 3, -2, 2],
  ];

  test.each(['bgnbd', 'mbgnbd'] as const)('of %s have the slopes that they say', (kind) => {
    const likelihood = lifetimeLikelihood(kind, groupsOf(mbgnbd, 200, 1));
    for (const point of points) checkSlopes(likelihood, point);
  });

  test('of Gamma-Gamma have the slopes that they say', () => {
    const likelihood = spendLikelihood([
      { repeats: 1, mean: 12 },
      { repeats: 4, mean: 33.5 },
      { repeats: 120, mean: 0.2 },
    ]);
    for (const point of points) checkSlopes(likelihood, point.slice(0, 3));
  });

  test('stay finite for the most extreme histories', () => {
    const extreme = groupBuyers([
      { repeats: 500, lastDay: 6990, ageDay: 7000 },
      { repeats: 500, lastDay: 501, ageDay: 7000 },
      { repeats: 0, lastDay: 0, ageDay: 7000 },
      { repeats: 1, lastDay: 1, ageDay: 1 },
    ]);
    for (const kind of ['bgnbd', 'mbgnbd'] as const)
      for (const point of [
        [0, 0, 0, 0],
        [-9, 9, -9, 9],
        [9, -9, 9, -9],
      ]) {
        const gradient = new Float64Array(4);
        expect(lifetimeLikelihood(kind, extreme)(Float64Array.from(point), gradient)).toBeLessThan(0);
        expect([...gradient].every(Number.isFinite)).toBe(true);
      }
  });

  test('count customers of equal history together, in whatever order they come', () => {
    const one = { repeats: 2, lastDay: 40, ageDay: 90 };
    const other = { repeats: 0, lastDay: 0, ageDay: 90 };
    const groups = groupBuyers([one, other, one]);
    expect(groups).toEqual(groupBuyers([other, one, one]));
    expect([groups.size, groups.customersTotal, groups.repeatBuyers]).toEqual([2, 3, 2]);
    expect(thinned(groups, 1)).toMatchObject({ size: 1, customersTotal: 1, repeatBuyers: 0 });
  });
});

describe('a simulated shop', { timeout: 60_000 }, () => {
  test.each([bgnbd, mbgnbd])('of 20,000 customers gives its $kind parameters back', (truth) => {
    const { params, search, worth } = fitted(truth.kind, groupsOf(truth, 20_000, 3));
    expect(search.status).toBe('converged');
    expect(worth.confidence).toBe('good');
    for (const name of ['r', 'alpha', 'a', 'b'] as const) expect(params[name] / truth.params[name]).toBeCloseTo(1, 0.7);
  });

  test('gives its Gamma-Gamma parameters back', () => {
    const spenders = buyersOf(mbgnbd, 20_000, 4).flatMap(({ one: { orders } }) => {
      const paid = orders.slice(1).map(({ revenue }) => revenue);
      return paid.length === 0 ? [] : [{ repeats: paid.length, mean: paid.reduce((sum, one) => sum + one) / paid.length }];
    });
    const { params, meanOrder } = fitSpend(spenders) as SpendFit;
    expect(params.p / spend.p).toBeCloseTo(1, 1);
    expect(params.q / spend.q).toBeCloseTo(1, 1);
    expect(meanOrder / ((spend.p * spend.v) / (spend.q - 1))).toBeCloseTo(1, 1);
  });

  test('has its parameters, and a year’s orders, within the 95 % intervals in about 95 of 100 cases', () => {
    const runs = Array.from({ length: 60 }, (_, seed) => fitted('mbgnbd', groupsOf(mbgnbd, 1200, 100 + seed)));
    for (const name of ['r', 'alpha', 'a', 'b'] as const) {
      const covered = runs.filter(({ params, standardErrors }) => {
        const off = Math.log(params[name] / mbgnbd.params[name]);
        return Math.abs(off) <= 1.96 * (standardErrors?.[name] ?? 0);
      });
      expect(covered.length, name).toBeGreaterThanOrEqual(53);
    }
    const year = runs.filter(({ kind, params, worth }) => {
      const off = Math.log(expectedOfNewBuyer({ kind, params }, 52) / expectedOfNewBuyer(mbgnbd, 52));
      return Math.abs(off) <= 1.96 * (worth.yearError ?? 0);
    });
    expect(year.length).toBeGreaterThanOrEqual(53);
    expect(year.length).toBeLessThan(60);
  });
});

describe('a small shop', { timeout: 60_000 }, () => {
  test('of 60 customers is helped by what other shops are like, and says that this is worth little', () => {
    const runs = Array.from({ length: 40 }, (_, seed) => fitted('mbgnbd', groupsOf(mbgnbd, 60, 500 + seed)));
    const truth = expectedOfNewBuyer(mbgnbd, 52);
    const ratios = runs.map(({ kind, params }) => expectedOfNewBuyer({ kind, params }, 52) / truth);
    expect(runs.every(({ search }) => search.status === 'converged' && search.prior)).toBe(true);
    expect(runs.filter(({ worth }) => worth.confidence === 'good')).toEqual([]);
    expect(ratios.filter((ratio) => ratio > 0.5 && ratio < 2).length).toBeGreaterThanOrEqual(38);
  });

  test.each([
    ['nobody', [], 'there are no customers'],
    ['too few', people(49, 1), 'too few customers: 49 of the 50 that are needed'],
    ['one-time buyers only', people(60, 0), 'nobody has ordered on a second day'],
    ['a few who came back', [...people(60, 0), ...people(3, 2)], '3 of 63 customers have ordered on a second day: 5 are needed'],
    ['all orders of one day', people(60, 0, 0), 'all orders are of one day'],
  ])('is refused with the reason: %s', (_, buyers, reason) => {
    expect(fitLifetime('mbgnbd', groupBuyers(buyers))).toEqual({ refused: expect.stringContaining(reason) });
  });

  test('where nobody ever leaves, and all order alike, still has finite parameters', () => {
    const { search, params } = fitted('mbgnbd', groupBuyers(people(2000, 12)));
    expect(search).toMatchObject({ status: 'converged', prior: true });
    expect(Object.values(params).every((value) => value > 0 && Number.isFinite(value))).toBe(true);
  });

  test('of any shape gets finite parameters, or a reason', () => {
    const buyer = fc
      .record({ repeats: fc.oneof(fc.nat(3), fc.nat(400)), share: fc.nat(1000), ageDay: fc.nat(3000) })
      .map(({ repeats, share, ageDay }) => {
        const days = Math.min(repeats, ageDay);
        return { repeats: days, lastDay: days === 0 ? 0 : Math.max(days, Math.round((share * ageDay) / 1000)), ageDay };
      });
    const shops = fc
      .tuple(fc.array(buyer, { minLength: 1, maxLength: 8 }), fc.integer({ min: 1, max: 400 }))
      .map(([kinds, times]) => kinds.flatMap((one) => Array.from({ length: times }, () => one)));
    fc.assert(
      fc.property(shops, fc.constantFrom('bgnbd', 'mbgnbd'), (shop, kind) => {
        const fit = fitLifetime(kind, groupBuyers(shop));
        if ('refused' in fit) {
          expect(fit.refused).toMatch(/\w/);
          return;
        }
        const year = expectedOfNewBuyer(fit, 52);
        expect([...Object.values(fit.params), fit.logLikelihood, year].every(Number.isFinite)).toBe(true);
        expect(year).toBeGreaterThanOrEqual(0);
      }),
      { numRuns: 60 },
    );
  });

  test('where all orders are of one value expects that value', () => {
    const fit = fitSpend(Array.from({ length: 40 }, (_, i) => ({ repeats: 1 + (i % 4), mean: 50 }))) as SpendFit;
    expect(expectedSpend(fit.params, { repeats: 3, mean: 50 })).toBeCloseTo(50, 0);
    expect(fit.meanOrder).toBeCloseTo(50, -0.5);
  });

  test('without paid repeat orders is told that values are unknown', () => {
    expect(fitSpend([{ repeats: 1, mean: 5 }])).toEqual({
      refused: 'too few customers with a paid repeat order: 1 of the 5 that are needed',
    });
  });
});

function people(count: number, repeats: number, ageDay = 90) {
  return Array.from({ length: count }, () => ({ repeats, lastDay: repeats === 0 ? 0 : 80, ageDay }));
}

function checkSlopes(likelihood: ReturnType<typeof lifetimeLikelihood>, point: readonly number[]): void {
  const gradient = new Float64Array(point.length);
  likelihood(Float64Array.from(point), gradient);
  for (const i of point.keys()) {
    const at = (by: number): number =>
      likelihood(
        Float64Array.from(point, (value, j) => (i === j ? value + by : value)),
        new Float64Array(point.length),
      );
    const slope = (at(1e-5) - at(-1e-5)) / 2e-5;
    expect(Math.abs((gradient[i] ?? 0) - slope)).toBeLessThan(1e-6 * Math.max(100, Math.abs(slope)));
  }
}
