import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { aliveOutcomes, backtest, orderOutcomes, tracking } from '#core/prediction/backtest.ts';
import { groupBuyers } from '#core/prediction/buyer-groups.ts';
import { bandsOf, calibrate, calibrated } from '#core/prediction/calibration.ts';
import { fitLifetime, type LifetimeFit } from '#core/prediction/fit-lifetime.ts';
import { fitSpend, type SpendFit } from '#core/prediction/fit-spend.ts';
import { CALIBRATION_END, cdnowRows, cdnowThere, cdnowTrials, HOLDOUT_DAYS } from '../../support/cdnow.ts';
import { random } from '../../support/random.ts';

const outcomes = fc
  .tuple(fc.integer(), fc.integer({ min: 100, max: 2000 }), fc.integer({ min: 1, max: 5 }))
  .map(([seed, count, bend]) => {
    const dice = random(seed);
    return Array.from({ length: count }, () => {
      const predicted = dice.below(400) / 400;
      return { predicted, happened: dice.chance(predicted ** bend) };
    });
  });

describe('a calibration', () => {
  test('rises, from nothing to certainty', () => {
    fc.assert(
      fc.property(outcomes, (seen) => {
        const curve = calibrate(seen);
        fc.pre(curve !== undefined);
        const along = Array.from({ length: 201 }, (_, i) => calibrated(curve, i / 200));
        expect([along[0], along[200]]).toEqual([0, 1]);
        expect(along.toSorted((one, other) => one - other)).toEqual(along);
      }),
    );
  });

  test('mends predictions that are too bold', () => {
    const dice = random(5);
    const seen = Array.from({ length: 20_000 }, () => {
      const predicted = dice.next();
      return { predicted, happened: dice.chance(predicted ** 2) };
    });
    const curve = calibrate(seen);
    for (const raw of [0.2, 0.5, 0.8])
      expect(Math.abs(calibrated(curve as NonNullable<typeof curve>, raw) - raw ** 2)).toBeLessThan(0.03);
  });

  test('needs a hundred customers whom the model tells apart', () => {
    expect(calibrate(Array.from({ length: 99 }, (_, i) => ({ predicted: i / 99, happened: true })))).toBeUndefined();
    expect(calibrate([])).toBeUndefined();
  });

  test('is shown as bands that count everybody once, with intervals', () => {
    fc.assert(
      fc.property(outcomes, (seen) => {
        const bands = bandsOf(seen);
        expect(bands.reduce((sum, { customers }) => sum + customers, 0)).toBe(seen.length);
        for (const { from, to, predicted, low, observed, high } of bands) {
          expect(predicted).toBeGreaterThanOrEqual(from);
          expect(predicted).toBeLessThanOrEqual(to + 1e-12);
          expect(low).toBeLessThanOrEqual(observed + 1e-12);
          expect(high).toBeGreaterThanOrEqual(observed - 1e-12);
        }
      }),
    );
  });
});

test('a back-test of what came true exactly finds no error', () => {
  const lifetime = { kind: 'mbgnbd', params: { r: 0.5, alpha: 6, a: 0.9, b: 1.6 } } as const;
  const nobody = [{ before: { repeats: 0, lastDay: 0, ageDay: 30 }, after: [] }];
  expect(backtest({ lifetime }, nobody, 0)).toMatchObject({
    orders: { actual: 0, expected: 0, error: null },
    meanAbsoluteError: 0,
    correlation: 0,
    discrimination: 0.5,
  });
});

describe.skipIf(!cdnowThere)('the 39 weeks after the CDNOW calibration (set CDNOW_DIR where their data are elsewhere)', () => {
  const trials = cdnowThere ? cdnowTrials() : [];
  const lifetime = fitLifetime('bgnbd', groupBuyers(trials.map(({ before }) => before))) as LifetimeFit;
  const spend = fitSpend(trials.flatMap(({ spender }) => spender ?? [])) as SpendFit;

  test('are foretold as well as by the paper', () => {
    const tested = backtest({ lifetime, spend: spend.params }, trials, HOLDOUT_DAYS);
    expect(tested.orders).toMatchObject({ actual: 1882, expected: expect.closeTo(1653.4, 1) });
    expect(tested.correlation).toBeCloseTo(0.626, 3);
    expect(tested.meanAbsoluteError).toBeCloseTo(0.785, 3);
    expect(tested.rootMeanSquareError).toBeCloseTo(1.608, 3);
    expect(tested.discrimination).toBeCloseTo(0.773, 3);
    expect(tested.revenue?.actual).toBeCloseTo(70_976, -1);
    expect(tested.revenue?.expected).toBeCloseTo(59_932, -1);
    expect(tested.revenue?.correlation).toBeCloseTo(0.565, 2);
  });

  test('are foretold by the number of orders before as in the paper', () => {
    const { byRepeats } = backtest({ lifetime }, trials, HOLDOUT_DAYS);
    expect(
      byRepeats.map(({ repeats, customers, actual, expected }) => [repeats, customers, +actual.toFixed(3), +expected.toFixed(3)]),
    ).toEqual([
      ['0', 1411, 0.237, 0.225],
      ['1', 439, 0.697, 0.523],
      ['2', 214, 1.393, 1.044],
      ['3', 100, 1.56, 1.52],
      ['4', 62, 2.532, 2.164],
      ['5', 38, 2.947, 2.654],
      ['6', 29, 3.862, 3.504],
      ['7+', 64, 6.359, 6.157],
    ]);
  });

  test('end within 4 % of all repeat orders since the first week', () => {
    const rows = cdnowRows();
    const start = Math.min(...rows.map(({ day }) => day));
    const people = [...Map.groupBy(rows, ({ customer }) => customer).values()].map((orders) => [
      ...new Set(orders.map(({ day }) => day - start)),
    ]);
    const weeks = tracking(
      lifetime,
      people.map(([first]) => first ?? 0),
      people.flatMap(([, ...repeats]) => repeats),
    );
    const last = weeks.at(-1);
    expect(last?.actual).toBe(4339);
    expect(last?.expected).toBeCloseTo(4165.7, 1);
    expect(Math.abs(last?.error ?? 1)).toBeLessThan(0.041);
    expect(last?.week).toBe(78);
    for (const [week, actual, expected] of [
      [39, 2457, 2501.5],
      [52, 3183, 3134.1],
      [65, 3844, 3680.6],
    ] as const) {
      const found = weeks.find((one) => one.week === week);
      expect(found?.actual).toBe(actual);
      expect(found?.expected).toBeCloseTo(expected, 1);
    }
    expect(start + 545).toBe(CALIBRATION_END + HOLDOUT_DAYS);
  });

  test('show that a low P(alive) is too pessimistic, and that the calibrated chance of an order is not', () => {
    const bands = bandsOf(aliveOutcomes(lifetime, trials));
    expect(bands.map(({ customers, predicted, observed }) => [customers, +predicted.toFixed(2), +observed.toFixed(2)])).toEqual([
      [84, 0.12, 0.35],
      [220, 0.3, 0.32],
      [185, 0.5, 0.47],
      [342, 0.7, 0.6],
      [115, 0.86, 0.85],
    ]);
    const seen = orderOutcomes(lifetime, trials, 90);
    const curve = calibrate(seen);
    const mended = bandsOf(
      seen.map((one) => ({ ...one, predicted: calibrated(curve as NonNullable<typeof curve>, one.predicted) })),
    );
    for (const { low, predicted, high } of mended) {
      expect(predicted).toBeGreaterThan(low);
      expect(predicted).toBeLessThan(high);
    }
  });
});
