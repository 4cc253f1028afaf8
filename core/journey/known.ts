import type { Logged } from '../customer.ts';
import type { Draft, DraftRun } from '../draft.ts';
import type { TimelineEvent } from '../event.ts';
import type { Instant } from '../instant.ts';
import { type Json, type JsonObject, at as valueAt } from '../json.ts';
import type { Test } from '../test.ts';

/** Events of one name that a customer's item remembers for waits, exits and goals. */
export const LOGGED_MAX = 30;

/** Remembers an event that some wait, exit or goal listens for, with the properties that these look at. */
export function log(draft: Draft, event: TimelineEvent): void {
  const paths = draft.catalogue.logged.get(event.name);
  if (paths === undefined) return;
  const known = draft.customer.log[event.name] ?? [];
  const entry: Logged = { id: event.id, at: event.at, p: pick(event.properties, paths) };
  const place = known.findLastIndex((one) => one.at <= event.at) + 1;
  const events = known.toSpliced(place, 0, entry);
  draft.customer.log = { ...draft.customer.log, [event.name]: events.length > LOGGED_MAX ? events.slice(-LOGGED_MAX) : events };
}

/** The values at these paths, under the paths as keys (`json.ts` reads a whole key with dots first). */
export function pick(properties: JsonObject, paths: readonly string[]): JsonObject {
  const picked: Record<string, Json> = {};
  for (const path of paths) {
    const value = valueAt(properties, path);
    if (value !== undefined) picked[path] = value;
  }
  return picked;
}

/** The earliest known event of a name within a time, by the event's own clock; so an early arrival still counts. */
export function earliestKnown(
  { draft, run }: { readonly draft: Draft; readonly run: DraftRun },
  name: string,
  where: Test | undefined,
  time: { readonly from: Instant; readonly to: Instant },
): Logged | undefined {
  return draft.customer.log[name]?.find((one) => one.at >= time.from && one.at < time.to && holds(draft, run, one, where));
}

function holds(draft: Draft, run: DraftRun, logged: Logged, where: Test | undefined): boolean {
  if (where === undefined) return true;
  return where({ customer: draft.customer, now: logged.at, properties: logged.p, trigger: run.trigger.properties, run }).is;
}
