import type { EventCondition, Range } from './condition.ts';
import type { Metric } from './customer.ts';
import type { TimelineEvent } from './event.ts';
import { exact } from './exact.ts';
import { digest } from './hash.ts';
import { add, type Duration, type Instant, NEVER } from './instant.ts';
import { canonical, type Json, at as valueAt } from './json.ts';
import { type Tally, tallied, trimmedTally } from './tally.ts';

/** What a customer keeps so that one event condition can be answered exactly, derived from the catalogue. */
export type MetricDefinition = {
  readonly id: string;
  readonly event: string;
  readonly within?: Duration;
  /** The property that is added up; a count without one. */
  readonly property?: string;
  /** How many instants are enough; only a count within a window has such a bound. */
  readonly keep: number;
  /** Of a scoring rule: how its events count. */
  readonly tally?: Tally;
};

/** Most instants that one windowed sum keeps: beyond it the two oldest become one, at the later instant of the two. */
const WINDOW_MAX = 1000;

/** The metric behind an event condition; equal conditions share one (their `keep` is the largest that any of them needs). */
export function metricOf(condition: EventCondition): MetricDefinition {
  const property = condition.sum?.property;
  const parts = {
    event: condition.event,
    where: condition.where ?? null,
    within: condition.within ?? null,
    property: property ?? null,
  };
  const id = `m${digest(8, canonical(parts as unknown as Json))}`;
  return {
    id,
    event: condition.event,
    keep: property === undefined && condition.within !== undefined ? instantsNeeded(condition.count) : WINDOW_MAX,
    ...(condition.within !== undefined && { within: condition.within }),
    ...(property !== undefined && { property }),
  };
}

/** Takes one event in, as the definition counts it. */
export function counted(metric: Metric | undefined, definition: MetricDefinition, event: TimelineEvent, now: Instant): Metric {
  if (definition.tally !== undefined) return tallied(metric, definition.tally, event, now);
  return record(metric, definition, event.at, addend(definition, event.properties), now);
}

/** Takes one event in. Windowed metrics stay sorted by the events' own times, in whatever order they arrive. */
export function record(
  metric: Metric | undefined,
  definition: MetricDefinition,
  at: Instant,
  value: number,
  now: Instant,
): Metric {
  const n = (metric?.n ?? 0) + 1;
  const { within, property } = definition;
  if (within === undefined) return property === undefined ? { n } : { n, s: exact((metric?.s ?? 0) + value) };
  if (add(at, within) <= now) return metric ?? { n: 0, t: [], ...(property !== undefined && { v: [] }) };
  const t = [...(metric?.t ?? [])];
  const v = property === undefined ? undefined : [...(metric?.v ?? [])];
  let place = t.length;
  while (place > 0 && (t[place - 1] as number) > at) place -= 1;
  t.splice(place, 0, at);
  v?.splice(place, 0, value);
  while (t.length > 0 && add(t[0] as number, within) <= now) {
    t.shift();
    v?.shift();
  }
  return bounded({ t, v }, definition);
}

/** Two people's metrics become one by adding up, which may leave more instants than are needed. */
export function trimmed(
  metrics: Readonly<Record<string, Metric>>,
  definitions: Iterable<MetricDefinition>,
): Readonly<Record<string, Metric>> {
  const now = { ...metrics };
  for (const definition of definitions) {
    const known = now[definition.id];
    if (known === undefined) continue;
    const { t, v } = known;
    if (definition.tally !== undefined) now[definition.id] = trimmedTally(known, definition.tally);
    else if (t !== undefined && t.length > definition.keep)
      now[definition.id] = bounded({ t: [...t], v: v && [...v] }, definition);
  }
  return now;
}

function bounded({ t, v }: { t: number[]; v: number[] | undefined }, { keep }: MetricDefinition): Metric {
  while (t.length > keep) shrink(t, v);
  return v === undefined ? { n: t.length, t } : { n: t.length, t, v };
}

/** The truth of an event condition, and the instant at which it next may change if no event arrives. */
export function test(metric: Metric | undefined, condition: EventCondition, now: Instant): { is: boolean; until: Instant } {
  if (condition.within === undefined) {
    const value = condition.sum === undefined ? (metric?.n ?? 0) : (metric?.s ?? 0);
    return { is: inRange(value, rangeOf(condition)), until: NEVER };
  }
  const range = rangeOf(condition);
  const t = metric?.t ?? [];
  let value = 0;
  let first = t.length;
  // They are sorted: where the oldest counts, all do.
  const all = t[0] !== undefined && add(t[0], condition.within) > now;
  for (let i = t.length - 1; i >= 0 && (all || add(t[i] as number, condition.within) > now); i -= 1) {
    value += condition.sum === undefined ? 1 : (metric?.v?.[i] ?? 0);
    first = i;
  }
  const is = inRange(exact(value), range);
  // Events leave the window one by one, oldest first: the first departure that changes the truth is the next change.
  for (let i = first; i < t.length; i += 1) {
    value -= condition.sum === undefined ? 1 : (metric?.v?.[i] ?? 0);
    if (inRange(exact(value), range) === is) continue;
    const leavesAt = add(t[i] as number, condition.within);
    const together = i + 1 < t.length && add(t[i + 1] as number, condition.within) === leavesAt;
    if (!together) return { is, until: leavesAt };
  }
  return { is, until: NEVER };
}

/** A number, or a text that is one; undefined otherwise. Hand-written callers send `"49.90"`. */
export function numberOf(value: Json | undefined): number | undefined {
  if (typeof value === 'number') return Number.isFinite(value) ? value : undefined;
  if (typeof value !== 'string' || value.trim() === '') return undefined;
  const number = Number(value);
  return Number.isFinite(number) ? number : undefined;
}

/** The value that an event adds to a metric. */
function addend(definition: MetricDefinition, properties: Json): number {
  return definition.property === undefined ? 1 : (numberOf(valueAt(properties, definition.property)) ?? 0);
}

/** True where a value lies in a range; every bound that is given counts. */
export function inRange(value: number, range: Range): boolean {
  return (
    (range.gt === undefined || value > range.gt) &&
    (range.gte === undefined || value >= range.gte) &&
    (range.lt === undefined || value < range.lt) &&
    (range.lte === undefined || value <= range.lte) &&
    (range.is === undefined || value === range.is)
  );
}

function rangeOf(condition: EventCondition): Range {
  return condition.sum ?? condition.count ?? AT_LEAST_ONE;
}

const AT_LEAST_ONE: Range = { gte: 1 };

/** One more than the largest bound tells "more than it" apart from "exactly it". */
function instantsNeeded(range: Range = AT_LEAST_ONE): number {
  const bounds = [range.gt, range.gte, range.lt, range.lte, range.is].filter((bound) => bound !== undefined);
  return Math.min(WINDOW_MAX, Math.max(1, ...bounds.map((bound) => Math.ceil(bound) + 1)));
}

function shrink(t: number[], v: number[] | undefined): void {
  t.shift();
  if (v !== undefined) v[1] = exact((v.shift() as number) + (v[0] ?? 0));
}
