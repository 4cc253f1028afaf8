import type { Callback, Item, LevelOperation, Store, Table } from 'dynalite/db/index.js';
import { indexKey, itemKey } from './level-keys.ts';
import { readItem, type StoreFor } from './reading-store.ts';

/** What a write does to one item. `before` and `after` are undefined where there is no item. */
export type Change = {
  readonly table: Table;
  readonly key: string;
  readonly before: Item | undefined;
  readonly after: Item | undefined;
};

/** A store that reads the real one and keeps what is written to it, instead of writing. */
export type Capture = {
  readonly storeFor: StoreFor;
  readonly changes: Change[];
  readonly operations: LevelOperation[];
  read(table: string, key: string): Promise<Item | undefined>;
  /** The item that was read last, for answers that show what a condition failed on. */
  lastRead(): Item | undefined;
};

/**
 * dynalite writes index entries and item one after the other, so a crash can leave half of them. Running its actions on
 * a capture yields all of a write, or of a whole transaction, as one batch that can be journaled and applied at once.
 * The caller holds the locks.
 */
export function capture(base: Store, getTable: (name: string) => Table | undefined): Capture {
  const changes: Change[] = [];
  const operations: LevelOperation[] = [];
  const read = new Map<string, Item | undefined>();
  let last: Item | undefined;

  function keep(table: string, key: string, after: Item | undefined, written: Callback<void>): void {
    const name = itemKey(table, key);
    const description = getTable(table);
    if (description === undefined) {
      written(new Error(`table ${table} vanished during a write`));
      return;
    }
    changes.push({ table: description, key, before: read.get(name), after });
    operations.push(after === undefined ? { type: 'del', key: name } : { type: 'put', key: name, value: after });
    written(null);
  }

  function note(name: string, item: Item | undefined): Item | undefined {
    last = item;
    read.set(name, item);
    return item;
  }

  const storeFor: StoreFor = (fail) => ({
    ...base,
    getItemDb: (table) => ({
      lock: (_key, locked) => locked((callback) => callback),
      get(key, done) {
        const name = itemKey(table, key);
        readItem(base.db, name, (failure, item) => done(failure, note(name, item)), fail);
      },
      createValueStream: writesReadNoRanges,
      put: (key, item, written) => keep(table, key, item, written),
      del: (key, written) => keep(table, key, undefined, written),
    }),
    getIndexDb: (kind, table, index) => ({
      createValueStream: writesReadNoRanges,
      put: (key, value, written) => {
        operations.push({ type: 'put', key: indexKey(kind, table, index, key), value });
        written(null);
      },
      del: (key, written) => {
        operations.push({ type: 'del', key: indexKey(kind, table, index, key) });
        written(null);
      },
    }),
  });

  return {
    storeFor,
    changes,
    operations,
    async read(table, key) {
      const name = itemKey(table, key);
      return note(name, (await base.db.get(name)) as Item | undefined);
    },
    lastRead: () => last,
  };
}

function writesReadNoRanges(): never {
  throw new Error('a write must not read a range');
}
