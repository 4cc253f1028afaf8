import { type Draft, note } from './draft.ts';
import { type Instant, NEVER } from './instant.ts';
import type { LinkedSegment } from './linked-segments.ts';
import { askStage, STAGE } from './stages.ts';

/** Asks the segments, and the stage, that what has changed may concern, and notes who enters and who leaves. */
export function refreshSegments(draft: Draft, at: Instant, by: string): void {
  const { catalogue, changed, customer } = draft;
  const open = new Set<LinkedSegment>();
  let asksStage = false;
  const affect = (key: string): void => {
    for (const segment of catalogue.segmentsBy.get(key) ?? NONE) open.add(segment);
    if (catalogue.stages?.dependencies.has(key)) asksStage = true;
  };
  for (const key of changed) affect(key);
  changed.clear();
  for (const id of Object.keys(customer.flips)) {
    if ((customer.flips[id] as Instant) > at) continue;
    const segment = catalogue.segments.get(id);
    if (segment !== undefined) open.add(segment);
    else if (id === STAGE) asksStage = true;
    else delete customer.flips[id];
  }
  while (open.size > 0) {
    const next = first(open);
    open.delete(next);
    if (ask(draft, next, at)) affect(`segment:${next.segment.id}`);
  }
  if (asksStage) askStage(draft, at, by);
}

/** After a new release everything is asked anew; segments that it no longer has are left. */
export function refreshAllSegments(draft: Draft, at: Instant, isNew: boolean): void {
  const { catalogue, customer } = draft;
  for (const id of Object.keys(customer.segments)) {
    if (catalogue.segments.has(id)) continue;
    customer.segments = without(customer.segments, id);
    note(draft, at, 'segment_left', 'the release no longer has this segment', { segment: id });
  }
  for (const id of Object.keys(customer.flips)) if (!catalogue.segments.has(id) && id !== STAGE) delete customer.flips[id];
  for (const segment of catalogue.segments.values()) if (!(isNew && segment.startsEmpty)) ask(draft, segment, at);
  if (!(isNew && catalogue.stages?.startsEmpty)) askStage(draft, at, 'a new release');
  customer.release = catalogue.id;
}

/** True where membership changed. */
function ask(draft: Draft, { segment, test }: LinkedSegment, at: Instant): boolean {
  const { customer } = draft;
  const truth = test({ customer, now: at, properties: {}, trigger: {} });
  if (truth.until !== NEVER) customer.flips[segment.id] = truth.until;
  else if (segment.id in customer.flips) delete customer.flips[segment.id];
  const was = segment.id in customer.segments;
  if (truth.is === was) return false;
  customer.segments = truth.is ? { ...customer.segments, [segment.id]: at } : without(customer.segments, segment.id);
  const what = truth.is ? 'segment_entered' : 'segment_left';
  const plainly = truth.plainly === undefined ? '' : `, by its plain rule: no forecast, because ${truth.plainly}`;
  note(draft, at, what, `its condition became ${truth.is}${plainly}`, { segment: segment.id });
  draft.starts.push({
    key: `${truth.is ? 'segment_entry' : 'segment_exit'}:${segment.id}`,
    at,
    name: truth.is ? 'Segment Entered' : 'Segment Left',
    why: `${truth.is ? 'entered' : 'left'} the segment ${segment.id}`,
  });
  return true;
}

function without(segments: Draft['customer']['segments'], id: string): Draft['customer']['segments'] {
  const { [id]: _, ...others } = segments;
  return others;
}

const NONE: readonly LinkedSegment[] = [];

function first(segments: ReadonlySet<LinkedSegment>): LinkedSegment {
  return [...segments].reduce((one, other) => (other.order < one.order ? other : one));
}
