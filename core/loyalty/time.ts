/** What becomes of points and tiers by the mere passage of time. */
import { type Draft, note } from '../draft.ts';
import { add, type Duration, type Instant, toIso } from '../instant.ts';
import { addLot, post, stateOf, takeOut } from './ledger.ts';
import type { LinkedLoyalty } from './linked.ts';
import { expiryOf, lapsesAt } from './lots.ts';
import { enrol, passReferral, referralFinalAt } from './referral.ts';
import { takeBack } from './refund.ts';
import { debtOf, type LoyaltyState, type Waiting } from './state.ts';
import { settleTier, tierChangesAt } from './tiers.ts';

/** Confirms, lapses, warns and moves tiers, all that is due by an instant; and notes when something is due next. */
export function passTime(draft: Draft, loyalty: LinkedLoyalty, at: Instant): void {
  if (draft.customer.loyalty === undefined) return;
  reconcile(draft, loyalty, at);
  enrol(draft, loyalty);
  confirm(draft, loyalty, at, ({ until }) => until <= at);
  passReferral(draft, loyalty, at);
  lapse(draft, loyalty, at);
  settleTier(draft, loyalty, at);
  for (const warning of loyalty.warnings) warn(draft, loyalty, warning, at);
  const { nextAt: _, expiring: __, ...state } = stateOf(draft);
  const nextAt = Math.min(nextChange(loyalty, state, at), referralFinalAt(draft, loyalty));
  const expiring = expiringOf(loyalty, state);
  draft.customer.loyalty = { ...state, ...(expiring && { expiring }), ...(Number.isFinite(nextAt) && { nextAt }) };
}

/** Makes pending points spendable. */
export function confirm(draft: Draft, loyalty: LinkedLoyalty, at: Instant, which: (waiting: Waiting) => boolean): void {
  const state = stateOf(draft);
  const due = state.waiting.filter(which);
  if (due.length === 0) return;
  draft.customer.loyalty = { ...state, waiting: state.waiting.filter((one) => !which(one)) };
  for (const { booking, rule, points, at: earnedAt, until } of due) {
    const on = Math.min(at, until);
    const reason = on < until ? 'the order is final' : 'the time for returns is over';
    post(draft, { type: 'confirm', at: on, points, pending: -points, reason, source: `${booking}:${rule}` });
    addLot(draft, points, expiryOf(loyalty, earnedAt));
  }
}

/** The points that lapse next, and when. */
function expiringOf(loyalty: LinkedLoyalty, state: LoyaltyState): LoyaltyState['expiring'] {
  const at = Math.min(...state.lots.map((lot) => lapsesAt(loyalty, state, lot)));
  if (!Number.isFinite(at)) return undefined;
  const points = state.lots.reduce((sum, lot) => (lapsesAt(loyalty, state, lot) === at ? sum + lot.left : sum), 0);
  return { points, at };
}

/** After two people became one: an order that both had booked counts once, and debts of one are paid by the other. */
function reconcile(draft: Draft, loyalty: LinkedLoyalty, at: Instant): void {
  const { bookings } = stateOf(draft);
  for (const [index, booking] of bookings.entries()) {
    if (bookings.findIndex(({ id }) => id === booking.id) === index) continue;
    const state = stateOf(draft);
    const net = booking.points - (booking.reversed ?? 0);
    draft.customer.loyalty = {
      ...state,
      bookings: state.bookings.filter((one) => one !== booking),
      spendMinor: state.spendMinor - booking.minor + (booking.refunded ?? 0),
      earned: state.earned - net,
      orders: state.orders - (booking.order ? 1 : 0),
    };
    const reason = 'two histories that became one had both booked this order';
    if (net > 0) takeBack(draft, loyalty, { booking, points: net, at, source: `double:${booking.id}`, reason });
  }
  const owed = debtOf(stateOf(draft));
  if (owed > 0) takeOut(draft, owed);
}

function lapse(draft: Draft, loyalty: LinkedLoyalty, at: Instant): void {
  const state = stateOf(draft);
  const due = new Map<Instant, number>();
  for (const lot of state.lots) {
    const on = lapsesAt(loyalty, state, lot);
    if (on <= at) due.set(on, (due.get(on) ?? 0) + lot.left);
  }
  if (due.size === 0) return;
  draft.customer.loyalty = { ...state, lots: state.lots.filter((lot) => lapsesAt(loyalty, state, lot) > at) };
  for (const [on, points] of [...due].sort(([one], [other]) => one - other)) {
    post(draft, { type: 'expire', at: on, points: -points, reason: 'they were not used in time', source: `${toIso(on)}:${at}` });
  }
}

/** Journeys hear once of everything that lapses within so long a time. */
function warn(draft: Draft, loyalty: LinkedLoyalty, warning: Duration, at: Instant): void {
  const state = stateOf(draft);
  const warned = state.warned[warning] ?? 0;
  const news = state.lots
    .map((lot) => lapsesAt(loyalty, state, lot))
    .filter((on) => on > warned && Number.isFinite(on) && add(on, warning, -1) <= at);
  if (news.length === 0) return;
  const first = Math.min(...news);
  draft.customer.loyalty = { ...state, warned: { ...state.warned, [warning]: Math.max(...news) } };
  const why = `points lapse on ${toIso(first).slice(0, 10)}`;
  note(draft, at, 'points', why);
  draft.starts.push({ key: 'points', at, name: `expiring:${warning}`, why });
}

function nextChange(loyalty: LinkedLoyalty, state: LoyaltyState, at: Instant): Instant {
  const lapses = state.lots.map((lot) => lapsesAt(loyalty, state, lot));
  const warnings = loyalty.warnings.flatMap((warning) =>
    lapses.filter((on) => on > (state.warned[warning] ?? 0) && Number.isFinite(on)).map((on) => add(on, warning, -1)),
  );
  return Math.min(
    ...state.waiting.map(({ until }) => until),
    ...lapses,
    ...warnings.filter((on) => on > at),
    tierChangesAt(loyalty, state, at),
  );
}
