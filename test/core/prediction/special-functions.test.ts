import fc from 'fast-check';
import { expect, test } from 'vitest';
import { digamma, lnBeta, lnGamma, logAddExp } from '#core/prediction/special-functions.ts';

const positive = fc.double({ min: 1e-3, max: 1e4, noNaN: true });
const near = (value: number, expected: number, digits = 12): void =>
  expect(Math.abs(value - expected)).toBeLessThanOrEqual(10 ** -digits * Math.max(1, Math.abs(expected)));

test.each([
  [1, 0],
  [2, 0],
  [0.5, 0.572_364_942_924_700_1],
  [1 / 3, 0.985_420_646_927_767_1],
  [10, 12.801_827_480_081_469],
  [100, 359.134_205_369_575_4],
  [1e-5, 11.512_919_692_895_826],
])('ln Γ(%d) is what the tables say', (x, expected) => near(lnGamma(x), expected, 13));

test.each([
  [1, -0.577_215_664_901_532_9],
  [0.5, -1.963_510_026_021_423_5],
  [10, 2.251_752_589_066_721],
  [100, 4.600_161_852_738_087],
])('ψ(%d) is what the tables say', (x, expected) => near(digamma(x), expected));

test('ln Γ and ψ keep the recurrence and the duplication formula', () => {
  fc.assert(
    fc.property(positive, (x) => {
      near(lnGamma(x + 1), lnGamma(x) + Math.log(x));
      near(digamma(x + 1), digamma(x) + 1 / x, 11);
      near(lnGamma(2 * x), lnGamma(x) + lnGamma(x + 0.5) + (2 * x - 1) * Math.LN2 - Math.log(Math.PI) / 2);
    }),
  );
});

test('ψ is the slope of ln Γ', () => {
  fc.assert(
    fc.property(fc.double({ min: 0.1, max: 100, noNaN: true }), (x) => {
      near((lnGamma(x * (1 + 1e-5)) - lnGamma(x * (1 - 1e-5))) / (2e-5 * x), digamma(x), 7);
    }),
  );
});

test('B(a, b) is symmetric, and 1/a where b is 1', () => {
  fc.assert(
    fc.property(positive, positive, (a, b) => {
      expect(lnBeta(a, b)).toBeCloseTo(lnBeta(b, a), 9);
      near(lnBeta(a, 1), -Math.log(a), 9);
    }),
  );
});

test.each([
  [0, 0, Math.LN2],
  [-5000, -5000, -5000 + Math.LN2],
  [5000, -5000, 5000],
  [Number.NEGATIVE_INFINITY, -3, -3],
  [Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY],
])('ln(e^%d + e^%d) is %d', (one, other, expected) => expect(logAddExp(one, other)).toBe(expected));
