/** What was earned by one order, or by one other event: booked once, and remembered for refunds and tiers. */
import type { Draft } from '../draft.ts';
import type { Instant } from '../instant.ts';
import { stateOf } from './ledger.ts';
import type { Booking } from './state.ts';

/** Bookings kept in full: what refunds and windows of tiers look at. Of older ones their ids stay, so that an order earns once. */
const BOOKINGS_MAX = 400;
const OLDER_MAX = 500;

/** Whether it has earned already. */
export function isKnown(draft: Draft, booking: string): boolean {
  const { bookings, older } = stateOf(draft);
  return bookings.some(({ id }) => id === booking) || older.includes(booking);
}

/** Books it, in the order of time. */
export function open(draft: Draft, booking: Booking): void {
  const state = stateOf(draft);
  const place = state.bookings.findLastIndex((one) => one.at <= booking.at) + 1;
  const bookings = state.bookings.toSpliced(place, 0, booking);
  const gone = bookings.slice(0, Math.max(0, bookings.length - BOOKINGS_MAX)).map(({ id }) => id);
  draft.customer.loyalty = {
    ...state,
    bookings: bookings.slice(gone.length),
    ...(gone.length > 0 && { older: [...state.older, ...gone].slice(-OLDER_MAX) }),
    spendMinor: state.spendMinor + booking.minor,
    earned: state.earned + booking.points,
    orders: state.orders + (booking.order ? 1 : 0),
  };
  draft.changed.add('loyalty');
}

/** Something was earned or spent: inactivity begins anew. */
export function touch(draft: Draft, at: Instant): void {
  const state = stateOf(draft);
  draft.customer.loyalty = { ...state, activeAt: Math.max(state.activeAt, at) };
}
