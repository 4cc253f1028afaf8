import type { Customer } from './customer.ts';
import { wakeAt } from './customer.ts';
import type { Decision, Effect } from './decision.ts';
import { type Draft, type DraftRun, draftOf, note } from './draft.ts';
import { eventKey, type TimelineEvent } from './event.ts';
import type { Instant } from './instant.ts';
import { ringAlarms, setAlarms } from './journey/alarms.ts';
import { log } from './journey/known.ts';
import { followRelease } from './journey/publish.ts';
import { react, recheck, timeIsUp } from './journey/run.ts';
import { startByChange, startByEvent } from './journey/start.ts';
import type { Catalogue } from './linked.ts';
import { takeLoyalty } from './loyalty/take.ts';
import { passTime } from './loyalty/time.ts';
import { counted } from './metrics.ts';
import type { OffersLeft } from './offer-budget.ts';
import { orderTaken } from './prediction/orders.ts';
import { takeIn } from './profile.ts';
import { refreshAllSegments, refreshSegments } from './segments.ts';
import { takeContact } from './stages.ts';
import { takeTouch } from './touches.ts';
import { passVoucherTime, takeVoucher } from './vouchers.ts';

export type Advanced = {
  readonly customer: Customer;
  readonly effects: readonly Effect[];
  readonly decisions: readonly Decision[];
};

/** Timers that one call works off; what is left keeps `wakeAt` in the past, so the next minute goes on. */
const TIMERS_MAX = 1000;

/**
 * Decides what happens next to one person: takes the stimuli in by their own times, lets everything fall due that is due
 * by `now`, and answers the next state, the effects to carry out and the decisions with their reasons. Pure: the same
 * input gives the same answer. Without stimuli it is a wake, which yields a decision only where something fell due. `left` is
 * what journeys with a budget may still give away; without it, they have enough.
 */
export function advance(
  customer: Customer,
  stimuli: readonly TimelineEvent[],
  catalogue: Catalogue,
  now: Instant,
  left?: OffersLeft,
): Advanced {
  const draft = draftOf(customer, catalogue, now, left);
  const events = [...stimuli].sort((one, other) => one.at - other.at || (eventKey(one) < eventKey(other) ? -1 : 1));
  const first = events[0];
  const due = Math.min(wakeAt(customer), now);
  if (first === undefined) decide(draft, undefined, due);
  else decide(draft, first, first.at);
  if (customer.release !== catalogue.id) {
    const at = tick(draft, first === undefined ? due : Math.min(first.at, now));
    refreshAllSegments(draft, at, customer.clock === 0 && customer.filled === undefined);
    setAlarms(draft, 'all', at);
    passLoyaltyTime(draft, at);
    if (draft.customer.vouchers.length > 0) passVoucherTime(draft, at);
    followRelease(draft, at);
  }
  startChanged(draft, undefined);
  for (const [index, event] of events.entries()) {
    ring(draft, Math.min(event.at, now));
    if (index > 0) decide(draft, event, event.at);
    take(draft, event);
  }
  ring(draft, now);
  const decisions = draft.decisions.filter((decision) => decision.event !== undefined || decision.notes.length > 0);
  // A wake that decided nothing leaves no record, so a replay would not know of it: time stands where it was.
  if (decisions.length === 0) draft.customer.clock = customer.clock;
  return { customer: draft.customer as Customer, effects: draft.effects, decisions };
}

function decide(draft: Draft, event: TimelineEvent | undefined, at: Instant): void {
  draft.decisions.push({
    ...(event && { event: { customer: event.customer, key: eventKey(event), id: event.id, name: event.name } }),
    at,
    now: draft.now,
    release: draft.catalogue.id,
    notes: [],
  });
}

/** Takes one event in: what it says, what it counts for, who reacts to it, and what it starts. */
function take(draft: Draft, event: TimelineEvent): void {
  const at = tick(draft, event.at);
  takeIn(draft, event);
  if (draft.catalogue.release.scoring !== undefined) takeTouch(draft, event);
  count(draft, event, at);
  log(draft, event);
  takeOrder(draft, event);
  takeLoyalty(draft, event, at);
  takeVoucher(draft, event);
  if (draft.catalogue.stages?.contacts.has(event.name)) takeContact(draft, event.at);
  follow(draft, at, event);
  for (const run of [...draft.customer.runs]) react(draft, run, event);
  startByEvent(draft, event);
  startChanged(draft, event);
}

/** Keeps what forecasts rest upon. */
function takeOrder(draft: Draft, event: TimelineEvent): void {
  const { prediction } = draft.catalogue;
  if (prediction === undefined || !prediction.events.has(event.name)) return;
  const { state, why } = orderTaken(draft.customer.orders, prediction.reading, event);
  if (why !== undefined) note(draft, event.at, 'refused', `forecasts: ${why}`);
  if (state === undefined) return;
  draft.customer.orders = state;
  draft.changed.add('orders');
}

/** A person's time never runs backwards: a late event is taken in at the time that was reached. */
function tick({ customer }: Draft, at: Instant): Instant {
  customer.clock = Math.max(customer.clock, at);
  return customer.clock;
}

function count({ catalogue, changed, customer }: Draft, event: TimelineEvent, now: Instant): void {
  for (const metric of catalogue.metrics.get(event.name) ?? NONE) {
    const about = { customer: customer as Customer, now: event.at, properties: event.properties, trigger: event.properties };
    if (metric.where !== undefined && !metric.where(about).is) continue;
    if (customer.filled?.metrics.includes(metric.id) && customer.filled.events.includes(eventKey(event))) continue;
    customer.metrics[metric.id] = counted(customer.metrics[metric.id], metric, event, now);
    changed.add(`event:${event.name}`);
  }
}

/** Lets segments follow what has changed, and starts what their changes start, until nothing changes any more. */
function startChanged(draft: Draft, cause: TimelineEvent | undefined): void {
  for (let round = 0; draft.starts.length > 0 || draft.changed.size > 0; round += 1) {
    if (round === ROUNDS_MAX) {
      note(draft, draft.now, 'refused', `journeys and segments changed each other ${ROUNDS_MAX} times: stopped here`);
      draft.starts.length = 0;
      return draft.changed.clear();
    }
    const at = draft.customer.clock;
    for (const start of draft.starts.splice(0)) startByChange(draft, start, cause);
    follow(draft, at, cause);
  }
}

/** Lets segments, the stage, alarms and waits for a condition follow what has changed. */
function follow(draft: Draft, at: Instant, cause: TimelineEvent | undefined): void {
  const changed = new Set(draft.changed);
  const before = draft.starts.length;
  refreshSegments(draft, at, cause?.name ?? 'the passage of time');
  for (const { key } of draft.starts.slice(before))
    changed.add(key === 'stage_change' ? 'stage' : `segment:${key.slice(key.indexOf(':') + 1)}`);
  if (changed.size === 0) return;
  setAlarms(draft, changed, at);
  for (const run of [...draft.customer.runs]) if (run.deadline !== undefined) recheck(draft, run, at);
}

const ROUNDS_MAX = 20;

/** Lets everything happen that falls due up to an instant, each thing at its own time. */
function ring(draft: Draft, until: Instant): void {
  for (let rung = 0; rung < TIMERS_MAX; rung += 1) {
    const at = wakeAt(draft.customer as Customer);
    if (at > until) return;
    settle(draft, at);
    const { nextAt } = draft.customer.loyalty ?? NO_POINTS;
    if (nextAt !== undefined && nextAt <= at) passLoyaltyTime(draft, tick(draft, at));
    const { voucherAt } = draft.customer;
    if (voucherAt !== undefined && voucherAt <= at) passVoucherTime(draft, tick(draft, at));
    follow(draft, tick(draft, at), undefined);
    ringAlarms(draft, at);
    const run = nextRun(draft, at);
    if (run !== undefined) timeIsUp(draft, run, at);
    startChanged(draft, undefined);
  }
}

/** Of the runs whose time has come the one of the highest priority. */
function nextRun({ customer, catalogue }: Draft, at: Instant): DraftRun | undefined {
  const due = customer.runs.filter((one) => one.held === undefined && one.until <= at);
  const priority = ({ journey }: DraftRun): number => catalogue.current.get(journey)?.journey.priority ?? 0;
  return due.length > 1 ? due.sort((one, other) => priority(other) - priority(one))[0] : due[0];
}

/** Without a programme points stand still. */
function passLoyaltyTime(draft: Draft, at: Instant): void {
  const { loyalty } = draft.catalogue;
  if (loyalty !== undefined) return passTime(draft, loyalty, at);
  if (draft.customer.loyalty?.nextAt === undefined) return;
  const { nextAt: _, ...state } = draft.customer.loyalty;
  draft.customer.loyalty = state;
}

/** Messages whose outcome stayed unknown get the one that the policy declares. */
function settle(draft: Draft, at: Instant): void {
  const { policy } = draft.catalogue.release.policy.unknownOutcome;
  for (const { customer, message } of draft.customer.unsettled.filter((one) => one.at <= at)) {
    draft.effects.push({ type: 'settle', customer, message, policy });
    note(
      draft,
      at,
      'settled',
      policy === 'retry' ? 'no word of it came: it is sent again' : 'no word of it came: taken as sent',
      { message },
    );
  }
  draft.customer.unsettled = draft.customer.unsettled.filter((one) => one.at > at);
}

const NONE: readonly never[] = [];
const NO_POINTS: { readonly nextAt?: Instant } = {};
