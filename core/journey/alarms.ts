/** Journeys that start by the calendar: each person knows when the next one is due. */
import type { Customer } from '../customer.ts';
import { type Draft, note } from '../draft.ts';
import { type Instant, NEVER } from '../instant.ts';
import { nextOccurrence } from '../recurrence.ts';
import { attributeAt } from '../test.ts';
import { nextDate, zoneOf } from '../wall-clock.ts';
import type { LinkedJourney } from './linked.ts';
import { startOne } from './start.ts';

/** Sets the alarms that what has changed may move; all of them after a new release. */
export function setAlarms(draft: Draft, changed: ReadonlySet<string> | 'all', at: Instant): void {
  const { catalogue, customer } = draft;
  if (catalogue.alarms.length === 0 && Object.keys(customer.alarms).length === 0) return;
  if (changed === 'all') {
    customer.alarms = {};
    for (const linked of catalogue.alarms) setAlarm(draft, linked, at);
    return;
  }
  for (const key of changed) for (const linked of catalogue.alarmsBy.get(key) ?? []) setAlarm(draft, linked, at);
}

/** Starts what is due, and sets each alarm to its next time. */
export function ringAlarms(draft: Draft, at: Instant): void {
  for (const [id, due] of Object.entries(draft.customer.alarms)) {
    if (due > at) continue;
    const linked = draft.catalogue.alarms.find(({ journey }) => journey.id === id);
    if (linked === undefined) unset(draft, id);
    else {
      setAlarm(draft, linked, due);
      startOne(draft, linked, { at: due, name: 'its time has come' });
    }
  }
}

function setAlarm(draft: Draft, linked: LinkedJourney, after: Instant): void {
  const { customer, catalogue } = draft;
  const { id, trigger } = linked.journey;
  const { zone, why } = zoneOf(customer, catalogue.release.policy.zone);
  const next = nextStart(customer as Customer, linked, { zone, brandZone: catalogue.release.policy.zone, after });
  if (next === NEVER) unset(draft, id);
  else customer.alarms = { ...customer.alarms, [id]: next };
  if (
    next !== NEVER &&
    why !== undefined &&
    (trigger.type === 'date' || (trigger.type === 'schedule' && trigger.zone === 'customer'))
  ) {
    note(draft, after, 'zone', why, { journey: id });
  }
}

function unset({ customer }: Draft, id: string): void {
  const { [id]: _, ...others } = customer.alarms;
  customer.alarms = others;
}

function nextStart(
  customer: Customer,
  { journey: { trigger }, recurrence }: LinkedJourney,
  { zone, brandZone, after }: { readonly zone: string; readonly brandZone: string; readonly after: Instant },
): Instant {
  if (trigger.type === 'date') return nextDate(attributeAt(customer, trigger.attribute), trigger, zone, after);
  if (trigger.type !== 'schedule' || recurrence === undefined) return NEVER;
  if (trigger.segment !== undefined && !(trigger.segment in customer.segments)) return NEVER;
  const named = trigger.zone === 'customer' ? zone : (trigger.zone ?? brandZone);
  return nextOccurrence(recurrence, trigger.start, named, after);
}
