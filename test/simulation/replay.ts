import type { Customer } from '#core/customer.ts';
import type { Decision } from '#core/decision.ts';
import type { CustomerId } from '#core/event.ts';
import { toIso } from '#core/instant.ts';
import { evaluate, type Task } from '#usecases/evaluate.ts';
import type { Item } from '#usecases/ports.ts';
import { personOf } from '#usecases/store/customers.ts';
import { eventOf } from '#usecases/store/events.ts';
import { currentKey } from '#usecases/store/keys.ts';
import { linkedCatalogues } from '#usecases/store/linked-catalogues.ts';
import { memoryTable } from '../support/memory-table.ts';
import { commitKey, type World } from './world.ts';

/**
 * Lives the timelines through again: the same events in the same batches at the same times, on an empty table, each under the
 * release that it was decided under. Answers the customers that come out of it, in the order of their ids.
 */
export async function replayed(world: World): Promise<Customer[]> {
  const table = memoryTable();
  const known = [...world.table.items.values()];
  for (const item of known) if (/^(?:PART#|JOURNEY|L#en|L#pt)/.test(item.sk)) await table.write({ put: item });
  // What was filled from a timeline is what stood on it by then.
  const events = [...world.events];
  // Whether a release was the first one matters; the list of them grows as it did.
  const notes = known.filter(({ sk }) => sk.startsWith('R#')).sort((one, other) => (one.sk < other.sk ? -1 : 1));
  let now = 0;
  const dependencies = {
    table,
    catalogues: linkedCatalogues(table),
    random: (bytes: number) => new Uint8Array(bytes),
    now: () => now,
  };
  for (const { tasks, at, release, events: stood } of batches(world)) {
    now = at;
    for (const item of events.splice(0, stood - (world.events.length - events.length))) await table.write({ put: item });
    while (notes[0] !== undefined && notes[0].sk.slice(2) <= toIso(at)) await table.write({ put: notes.shift() as Item });
    await table.write({ put: { ...currentKey, release } });
    const failed = await evaluate(dependencies, tasks);
    for (const cause of failed.values()) throw cause;
  }
  return [...table.items.values()]
    .flatMap((item) => (item.sk === 'STATE' ? (personOf(item).customer ?? []) : []))
    .sort((one, other) => (one.id < other.id ? -1 : 1));
}

type Batch = { readonly at: number; readonly release: string; readonly events: number; readonly tasks: Task[] };

/**
 * The committed decisions, those of one transaction together; and between them the wakes that decided nothing, which leave no
 * record, but may bring a release, or settle until when a forecast holds.
 */
function batches(world: World): Batch[] {
  const all = new Map<string, Batch>();
  for (const [key, { customer, ...commit }] of world.commits) all.set(key, { ...commit, tasks: [{ id: key, customer }] });
  for (const { pk, sk, body, decidedFor, version } of world.decided) {
    const { event, now, release } = JSON.parse(String(body)) as Decision;
    const key = commitKey(decidedFor, version, now);
    const known = all.get(key);
    const batch = known?.tasks.some(({ id }) => id !== key)
      ? known
      : { at: now, release, events: known?.events ?? world.events.length, tasks: [] };
    all.set(key, batch);
    const customer = (event?.customer ?? decidedFor) as CustomerId;
    const item = event && world.table.items.get(JSON.stringify([pk, event.key]));
    batch.tasks.push({ id: sk, customer, ...(item && { event: eventOf(item) }) });
  }
  return [...all.values()];
}
