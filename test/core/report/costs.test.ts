import { describe, expect, test } from 'vitest';
import { type Cost, costReport, isInTime, minorOfText } from '#core/report/costs.ts';

const plain = { currency: null, digits: 2, rates: {} };
const euro = { currency: 'EUR', digits: 2, rates: { USD: 0.9, JPY: 0.006 } };
const cost = (source: string, month: string, minor: number, parts: Partial<Cost> = {}): Cost => ({
  source,
  campaign: '',
  month,
  minor,
  currency: null,
  ...parts,
});
const came = (month: string, source: string, leads: number, customers: number, minor: number, campaign = '') => ({
  month,
  source,
  campaign,
  leads,
  customers,
  minor,
});
const people = [
  came('2025-12', 'google', 100, 50, 100_000),
  came('2026-01', 'google', 10, 4, 20_000, 'spring'),
  came('2026-01', 'google', 6, 1, 5_000),
  came('2026-02', 'google', 4, 0, 0),
  came('2026-02', 'direct', 7, 2, 900),
  came('2026-03', 'letter', 5, 5, 10_000),
  came('2026-04', 'google', 1000, 500, 1_000_000),
];

describe('what people cost', () => {
  const report = costReport(
    [
      cost('google', '2026-01', 2000, { campaign: 'spring' }),
      cost('google', '2026-01', 1000),
      cost('letter', '2026-03', 0),
      cost('radio', '2026-02', 9900),
    ],
    people,
    plain,
  );
  const of = (name: string) => report?.sources.find(({ source }) => source === name);

  test('is about the months from the first to the last that costs are known for, and nobody of other months', () => {
    expect(report).toMatchObject({ from: '2026-01', to: '2026-03', refused: null, rates: {} });
    expect(of('google')).toMatchObject({ leads: 20, customers: 5, revenue: 250, cost: 30 });
    expect(of('google')).toMatchObject({ costPerLead: 1.5, costPerCustomer: 6, returnOnCost: 220 / 30 });
    expect(report?.all).toMatchObject({ leads: 32, customers: 12, cost: 129, revenue: 359, costPerCustomer: 129 / 12 });
  });

  test('is told of campaigns that have a cost of their own', () => {
    expect(of('google')?.campaigns).toMatchObject([
      { campaign: 'spring', leads: 10, customers: 4, cost: 20, costPerCustomer: 5 },
    ]);
    expect(of('letter')).toMatchObject({ cost: 0, costPerCustomer: 0, returnOnCost: null, campaigns: [] });
  });

  test('says what is missing, and what nobody came from', () => {
    expect(report?.missing).toEqual([{ source: 'google', month: '2026-02', leads: 4 }]);
    expect(report?.nobody).toEqual([{ source: 'radio', campaign: '', cost: 99 }]);
    expect(of('radio')).toMatchObject({ leads: 0, costPerLead: null, costPerCustomer: null, returnOnCost: -1 });
    expect(costReport([], people, plain)).toBeUndefined();
  });
});

test('other currencies count by their rate, to the minor unit; without a rate nothing is added up', () => {
  const costs = [
    cost('google', '2026-01', 1000, { currency: 'USD' }),
    cost('google', '2026-02', 1000, { currency: 'JPY' }),
    cost('letter', '2026-03', 500, { currency: 'EUR' }),
  ];
  const report = costReport(costs, people, euro);
  expect(report).toMatchObject({ rates: { USD: 0.9, JPY: 0.006 }, all: { cost: 9 + 6 + 5 } });
  expect(costReport([...costs, cost('letter', '2026-03', 1, { currency: 'GBP' })], people, euro)).toMatchObject({
    refused: 'costs are in GBP, and reports count EUR: loyalty.json has no rate for that',
    all: null,
    sources: [],
  });
  expect(costReport(costs, people, plain)).toMatchObject({ refused: expect.stringContaining('EUR and JPY and USD'), all: null });
  expect(costReport([cost('google', '2026-01', 1000, { currency: 'JPY' })], people, plain)?.all).toMatchObject({ cost: 1000 });
});

test.each([
  ['1200', 2, 120_000],
  ['1200.5', 2, 120_050],
  ['0.10', 2, 10],
  ['1200.500', 2, 120_050],
  ['0', 2, 0],
  ['12', 0, 12],
  ['1.234', 3, 1234],
  ['0.30000000000000004', 2, undefined],
  ['1200.505', 2, undefined],
  ['12.5', 0, undefined],
  ['-5', 2, undefined],
  ['1e3', 2, undefined],
  ['1,200', 2, undefined],
  ['', 2, undefined],
  ['123456789012', 2, undefined],
])('the amount %s of a currency with %i digits is %s in minor units', (text, digits, minor) => {
  expect(minorOfText(text, digits)).toBe(minor);
});

test.each([
  ['2026-02', {}, true],
  ['2026-02', { from: '2026-02-01' }, true],
  ['2026-02', { from: '2026-02-02' }, false],
  ['2026-02', { to: '2026-02-01' }, false],
  ['2026-02', { from: '2026-01-01', to: '2026-02-01T00:00:01Z' }, true],
])('the month %s in the time %j: %s', (month, period, isIn) => {
  expect(isInTime(month, period)).toBe(isIn);
});
