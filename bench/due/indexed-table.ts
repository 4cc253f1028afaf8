import type { Item, Key, Table, Write, Written } from '#usecases/ports.ts';

export type IndexedTable = Table & {
  /** How many items have a sort key that starts so. */
  count(prefix: string): number;
};

/**
 * The table in memory with an index of who is due, so that a call costs the same however many customers there are. It
 * answers what waking, evaluating and linking a release ask for; conditions and transactions are those of the port.
 */
export function indexedTable(): IndexedTable {
  const partitions = new Map<string, Map<string, Item>>();
  const due = new Map<string, DueIndex>();
  const find = ({ pk, sk }: Key): Item | undefined => partitions.get(pk)?.get(sk);

  function write(all: readonly Write[]): Written {
    const failed = all.flatMap((one, index) => {
      const item = find(keyOf(one));
      return holds(item, one.if) ? [] : [{ index, ...(item && { item }) }];
    });
    if (failed.length > 0) return { ok: false, failed };
    for (const one of all) apply(one);
    return { ok: true };
  }

  function apply(one: Write): void {
    if ('check' in one) return;
    const { pk, sk } = keyOf(one);
    const before = find({ pk, sk });
    if ('delete' in one) partitions.get(pk)?.delete(sk);
    else {
      const items = partitions.get(pk) ?? new Map<string, Item>();
      partitions.set(pk, items);
      items.set(sk, 'put' in one ? one.put : { ...before, ...one.update, ...one.set });
    }
    reindex(due, before, find({ pk, sk }));
  }

  return {
    get: async (key) => find(key),
    batchGet: async (keys) => keys.flatMap((key) => find(key) ?? []),
    query: async (pk, { prefix = '' } = {}) => {
      const items = [...(partitions.get(pk)?.values() ?? [])].filter(({ sk }) => sk.startsWith(prefix));
      return { items: items.sort((one, other) => (one.sk < other.sk ? -1 : 1)), cursor: null };
    },
    write: async (one) => {
      const written = write([one]);
      const item = find(keyOf(one));
      return written.ok && 'update' in one && item ? { ok: true, item } : written;
    },
    transact: async (all) => write(all),
    customers: async () => {
      throw new Error('nobody is listed here');
    },
    due: async (shard, until, limit) => earliest(due.get(shard), new Date(until).toISOString(), limit),
    count: (prefix) =>
      [...partitions.values()].reduce((sum, items) => sum + [...items.keys()].filter((sk) => sk.startsWith(prefix)).length, 0),
  };
}

/** Of one shard: whose `wakeAt` is an instant, by instant. Few instants have many customers here, as at the turn of a minute. */
type DueIndex = Map<string, Set<string>>;

function reindex(due: Map<string, DueIndex>, before: Item | undefined, after: Item | undefined): void {
  if (before?.wakeAt === after?.wakeAt && before?.wakeShard === after?.wakeShard) return;
  if (before?.wakeAt !== undefined) {
    const index = due.get(String(before.wakeShard));
    const there = index?.get(String(before.wakeAt));
    there?.delete(before.pk);
    if (there?.size === 0) index?.delete(String(before.wakeAt));
  }
  if (after?.wakeAt === undefined) return;
  const index: DueIndex = due.get(String(after.wakeShard)) ?? new Map();
  due.set(String(after.wakeShard), index);
  const there = index.get(String(after.wakeAt)) ?? new Set();
  index.set(String(after.wakeAt), there.add(after.pk));
}

function earliest(index: DueIndex | undefined, until: string, limit: number): { pk: string; wakeAt: string }[] {
  const found: { pk: string; wakeAt: string }[] = [];
  for (const wakeAt of [...(index?.keys() ?? [])].filter((at) => at <= until).sort()) {
    for (const pk of index?.get(wakeAt) ?? []) {
      if (found.length === limit) return found;
      found.push({ pk, wakeAt });
    }
  }
  return found;
}

function holds(item: Item | undefined, condition: Write['if']): boolean {
  if (condition === undefined) return true;
  if (condition === 'absent') return item === undefined;
  if (item === undefined) return false;
  return Object.entries(condition).every(([name, wanted]) =>
    Array.isArray(wanted) ? wanted.includes(item[name]) : item[name] === wanted,
  );
}

function keyOf(one: Write): Key {
  if ('put' in one) return one.put;
  if ('check' in one) return one.check;
  return 'update' in one ? one.update : one.delete;
}
