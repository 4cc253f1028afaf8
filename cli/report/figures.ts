/** Figures in words. */
import type { Interval } from '#core/report/proportions.ts';

export const percent = (share: number, digits = 1): string => `${(100 * share).toFixed(digits)} %`;

export const money = (amount: number, currency: string | null): string =>
  `${amount.toFixed(2)}${currency === null ? '' : ` ${currency}`}`;

/** With its sign: a difference. */
export const signed = (value: number, words: (value: number) => string): string =>
  `${value > 0 ? '+' : value < 0 ? '−' : '±'}${words(Math.abs(value))}`;

export function between(interval: Interval | null, words: (value: number) => string): string {
  return interval === null ? 'too few people to tell' : `${signed(interval[0], words)} to ${signed(interval[1], words)}`;
}

/** Percentage points. */
export const points = (share: number): string => `${(100 * share).toFixed(1)} points`;
