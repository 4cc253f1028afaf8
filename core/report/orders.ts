/** A person's orders, each once, with what was given back taken off. */
import type { TimelineEvent } from '../event.ts';
import type { Instant } from '../instant.ts';
import { type JsonObject, at as valueAt } from '../json.ts';
import { amountOf, minorDigits, moneyOf, productsCost } from '../loyalty/money.ts';
import type { Programme } from '../loyalty/programme.ts';
import { mayEarn } from '../loyalty/rules.ts';
import { numberOf } from '../metrics.ts';

type NetOrder = { readonly at: Instant; readonly minor: number };

/** How orders are read: as the loyalty programme says, or as the Segment spec does where there is none. */
export type OrderReading = Pick<Programme, 'orders' | 'rates' | 'digits'> & {
  /** Null where there is no programme: then amounts are added as they stand, whatever their currency. */
  readonly currency: string | null;
};

export type PersonOrders = {
  readonly orders: readonly NetOrder[];
  /** Orders whose amount is missing, or in a currency without a rate: they count as orders, of no revenue. */
  readonly withoutAmount: number;
};

export const plainReading: OrderReading = {
  orders: {
    event: 'Order Completed',
    amount: 'revenue',
    refunded: ['Order Refunded'],
    cancelled: ['Order Cancelled'],
    from: 'anyone',
  },
  rates: {},
  digits: 2,
  currency: null,
};

/**
 * The orders of somebody's events, in the order of their time. An order id counts once, by its earliest event; a refund counts
 * once for each `refund_id`. What was given back is taken off the order, whenever that was, and never more than it was worth;
 * an order that was cancelled or given back as a whole is no order.
 */
export function ordersOf(events: readonly TimelineEvent[], reading: OrderReading): PersonOrders {
  const sorted = events.filter((event) => mayEarn(reading.orders.from, event)).sort((one, other) => one.at - other.at);
  const refunds = refundsOf(sorted, reading);
  const known = new Set<string>();
  const orders: NetOrder[] = [];
  let withoutAmount = 0;
  for (const event of sorted) {
    if (event.name !== reading.orders.event) continue;
    const id = orderId(event.properties) ?? `event ${event.id}`;
    if (known.has(id)) continue;
    known.add(id);
    const gross = minorOf(event.properties, amountOf(event.properties, reading.orders.amount), reading);
    if (gross === undefined) withoutAmount += 1;
    const back = refunds.get(id) ?? 0;
    if (back > 0 && back >= (gross ?? 0)) continue;
    orders.push({ at: event.at, minor: (gross ?? 0) - back });
  }
  return { orders, withoutAmount };
}

/** What was given back of each order, in minor units; all of it where the event does not say how much. */
function refundsOf(events: readonly TimelineEvent[], reading: OrderReading): Map<string, number> {
  const back = new Map<string, number>();
  const known = new Set<string>();
  for (const { id: event, name, properties } of events) {
    const isCancelled = reading.orders.cancelled.includes(name);
    if (!isCancelled && !reading.orders.refunded.includes(name)) continue;
    const order = orderId(properties);
    const refund = `${order} ${idIn(properties, 'refund_id') ?? event}`;
    if (order === undefined || known.has(refund)) continue;
    known.add(refund);
    const minor = isCancelled ? undefined : minorOf(properties, refunded(properties, reading.orders.amount), reading);
    back.set(order, (back.get(order) ?? 0) + (minor ?? Number.POSITIVE_INFINITY));
  }
  return back;
}

function refunded(properties: JsonObject, path: string): number | undefined {
  const stated = amountOf(properties, path) ?? numberOf(valueAt(properties, 'amount'));
  return stated ?? (productsCost(properties, () => true) || undefined);
}

function minorOf(properties: JsonObject, amount: number | undefined, reading: OrderReading): number | undefined {
  if (amount === undefined) return undefined;
  const { currency, digits, rates } = reading;
  const known = currency === null ? { ...properties, currency: 'XXX' } : properties;
  const money = moneyOf(known, amount, { currency: currency ?? 'XXX', digits, rates });
  return typeof money === 'string' ? undefined : money.minor;
}

const orderId = (properties: JsonObject): string | undefined => idIn(properties, 'order_id') ?? idIn(properties, 'orderId');

function idIn(properties: JsonObject, name: string): string | undefined {
  const value = valueAt(properties, name);
  return typeof value === 'string' || typeof value === 'number' ? String(value) : undefined;
}

/** Digits behind the point of what `minor` counts. */
export function digitsOf(currency: string | null): number {
  return currency === null ? plainReading.digits : minorDigits(currency);
}
