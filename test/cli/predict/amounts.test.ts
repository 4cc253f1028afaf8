import { describe, expect, test } from 'vitest';
import { settledAmount, writtenAmount } from '#cli/predict/amounts.ts';
import { dayPlaceOf, settledDate, writtenDate } from '#cli/predict/dates.ts';

describe('amounts', () => {
  test.each([
    ['12', 12],
    ['12.5', 12.5],
    ['12,50', 12.5],
    ['1,234.50', 1234.5],
    ['1.234,50', 1234.5],
    ['1.234.567', 1_234_567],
    ['1 234,50', 1234.5],
    ["1'234.50", 1234.5],
    ['€ 12,50', 12.5],
    ['12.50 EUR', 12.5],
    ['$1,234.00', 1234],
    ['Rs. 500', 500],
    ['-5.00', -5],
    ['-€5', -5],
    ['5.00-', -5],
    ['(5.00)', -5],
    ['−5', -5],
    ['0,125', 0.125],
    ['.5', 0.5],
    ['1234.567', 1234.567],
  ])('%s is %d', (text, value) => expect(writtenAmount(text)?.value).toBe(value));

  test.each(['', 'free', '12.50.1', '1,23,4.5', '12-5', '(5', 'twelve 12 euros', '1.2,3.4', '--5', 'NaN', '1e5'])(
    '%j is none',
    (text) => expect(writtenAmount(text)?.value).toBeUndefined(),
  );

  test('one mark before three digits waits for the others of the file', () => {
    expect(writtenAmount('1,234')).toEqual({ text: '1,234', currency: '' });
    expect(settledAmount('1,234', ',')).toBe(1.234);
    expect(settledAmount('1,234', '.')).toBe(1234);
  });
});

describe('dates', () => {
  const day = (iso: string): number => Date.parse(iso) / 86_400_000;

  test.each([
    ['2026-01-31', '2026-01-31'],
    ['20260131', '2026-01-31'],
    ['2026-01-31T23:59:00-05:00', '2026-01-31'],
    ['2026-01-31 23:59:00 -0500', '2026-01-31'],
    ['2026/1/5', '2026-01-05'],
    ['31.01.2026', '2026-01-31'],
    ['31.1.2026 10:22', '2026-01-31'],
    ['Jan 31, 2026', '2026-01-31'],
    ['January 31st, 2026 10:00', '2026-01-31'],
    ['31 Jan 2026', '2026-01-31'],
    ['31-Jan-2026', '2026-01-31'],
    ['2024-02-29', '2024-02-29'],
  ])('%s is that day, as it is written', (text, iso) => expect(writtenDate(text)).toBe(day(iso)));

  test.each(['', 'yesterday', '2026-02-30', '2026-13-01', '30.02.2026', '45292', '31 Foo 2026', '1026-01-01', '31/01/26'])(
    '%j is none',
    (text) => expect(writtenDate(text)).toBeUndefined(),
  );

  test('two numbers with strokes wait for the others of the file', () => {
    const open = { one: 1, other: 2, year: 2026 };
    expect(writtenDate('1/2/2026 10:00')).toEqual(open);
    expect([dayPlaceOf(open), dayPlaceOf({ ...open, one: 13 }), dayPlaceOf({ ...open, other: 13 })]).toEqual([
      undefined,
      'dmy',
      'mdy',
    ]);
    expect([settledDate(open, 'dmy'), settledDate(open, 'mdy')]).toEqual([day('2026-02-01'), day('2026-01-02')]);
    expect(settledDate({ ...open, one: 31, other: 2 }, 'dmy')).toBeUndefined();
  });
});
