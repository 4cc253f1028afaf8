import type { VoucherRef } from './customer.ts';
import type { CustomerId, TimelineEvent } from './event.ts';
import type { Instant } from './instant.ts';
import type { JsonObject } from './json.ts';
import type { OfferTally } from './offer-budget.ts';
import type { Voucher } from './vouchers.ts';

/** One thing that was decided and why, in words that a marketer can read. */
export type Note = {
  readonly at: Instant;
  readonly what:
    | 'entered'
    | 'not_entered'
    | 'step'
    | 'held'
    | 'zone'
    | 'migrated'
    | 'message'
    | 'message_skipped'
    | 'goal_reached'
    | 'left'
    | 'segment_entered'
    | 'segment_left'
    | 'consent'
    | 'suppressed'
    | 'unsuppressed'
    | 'identity'
    | 'points'
    | 'voucher'
    | 'referral'
    | 'tier'
    | 'stage'
    | 'refused'
    | 'settled';
  readonly why: string;
  readonly journey?: string;
  readonly run?: string;
  readonly step?: string;
  readonly message?: string;
  readonly segment?: string;
  readonly topic?: string;
};

/** What was decided on one event, or on waking up. `now` and the order of `version` make it replayable. */
export type Decision = {
  /** The event that was evaluated; absent for a wake. */
  readonly event?: { readonly customer: CustomerId; readonly key: string; readonly id: string; readonly name: string };
  readonly at: Instant;
  readonly now: Instant;
  readonly release: string;
  readonly notes: readonly Note[];
  /** What it spent of the budgets of journeys, and refused because they were used up. */
  readonly offers?: OfferTally;
};

/** A mail to one person, decided but not yet sent; or decided not to be sent, with the reason. */
export type Message = {
  readonly id: string;
  readonly customer: CustomerId;
  readonly at: Instant;
  readonly status: 'queued' | 'skipped';
  readonly reason?: string;
  readonly journey: string;
  readonly run: string;
  readonly step: string;
  readonly template: string;
  readonly templateVersion: string;
  readonly locale: string;
  readonly topic: string;
  readonly topicType: 'marketing' | 'transactional';
  readonly release: string;
  readonly trigger?: { readonly customer: CustomerId; readonly key: string };
  /** The voucher that the mail shows. */
  readonly voucher?: VoucherRef;
};

export type LedgerEntry = {
  readonly id: string;
  readonly customer: CustomerId;
  readonly at: Instant;
  readonly type: 'earn' | 'award' | 'confirm' | 'reverse' | 'redeem' | 'expire' | 'adjust';
  /** Change of the balance. */
  readonly points: number;
  /** Change of what is pending. */
  readonly pending?: number;
  readonly balance: number;
  readonly reason: string;
  /** The order, the rule, the refund, the command: tells it from other entries of its type. */
  readonly source: string;
  /** Who adjusted it by hand. */
  readonly author?: string;
};

export type Call = {
  readonly id: string;
  readonly customer: CustomerId;
  readonly at: Instant;
  readonly journey: string;
  readonly run: string;
  readonly step: string;
  readonly url: string;
  readonly body: JsonObject;
};

/** What must happen because of a decision. Committed with it, carried out afterwards. */
export type Effect =
  | { readonly type: 'message'; readonly message: Message }
  | { readonly type: 'settle'; readonly customer: CustomerId; readonly message: string; readonly policy: 'assume_sent' | 'retry' }
  | { readonly type: 'ledger'; readonly entry: LedgerEntry }
  | { readonly type: 'event'; readonly event: TimelineEvent }
  | { readonly type: 'call'; readonly call: Call }
  | { readonly type: 'voucher'; readonly voucher: Voucher }
  /** A customer gets a code to give to friends. */
  | { readonly type: 'referral'; readonly customer: CustomerId };
