import type { Entries, VoucherRef } from '../customer.ts';
import { type Draft, type DraftRun, note, type Start } from '../draft.ts';
import { eventKey, isConfirmation, type TimelineEvent } from '../event.ts';
import { digest, share } from '../hash.ts';
import { add, type Instant } from '../instant.ts';
import { at as valueAt } from '../json.ts';
import { pick } from './known.ts';
import { byPriority, type LinkedJourney } from './linked.ts';
import { end, knownExit, proceed } from './run.ts';

/** Runs that one person can have at a time; more would let an item grow without end. */
const RUNS_MAX = 50;

/** Values of `reentry.key` whose entries a person's item remembers, over all journeys; the oldest are forgotten first. */
const KEYS_MAX = 200;

/** Why a run ended as soon as it began. Reports tell by these words in the decisions who was held out, and of what. */
export const HELD_OUT_OF_ALL = 'held out of all marketing, to measure what it brings';
export const HELD_OUT_OF_JOURNEY = 'held out, to measure what the journey brings';

/** Starts the journeys that an event triggers, those of higher priority first. */
export function startByEvent(draft: Draft, event: TimelineEvent): void {
  const found = startKeysOf(event).flatMap((key) => draft.catalogue.startedBy.get(key) ?? NONE);
  for (const linked of found.length > 1 ? found.sort(byPriority) : found) {
    const about = { customer: draft.customer, now: event.at, properties: event.properties, trigger: event.properties };
    if (linked.where === undefined || linked.where(about).is) startOne(draft, linked, { at: event.at, name: event.name, event });
  }
}

/** Starts the journeys that a change of a segment, the tier or the points triggers, or that another journey starts. */
export function startByChange(draft: Draft, start: Start, cause: TimelineEvent | undefined): void {
  for (const linked of draft.catalogue.startedBy.get(start.key) ?? NONE) {
    if (!wants(linked, start)) continue;
    const hops = start.hops === undefined ? {} : { hops: start.hops };
    const about = start.voucher === undefined ? hops : { ...hops, voucher: start.voucher };
    startOne(draft, linked, { at: start.at, name: start.why, ...(cause && { event: cause }), ...about });
  }
}

export type Cause = {
  readonly at: Instant;
  readonly name: string;
  readonly event?: TimelineEvent;
  readonly hops?: number;
  readonly voucher?: VoucherRef;
};

/** Lets one person enter one journey, or notes why not. */
export function startOne(draft: Draft, linked: LinkedJourney, cause: Cause): void {
  const { customer, catalogue } = draft;
  const { journey } = linked;
  const key = keyOf(linked, cause.event);
  const refusal = refused(draft, linked, key, cause.at);
  if (refusal !== undefined) return note(draft, cause.at, 'not_entered', refusal, { journey: journey.id });
  const before = runOf(customer, journey.id, key);
  if (before !== undefined) end(draft, before, 'exited', cause.at, 'it begins anew');
  const run = newRun(draft, linked, cause, key);
  remember(draft, run, cause.at);
  customer.runs.push(run);
  draft.changed.add(`journey:${journey.id}`);
  note(draft, cause.at, 'entered', cause.name, { journey: journey.id, run: run.id });
  const { holdout } = catalogue.release.policy;
  if (linked.isMarketing && holdout !== undefined && share('holdout', customer.id) * 100 < holdout.percent) {
    return end(draft, run, 'holdout', cause.at, HELD_OUT_OF_ALL);
  }
  if (journey.holdout !== undefined && share('holdout', journey.id, customer.id) * 100 < journey.holdout.percent) {
    return end(draft, run, 'holdout', cause.at, HELD_OUT_OF_JOURNEY);
  }
  const exit = cause.event === undefined ? undefined : knownExit(draft, run, linked);
  if (exit !== undefined) return end(draft, run, 'exited', cause.at, `${exit} was there already`);
  proceed(draft, run, linked.first, cause.at);
}

function runOf({ runs }: Draft['customer'], journey: string, key: string | undefined): DraftRun | undefined {
  return runs.find((one) => one.journey === journey && one.key === key);
}

function startKeysOf(event: TimelineEvent): string[] {
  const keys = [`event:${event.name}`];
  if (event.origin === 'form') keys.push(`form:${String(event.properties.form)}`);
  if (isConfirmation(event)) keys.push(`confirmed:${String(event.properties.form)}`);
  if (event.name === 'Journey Requested' && event.trust === 'secret') keys.push(`api:${String(event.properties.journey)}`);
  return keys;
}

function refused({ customer }: Draft, { journey }: LinkedJourney, key: string | undefined, at: Instant): string | undefined {
  const { mode, interval, max, restart, key: path } = journey.reentry;
  if (path !== undefined && key === undefined) return `the trigger has no “${path}” to tell runs apart`;
  if (restart !== true && runOf(customer, journey.id, key) !== undefined) return 'is in this journey already';
  if (customer.runs.length >= RUNS_MAX) return `is in ${RUNS_MAX} journeys already`;
  const entries = customer.entries[entriesKey(journey.id, key)];
  if (entries === undefined || mode === 'always') return undefined;
  if (mode === 'once') return 'was in this journey before, and one entry is allowed';
  if (max !== undefined && entries.count >= max) return `was in this journey ${entries.count} times, and ${max} are allowed`;
  if (mode === 'max') return undefined;
  const again = add(entries.lastAt, interval ?? 'P1D');
  return at < again ? `was in this journey before, and may enter again from ${new Date(again).toISOString()}` : undefined;
}

/** Entries are counted for each key, and for the journey as a whole, which conditions ask about. */
function remember({ customer }: Draft, run: DraftRun, at: Instant): void {
  const next = (id: string): Entries => ({ count: (customer.entries[id]?.count ?? 0) + 1, lastAt: at });
  const entries = { ...customer.entries, [run.journey]: next(run.journey) };
  customer.entries = entries;
  if (run.key === undefined) return;
  const id = entriesKey(run.journey, run.key);
  entries[id] = next(id);
  const keyed = Object.entries(entries).filter(([key]) => key.includes(' '));
  if (keyed.length <= KEYS_MAX) return;
  const [oldest] = keyed.sort(([, one], [, other]) => one.lastAt - other.lastAt)[0] ?? [];
  if (oldest !== undefined) delete entries[oldest];
}

const entriesKey = (journey: string, key: string | undefined): string => (key === undefined ? journey : `${journey} ${key}`);

/** What tells this run apart from others of the journey; undefined where the journey does not ask, or the trigger does not say. */
function keyOf({ journey: { reentry } }: LinkedJourney, event: TimelineEvent | undefined): string | undefined {
  const value = reentry.key === undefined || event === undefined ? undefined : valueAt(event.properties, reentry.key);
  return typeof value === 'string' || typeof value === 'number' ? digest(10, String(value)) : undefined;
}

function newRun(
  { customer }: Draft,
  { journey, version, uses }: LinkedJourney,
  { at, name, event, hops, voucher }: Cause,
  key: string | undefined,
): DraftRun {
  const byEvent =
    event !== undefined &&
    (journey.trigger.type === 'event' || journey.trigger.type === 'form' || journey.trigger.type === 'api');
  const chain = hops ?? event?.hops;
  return {
    id: `run_${digest(20, customer.id, journey.id, event === undefined ? String(at) : eventKey(event), key ?? '')}`,
    journey: journey.id,
    version,
    enteredAt: at,
    trigger: {
      name,
      at,
      ...(byEvent && { event: { customer: event.customer, key: eventKey(event) } }),
      properties: byEvent ? pick(event.properties, uses) : {},
    },
    step: '',
    since: at,
    until: at,
    messages: {},
    ...(key !== undefined && { key }),
    ...(chain !== undefined && { hops: chain }),
    ...(voucher && { voucher }),
  };
}

function wants({ journey: { trigger } }: LinkedJourney, { key, name }: Start): boolean {
  if (key === 'points') {
    if (trigger.type !== 'points') return false;
    if ('expiring' in trigger) return name === `expiring:${trigger.expiring}`;
    const [before = 0, after = 0] = name.split(':').map(Number);
    return before < trigger.reached && after >= trigger.reached;
  }
  if (key === 'voucher') {
    if (trigger.type !== 'voucher') return false;
    const [, warning, pool] = name.split(':');
    return trigger.expiring === warning && (trigger.pool === undefined || trigger.pool === pool);
  }
  if (key !== 'tier_change' && key !== 'stage_change') return true;
  if (trigger.type !== key) return false;
  const [direction, reached = ''] = name.split(':');
  const way = trigger.direction ?? 'any';
  return (way === 'any' || way === direction) && (trigger.to === undefined || trigger.to.includes(reached));
}

const NONE: readonly LinkedJourney[] = [];
