import { DAY_MS, fromIso, MINUTE_MS, toIso } from '#core/instant.ts';
import { type Bus, type Clock, type Pause, type Published, type Table, WAKE_SHARDS } from './ports.ts';
import { publishAll } from './relay.ts';
import { customerOfPk } from './store/keys.ts';

export type WakeDependencies = { readonly table: Table; readonly bus: Bus; readonly now: Clock; readonly pause: Pause };

/**
 * For so long nobody else claims a customer; then, if the evaluation was lost on its way, it is claimed again. Each lease is
 * as long as the customer has been overdue, so one whose evaluation always fails costs less and less.
 */
export const LEASE_MS = 15 * MINUTE_MS;
export const LEASE_MAX_MS = DAY_MS;

/** Customers of one shard that are read and claimed at a time. */
const PAGE = 100;

/** Claims everybody whose time has come and puts them on the bus. Answers how many. */
export async function wake(dependencies: WakeDependencies): Promise<number> {
  const shards = Array.from({ length: WAKE_SHARDS }, (_, shard) => String(shard));
  const woken = await Promise.all(shards.map((shard) => wakeShard(dependencies, shard)));
  return woken.reduce((sum, count) => sum + count, 0);
}

async function wakeShard(dependencies: WakeDependencies, shard: string): Promise<number> {
  const { table, now } = dependencies;
  const at = now();
  let woken = 0;
  for (;;) {
    const due = await table.due(shard, at, PAGE);
    const claimed = await Promise.all(due.map((one) => claim(table, one, at)));
    const mine = claimed.filter((one) => one !== undefined);
    const left = await publishAll(dependencies, mine);
    if (left.length > 0) throw new Error(`the bus did not take ${left.length} wakes; they are claimed again after the lease`);
    woken += mine.length;
    // The index follows a moment behind the table: a page that others claimed entirely is the sign to leave it to them.
    if (due.length < PAGE || mine.length === 0) return woken;
  }
}

/** Moves the index entry a lease ahead. The customer's own state is not touched, so its version stays. */
async function claim(
  table: Table,
  { pk, wakeAt }: { pk: string; wakeAt: string },
  at: number,
): Promise<{ readonly published: Published } | undefined> {
  const key = { pk, sk: 'STATE' };
  const lease = toIso(at + LEASE_MS);
  const claimed = await table.write({ update: key, set: { wakeAt: lease }, if: { wakeAt } });
  if (!claimed.ok) return undefined;
  const overdueMs = at - (fromIso(String(claimed.item?.dueAt)) ?? at);
  if (overdueMs > LEASE_MS) {
    const longer = toIso(at + Math.min(overdueMs, LEASE_MAX_MS));
    await table.write({ update: key, set: { wakeAt: longer }, if: { wakeAt: lease } });
  }
  return {
    published: { source: 'rekindle.internal', type: 'Wake Due', at, detail: { customer: customerOfPk(pk), due: wakeAt } },
  };
}
