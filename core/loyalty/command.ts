/** What somebody asked for by the loyalty API: points spent, or put right by hand. Decided like everything else, in order. */
import { type Draft, note } from '../draft.ts';
import type { TimelineEvent } from '../event.ts';
import { digest } from '../hash.ts';
import { numberOf } from '../metrics.ts';
import { issue } from '../vouchers.ts';
import { touch } from './bookings.ts';
import { addLot, post, stateOf, takeOut } from './ledger.ts';
import { expiryOf } from './lots.ts';

/** The events that only the loyalty API may write. */
export const REDEEMED = 'Points Redeemed';
export const ADJUSTED = 'Points Adjusted';

/** Points that one command may move; more is a mistake. */
const POINTS_MAX = 100_000_000;

/** The voucher that a redemption gives. */
export function voucherOf(redemption: string): string {
  return `vou_${digest(20, redemption)}`;
}

export function command(draft: Draft, event: TimelineEvent): void {
  const points = numberOf(event.properties.points);
  const reason = String(event.properties.reason ?? '');
  if (points === undefined || !Number.isSafeInteger(points) || Math.abs(points) > POINTS_MAX) {
    return note(draft, event.at, 'refused', `${String(event.properties.points).slice(0, 30)} is not a number of points`);
  }
  if (event.name === REDEEMED) return redeem(draft, event, points, reason);
  if (event.name === ADJUSTED) return adjust(draft, event, points, reason);
}

function redeem(draft: Draft, event: TimelineEvent, points: number, reason: string): void {
  const { points: balance } = stateOf(draft);
  const wanted = event.properties.reward;
  const reward = draft.catalogue.loyalty?.programme.rewards.find(({ id }) => id === wanted);
  if (wanted !== undefined && reward?.points !== points) {
    return note(
      draft,
      event.at,
      'refused',
      `the reward ${String(wanted).slice(0, 60)} is not there, or costs something else by now`,
    );
  }
  if (points <= 0) return note(draft, event.at, 'refused', 'fewer than one point cannot be redeemed');
  if (points > balance) {
    return note(draft, event.at, 'refused', `${points} points cannot be redeemed: the balance is ${balance}`);
  }
  takeOut(draft, points);
  touch(draft, event.at);
  post(draft, { type: 'redeem', at: event.at, points: -points, reason, source: event.id });
  if (reward !== undefined)
    issue(draft, { id: voucherOf(event.id), pool: reward.pool, reason: `the reward ${reward.name}` }, event.at);
}

function adjust(draft: Draft, event: TimelineEvent, points: number, reason: string): void {
  const { loyalty } = draft.catalogue;
  if (loyalty === undefined) return;
  const { points: balance } = stateOf(draft);
  if (points === 0) return note(draft, event.at, 'refused', 'an adjustment of no points changes nothing');
  if (balance + points < 0 && !loyalty.programme.allowDebt) {
    return note(draft, event.at, 'refused', `${-points} points cannot be taken away: the balance is ${balance}`);
  }
  const author = typeof event.properties.author === 'string' ? { author: event.properties.author } : {};
  if (points < 0) takeOut(draft, -points);
  post(draft, { type: 'adjust', at: event.at, points, reason, source: event.id, ...author });
  if (points > 0) addLot(draft, points, expiryOf(loyalty, event.at));
}
