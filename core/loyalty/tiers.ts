/** Which tier a customer is in: up at once, down after the grace, and always what is missing. */
import { type Draft, note } from '../draft.ts';
import { exact } from '../exact.ts';
import { add, type Instant, toIso } from '../instant.ts';
import { periodEnd, periodStart } from './calendar.ts';
import { stateOf } from './ledger.ts';
import type { LinkedLoyalty } from './linked.ts';
import { toUnits } from './money.ts';
import type { Level, Programme } from './programme.ts';
import { isWhole } from './refund.ts';
import type { LoyaltyState } from './state.ts';

/** What the tiers go by, at an instant: money in units of the currency, points, or orders. */
function measure({ programme, zone }: LinkedLoyalty, state: LoyaltyState, at: Instant): number {
  const { by, window } = programme.tiers;
  if (window === undefined) {
    if (by === 'spend') return toUnits(state.spendMinor, programme.digits);
    return by === 'points' ? state.earned : state.orders;
  }
  const from = 'calendar' in window ? periodStart(at, window.calendar, zone) : undefined;
  const counts = (bookedAt: Instant): boolean =>
    from === undefined ? 'rolling' in window && add(bookedAt, window.rolling) > at : bookedAt >= from;
  let sum = 0;
  for (const booking of state.bookings) {
    if (!counts(booking.at)) continue;
    if (by === 'spend') sum += booking.minor - (booking.refunded ?? 0);
    else if (by === 'points') sum += booking.points - (booking.reversed ?? 0);
    else if (booking.order && !isWhole(booking)) sum += 1;
  }
  return by === 'spend' ? toUnits(sum, programme.digits) : sum;
}

/** The highest level that this much reaches. */
function levelAt({ tiers: { levels } }: Programme, value: number): Level | undefined {
  return levels.findLast(({ from }) => from <= value);
}

/** Moves the customer to the tier that is due, and writes down what is missing to the next one, and to keep this one. */
export function settleTier(draft: Draft, loyalty: LinkedLoyalty, at: Instant): void {
  const { programme } = loyalty;
  const value = measure(loyalty, stateOf(draft), at);
  const due = dueTier(draft, loyalty, value, at);
  if (due.tier !== stateOf(draft).tier) move(draft, programme, due.tier, at);
  const { below: _, next: __, keep: ___, ...state } = stateOf(draft);
  const levels = programme.tiers.levels;
  const now = levels.findIndex(({ id }) => id === state.tier);
  const next = levels[now + 1];
  const kept = due.below && levels[now];
  draft.customer.loyalty = {
    ...state,
    ...(due.below && { below: due.below }),
    ...(next && { next: { tier: next.id, missing: exact(Math.max(0, next.from - value)) } }),
    ...(kept && due.below && { keep: { missing: exact(kept.from - value), until: graceEnd(programme, due.below.since) } }),
  };
}

/** When the tier may change next by the mere passage of time. */
export function tierChangesAt(loyalty: LinkedLoyalty, state: LoyaltyState, at: Instant): Instant {
  const { programme, zone } = loyalty;
  const { window } = programme.tiers;
  const grace = state.below === undefined ? Number.POSITIVE_INFINITY : graceEnd(programme, state.below.since);
  if (window === undefined || programme.tiers.levels.length === 0) return grace;
  if ('calendar' in window) {
    const counted = state.bookings.some((one) => one.at >= periodStart(at, window.calendar, zone));
    return counted || state.tier !== undefined ? Math.min(grace, periodEnd(at, window.calendar, zone)) : grace;
  }
  for (const booking of state.bookings) {
    const leavesAt = add(booking.at, window.rolling);
    if (leavesAt > at) return Math.min(grace, leavesAt);
  }
  return grace;
}

function graceEnd({ tiers: { grace } }: Programme, since: Instant): Instant {
  return grace === undefined ? since : add(since, grace);
}

type Due = { readonly tier: string | undefined; readonly below?: NonNullable<LoyaltyState['below']> };

function dueTier(draft: Draft, { programme }: LinkedLoyalty, value: number, at: Instant): Due {
  const { tier, below } = stateOf(draft);
  const { levels } = programme.tiers;
  const rank = (id: string | undefined): number => levels.findIndex((level) => level.id === id);
  const reached = levelAt(programme, value)?.id;
  if (rank(reached) >= rank(tier)) return { tier: reached };
  const since = below?.since ?? at;
  const best = rank(below?.best) > rank(reached) ? below?.best : reached;
  const end = graceEnd(programme, since);
  if (at < end) {
    if (below === undefined) note(draft, at, 'tier', `${tier} is kept until ${toIso(end)}, though it is not earned any more`);
    return { tier, below: { since, ...(best !== undefined && { best }) } };
  }
  // What is kept by what was earned during the grace alone is itself kept for a grace.
  const next = rank(best) > rank(reached) ? { since: at, ...(reached !== undefined && { best: reached }) } : undefined;
  return { tier: best, ...(next && graceEnd(programme, at) > at && { below: next }) };
}

function move(draft: Draft, programme: Programme, to: string | undefined, at: Instant): void {
  const { tier: from, tierAt: _, ...state } = stateOf(draft);
  const { tiers } = programme;
  const level = tiers.levels.find(({ id }) => id === to);
  draft.customer.loyalty = { ...state, ...(to !== undefined && { tier: to, tierAt: at }) };
  const rank = (id: string | undefined): number => tiers.levels.findIndex((one) => one.id === id);
  const up = rank(to) > rank(from);
  const measured = tiers.by === 'spend' ? programme.currency : tiers.by;
  const why = up
    ? `${level?.from} ${measured} ${tiers.by === 'spend' ? 'are spent' : 'are reached'}`
    : `it was not earned any more`;
  note(draft, at, 'tier', `${from ?? 'no tier'} → ${to ?? 'no tier'}: ${why}`);
  draft.changed.add('loyalty');
  const words = up ? `reached the tier ${to}` : `left the tier ${from}`;
  draft.starts.push({ key: 'tier_change', at, name: `${up ? 'up' : 'down'}:${to ?? ''}`, why: words });
}
