/** Every change of the points: in the state, in the ledger, and in the decision. */
import type { LedgerEntry } from '../decision.ts';
import { type Draft, note } from '../draft.ts';
import { digest } from '../hash.ts';
import type { Instant } from '../instant.ts';
import { bySoonest, debtOf, type Lot, type LoyaltyState, NOTHING } from './state.ts';

export type Posting = {
  readonly type: LedgerEntry['type'];
  readonly at: Instant;
  /** Change of the balance, and of what is pending. */
  readonly points: number;
  readonly pending?: number;
  readonly reason: string;
  /** What it is about: tells this entry from all others of its type. */
  readonly source: string;
  readonly author?: string;
};

/** Lots that one person has at the most: beyond it the two that lapse soonest become one, at the later instant. */
const LOTS_MAX = 300;

export function stateOf({ customer }: Draft): LoyaltyState {
  return customer.loyalty ?? NOTHING;
}

/** Writes an entry. The lots are the caller's work: points that come in go to `addLot`, points that go out to `takeOut`. */
export function post(draft: Draft, { type, at, points, pending = 0, reason, source, author }: Posting): void {
  const state = stateOf(draft);
  const balance = state.points + points;
  const waiting = state.pending + pending;
  draft.customer.loyalty = { ...state, points: balance, pending: waiting };
  const { id: customer } = draft.customer;
  const entry: LedgerEntry = {
    id: `led_${digest(20, customer, type, source)}`,
    customer,
    at,
    type,
    points,
    ...(pending !== 0 && { pending }),
    balance,
    reason,
    source,
    ...(author !== undefined && { author }),
  };
  draft.effects.push({ type: 'ledger', entry });
  note(draft, at, 'points', words(entry, waiting));
  draft.changed.add('loyalty');
  if (points !== 0) {
    draft.starts.push({ key: 'points', at, name: `${state.points}:${balance}`, why: `the balance is ${balance}` });
  }
}

/** Points that may be spent, until they lapse. What is owed is paid first. */
export function addLot(draft: Draft, points: number, expiresAt: Instant | null): void {
  const state = stateOf(draft);
  // The entry is posted already: what the balance lacks beside the lots is debt.
  const free = Math.min(points, -debtOf(state));
  if (free <= 0) return;
  const same = state.lots.find((lot) => lot.expiresAt === expiresAt);
  const lots = same
    ? state.lots.map((lot) => (lot === same ? { ...lot, left: lot.left + free } : lot))
    : [...state.lots, { left: free, expiresAt }].sort(bySoonest);
  draft.customer.loyalty = { ...state, lots: lots.length > LOTS_MAX ? joined(lots) : lots };
}

/** Takes points out of lots: of one expiry first, then those that lapse soonest. Answers how many there were. */
export function takeOut(draft: Draft, points: number, first?: Instant | null): number {
  const state = stateOf(draft);
  const order = first === undefined ? state.lots : [...state.lots].sort((one, other) => rank(one, first) - rank(other, first));
  let missing = points;
  const left = new Map<Lot, number>();
  for (const lot of order) {
    const taken = Math.min(lot.left, missing);
    left.set(lot, lot.left - taken);
    missing -= taken;
  }
  const lots = state.lots.map((lot) => ({ ...lot, left: left.get(lot) ?? lot.left })).filter((lot) => lot.left > 0);
  draft.customer.loyalty = { ...state, lots };
  return points - missing;
}

const rank = (lot: Lot, first: Instant | null): number => (lot.expiresAt === first ? 0 : 1);

function joined([one, other, ...rest]: readonly Lot[]): readonly Lot[] {
  return one === undefined || other === undefined ? [] : [{ left: one.left + other.left, expiresAt: other.expiresAt }, ...rest];
}

function words({ type, points, pending = 0, balance, reason }: LedgerEntry, waiting: number): string {
  const after = waiting > 0 ? `the balance is ${balance}, and ${waiting} are pending` : `the balance is ${balance}`;
  if (type === 'earn' && pending > 0) return `${pending} points, pending, for: ${reason}; ${after}`;
  if (type === 'confirm') return `${points} points are confirmed: ${reason}; ${after}`;
  if (type === 'reverse' && pending < 0) return `${pending + points} points: ${reason}; ${after}`;
  return `${points} points for: ${reason}; ${after}`;
}
