/** Money in events: integers of the minor unit, read out of what senders send. */
import type { TimelineEvent } from '../event.ts';
import { exact } from '../exact.ts';
import { digest } from '../hash.ts';
import { type Json, type JsonObject, at as valueAt } from '../json.ts';
import { numberOf } from '../metrics.ts';

/** No single amount is larger than this, in units of its currency: a larger one is a mistake, and is refused. */
export const AMOUNT_MAX = 10_000_000;

const digits = new Map<string, number>();

/** Digits behind the point of a currency: 2 for EUR, 0 for JPY, 3 for KWD. */
export function minorDigits(currency: string): number {
  const known = digits.get(currency);
  if (known !== undefined) return known;
  const count = new Intl.NumberFormat('en', { style: 'currency', currency }).resolvedOptions().maximumFractionDigits ?? 2;
  digits.set(currency, count);
  return count;
}

export type Money = {
  /** In minor units of the programme's currency. */
  readonly minor: number;
  /** As it was paid, where that was in another currency. */
  readonly paid?: { readonly minor: number; readonly currency: string };
};

export type Exchange = { readonly currency: string; readonly digits: number; readonly rates: Readonly<Record<string, number>> };

/** An amount of an event in the programme's currency; a text says why there is none. */
export function moneyOf(properties: JsonObject, amount: number, exchange: Exchange): Money | string {
  if (amount < 0 || amount > AMOUNT_MAX) return `an amount of ${amount} is out of bounds`;
  const stated = valueAt(properties, 'currency') ?? exchange.currency;
  const currency = typeof stated === 'string' ? stated.toUpperCase() : JSON.stringify(stated);
  if (currency === exchange.currency) return { minor: toMinor(amount, exchange.digits) };
  const rate = Object.hasOwn(exchange.rates, currency) ? exchange.rates[currency] : undefined;
  if (rate === undefined) {
    return `it is in ${currency.slice(0, 20)}, and the programme counts ${exchange.currency} and has no rate for that`;
  }
  const paid = { minor: toMinor(amount, minorDigits(currency)), currency };
  return { minor: toMinor(amount * rate, exchange.digits), paid };
}

/** Revenue, or what stands in for it: the subtotal, or the total less shipping and tax (Segment's e-commerce spec). */
export function amountOf(properties: JsonObject, path: string): number | undefined {
  const read = (name: string): number | undefined => numberOf(valueAt(properties, name) as Json | undefined);
  const stated = read(path) ?? (path === 'revenue' ? read('subtotal') : undefined);
  if (stated !== undefined || path !== 'revenue') return stated;
  const total = read('total');
  return total === undefined ? undefined : exact(total - (read('shipping') ?? 0) - (read('tax') ?? 0));
}

/** What some of an event's products cost together, in units: those for which `counts` holds. */
export function productsCost(properties: JsonObject, counts: (product: JsonObject) => boolean): number {
  const { products } = properties;
  if (!Array.isArray(products)) return 0;
  return exact(
    products.reduce((sum: number, product) => {
      if (product === null || typeof product !== 'object' || Array.isArray(product)) return sum;
      const item = product as JsonObject;
      return counts(item) ? sum + (numberOf(item.price) ?? 0) * (numberOf(item.quantity) ?? 1) : sum;
    }, 0),
  );
}

function toMinor(amount: number, places: number): number {
  return Math.round(exact(amount * 10 ** places));
}

export function toUnits(minor: number, places: number): number {
  return exact(minor / 10 ** places);
}

/** Which refund an event tells of: the same "refund_id" twice is one; without one each event is its own. */
export function refundId({ id, properties }: TimelineEvent): string {
  const stated = valueAt(properties, 'refund_id');
  return digest(8, typeof stated === 'string' || typeof stated === 'number' ? String(stated) : id);
}

/** What was given back: the amount itself, or what the products cost; undefined where the event says neither: all of it. */
export function refundedAmount(properties: JsonObject, path: string): number | undefined {
  const stated = amountOf(properties, path) ?? numberOf(valueAt(properties, 'amount'));
  if (stated !== undefined) return stated;
  const cost = productsCost(properties, () => true);
  return cost > 0 ? cost : undefined;
}

/** The short id under which an order is booked; undefined where the event names none. */
export function bookingOfOrder(properties: JsonObject): string | undefined {
  const id = valueAt(properties, 'order_id') ?? valueAt(properties, 'orderId');
  return (typeof id === 'string' && id.trim() !== '') || typeof id === 'number' ? digest(10, String(id)) : undefined;
}
