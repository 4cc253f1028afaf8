/**
 * ln Γ(x) for x > 0, to 14 digits: the recurrence up to 10, and Stirling's series from there
 * (Abramowitz & Stegun, Handbook of Mathematical Functions, 6.1.15 and 6.1.41).
 */
export function lnGamma(x: number): number {
  let shifted = x;
  let product = 1;
  while (shifted < STIRLING_FROM) {
    product *= shifted;
    shifted += 1;
  }
  const inverse = 1 / shifted;
  const square = inverse * inverse;
  let series = 0;
  for (let i = STIRLING.length - 1; i >= 0; i -= 1) series = series * square + (STIRLING[i] as number);
  return (shifted - 0.5) * Math.log(shifted) - shifted + HALF_LN_TWO_PI + series * inverse - Math.log(product);
}

/** ψ(x) = d ln Γ(x) / dx for x > 0, to 13 digits (Abramowitz & Stegun, 6.3.5 and 6.3.18). */
export function digamma(x: number): number {
  let shifted = x;
  let sum = 0;
  while (shifted < STIRLING_FROM) {
    sum += 1 / shifted;
    shifted += 1;
  }
  const square = 1 / (shifted * shifted);
  let series = 0;
  for (let i = DIGAMMA.length - 1; i >= 0; i -= 1) series = series * square + (DIGAMMA[i] as number);
  return Math.log(shifted) - 0.5 / shifted - series * square - sum;
}

/** ln B(a, b) = ln Γ(a) + ln Γ(b) − ln Γ(a + b). */
export function lnBeta(a: number, b: number): number {
  return lnGamma(a) + lnGamma(b) - lnGamma(a + b);
}

/** ln(e^one + e^other), also where e^one or e^other is beyond what a number holds. */
export function logAddExp(one: number, other: number): number {
  const greater = Math.max(one, other);
  return greater === Number.NEGATIVE_INFINITY ? greater : greater + Math.log1p(Math.exp(-Math.abs(one - other)));
}

const STIRLING_FROM = 10;
const HALF_LN_TWO_PI = 0.918_938_533_204_672_8;
/** B₂ₖ / (2k (2k − 1)). */
const STIRLING = [1 / 12, -1 / 360, 1 / 1260, -1 / 1680, 1 / 1188, -691 / 360_360, 1 / 156];
/** B₂ₖ / 2k. */
const DIGAMMA = [1 / 12, -1 / 120, 1 / 252, -1 / 240, 1 / 132, -691 / 32_760, 1 / 12];
