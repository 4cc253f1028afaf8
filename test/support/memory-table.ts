import type { Condition, Item, Key, Page, PageOptions, Table, Write, Written } from '#usecases/ports.ts';

/** A change as the table's stream reports it. */
type Change = { readonly kind: 'INSERT' | 'MODIFY' | 'REMOVE'; readonly item: Item };

export type MemoryTable = Table & {
  readonly items: ReadonlyMap<string, Item>;
  /** Called once for each item that changed, in the order of the changes. */
  onChange: (change: Change) => void;
};

/** The table in memory, with the promises of the port. Everything happens at once: races are made by whoever calls. */
export function memoryTable(): MemoryTable {
  const items = new Map<string, Item>();
  const table: MemoryTable = {
    items,
    onChange: () => {},
    get: async (key) => items.get(text(key)),
    batchGet: async (keys) => keys.flatMap((key) => items.get(text(key)) ?? []),
    query: async (pk, options = {}) => page(items, pk, options),
    write: async (write) => {
      if ('check' in write) throw new Error('a check stands in a transaction, beside what depends on it');
      const written = applyAll([write]);
      const item = 'update' in write ? items.get(text(write.update)) : undefined;
      return written.ok && item ? { ok: true, item } : written;
    },
    transact: async (writes) => {
      const keys = writes.map((write) => text(keyOf(write)));
      if (writes.length > 100 || new Set(keys).size < keys.length)
        throw new Error('a transaction takes 100 writes of different items');
      return applyAll(writes);
    },
    customers: async (shard, cursor = '', limit) => {
      const place = (item: Item): string => `${item.wakeAt} ${item.pk}`;
      const rest = [...items.values()]
        .filter((item) => item.wakeShard === shard && place(item) > cursor)
        .sort((one, other) => (place(one) < place(other) ? -1 : 1));
      const found = rest.slice(0, limit);
      const last = found.at(-1);
      return { pks: found.map(({ pk }) => pk), cursor: rest.length > limit && last !== undefined ? place(last) : null };
    },
    due: async (shard, until, limit) =>
      [...items.values()]
        .filter(
          (item) => item.wakeShard === shard && typeof item.wakeAt === 'string' && item.wakeAt <= new Date(until).toISOString(),
        )
        .sort((one, other) => (String(one.wakeAt) < String(other.wakeAt) ? -1 : 1))
        .slice(0, limit)
        .map(({ pk, wakeAt }) => ({ pk, wakeAt: String(wakeAt) })),
  };

  function applyAll(writes: readonly Write[]): Written {
    const failed = writes.flatMap((write, index) => {
      const item = items.get(text(keyOf(write)));
      return holds(item, write.if) ? [] : [{ index, ...(item && { item }) }];
    });
    if (failed.length > 0) return { ok: false, failed };
    for (const write of writes) apply(write);
    return { ok: true };
  }

  function apply(write: Write): void {
    const key = text(keyOf(write));
    const before = items.get(key);
    const after = next(write, before);
    if (after === undefined) items.delete(key);
    else items.set(key, after);
    if (JSON.stringify(before) === JSON.stringify(after)) return;
    const kind = before === undefined ? 'INSERT' : after === undefined ? 'REMOVE' : 'MODIFY';
    const item = after ?? before;
    if (item !== undefined) table.onChange({ kind, item });
  }

  return table;
}

function next(write: Write, before: Item | undefined): Item | undefined {
  if ('put' in write) return Object.freeze(structuredClone(write.put));
  if ('delete' in write) return undefined;
  if ('check' in write) return before;
  const sums = Object.entries(write.add ?? {}).map(([name, value]) => [name, Number(before?.[name] ?? 0) + value]);
  const kept = Object.entries({ ...before, ...write.update, ...write.set, ...Object.fromEntries(sums) }).filter(
    ([name]) => !write.remove?.includes(name),
  );
  return Object.freeze({ ...(Object.fromEntries(kept) as Item), ...write.update });
}

function holds(item: Item | undefined, condition: Condition | undefined): boolean {
  if (condition === undefined) return true;
  if (condition === 'absent') return item === undefined;
  if (item === undefined) return false;
  return Object.entries(condition).every(([name, wanted]) => {
    const value = item[name];
    if (typeof wanted === 'object' && 'atLeast' in wanted) return typeof value === 'number' && value >= wanted.atLeast;
    return Array.isArray(wanted) ? wanted.includes(value) : value === wanted;
  });
}

function page(
  items: ReadonlyMap<string, Item>,
  pk: string,
  { prefix = '', limit = 1000, cursor, descending = false }: PageOptions,
): Page {
  const order = (one: Item, other: Item): number => (one.sk < other.sk ? -1 : 1) * (descending ? -1 : 1);
  const all = [...items.values()].filter((item) => item.pk === pk && item.sk.startsWith(prefix)).sort(order);
  const rest = cursor === undefined ? all : all.filter(({ sk }) => (descending ? sk < cursor : sk > cursor));
  const found = rest.slice(0, limit);
  return { items: found, cursor: rest.length > limit ? (found.at(-1)?.sk ?? null) : null };
}

const text = ({ pk, sk }: Key): string => JSON.stringify([pk, sk]);

function keyOf(write: Write): Key {
  if ('put' in write) return write.put;
  if ('check' in write) return write.check;
  return 'update' in write ? write.update : write.delete;
}
