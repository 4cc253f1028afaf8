/** What a customer's item keeps of orders: the few numbers that forecasts need, and which orders they hold already. */
import type { TimelineEvent } from '../event.ts';
import { exact } from '../exact.ts';
import { digest } from '../hash.ts';
import { DAY_MS } from '../instant.ts';
import type { JsonObject } from '../json.ts';
import { amountOf, bookingOfOrder, type Exchange, moneyOf, refundedAmount, refundId, toUnits } from '../loyalty/money.ts';
import { mayEarn } from '../loyalty/rules.ts';
import { type OrderHistory, RECENT_DAYS_MAX, recordOrder, recordRefund } from './buyers.ts';
import type { OrderReading } from './settings.ts';

export type OrdersState = {
  /** Absent while nothing but refunds has come. */
  readonly history?: OrderHistory;
  /** The latest orders, sorted by day, so that each counts once and a refund finds its day and amount. */
  readonly known: readonly KnownOrder[];
};

/** An order, a refund that came before it, or both. `refunded` is null where all of it was given back. */
type KnownOrder = {
  readonly id: string;
  readonly day?: number;
  readonly revenue: number;
  readonly refunded: number | null;
  readonly refunds: readonly string[];
};

/** Orders that are remembered one by one. Their number bounds the item; of older ones only the sums are left. */
const KNOWN_MAX = 32;
const REFUNDS_MAX = 8;

const NOTHING: OrdersState = { known: [] };

/** What becomes of the orders by an event: a new state, a reason why it does not count, or neither, where it is no order. */
export type OrderTaken = { readonly state?: OrdersState; readonly why?: string };

/**
 * Takes an order, a refund or a cancellation in, each once, and in whatever order they come. Refunds and cancellations lower
 * what was paid; the day stays a day with an order, since the customer was there.
 */
export function orderTaken(before: OrdersState | undefined, reading: OrderReading, event: TimelineEvent): OrderTaken {
  const { orders } = reading;
  const isOrder = event.name === orders.event;
  const isCancelled = orders.cancelled.includes(event.name);
  if (!isOrder && !isCancelled && !orders.refunded.includes(event.name)) return {};
  if (!mayEarn(orders.from, event)) return { why: 'it came with a publishable key, which anybody can use' };
  const state = before ?? NOTHING;
  const id = bookingOfOrder(event.properties);
  if (isOrder) return order(state, reading, event, id ?? digest(10, event.id));
  if (id === undefined) return { why: 'the event has no “order_id”' };
  return refund(state, { reading, event, id, isCancelled });
}

function order(state: OrdersState, reading: OrderReading, event: TimelineEvent, id: string): OrderTaken {
  const found = state.known.find((one) => one.id === id);
  if (found?.day !== undefined) return { why: 'this order is known already' };
  const amount = amountOf(event.properties, reading.orders.amount);
  const money =
    amount === undefined ? `it has no number in “${reading.orders.amount}”` : worthOf(event.properties, amount, reading);
  const revenue = typeof money === 'string' ? 0 : money;
  const day = Math.floor(event.at / DAY_MS);
  const now: KnownOrder = { ...(found ?? { id, refunded: 0, refunds: [] }), day, revenue };
  const history = recordOrder(state.history, { day, revenue: exact(revenue - givenBack(now)) });
  return {
    state: { history, known: withKnown(state.known, now) },
    ...(typeof money === 'string' && { why: `it counts as an order of no value: ${money}` }),
  };
}

type Refunding = {
  readonly reading: OrderReading;
  readonly event: TimelineEvent;
  readonly id: string;
  readonly isCancelled: boolean;
};

function refund(state: OrdersState, { reading, event, id, isCancelled }: Refunding): OrderTaken {
  const source = refundId(event);
  const found = state.known.find((one) => one.id === id) ?? { id, revenue: 0, refunded: 0, refunds: [] };
  if (found.refunds.includes(source)) return { why: 'this refund is known already' };
  const amount = isCancelled ? undefined : refundedAmount(event.properties, reading.orders.amount);
  const money = amount === undefined ? null : worthOf(event.properties, amount, reading);
  if (typeof money === 'string') return { why: money };
  const refunded = money === null || found.refunded === null ? null : exact(found.refunded + money);
  const now: KnownOrder = { ...found, refunded, refunds: [...found.refunds, source].slice(-REFUNDS_MAX) };
  const known = withKnown(state.known, now);
  if (state.history === undefined || now.day === undefined) return { state: { ...state, known } };
  const revenue = exact(givenBack(now) - givenBack(found));
  return { state: { history: recordRefund(state.history, { day: now.day, revenue }), known } };
}

/** An amount in the currency that is counted in; a text says why there is none. Where none is named all amounts are of one. */
function worthOf(properties: JsonObject, amount: number, { exchange }: { readonly exchange?: Exchange }): number | string {
  const money = exchange === undefined ? moneyOf({}, amount, ANY) : moneyOf(properties, amount, exchange);
  if (typeof money === 'string') return money;
  return exchange === undefined ? amount : toUnits(money.minor, exchange.digits);
}

const ANY: Exchange = { currency: '', digits: 2, rates: {} };

function givenBack({ revenue, refunded }: KnownOrder): number {
  return refunded === null ? revenue : Math.min(revenue, refunded);
}

function withKnown(known: readonly KnownOrder[], now: KnownOrder): readonly KnownOrder[] {
  return [...known.filter(({ id }) => id !== now.id), now].sort(byDay).slice(-KNOWN_MAX);
}

/** Refunds whose order is still to come stand last. */
function byDay(one: KnownOrder, other: KnownOrder): number {
  const [day, otherDay] = [one.day ?? Number.MAX_SAFE_INTEGER, other.day ?? Number.MAX_SAFE_INTEGER];
  return day - otherDay || (one.id < other.id ? -1 : 1);
}

/** Two people's orders become one history; a day, and an order, that both have counts once. */
export function foldOrders(one: OrdersState | undefined, other: OrdersState | undefined): OrdersState | undefined {
  if (one === undefined || other === undefined) return one ?? other;
  const twice = one.known.filter(({ id }) => other.known.some((also) => also.id === id));
  const known = [...one.known, ...other.known.filter(({ id }) => !twice.some((also) => also.id === id))];
  const history = foldHistories(one.history, other.history, twice);
  return { ...(history && { history }), known: known.sort(byDay).slice(-KNOWN_MAX) };
}

function foldHistories(
  one: OrderHistory | undefined,
  other: OrderHistory | undefined,
  twice: readonly KnownOrder[],
): OrderHistory | undefined {
  if (one === undefined || other === undefined) return one ?? other;
  const days = (history: OrderHistory): Set<number> => new Set([history.firstDay, ...history.recentDays]);
  const [mine, theirs] = [days(one), days(other)];
  const firstDay = Math.min(one.firstDay, other.firstDay);
  const doubled = twice.filter(({ day }) => day !== undefined);
  const net = (orders: readonly KnownOrder[]): number => orders.reduce((sum, each) => sum + each.revenue - givenBack(each), 0);
  const first = [one, other].reduce((sum, each) => sum + (each.firstDay === firstDay ? each.firstDayRevenue : 0), 0);
  return {
    firstDay,
    lastDay: Math.max(one.lastDay, other.lastDay),
    orderDays: one.orderDays + other.orderDays - mine.intersection(theirs).size,
    firstDayRevenue: exact(first - net(doubled.filter(({ day }) => day === firstDay))),
    revenue: exact(one.revenue + other.revenue - net(doubled)),
    recentDays: [...new Set([...one.recentDays, ...other.recentDays])].sort((a, b) => a - b).slice(-RECENT_DAYS_MAX),
  };
}
