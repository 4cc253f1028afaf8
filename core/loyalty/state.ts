/** What a customer's item keeps of the programme. The ledger has every entry; this is what deciding needs. */
import type { CustomerId } from '../event.ts';
import type { Instant } from '../instant.ts';

/** Points that lapse together; `expiresAt` is null where only inactivity, or nothing, ends them. Soonest first. */
export type Lot = { readonly left: number; readonly expiresAt: Instant | null };

/** Points of a booking that are not confirmed yet. */
export type Waiting = {
  readonly booking: string;
  readonly rule: string;
  readonly points: number;
  /** When they were earned, and when they are confirmed at the latest. */
  readonly at: Instant;
  readonly until: Instant;
  readonly event?: string;
};

/** What was earned by one order, or by one other event: what a refund refers to, and what tiers count. */
export type Booking = {
  readonly id: string;
  readonly at: Instant;
  readonly order: boolean;
  /** Spent, in minor units of the programme's currency. */
  readonly minor: number;
  readonly points: number;
  readonly paid?: { readonly minor: number; readonly currency: string };
  /** What was given back of both, and by which refunds. */
  readonly refunded?: number;
  readonly reversed?: number;
  readonly refunds?: readonly string[];
};

/** A refund that came before its order. `share` of the order's money, or an amount of it. */
type EarlyRefund = {
  readonly booking: string;
  readonly refund: string;
  readonly at: Instant;
  readonly minor: number | null;
};

export type LoyaltyState = {
  /** The confirmed balance: the sum of the ledger's points. */
  readonly points: number;
  readonly pending: number;
  readonly lots: readonly Lot[];
  readonly waiting: readonly Waiting[];
  /** Oldest first. */
  readonly bookings: readonly Booking[];
  /** Ids of older bookings, so that an order earns once. */
  readonly older: readonly string[];
  readonly early: readonly EarlyRefund[];
  /** Over a lifetime, refunds taken off. Spend in minor units. */
  readonly spendMinor: number;
  readonly earned: number;
  readonly orders: number;
  /** How often each limited rule has counted, by the period's first day; `` for ever. */
  readonly limits: Readonly<Record<string, Readonly<Record<string, number>>>>;
  /** The latest earning or spending of points. */
  readonly activeAt: Instant;
  readonly tier?: string;
  readonly tierAt?: Instant;
  /** Since when the tier is kept without being earned, and the best one that was earned meanwhile. */
  readonly below?: { readonly since: Instant; readonly best?: string };
  /** The next tier up and what is missing to it, in what the tiers go by; absent on the highest. */
  readonly next?: { readonly tier: string; readonly missing: number };
  /** What is missing to keep the tier, and until when; absent where it is safe. */
  readonly keep?: { readonly missing: number; readonly until: Instant };
  /** The next points that lapse. */
  readonly expiring?: { readonly points: number; readonly at: Instant };
  /** Under which id the customer has a code to give to friends. */
  readonly enrolledAs?: CustomerId;
  /** Who brought this customer, and whether both have been rewarded. */
  readonly referral?: { readonly referrer: CustomerId; readonly at: Instant; readonly rewarded?: boolean };
  /** For each warning: up to which expiry people have been warned. */
  readonly warned: Readonly<Record<string, Instant>>;
  /** When something of this changes by the mere passage of time. */
  readonly nextAt?: Instant;
};

export const NOTHING: LoyaltyState = {
  points: 0,
  pending: 0,
  lots: [],
  waiting: [],
  bookings: [],
  older: [],
  early: [],
  spendMinor: 0,
  earned: 0,
  orders: 0,
  limits: {},
  activeAt: 0,
  warned: {},
};

/** What is owed: the balance is below what the lots hold by this much. */
export function debtOf({ points, lots }: Pick<LoyaltyState, 'points' | 'lots'>): number {
  return lots.reduce((sum, { left }) => sum + left, 0) - points;
}

/**
 * Two people's points become one balance. An order that both of them have earned by stays twice in `bookings`, next to each
 * other; the next decision takes the second one back, with an entry in the ledger.
 */
export function foldLoyalty(one: LoyaltyState | undefined, other: LoyaltyState | undefined): LoyaltyState | undefined {
  if (one === undefined || other === undefined) return one ?? other;
  const { nextAt: _, below: __, ...higher } = one.spendMinor >= other.spendMinor ? one : other;
  return {
    ...higher,
    points: one.points + other.points,
    pending: one.pending + other.pending,
    lots: [...one.lots, ...other.lots].sort(bySoonest),
    waiting: [...one.waiting, ...other.waiting],
    bookings: [...one.bookings, ...other.bookings].sort((a, b) => a.at - b.at || (a.id < b.id ? -1 : 1)),
    older: [...new Set([...one.older, ...other.older])],
    early: [...one.early, ...other.early],
    spendMinor: one.spendMinor + other.spendMinor,
    earned: one.earned + other.earned,
    orders: one.orders + other.orders,
    limits: foldLimits(one.limits, other.limits),
    activeAt: Math.max(one.activeAt, other.activeAt),
    ...referralOf(one, other),
    warned: {},
    // At once: doubles are taken back, and the tier is looked at again.
    nextAt: 0,
  };
}

/** Of two referrals the earlier one counts; whoever was rewarded is not rewarded again. */
function referralOf(one: LoyaltyState, other: LoyaltyState): Pick<LoyaltyState, 'referral' | 'enrolledAs'> {
  const all = [one.referral, other.referral].filter((referral) => referral !== undefined).sort((a, b) => a.at - b.at);
  const referral = all.find(({ rewarded }) => rewarded === true) ?? all[0];
  const enrolledAs = one.enrolledAs ?? other.enrolledAs;
  return { ...(referral && { referral }), ...(enrolledAs && { enrolledAs }) };
}

export function bySoonest(one: Lot, other: Lot): number {
  if (one.expiresAt === other.expiresAt) return 0;
  if (one.expiresAt === null) return 1;
  return other.expiresAt === null ? -1 : one.expiresAt - other.expiresAt;
}

function foldLimits(one: LoyaltyState['limits'], other: LoyaltyState['limits']): LoyaltyState['limits'] {
  const folded: Record<string, Record<string, number>> = {};
  for (const limits of [one, other]) {
    for (const [rule, counts] of Object.entries(limits)) {
      const sum = { ...folded[rule] };
      for (const [period, n] of Object.entries(counts)) sum[period] = (sum[period] ?? 0) + n;
      folded[rule] = sum;
    }
  }
  return folded;
}
