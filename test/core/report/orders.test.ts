import { expect, test } from 'vitest';
import { type OrderReading, ordersOf, plainReading } from '#core/report/orders.ts';
import { event } from '../../support/shop.ts';

const euros: OrderReading = { ...plainReading, currency: 'EUR', rates: { USD: 0.9 } };
const order = (id: string, revenue: number | undefined, more: object = {}) =>
  event('Order Completed', '2026-03-01', { order_id: id, ...(revenue !== undefined && { revenue }), ...more });
const refund = (id: string, properties: object = {}) => event('Order Refunded', '2026-03-09', { order_id: id, ...properties });

test.each([
  { what: 'one order', events: [order('1', 49.99)], minors: [4999] },
  { what: 'an order that was sent twice with ids of its own', events: [order('1', 49.99), order('1', 49.99)], minors: [4999] },
  { what: 'a refund of a part', events: [order('1', 50), refund('1', { revenue: 20 })], minors: [3000] },
  {
    what: 'the same refund twice',
    events: [order('1', 50), refund('1', { revenue: 20, refund_id: 'r' }), refund('1', { revenue: 20, refund_id: 'r' })],
    minors: [3000],
  },
  { what: 'a refund that came first', events: [refund('1', { amount: 20 }), order('1', 50)], minors: [3000] },
  { what: 'a refund without an amount', events: [order('1', 50), refund('1')], minors: [] },
  { what: 'more given back than was paid', events: [order('1', 50), refund('1', { revenue: 80 })], minors: [] },
  { what: 'a cancelled order', events: [order('1', 50), event('Order Cancelled', '2026-03-02', { orderId: '1' })], minors: [] },
  { what: 'another order’s refund', events: [order('1', 50), refund('2')], minors: [5000] },
  { what: 'a currency with a rate', events: [order('1', 10, { currency: 'usd' })], minors: [900] },
])('$what', ({ events, minors }) => {
  expect(ordersOf(events, euros).orders.map(({ minor }) => minor)).toEqual(minors);
  expect(ordersOf([...events].reverse(), euros).orders.map(({ minor }) => minor)).toEqual(minors);
});

test('orders without an amount that can be read count, of no revenue, and are told', () => {
  const { orders, withoutAmount } = ordersOf([order('1', undefined), order('2', 10, { currency: 'CHF' })], euros);
  expect(orders.map(({ minor }) => minor)).toEqual([0, 0]);
  expect(withoutAmount).toBe(2);
});

test('a publishable key is not believed where the programme says so', () => {
  const forged = event('Order Completed', '2026-03-01', { order_id: '1', revenue: 9 }, { trust: 'publishable' });
  const server: OrderReading = { ...euros, orders: { ...euros.orders, from: 'server' } };
  expect(ordersOf([forged], server).orders).toEqual([]);
  expect(ordersOf([forged], euros).orders).toHaveLength(1);
});
