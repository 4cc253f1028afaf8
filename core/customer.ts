import type { ConsentHistory } from './consent-history.ts';
import type { CustomerId, EventId } from './event.ts';
import { type Instant, NEVER, toIso } from './instant.ts';
import type { Json, JsonObject } from './json.ts';
import type { LoyaltyState } from './loyalty/state.ts';
import { soonOf } from './loyalty/view.ts';
import type { OrdersState } from './prediction/orders.ts';
import type { SuppressionReason, Suppressions } from './suppression.ts';
import { touchJson } from './touches.ts';

/** All that is needed to decide what happens next to a person. One item, one version: decisions about a person are serial. */
export type Customer = {
  readonly id: CustomerId;
  readonly createdAt: Instant;
  /** How far this person's time has come: the latest instant at which something was decided. Late events do not turn it back. */
  readonly clock: Instant;
  /** The release that segments were last evaluated with; another one evaluates all of them anew. */
  readonly release?: string;
  readonly userId?: string;
  readonly email?: string;
  /** What gave the address, so that of two words the same one counts in whatever order they arrive. */
  readonly emailBy?: { readonly isTrusted: boolean; readonly at: Instant; readonly key: string };
  readonly anonymousIds: readonly string[];
  /** True once a secret key, a confirmed opt-in or a purchase from a server vouched for this person's identity. */
  readonly vouched: boolean;
  /** True once a secret key told of this person: a web page cannot make one of two of whom that is true. */
  readonly told: boolean;
  /** An address that is this person's on a web page's word alone, and of which side a secret key has told by itself. */
  readonly page?: { readonly email: string; readonly rank: string; readonly user: boolean; readonly address: boolean };
  /** Ids that were folded into this one; their timelines belong to this person. */
  readonly merged: readonly CustomerId[];
  /** Since when two ids are known to be one person, as `from to`: what each said about consent before was said apart. */
  readonly links: Readonly<Record<string, Instant>>;
  readonly attributes: JsonObject;
  /** When each attribute happened to be set: the later fact wins, in whatever order the two arrive. */
  readonly attributeTimes: Readonly<Record<string, Instant>>;
  readonly consents: Readonly<Record<string, Consent>>;
  /** Where more than one word was said on a topic: the latest of them. */
  readonly consentHistory: ConsentHistory;
  /** By topic, the last word under each id, where more than one id spoke. */
  readonly said: Readonly<Record<string, Sides>>;
  /** What keeps mail from this person; of several reasons the one that stops most, with its particulars. */
  readonly suppressed?: { readonly reason: SuppressionReason; readonly at: Instant; readonly why?: string; readonly by?: string };
  /** All reasons at once, so that lifting one leaves the others. */
  readonly suppressions: Suppressions;
  readonly metrics: Readonly<Record<string, Metric>>;
  /** Segments that this person is in, and since when. */
  readonly segments: Readonly<Record<string, Instant>>;
  /** When a segment next may change by the mere passage of time. */
  readonly flips: Readonly<Record<string, Instant>>;
  /** When journeys that run by the calendar next start for this person. */
  readonly alarms: Readonly<Record<string, Instant>>;
  readonly runs: readonly Run[];
  /** Marketing mails of late, oldest first: what caps count. */
  readonly sends: readonly { readonly at: Instant; readonly topic: string; readonly journey: string }[];
  readonly entries: Readonly<Record<string, Entries>>;
  /** The latest events of the names that waits, exits and goals listen for, so that an early arrival still counts. */
  readonly log: Readonly<Record<string, readonly Logged[]>>;
  readonly loyalty?: LoyaltyState;
  /** What forecasts rest upon; kept where the catalogue has `prediction.json`. */
  readonly orders?: OrdersState;
  /** Vouchers that may still be used, oldest first. */
  readonly vouchers: readonly HeldVoucher[];
  /** When one of them lapses, or a journey wants to hear that it soon will. */
  readonly voucherAt?: Instant;
  readonly stage?: StageState;
  readonly touches?: Touches;
  /** After metrics were filled from the timeline: which, and the latest events that were counted then and are not counted again. */
  readonly filled?: { readonly metrics: readonly string[]; readonly events: readonly string[] };
  /** Mails in a row that could not be delivered to an address for now, oldest first. */
  readonly softBounces?: { readonly address: string; readonly at: readonly Instant[] };
  /** Messages whose sending was cut off, and when the declared policy settles them. */
  readonly unsettled: readonly { readonly message: string; readonly customer: CustomerId; readonly at: Instant }[];
};

export type Consent = {
  /** `pending` waits for its confirmation, and counts as no consent until then. */
  readonly status: 'subscribed' | 'unsubscribed' | 'pending';
  readonly at: Instant;
  /** The event that says so, and what it was: the proof. */
  readonly event: EventId;
  readonly source: string;
  readonly version?: string;
  /** Beside a pending one: the older no. Beside a yes: the request that came after it. */
  readonly beside?: Consent;
  /** The id under which it was said; absent: the person's own. */
  readonly under?: CustomerId;
};

export type Sides = Readonly<Record<CustomerId, Consent>>;

/** A count or a sum of events; `t` are instants within the window, oldest first, `v` their values. `e`, `a` and `h`: see `tally.ts`. */
export type Metric = {
  readonly n: number;
  readonly s?: number;
  readonly t?: readonly Instant[];
  readonly v?: readonly number[];
  readonly e?: readonly EventId[];
  readonly a?: Instant;
  readonly h?: number;
};

/** A visit or a form post that shows where somebody came from. */
export type Touch = {
  readonly at: Instant;
  readonly event: EventId;
  /** `utm_source`, else the host that referred, else `direct`. */
  readonly source: string;
  readonly medium?: string;
  readonly campaign?: string;
  readonly term?: string;
  readonly content?: string;
  /** The host of the site that referred, where it is another one. */
  readonly referrer?: string;
  readonly form?: string;
  readonly page?: string;
};

export type Touches = { readonly first: Touch; readonly last: Touch };

/** The stage of a lead, and the way to it. `rank` is its place among the stages, the lowest 0. */
export type StageState = { readonly id?: string; readonly rank: number; readonly history: readonly StageEntry[] };

export type StageEntry = {
  /** Null where every stage was left. */
  readonly stage: string | null;
  readonly at: Instant;
  /** What brought it about: an event's name, the passage of time, a new release. */
  readonly by: string;
  /** When the company first turned to the person after this, before the next change. */
  readonly contactedAt?: Instant;
};

export type Logged = { readonly id: EventId; readonly at: Instant; readonly p: JsonObject };

export type HeldVoucher = {
  readonly id: string;
  /** The id under which it is stored: that of the person to whom it was issued, who may have been folded into another. */
  readonly customer: CustomerId;
  readonly pool: string;
  readonly at: Instant;
  readonly validUntil: Instant | null;
  /** Warnings that were given: so long before it lapses. */
  readonly warned: readonly string[];
};

export type Entries = { readonly count: number; readonly lastAt: Instant; readonly lastOutcome?: RunOutcome };

export type RunOutcome = 'completed' | 'exited' | 'holdout' | 'failed';

/** One person's way through one version of a journey. */
export type Run = {
  readonly id: string;
  readonly journey: string;
  readonly version: string;
  readonly enteredAt: Instant;
  readonly trigger: RunTrigger;
  /** The step that it stands at, since when, and until when at the latest. */
  readonly step: string;
  readonly since: Instant;
  readonly until: Instant;
  /** When a `wait_until` ends at the latest; `until` may be an earlier instant at which its condition can change. */
  readonly deadline?: Instant;
  /** Where a run goes on that is held because its journey is paused: a step, or the end. */
  readonly held?: { readonly to?: string };
  /** Of runs of one journey side by side: the value that tells them apart. */
  readonly key?: string;
  /** How often each `repeat` was begun; the sum tells mails of different rounds apart. */
  readonly rounds?: Readonly<Record<string, number>>;
  /** What became of the mails so far, by step. */
  readonly messages: Readonly<Record<string, string>>;
  readonly goalAt?: Instant;
  /** How many journeys set each other off before this one. */
  readonly hops?: number;
  /** The voucher that its mails show: the last one that it issued, or the one that it is about. */
  readonly voucher?: VoucherRef;
};

export type VoucherRef = Pick<HeldVoucher, 'customer' | 'id'>;

type RunTrigger = {
  readonly name: string;
  readonly at: Instant;
  /** The event's key, for whoever needs all of it; absent where no event started the run. */
  readonly event?: { readonly customer: CustomerId; readonly key: string };
  /** The properties that the journey's conditions use. */
  readonly properties: JsonObject;
};

export function newCustomer(id: CustomerId, createdAt: Instant): Customer {
  return {
    id,
    createdAt,
    clock: 0,
    anonymousIds: [],
    vouched: false,
    told: false,
    merged: [],
    links: {},
    attributes: {},
    attributeTimes: {},
    consents: {},
    consentHistory: {},
    said: {},
    suppressions: {},
    metrics: {},
    segments: {},
    flips: {},
    alarms: {},
    runs: [],
    sends: [],
    entries: {},
    log: {},
    vouchers: [],
    unsettled: [],
  };
}

/** The earliest instant at which something about this person can change without an event; NEVER if nothing can. */
export function wakeAt(customer: Customer): Instant {
  let next = NEVER;
  for (const at of Object.values(customer.flips)) if (at < next) next = at;
  for (const at of Object.values(customer.alarms)) if (at < next) next = at;
  for (const run of customer.runs) if (run.held === undefined && run.until < next) next = run.until;
  for (const { at } of customer.unsettled) if (at < next) next = at;
  const { nextAt } = customer.loyalty ?? NONE;
  if (nextAt !== undefined && nextAt < next) next = nextAt;
  if (customer.voucherAt !== undefined && customer.voucherAt < next) next = customer.voucherAt;
  return next;
}

const NONE: { readonly nextAt?: Instant } = {};

/** An attribute as conditions and templates see it: what was sent, and what Rekindle knows itself. */
export function attribute(customer: Customer, name: string): Json | undefined {
  switch (name) {
    case 'id':
      return customer.id;
    case 'email':
      return customer.email;
    case 'userId':
      return customer.userId;
    case 'points':
      return customer.loyalty?.points ?? 0;
    case 'vouchers':
      return customer.vouchers.map(({ pool }) => pool);
    case 'tier':
      return customer.loyalty?.tier;
    case 'loyalty':
      return customer.loyalty === undefined ? undefined : loyaltyFacts(customer.loyalty);
    case 'firstTouch':
      return touchJson(customer.touches?.first);
    case 'lastTouch':
      return touchJson(customer.touches?.last);
    default:
      return customer.attributes[name];
  }
}

/** What conditions may ask of `loyalty.…`; instants as ISO text. */
function loyaltyFacts(loyalty: LoyaltyState): JsonObject {
  const { points, pending, earned, orders, tier, tierAt, next } = loyalty;
  return {
    points,
    pending,
    earned,
    orders,
    ...(tier !== undefined && { tier }),
    ...(tierAt !== undefined && { tierAt: toIso(tierAt) }),
    ...(next && { next }),
    ...soonOf(loyalty),
  };
}
