/** Shares of people, and how sure a difference between two of them is. */

export type Share = { readonly people: number; readonly converted: number };

/** From lowest to highest: 95 of 100 such intervals hold what is true. */
export type Interval = readonly [low: number, high: number];

/** Of the standard normal distribution: 97.5 % and 80 % lie below these. */
const Z_95 = 1.959963984540054;
const Z_POWER_80 = 0.8416212335729143;

export function rateOf({ people, converted }: Share): number {
  return people === 0 ? 0 : converted / people;
}

/** Wilson's score interval of one share (Newcombe 1998, Statistics in Medicine 17:857–872, method 3). */
export function wilsonInterval(share: Share): Interval {
  const { people } = share;
  if (people === 0) return [0, 1];
  const rate = rateOf(share);
  const square = Z_95 ** 2;
  const middle = 2 * share.converted + square;
  const half = Z_95 * Math.sqrt(square + 4 * share.converted * (1 - rate));
  const whole = 2 * (people + square);
  // None or all of them: exactly 0 and 1, which rounding would miss.
  return [share.converted === 0 ? 0 : (middle - half) / whole, share.converted === people ? 1 : (middle + half) / whole];
}

/**
 * The interval of the difference of two independent shares, the first less the second: the hybrid of their score intervals
 * (Newcombe 1998, Statistics in Medicine 17:873–890, method 10). Stays within −1 and 1 and holds for small groups and for
 * shares of nothing. Undefined where a group is empty.
 */
export function newcombeInterval(one: Share, other: Share): Interval | undefined {
  if (one.people === 0 || other.people === 0) return undefined;
  const [p, q] = [rateOf(one), rateOf(other)];
  const [[oneLow, oneHigh], [otherLow, otherHigh]] = [wilsonInterval(one), wilsonInterval(other)];
  return [p - q - Math.hypot(p - oneLow, otherHigh - q), p - q + Math.hypot(oneHigh - p, q - otherLow)];
}

/**
 * How many people both groups together need, in the sizes to each other that they have, so that a true difference as large as
 * the observed one is found in 80 of 100 such trials at 5 % (Fleiss, Levin, Paik: Statistical Methods for Rates and
 * Proportions, 3rd ed., 4.2, without the correction for continuity). Undefined where the shares are equal or a group is empty:
 * then no number would do.
 */
export function peopleNeeded(one: Share, other: Share): number | undefined {
  const [p, q] = [rateOf(one), rateOf(other)];
  if (one.people === 0 || other.people === 0 || p === q) return undefined;
  const ratio = one.people / other.people;
  const mean = (ratio * p + q) / (ratio + 1);
  const chance = Z_95 * Math.sqrt((1 + 1 / ratio) * mean * (1 - mean));
  const power = Z_POWER_80 * Math.sqrt((p * (1 - p)) / ratio + q * (1 - q));
  const others = ((chance + power) / (p - q)) ** 2;
  return Math.ceil(others) + Math.ceil(others * ratio);
}
