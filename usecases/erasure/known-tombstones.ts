import type { CustomerId, TimelineEvent } from '#core/event.ts';
import { type Instant, MINUTE_MS } from '#core/instant.ts';
import type { Clock, Table } from '../ports.ts';
import { allItems } from '../store/all-items.ts';
import {
  judgedIds,
  readErasureSecret,
  shardPk,
  TOMBSTONE_SHARDS,
  type Tombstone,
  tombstoneHash,
  tombstoneKey,
  tombstoneOf,
  verdict,
} from './tombstones.ts';

/** Whether an event is of somebody who was erased, as far as it was known a minute ago. */
export type IsErased = (event: TimelineEvent) => Promise<boolean>;

/** So long the list is taken as it is. Who was erased since is caught by `evaluate`, and by the erasure's second look. */
const LIST_MS = MINUTE_MS;

/**
 * For `capture`, which reads nothing for an event: all tombstones, read once a minute. So events that no rule mentions,
 * which `evaluate` never sees, stay out too.
 */
export function knownTombstones(table: Table, now: Clock): IsErased {
  let list: { readonly at: Instant; readonly read: Promise<Find> } | undefined;
  return async (event) => {
    const at = now();
    // A clock that was set back must not keep an old list.
    if (list === undefined || at - list.at >= LIST_MS || at < list.at) list = { at, read: readAll(table) };
    const mine = list;
    const find = await mine.read.catch((fault: unknown) => {
      if (list === mine) list = undefined;
      throw fault;
    });
    return verdict(event, find).type === 'dropped' && (await isStillErased(table, event));
  };
}

/** Who signed up anew a moment ago is not on the list as such yet. */
async function isStillErased(table: Table, event: TimelineEvent): Promise<boolean> {
  const secret = await readErasureSecret(table);
  if (secret === undefined) return false;
  const read = judgedIds(event).map(async (id) => [id, await table.get(tombstoneKey(secret, id))] as const);
  const now = new Map(await Promise.all(read));
  const find: Find = (id) => {
    const item = now.get(id);
    return item && tombstoneOf(item);
  };
  return verdict(event, find).type === 'dropped';
}

type Find = (id: CustomerId) => Tombstone | undefined;

async function readAll(table: Table): Promise<Find> {
  const secret = await readErasureSecret(table);
  if (secret === undefined) return () => undefined;
  const shards = await Promise.all(TOMBSTONE_SHARDS.map((shard) => readShard(table, shard)));
  const all = new Map(shards.flat());
  return (id) => (all.size === 0 ? undefined : all.get(tombstoneHash(secret, id)));
}

async function readShard(table: Table, shard: string): Promise<[string, Tombstone][]> {
  return (await allItems(table, shardPk(shard))).map((item) => [item.sk, tombstoneOf(item)]);
}
