import { expect, test } from 'vitest';
import { median, percentile } from '../../bench/measure.ts';

test('the median is the middle value, or the mean of the two middle ones, in whatever order they come', () => {
  expect(median([5, 1, 3])).toBe(3);
  expect(median([4, 1, 3, 2])).toBe(2.5);
  expect(() => median([])).toThrow();
});

test('a percentile is the value below which that share lies', () => {
  const values = Array.from({ length: 100 }, (_, index) => 100 - index);
  expect(percentile(values, 0.5)).toBe(50);
  expect(percentile(values, 0.95)).toBe(95);
  expect(percentile([7], 0.95)).toBe(7);
});
