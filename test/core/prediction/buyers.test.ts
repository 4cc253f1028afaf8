import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  buyerAt,
  buyerDaysAt,
  meanRepeatRevenue,
  type Order,
  type OrderHistory,
  RECENT_DAYS_MAX,
  recordOrder,
  recordRefund,
  rewound,
} from '#core/prediction/buyers.ts';

const historyOf = (orders: readonly Order[]): OrderHistory =>
  orders.reduce<OrderHistory | undefined>((known, order) => recordOrder(known, order), undefined) as OrderHistory;
const orders = fc.array(
  fc.record({
    day: fc.integer({ min: 10_000, max: 10_040 }),
    revenue: fc.integer({ min: 0, max: 9999 }).map((cents) => cents / 100),
  }),
  { minLength: 1, maxLength: 40 },
);

test('orders of one day are one, and the first day is left out of the mean', () => {
  const history = historyOf([
    { day: 100, revenue: 10 },
    { day: 100, revenue: 5 },
    { day: 114, revenue: 20.1 },
    { day: 114, revenue: 0.2 },
    { day: 128, revenue: 40 },
  ]);
  expect(history).toMatchObject({ orderDays: 3, revenue: 75.3, firstDayRevenue: 15 });
  expect(meanRepeatRevenue(history)).toBeCloseTo(30.15, 9);
  expect(buyerAt(history, 135)).toEqual({ repeats: 2, lastWeek: 4, ageWeeks: 5 });
  expect(buyerDaysAt(history, 135)).toEqual({ repeats: 2, lastDay: 28, ageDay: 35 });
});

test('the order in which orders arrive is of no matter', () => {
  fc.assert(
    fc.property(orders, fc.infiniteStream(fc.nat()), (happened, order) => {
      const few = happened.filter((one) => new Set(happened.map(({ day }) => day)).size <= RECENT_DAYS_MAX || one.day < 10_030);
      fc.pre(few.length > 0);
      const mixed = few.map((one) => [one, order.next().value as number] as const).toSorted(([, one], [, other]) => one - other);
      expect(historyOf(mixed.map(([one]) => one))).toEqual(historyOf(few.toSorted((one, other) => one.day - other.day)));
    }),
  );
});

test('a customer of many years keeps the latest days only, and is still counted right as orders come', () => {
  const history = historyOf(Array.from({ length: 500 }, (_, i) => ({ day: i * 7, revenue: 1 })));
  expect(history).toMatchObject({ orderDays: 500, firstDay: 0, lastDay: 3493, revenue: 500 });
  expect(history.recentDays).toHaveLength(RECENT_DAYS_MAX);
  expect(recordOrder(history, { day: 3493, revenue: 1 }).orderDays).toBe(500);
  expect(recordOrder(history, { day: 0, revenue: 1 })).toMatchObject({ orderDays: 500, firstDayRevenue: 2 });
});

test('a refund is no order: it lowers what was paid, on the first day or after', () => {
  const history = historyOf([
    { day: 1, revenue: 30 },
    { day: 9, revenue: 50 },
  ]);
  expect(recordRefund(history, { day: 1, revenue: 10 })).toEqual({ ...history, firstDayRevenue: 20, revenue: 70 });
  expect(meanRepeatRevenue(recordRefund(history, { day: 9, revenue: 50 }))).toBeUndefined();
});

test('somebody seen before her last order cannot be told about', () => {
  const history = historyOf([{ day: 100, revenue: 1 }]);
  expect(buyerAt(history, 99.9)).toBeUndefined();
  expect(buyerDaysAt(history, 99)).toBeUndefined();
});

describe('rewound to a day', () => {
  test('a customer is as she was at its end', () => {
    fc.assert(
      fc.property(orders, fc.integer({ min: 10_000, max: 10_040 }), (happened, day) => {
        fc.pre(new Set(happened.map((one) => one.day)).size <= RECENT_DAYS_MAX);
        const known = happened.filter((one) => one.day <= day);
        const then = known.length === 0 ? undefined : buyerDaysAt(historyOf(known), day);
        const after = [...new Set(happened.map((one) => one.day).filter((one) => one > day))].toSorted(
          (one, other) => one - other,
        );
        expect(rewound(historyOf(happened), day)).toEqual(then && { before: then, after });
      }),
    );
  });

  test('a customer with more order days since than are kept is left out, not guessed', () => {
    const history = historyOf(Array.from({ length: 40 }, (_, i) => ({ day: i, revenue: 1 })));
    expect(rewound(history, 5)).toBeUndefined();
    expect(rewound(history, 20)?.before).toEqual({ repeats: 20, lastDay: 20, ageDay: 20 });
  });
});
