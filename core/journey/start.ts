import { type Draft, type DraftRun, note, type Start } from '../draft.ts';
import { eventKey, type TimelineEvent } from '../event.ts';
import { digest, share } from '../hash.ts';
import { add, type Instant } from '../instant.ts';
import type { LinkedJourney } from '../linked.ts';
import { pick } from './known.ts';
import { end, knownExit, proceed } from './run.ts';

/** Runs that one person can have at a time; more would let an item grow without end. */
export const RUNS_MAX = 50;

/** Starts the journeys that an event triggers. */
export function startByEvent(draft: Draft, event: TimelineEvent): void {
  const keys = [`event:${event.name}`];
  if (event.origin === 'form') keys.push(`form:${String(event.properties.form)}`);
  for (const key of keys) {
    for (const linked of draft.catalogue.startedBy.get(key) ?? NONE) {
      const about = { customer: draft.customer, now: event.at, properties: event.properties, trigger: event.properties };
      if (linked.where === undefined || linked.where(about).is)
        startOne(draft, linked, { at: event.at, name: event.name, event });
    }
  }
}

/** Starts the journeys that a change of a segment or the tier triggers. */
export function startByChange(draft: Draft, start: Start, cause: TimelineEvent | undefined): void {
  for (const linked of draft.catalogue.startedBy.get(start.key) ?? NONE) {
    if (start.key === 'tier_change' && !wantsTier(linked, start.name)) continue;
    startOne(draft, linked, { at: start.at, name: start.why, ...(cause && { event: cause }) });
  }
}

type Cause = { readonly at: Instant; readonly name: string; readonly event?: TimelineEvent };

function startOne(draft: Draft, linked: LinkedJourney, cause: Cause): void {
  const { customer } = draft;
  const { journey } = linked;
  const refusal = refused(draft, linked, cause.at);
  if (refusal !== undefined) return note(draft, cause.at, 'not_entered', refusal, { journey: journey.id });
  const run = newRun(draft, linked, cause);
  const count = (customer.entries[journey.id]?.count ?? 0) + 1;
  customer.entries[journey.id] = { count, lastAt: cause.at };
  customer.runs.push(run);
  draft.changed.add(`journey:${journey.id}`);
  note(draft, cause.at, 'entered', cause.name, { journey: journey.id, run: run.id });
  if (share('holdout', journey.id, customer.id) * 100 < (journey.holdout?.percent ?? 0)) {
    return end(draft, run, 'holdout', cause.at, 'held out, to measure what the journey brings');
  }
  const exit = knownExit(draft, run, linked);
  if (exit !== undefined && cause.event !== undefined) return end(draft, run, 'exited', cause.at, `${exit} was there already`);
  proceed(draft, run, linked.first, cause.at);
}

function refused({ customer }: Draft, { journey }: LinkedJourney, at: Instant): string | undefined {
  if (customer.runs.some((run) => run.journey === journey.id)) return 'is in this journey already';
  if (customer.runs.length >= RUNS_MAX) return `is in ${RUNS_MAX} journeys already`;
  const { mode, interval } = journey.reentry;
  const entries = customer.entries[journey.id];
  if (entries === undefined || mode === 'always') return undefined;
  if (mode === 'once') return 'was in this journey before, and one entry is allowed';
  const again = add(entries.lastAt, interval ?? 'P1D');
  return at < again ? `was in this journey before, and may enter again from ${new Date(again).toISOString()}` : undefined;
}

function newRun({ customer }: Draft, { journey, version, uses }: LinkedJourney, { at, name, event }: Cause): DraftRun {
  const origin = event === undefined ? String(at) : eventKey(event);
  const byEvent = journey.trigger.type === 'event' || journey.trigger.type === 'form';
  return {
    id: `run_${digest(20, customer.id, journey.id, origin)}`,
    journey: journey.id,
    version,
    enteredAt: at,
    trigger: {
      name,
      at,
      ...(byEvent && event && { event: { customer: event.customer, key: eventKey(event) } }),
      properties: byEvent && event ? pick(event.properties, uses) : {},
    },
    step: '',
    since: at,
    until: at,
    messages: {},
    ...(event?.hops !== undefined && { hops: event.hops }),
  };
}

function wantsTier({ journey: { trigger } }: LinkedJourney, name: string): boolean {
  if (trigger.type !== 'tier_change') return false;
  const [direction, tier = ''] = name.split(':');
  const way = trigger.direction ?? 'any';
  return (way === 'any' || way === direction) && (trigger.to === undefined || trigger.to.includes(tier));
}

const NONE: readonly LinkedJourney[] = [];
