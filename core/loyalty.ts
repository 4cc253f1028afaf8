import type { Loyalty } from './catalogue.ts';
import type { LoyaltyState } from './customer.ts';
import { type Draft, note } from './draft.ts';
import type { TimelineEvent } from './event.ts';
import { digest } from './hash.ts';
import type { Instant } from './instant.ts';
import { type Json, type JsonObject, at as valueAt } from './json.ts';
import { numberOf } from './metrics.ts';

/** Orders that one person's item remembers, so that an order sent again under another message id does not earn again. */
const ORDERS_MAX = 500;

/** No single order is worth more than this, in units of the currency: a larger one is a mistake, and is refused. */
const AMOUNT_MAX = 10_000_000;

const NOTHING: LoyaltyState = { points: 0, spendMinor: 0, orders: [] };

/** Books an order, if the event is one: points, spend, tier. What is not booked has a reason in the decision. */
export function earn(draft: Draft, event: TimelineEvent): void {
  const programme = draft.catalogue.release.loyalty;
  if (programme === undefined || event.name !== programme.earn.event) return;
  const refuse = (why: string): void => note(draft, event.at, 'refused', `no points: ${why}`);
  const state = draft.customer.loyalty ?? NOTHING;
  const order = digest(10, String(valueAt(event.properties, 'order_id') ?? valueAt(event.properties, 'orderId') ?? event.id));
  if (state.orders.includes(order)) return refuse('this order has earned already');
  const stated = valueAt(event.properties, 'currency') ?? programme.currency;
  const currency = typeof stated === 'string' ? stated.toUpperCase() : stated;
  if (currency !== programme.currency)
    return refuse(`the order is in ${String(currency)}, the programme in ${programme.currency}`);
  const amount = amountOf(event.properties, programme.earn.amount);
  if (amount === undefined) return refuse(`the event has no number in “${programme.earn.amount}”`);
  if (amount < 0 || amount > AMOUNT_MAX) return refuse(`an amount of ${amount} is out of bounds`);
  const points = Math.floor(exact(amount * programme.earn.pointsPerUnit));
  const spendMinor = state.spendMinor + Math.round(exact(amount * 10 ** minorDigits(programme.currency)));
  draft.customer.loyalty = { ...state, spendMinor, orders: [...state.orders, order].slice(-ORDERS_MAX) };
  book(
    draft,
    { points, type: 'earn', reason: `${programme.earn.pointsPerUnit} for each ${programme.currency} of an order`, source: order },
    event.at,
  );
  settleTier(draft, programme, event.at);
}

/** Adds points with their ledger entry: the balance is always the sum of the ledger. */
export function book(
  draft: Draft,
  { points, type, reason, source }: { points: number; type: 'earn' | 'award'; reason: string; source: string },
  at: Instant,
): void {
  const state = draft.customer.loyalty ?? NOTHING;
  if (points <= 0) {
    draft.customer.loyalty = state;
    return;
  }
  const balance = state.points + points;
  draft.customer.loyalty = { ...state, points: balance };
  const id = `led_${digest(20, draft.customer.id, type, source)}`;
  draft.effects.push({ type: 'ledger', entry: { id, customer: draft.customer.id, at, type, points, balance, reason, source } });
  note(draft, at, 'points', `${points} points for: ${reason}; the balance is ${balance}`);
  draft.changed.add('loyalty');
  draft.starts.push({ key: 'points', at, name: `${state.points}:${balance}`, why: `the balance is ${balance}` });
}

/** The tier that a spend reaches. */
export function tierOf(programme: Loyalty, spendMinor: number): Loyalty['tiers'][number] | undefined {
  const spend = spendMinor / 10 ** minorDigits(programme.currency);
  return programme.tiers.findLast((tier) => tier.spend <= spend);
}

/** The next tier and what is missing to it, in units of the currency; undefined at the top. */
export function nextTier(programme: Loyalty, spendMinor: number): { name: string; missing: number } | undefined {
  const spend = spendMinor / 10 ** minorDigits(programme.currency);
  const next = programme.tiers.find((tier) => tier.spend > spend);
  return next && { name: next.name, missing: exact(next.spend - spend) };
}

function settleTier(draft: Draft, programme: Loyalty, at: Instant): void {
  const state = draft.customer.loyalty ?? NOTHING;
  const tier = tierOf(programme, state.spendMinor);
  if (tier === undefined || tier.id === state.tier) return;
  draft.customer.loyalty = { ...state, tier: tier.id, tierAt: at };
  note(draft, at, 'tier', `${state.tier ?? 'no tier'} → ${tier.id}: the spend has reached ${tier.spend} ${programme.currency}`);
  draft.changed.add('loyalty');
  const rank = (id: string | undefined): number => programme.tiers.findIndex((one) => one.id === id);
  const direction = rank(tier.id) > rank(state.tier) ? 'up' : 'down';
  draft.starts.push({ key: 'tier_change', at, name: `${direction}:${tier.id}`, why: `reached the tier ${tier.id}` });
}

/** Revenue, or what stands in for it: the subtotal, or the total less shipping and tax (Segment's e-commerce spec). */
function amountOf(properties: JsonObject, path: string): number | undefined {
  const read = (name: string): number | undefined => numberOf(valueAt(properties, name) as Json | undefined);
  const stated = read(path) ?? (path === 'revenue' ? read('subtotal') : undefined);
  if (stated !== undefined || path !== 'revenue') return stated;
  const total = read('total');
  return total === undefined ? undefined : exact(total - (read('shipping') ?? 0) - (read('tax') ?? 0));
}

const digits = new Map<string, number>();

/** Digits behind the point of a currency: 2 for EUR, 0 for JPY. */
export function minorDigits(currency: string): number {
  const known = digits.get(currency);
  if (known !== undefined) return known;
  const count = new Intl.NumberFormat('en', { style: 'currency', currency }).resolvedOptions().maximumFractionDigits ?? 2;
  digits.set(currency, count);
  return count;
}

/** Removes what binary fractions add to decimal amounts: 4.35 × 100 is 435. */
function exact(value: number): number {
  return Math.round(value * 1e6) / 1e6;
}
