/** What people are told about their points: in mails, by the API, on a page. Instants are ISO text. */
import { toIso } from '../instant.ts';
import { toUnits } from './money.ts';
import { type Level, levelOf, type Programme } from './programme.ts';
import { type LoyaltyState, NOTHING } from './state.ts';

export type LoyaltyView = {
  readonly points: number;
  /** Earned, and not yet confirmed. */
  readonly pending: number;
  /** Over a lifetime, in units of the currency. */
  readonly spend: number;
  readonly currency: string;
  readonly tier?: Level & { readonly since?: string };
  /** The next tier up, and what is missing to it in what tiers go by; absent on the highest. */
  readonly next?: { readonly id: string; readonly name: string; readonly missing: number };
  /** What is missing to keep the tier, and until when; absent where it is safe. */
  readonly keep?: { readonly missing: number; readonly until: string };
  /** The points that lapse next, and when. */
  readonly expiring?: { readonly points: number; readonly at: string };
};

export function loyaltyView(programme: Programme, state: LoyaltyState = NOTHING): LoyaltyView {
  const tier = levelOf(programme, state.tier);
  return {
    points: state.points,
    pending: state.pending,
    spend: toUnits(state.spendMinor, programme.digits),
    currency: programme.currency,
    ...(tier && { tier: { ...tier, ...(state.tierAt !== undefined && { since: toIso(state.tierAt) }) } }),
    ...nextOf(programme, state),
    ...soonOf(state),
  };
}

/** What time is going to change. */
export function soonOf({ keep, expiring }: LoyaltyState): Pick<LoyaltyView, 'keep' | 'expiring'> {
  return {
    ...(keep && { keep: { missing: keep.missing, until: toIso(keep.until) } }),
    ...(expiring && { expiring: { points: expiring.points, at: toIso(expiring.at) } }),
  };
}

/** Somebody who never earned anything has all of the first tier before them. */
function nextOf(programme: Programme, { next, tier }: LoyaltyState): Pick<LoyaltyView, 'next'> {
  const first = tier === undefined && next === undefined ? programme.tiers.levels[0] : undefined;
  if (first !== undefined) return { next: { id: first.id, name: first.name, missing: first.from } };
  const level = levelOf(programme, next?.tier);
  return level === undefined || next === undefined ? {} : { next: { id: level.id, name: level.name, missing: next.missing } };
}
