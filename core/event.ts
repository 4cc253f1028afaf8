import type { Instant } from './instant.ts';
import type { JsonObject } from './json.ts';

/** `cus_…`, derived from the strongest identity of a call; see `identity.ts`. */
export type CustomerId = `cus_${string}`;
export type EventId = string;

/**
 * How far a sender may be trusted about who somebody is. A publishable key stands in a web page, so anybody can use it;
 * `confirmed` is a person who proved to own an address; `system` is what Rekindle itself observed.
 */
type Trust = 'publishable' | 'secret' | 'confirmed' | 'system';

/** Where an event came from. Only `feedback` of the mail system and the word of an `admin` may suppress. */
type Origin = 'api' | 'form' | 'recipient' | 'feedback' | 'journey' | 'admin' | 'loyalty' | 'voucher';

export type Identities = { readonly userId?: string; readonly email?: string; readonly anonymousId?: string };

/** One fact about one customer. Immutable; stored once, whatever the number of times that it is sent. */
export type TimelineEvent = {
  readonly id: EventId;
  /** The customer whose partition holds the event. After a merge, decisions go to the customer that it was folded into. */
  readonly customer: CustomerId;
  readonly kind: 'track' | 'identify' | 'page' | 'screen' | 'group' | 'alias' | 'form' | 'mail' | 'consent';
  /** The event's name, which is also the detail type on the bus: `Order Completed`; `Identify` for an identify call. */
  readonly name: string;
  /** When it happened, corrected by the sender's clock (`sentAt`). */
  readonly at: Instant;
  readonly receivedAt: Instant;
  /** The sort key's time: what the sender said, never our clock, so that a retry hits the same item. */
  readonly keyTime: string;
  readonly identities: Identities;
  readonly properties: JsonObject;
  readonly traits?: JsonObject;
  readonly context?: JsonObject;
  readonly trust: Trust;
  readonly origin: Origin;
  /** How often a journey's `emit_event` stands between this and something that a person did; bounds loops. */
  readonly hops?: number;
};

/** The sort key of an event on its customer's timeline; the decision on it stands under the same time and id. */
export function eventKey(event: Pick<TimelineEvent, 'keyTime' | 'id'>): string {
  return `E#${event.keyTime}#${event.id}`;
}

/** The click in the mail of a double opt-in. An event of the same name from outside says nothing. */
export function isConfirmation({ name, origin, trust }: Pick<TimelineEvent, 'name' | 'origin' | 'trust'>): boolean {
  return name === 'Form Confirmed' && origin === 'recipient' && trust === 'confirmed';
}

/** Names of events that Rekindle always evaluates, whatever the catalogue mentions. */
export const alwaysEvaluated = [
  'Identify',
  'Group',
  'Alias',
  'Form Submitted',
  'Form Confirmed',
  'Subscribed',
  'Unsubscribed',
  'Email Bounced',
  'Email Marked as Spam',
  'Email Outcome Unknown',
  'Journey Requested',
  'Customer Blocked',
  'Customer Unblocked',
  'Points Redeemed',
  'Points Adjusted',
  'Referred',
  'Friend Ordered',
  'Voucher Used',
  'Voucher Redeemed',
] as const;
