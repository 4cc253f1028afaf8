/** Takes back what a refunded or cancelled order has earned, in proportion. */
import { type Draft, note } from '../draft.ts';
import type { TimelineEvent } from '../event.ts';
import type { Instant } from '../instant.ts';
import { post, stateOf, takeOut } from './ledger.ts';
import type { LinkedLoyalty } from './linked.ts';
import { expiryOf } from './lots.ts';
import { bookingOfOrder, moneyOf, refundedAmount, refundId } from './money.ts';
import { mayEarn } from './rules.ts';
import type { Booking, Waiting } from './state.ts';

/** Refunds that wait for their order. */
const EARLY_MAX = 20;

type Refund = {
  readonly booking: string;
  readonly refund: string;
  readonly at: Instant;
  /** In minor units of the programme's currency; null for all of the order. */
  readonly minor: number | null;
};

export function refund(draft: Draft, loyalty: LinkedLoyalty, event: TimelineEvent): void {
  const read = refundOf(loyalty, event);
  if (typeof read === 'string') return note(draft, event.at, 'refused', `no points are taken back: ${read}`);
  const { bookings, older, early } = stateOf(draft);
  if (bookings.some(({ id }) => id === read.booking)) return reverse(draft, loyalty, read);
  if (older.includes(read.booking)) {
    const why = 'no points are taken back: the order is too long ago to be known in full; adjust the balance by hand';
    return note(draft, event.at, 'refused', why);
  }
  note(
    draft,
    event.at,
    'refused',
    'no points are taken back: no such order of this customer is known; one that comes later is booked less this',
  );
  draft.customer.loyalty = { ...stateOf(draft), early: [...early, read].slice(-EARLY_MAX) };
}

/** Refunds that came before an order are taken off as soon as it is booked. */
export function applyEarly(draft: Draft, loyalty: LinkedLoyalty, booking: string): void {
  const { early } = stateOf(draft);
  const own = early.filter((one) => one.booking === booking);
  if (own.length === 0) return;
  draft.customer.loyalty = { ...stateOf(draft), early: early.filter((one) => one.booking !== booking) };
  for (const one of own) reverse(draft, loyalty, one);
}

function refundOf({ programme }: LinkedLoyalty, event: TimelineEvent): Refund | string {
  if (!mayEarn(programme.orders.from, event)) return 'it came with a publishable key, which anybody can use';
  const { properties } = event;
  const booking = bookingOfOrder(properties);
  if (booking === undefined) return 'the event has no “order_id”';
  const base = { booking, refund: refundId(event), at: event.at };
  if (programme.orders.cancelled.includes(event.name)) return { ...base, minor: null };
  const amount = refundedAmount(properties, programme.orders.amount);
  if (amount === undefined) return { ...base, minor: null };
  const money = moneyOf(properties, amount, programme);
  return typeof money === 'string' ? money : { ...base, minor: money.minor };
}

function reverse(draft: Draft, loyalty: LinkedLoyalty, { booking: id, refund: source, at, minor }: Refund): void {
  const booking = stateOf(draft).bookings.find((one) => one.id === id);
  if (booking === undefined) return;
  if (booking.refunds?.includes(source))
    return note(draft, at, 'refused', 'no points are taken back: this refund is known already');
  const before = booking.refunded ?? 0;
  const refunded = minor === null ? booking.minor : Math.min(booking.minor, before + minor);
  const whole = refunded >= booking.minor;
  // Parts of points stay with the customer until all of the order is given back.
  const target = whole ? booking.points : Math.floor((booking.points * refunded) / booking.minor);
  const points = target - (booking.reversed ?? 0);
  replace(draft, {
    ...booking,
    refunded,
    reversed: target,
    refunds: [...(booking.refunds ?? []), source].slice(-REFUNDS_MAX),
  });
  const state = stateOf(draft);
  draft.customer.loyalty = {
    ...state,
    spendMinor: state.spendMinor - (refunded - before),
    earned: state.earned - points,
    orders: state.orders - (booking.order && whole && !isWhole(booking) ? 1 : 0),
  };
  draft.changed.add('loyalty');
  if (points > 0) takeBack(draft, loyalty, { booking, points, at, source: `${id}:${source}`, reason: 'an order was given back' });
}

const REFUNDS_MAX = 50;

/** Whether all of an order was given back, so that it does not count as one. */
export function isWhole({ minor, refunded, refunds }: Booking): boolean {
  return (refunds?.length ?? 0) > 0 && (refunded ?? 0) >= minor;
}

/** First what is pending of the booking, then its own lot, then others; never more than there is, unless debt is allowed. */
export function takeBack(
  draft: Draft,
  loyalty: LinkedLoyalty,
  {
    booking,
    points,
    at,
    source,
    reason,
  }: {
    readonly booking: Booking;
    readonly points: number;
    readonly at: Instant;
    readonly source: string;
    readonly reason: string;
  },
): void {
  const pending = takeWaiting(draft, booking.id, points);
  const rest = points - pending;
  const taken = takeOut(draft, rest, expiryOf(loyalty, booking.at));
  const owed = loyalty.programme.allowDebt ? rest - taken : 0;
  const zero = (value: number): number => (value === 0 ? 0 : -value);
  if (pending + taken + owed > 0) {
    post(draft, { type: 'reverse', at, points: zero(taken + owed), pending: zero(pending), reason, source });
  }
  const lost = rest - taken - owed;
  if (lost > 0) note(draft, at, 'points', `${lost} points of it are spent or lapsed already, and are not taken back`);
}

/** Pending points of a booking, taken from its last rule first. */
function takeWaiting(draft: Draft, booking: string, points: number): number {
  let missing = points;
  const state = stateOf(draft);
  const waiting = state.waiting.toReversed().flatMap((one): Waiting[] => {
    if (one.booking !== booking) return [one];
    const taken = Math.min(one.points, missing);
    missing -= taken;
    return taken === one.points ? [] : [{ ...one, points: one.points - taken }];
  });
  draft.customer.loyalty = { ...state, waiting: waiting.reverse() };
  return points - missing;
}

function replace(draft: Draft, booking: Booking): void {
  const state = stateOf(draft);
  draft.customer.loyalty = { ...state, bookings: state.bookings.map((one) => (one.id === booking.id ? booking : one)) };
}
