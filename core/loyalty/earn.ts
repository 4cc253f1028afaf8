/** Books what an event earns. What is not booked has a reason in the decision. */
import type { Customer } from '../customer.ts';
import { type Draft, note } from '../draft.ts';
import type { TimelineEvent } from '../event.ts';
import { digest } from '../hash.ts';
import { add, type Instant } from '../instant.ts';
import { at as valueAt } from '../json.ts';
import { isKnown, open, touch } from './bookings.ts';
import { addLot, post, stateOf } from './ledger.ts';
import type { LinkedLoyalty } from './linked.ts';
import { expiryOf } from './lots.ts';
import { amountOf, bookingOfOrder, type Money, moneyOf } from './money.ts';
import { applyEarly } from './refund.ts';
import { type Earned, earnings, limitPeriod, mayEarn } from './rules.ts';

/** An order is booked with what it earns; another event only if it earns something. */
export function earn(draft: Draft, loyalty: LinkedLoyalty, event: TimelineEvent): void {
  const { programme } = loyalty;
  if (event.name !== programme.orders.event) {
    if (!loyalty.rules.has(event.name)) return;
    for (const earned of earnings(loyalty, draft.customer as Customer, event)) bookOther(draft, loyalty, event, earned);
    return;
  }
  const order = orderOf(draft, loyalty, event);
  if (typeof order === 'string') return note(draft, event.at, 'refused', `no points: ${order}`);
  const earned = earnings(loyalty, draft.customer as Customer, event);
  const points = earned.reduce((sum, one) => sum + one.points, 0);
  open(draft, { id: order.id, at: event.at, order: true, points, ...order.money });
  for (const one of earned) grant(draft, loyalty, order.id, event.at, one);
  applyEarly(draft, loyalty, order.id);
}

type Order = { readonly id: string; readonly money: Money };

/** An order that counts; a text says why one does not. */
function orderOf(draft: Draft, { programme }: LinkedLoyalty, event: TimelineEvent): Order | string {
  if (!mayEarn(programme.orders.from, event)) return 'the order came with a publishable key, which anybody can use';
  const { properties } = event;
  const id = bookingOfOrder(properties);
  if (id === undefined) return 'the event has no “order_id”, so that a repeat of it could not be told';
  if (isKnown(draft, id)) return 'this order has earned already';
  const amount = amountOf(properties, programme.orders.amount);
  if (amount === undefined) return `the event has no number in “${programme.orders.amount}”`;
  const money = moneyOf(properties, amount, programme);
  return typeof money === 'string' ? money : { id, money };
}

function bookOther(draft: Draft, loyalty: LinkedLoyalty, event: TimelineEvent, earned: Earned): void {
  const value = earned.rule.key === undefined ? undefined : valueAt(event.properties, earned.rule.key);
  const key = typeof value === 'string' || typeof value === 'number' ? String(value) : event.id;
  const id = digest(10, earned.rule.id, key);
  if (isKnown(draft, id)) return note(draft, event.at, 'refused', `no points: “${key.slice(0, 60)}” has earned already`);
  open(draft, { id, at: event.at, order: false, minor: 0, points: earned.points });
  grant(draft, loyalty, id, event.at, earned);
}

function grant(draft: Draft, loyalty: LinkedLoyalty, booking: string, at: Instant, { rule, points, why }: Earned): void {
  count(draft, loyalty, rule, at);
  touch(draft, at);
  const source = `${booking}:${rule.id}`;
  const pending = rule.pending === false ? undefined : rule.pending;
  if (pending === undefined) {
    post(draft, { type: 'earn', at, points, reason: why, source });
    return addLot(draft, points, expiryOf(loyalty, at));
  }
  const until = add(at, pending.for);
  const state = stateOf(draft);
  const event = pending.event === undefined ? {} : { event: pending.event };
  draft.customer.loyalty = { ...state, waiting: [...state.waiting, { booking, rule: rule.id, points, at, until, ...event }] };
  post(draft, { type: 'earn', at, points: 0, pending: points, reason: why, source });
}

/** Of each limited rule only the latest periods are remembered. */
function count(draft: Draft, loyalty: LinkedLoyalty, rule: Earned['rule'], at: Instant): void {
  const period = limitPeriod(loyalty, rule, at);
  if (period === undefined) return;
  const state = stateOf(draft);
  const counts = { ...state.limits[rule.id], [period]: (state.limits[rule.id]?.[period] ?? 0) + 1 };
  const kept = Object.entries(counts)
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .slice(-PERIODS_MAX);
  draft.customer.loyalty = { ...state, limits: { ...state.limits, [rule.id]: Object.fromEntries(kept) } };
}

const PERIODS_MAX = 8;
