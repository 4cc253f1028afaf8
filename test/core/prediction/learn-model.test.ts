import { describe, expect, test } from 'vitest';
import { type OrderHistory, recordOrder } from '#core/prediction/buyers.ts';
import { learnModel } from '#core/prediction/learn-model.ts';
import type { PredictionModel } from '#core/prediction/model.ts';
import { simulatedShop } from '../../support/simulated-shop.ts';

const truth = {
  lifetime: { kind: 'mbgnbd', params: { r: 0.6, alpha: 6, a: 0.9, b: 2 } },
  spend: { p: 5, q: 4, v: 60 },
  customers: 3000,
  arrivalDays: 400,
  untilDay: 600,
  endDay: 600,
} as const;
const histories = [...simulatedShop(truth, 21)].map(
  ({ orders }) => orders.reduce<OrderHistory | undefined>((known, order) => recordOrder(known, order), undefined) as OrderHistory,
);
const lessons = { kind: 'mbgnbd', histories, untilDay: 600, fittedAt: '2026-11-22T03:00:00.000Z' } as const;

describe('a model', () => {
  const model = learnModel(lessons) as PredictionModel;

  test('says what it was learnt from, what it is worth, and how its forecasts came true', () => {
    expect(model).toMatchObject({
      version: 1,
      kind: 'mbgnbd',
      unit: 'P7D',
      customers: 3000,
      untilDay: 600,
      prior: false,
      notes: [],
    });
    expect(model.worth.confidence).toBe('good');
    expect(model.backtest).toMatchObject({ days: 90 });
    expect(Math.abs(model.backtest?.orders.error ?? 1)).toBeLessThan(0.1);
    expect(model.calibration?.days).toBe(90);
  });

  test('is plain data, the same for the same customers in any order', () => {
    expect(JSON.parse(JSON.stringify(model))).toEqual(model);
    const { params, rfm } = learnModel({ ...lessons, histories: histories.toReversed() }) as PredictionModel;
    expect({ params, rfm }).toEqual({ params: model.params, rfm: model.rfm });
  });
});

test('customers from the future are left out, which is said', () => {
  const future: OrderHistory = { firstDay: 900, lastDay: 900, orderDays: 1, firstDayRevenue: 5, revenue: 5, recentDays: [900] };
  expect(learnModel({ ...lessons, histories: [...histories, future] })).toMatchObject({
    customers: 3000,
    notes: ['1 customer with orders after the last known day is left out.'],
  });
});

test('a young and small shop gets a model, with what it lacks in words', () => {
  const young = histories
    .filter(({ firstDay }) => firstDay < 30)
    .map((history) => ({ ...history, firstDay: history.firstDay + 520, lastDay: Math.min(600, history.lastDay + 520) }));
  expect(learnModel({ ...lessons, histories: young })).toMatchObject({
    prior: true,
    notes: expect.arrayContaining([
      expect.stringMatching(/^\d+ customers are few: what other shops are like was taken in\.$/),
      'History is too short for a back-test: probabilities are not calibrated.',
    ]),
  });
});

test('nothing can be learnt from nobody', () => {
  expect(learnModel({ ...lessons, histories: [] })).toEqual({ refused: 'there are no customers' });
});

test('customers who all stop at once are unlike the model, which the back-test shows', () => {
  const stopped = histories.map((history) => ({ ...history, recentDays: history.recentDays.filter((day) => day <= 520) }));
  const left = stopped.filter(({ recentDays }) => recentDays.length > 0);
  const known = left.map((history) => ({ ...history, lastDay: history.recentDays.at(-1) ?? history.firstDay }));
  expect(learnModel({ ...lessons, histories: known })).toMatchObject({
    notes: [expect.stringMatching(/^The back-test foretold \d+ % too many orders: these customers are unlike the model/)],
  });
});

test('orders of one price are worth that price, which is said', () => {
  const priced = histories.map((history) => ({ ...history, firstDayRevenue: 12, revenue: 12 * history.orderDays }));
  expect(learnModel({ ...lessons, histories: priced })).toMatchObject({
    notes: ['Orders are all of nearly one value, which is expected of everybody.'],
  });
});
