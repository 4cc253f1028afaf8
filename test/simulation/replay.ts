import type { Customer } from '#core/customer.ts';
import type { Decision } from '#core/decision.ts';
import type { CustomerId } from '#core/event.ts';
import { evaluate, type Task } from '#usecases/evaluate.ts';
import { personOf } from '#usecases/store/customers.ts';
import { eventOf } from '#usecases/store/events.ts';
import { linkedCatalogues } from '#usecases/store/linked-catalogues.ts';
import { memoryTable } from '../support/memory-table.ts';
import type { World } from './world.ts';

/**
 * Lives the timelines through again: the same events in the same batches at the same times, on an empty table with the
 * same release. Answers the customers that come out of it, in the order of their ids.
 */
export async function replayed(world: World): Promise<Customer[]> {
  const table = memoryTable();
  const known = [...world.table.items.values()];
  for (const item of known) if (/^(?:E#|PART#|JOURNEY|L#en|L#pt|CURRENT)/.test(item.sk)) await table.write({ put: item });
  let now = 0;
  const dependencies = {
    table,
    catalogues: linkedCatalogues(table),
    random: (bytes: number) => new Uint8Array(bytes),
    now: () => now,
  };
  for (const { tasks, at } of batches(world)) {
    now = at;
    const failed = await evaluate(dependencies, tasks);
    for (const cause of failed.values()) throw cause;
  }
  return [...table.items.values()]
    .flatMap((item) => (item.sk === 'STATE' ? (personOf(item).customer ?? []) : []))
    .sort((one, other) => (one.id < other.id ? -1 : 1));
}

type Batch = { readonly at: number; readonly tasks: Task[] };

/** The committed decisions, those of one transaction together. */
function batches(world: World): Batch[] {
  const all = new Map<string, Batch>();
  for (const { pk, sk, body, decidedFor, version } of world.decided) {
    const { event, now } = JSON.parse(String(body)) as Decision;
    const key = `${decidedFor} ${version}`;
    const batch = all.get(key) ?? { at: now, tasks: [] };
    all.set(key, batch);
    const customer = (event?.customer ?? decidedFor) as CustomerId;
    const item = event && world.table.items.get(JSON.stringify([pk, event.key]));
    batch.tasks.push({ id: sk, customer, ...(item && { event: eventOf(item) }) });
  }
  return [...all.values()];
}
