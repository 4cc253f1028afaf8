/** When points lapse. */
import { add, type Instant } from '../instant.ts';
import { periodEnd } from './calendar.ts';
import type { LinkedLoyalty } from './linked.ts';
import type { Lot, LoyaltyState } from './state.ts';

/** When points that are earned now lapse by the calendar; null where they do not. */
export function expiryOf({ programme: { expiry }, zone }: LinkedLoyalty, at: Instant): Instant | null {
  if (expiry.after === undefined && expiry.endOf === undefined) return null;
  const after = expiry.after === undefined ? at : add(at, expiry.after);
  return expiry.endOf === undefined ? after : periodEnd(after, expiry.endOf, zone);
}

/** When a lot lapses as things stand: by the calendar, or by inactivity if that is earlier. Infinite where never. */
export function lapsesAt({ programme: { expiry } }: LinkedLoyalty, { activeAt }: LoyaltyState, lot: Lot): Instant {
  const byCalendar = lot.expiresAt ?? Number.POSITIVE_INFINITY;
  return expiry.inactivity === undefined ? byCalendar : Math.min(byCalendar, add(activeAt, expiry.inactivity));
}
