import { describe, expect, test } from 'vitest';
import { DAY_MS } from '#core/instant.ts';
import { expectedOrders, type Lifetime } from '#core/prediction/lifetime.ts';
import { expectedSpend } from '#core/prediction/spend.ts';
import { customerValue, discountedOrders, historicValue } from '#core/prediction/value.ts';

const lifetime: Lifetime = { kind: 'bgnbd', params: { r: 0.243, alpha: 4.414, a: 0.793, b: 2.426 } };
const spend = { p: 6.25, q: 3.74, v: 15.44 };
const buyer = { repeats: 2, lastWeek: 30.43, ageWeeks: 38.86 };
const spender = { repeats: 2, mean: 22.35 };
const year = { weeks: 52, yearlyDiscount: 0.15 };

describe('the value of an order', () => {
  test('lies between a customer’s own mean and the shop’s, nearer to her own the more she has ordered', () => {
    const shop = expectedSpend(spend, undefined);
    expect(shop).toBeCloseTo((6.25 * 15.44) / 2.74, 9);
    const [few, many] = [2, 50].map((repeats) => expectedSpend(spend, { repeats, mean: 22.35 })) as [number, number];
    expect(few).toBeLessThan(shop);
    expect(many).toBeLessThan(few);
    expect(many).toBeGreaterThan(22.35);
  });

  test('has no mean where q ≤ 1 and nothing is known', () =>
    expect(expectedSpend({ p: 6, q: 0.9, v: 15 }, undefined)).toBe(Number.POSITIVE_INFINITY));
});

describe('the value of a customer', () => {
  test('is orders times their value, each week discounted at its end', () => {
    const perWeek = Math.log(1.15) / 52;
    let orders = 0;
    for (let week = 1; week <= 52; week += 1)
      orders += (expectedOrders(lifetime, buyer, week) - expectedOrders(lifetime, buyer, week - 1)) * Math.exp(-perWeek * week);
    expect(customerValue({ lifetime, spend }, { buyer, spender }, year)).toBeCloseTo(orders * expectedSpend(spend, spender), 9);
  });

  test('without discount is what is expected', () => {
    expect(discountedOrders(lifetime, buyer, { weeks: 52, yearlyDiscount: 0 })).toBeCloseTo(
      expectedOrders(lifetime, buyer, 52),
      12,
    );
    expect(discountedOrders(lifetime, buyer, { weeks: 10.5, yearlyDiscount: 0 })).toBeCloseTo(
      expectedOrders(lifetime, buyer, 10.5),
      12,
    );
    expect(discountedOrders(lifetime, buyer, { ...year, weeks: 0 })).toBe(0);
  });

  test('counts the margin, and the cost of keeping her', () => {
    const whole = customerValue({ lifetime, spend }, { buyer, spender }, year);
    expect(customerValue({ lifetime, spend }, { buyer, spender }, { ...year, margin: 0.4 })).toBeCloseTo(0.4 * whole, 9);
    const kept = customerValue({ lifetime, spend }, { buyer, spender }, { ...year, yearlyDiscount: 0, keepingCostPerYear: 13 });
    const free = customerValue({ lifetime, spend }, { buyer, spender }, { ...year, yearlyDiscount: 0 });
    expect(free - kept).toBeCloseTo(13, 9);
  });
});

test('historic value is revenue minus costs, in money of the first day', () => {
  const at = (years: number): number => 365.25 * DAY_MS * years;
  const revenue = [
    { at: at(0), amount: 100 },
    { at: at(1), amount: 110 },
  ];
  const costs = [{ at: at(2), amount: 12.1 }];
  expect(historicValue({ revenue, costs }, 0.1)).toBeCloseTo(100 + 100 - 10, 9);
  expect(historicValue({ revenue, costs }, 0)).toBeCloseTo(197.9, 9);
  expect(historicValue({ revenue: [], costs: [] }, 0.1)).toBe(0);
});
