import type { Draft } from '../draft.ts';
import type { TimelineEvent } from '../event.ts';
import type { Instant } from '../instant.ts';
import { command } from './command.ts';
import { earn } from './earn.ts';
import type { LinkedLoyalty } from './linked.ts';
import { bookingOfOrder } from './money.ts';
import { FRIEND_ORDERED, REFERRED, takeFriend, takeReferral } from './referral.ts';
import { refund } from './refund.ts';
import { confirm, passTime } from './time.ts';

/** What an event means for points and tiers: earned, confirmed, taken back, spent, adjusted. */
export function takeLoyalty(draft: Draft, event: TimelineEvent, at: Instant): void {
  const { loyalty } = draft.catalogue;
  if (loyalty === undefined) return;
  const before = draft.customer.loyalty;
  const { orders } = loyalty.programme;
  if (event.origin === 'loyalty') takeOwn(draft, event);
  else if (orders.refunded.includes(event.name) || orders.cancelled.includes(event.name)) refund(draft, loyalty, event);
  else {
    if (loyalty.confirming.has(event.name)) confirmOrder(draft, loyalty, event);
    earn(draft, loyalty, event);
  }
  if (draft.customer.loyalty !== before) passTime(draft, loyalty, at);
}

/** Events that only the programme itself, or its API, writes. */
function takeOwn(draft: Draft, event: TimelineEvent): void {
  if (event.name === REFERRED) takeReferral(draft, event);
  else if (event.name === FRIEND_ORDERED) takeFriend(draft, event);
  else command(draft, event);
}

function confirmOrder(draft: Draft, loyalty: LinkedLoyalty, event: TimelineEvent): void {
  const booking = bookingOfOrder(event.properties);
  confirm(draft, loyalty, event.at, (waiting) => waiting.booking === booking && waiting.event === event.name);
}
