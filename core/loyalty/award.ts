import type { Draft } from '../draft.ts';
import type { Instant } from '../instant.ts';
import { isKnown, open, touch } from './bookings.ts';
import { addLot, post } from './ledger.ts';
import { expiryOf } from './lots.ts';

/** Points that a journey gives. The same source gives once. */
export function award(
  draft: Draft,
  { points, reason, source }: { readonly points: number; readonly reason: string; readonly source: string },
  at: Instant,
): void {
  const loyalty = draft.catalogue.loyalty;
  if (points <= 0 || loyalty === undefined || isKnown(draft, source)) return;
  open(draft, { id: source, at, order: false, minor: 0, points });
  touch(draft, at);
  post(draft, { type: 'award', at, points, reason, source });
  addLot(draft, points, expiryOf(loyalty, at));
}
