/** A friend was brought: both are rewarded once the friend's first order is final. */
import { type Draft, note } from '../draft.ts';
import type { CustomerId, TimelineEvent } from '../event.ts';
import { digest } from '../hash.ts';
import { add, type Instant, toIso } from '../instant.ts';
import { award } from './award.ts';
import { stateOf } from './ledger.ts';
import type { LinkedLoyalty } from './linked.ts';
import { isWhole } from './refund.ts';
import type { Booking } from './state.ts';

/** Says who brought somebody, after the code was looked up; and, to the one who brought them, that the friend's order is final. */
export const REFERRED = 'Referred';
export const FRIEND_ORDERED = 'Friend Ordered';

/** From the first booking on a customer has a code of their own to give to friends. */
export function enrol(draft: Draft, loyalty: LinkedLoyalty): void {
  const state = stateOf(draft);
  if (loyalty.programme.referral === undefined || state.enrolledAs !== undefined || state.bookings.length === 0) return;
  const { id } = draft.customer;
  draft.customer.loyalty = { ...state, enrolledAs: id };
  draft.effects.push({ type: 'referral', customer: id });
}

/** Takes in who brought this customer: the first word counts, and only from before the first order. */
export function takeReferral(draft: Draft, event: TimelineEvent): void {
  const { customer } = draft;
  const state = stateOf(draft);
  const { referrer, refused } = event.properties;
  const refuse = (why: string): void => note(draft, event.at, 'refused', `no referral: ${why}`);
  if (typeof refused === 'string') return refuse(refused);
  if (typeof referrer !== 'string') return refuse('the event names nobody');
  if (referrer === customer.id || customer.merged.includes(referrer as CustomerId)) return refuse('nobody can refer themselves');
  if (state.referral !== undefined) return refuse('somebody else brought this customer before');
  if (state.bookings.some(({ order, at }) => order && at < event.at)) return refuse('the customer had ordered before');
  draft.customer.loyalty = { ...state, referral: { referrer: referrer as CustomerId, at: event.at } };
  note(draft, event.at, 'referral', 'brought by another customer');
}

/** Rewards both, once the first order is final. An order that was given back in full does not count, and the next one may. */
export function passReferral(draft: Draft, loyalty: LinkedLoyalty, at: Instant): void {
  const { referral: terms } = loyalty.programme;
  const { referral } = stateOf(draft);
  if (terms === undefined || referral === undefined || referral.rewarded === true) return;
  const order = firstOrder(draft);
  if (order === undefined || finalAt(loyalty, order) > at) return;
  draft.customer.loyalty = { ...stateOf(draft), referral: { ...referral, rewarded: true } };
  const { customer } = draft;
  const source = digest(10, 'referral', customer.id);
  if (terms.friend !== undefined) award(draft, { points: terms.friend, reason: 'brought by a friend', source }, at);
  if (terms.referrer === undefined) return;
  const time = toIso(at);
  draft.effects.push({
    type: 'event',
    event: {
      id: `friend-${digest(24, referral.referrer, customer.id)}`,
      customer: referral.referrer,
      kind: 'track',
      name: FRIEND_ORDERED,
      at,
      receivedAt: at,
      keyTime: time,
      identities: {},
      properties: { friend: digest(10, customer.id), points: terms.referrer },
      trust: 'system',
      origin: 'loyalty',
    },
  });
  note(draft, at, 'referral', 'the first order is final: whoever brought this customer is rewarded');
}

/** The referrer's side. */
export function takeFriend(draft: Draft, { properties, at, id }: TimelineEvent): void {
  award(draft, { points: Number(properties.points), reason: 'a friend has ordered', source: digest(10, id) }, at);
}

/** When the first order will be final; infinite where there is none to wait for. */
export function referralFinalAt(draft: Draft, loyalty: LinkedLoyalty): Instant {
  const { referral } = stateOf(draft);
  if (loyalty.programme.referral === undefined || referral === undefined || referral.rewarded === true)
    return Number.POSITIVE_INFINITY;
  const order = firstOrder(draft);
  return order === undefined ? Number.POSITIVE_INFINITY : finalAt(loyalty, order);
}

function firstOrder(draft: Draft): Booking | undefined {
  const { bookings, referral } = stateOf(draft);
  return bookings.find((one) => one.order && one.at >= (referral?.at ?? 0) && !isWhole(one));
}

function finalAt({ programme }: LinkedLoyalty, { at }: Booking): Instant {
  const waits = programme.earn.flatMap(({ event, pending }) =>
    event === programme.orders.event && pending ? [add(at, pending.for)] : [],
  );
  return Math.max(at, ...waits);
}
