import { Stream } from 'node:stream';
import type { Callback, IndexDb, Item, ItemDb, Level, ReadRange, Store } from 'dynalite/db/index.js';
import { indexKey, itemKey } from './level-keys.ts';

const READ_AHEAD = 100;

/**
 * dynalite's actions call back from timers and stream events, where an exception would end the process. A store is
 * therefore made for each run of an action, with the function that ends that run.
 */
export type StoreFor = (fail: (fault: unknown) => void) => Store;

/** Reads LevelDB in pages; dynalite's own streams go through a promise and two streams for each item. */
export function readingStore(base: Store): StoreFor {
  return (fail) => ({
    ...base,
    getItemDb: (table): ItemDb => ({
      get: (key, done) => readItem(base.db, itemKey(table, key), done, fail),
      createValueStream: (range) => values(base.db, itemKey(table, ''), range, fail),
      lock: refuse,
      put: refuse,
      del: refuse,
    }),
    getIndexDb: (kind, table, index): IndexDb => ({
      createValueStream: (range) => values(base.db, indexKey(kind, table, index, ''), range, fail),
      put: refuse,
      del: refuse,
    }),
  });
}

export function readItem(level: Level, name: string, done: Callback<Item>, fail: (fault: unknown) => void): void {
  level
    .get(name)
    .then((found) => done(null, found as Item | undefined))
    .catch(fail);
}

function values(level: Level, prefix: string, range: ReadRange, fail: (fault: unknown) => void): Stream & { destroy(): void } {
  let isOver = false;
  const stream = Object.assign(new Stream(), {
    destroy: () => {
      isOver = true;
    },
  });
  const pump = async () => {
    const iterator = level.values(withPrefix(prefix, range));
    try {
      let page = await iterator.nextv(READ_AHEAD);
      while (page.length > 0 && !isOver) {
        for (const value of page) if (!isOver) stream.emit('data', value);
        page = isOver ? [] : await iterator.nextv(READ_AHEAD);
      }
      if (!isOver) stream.emit('end');
    } finally {
      await iterator.close();
    }
  };
  pump().catch(fail);
  return stream;
}

function withPrefix(prefix: string, { gte, gt, lte, lt, ...others }: ReadRange): ReadRange {
  const lower = gte !== undefined ? { gte: prefix + gte } : gt !== undefined ? { gt: prefix + gt } : { gte: prefix };
  const upper = lte !== undefined ? { lte: prefix + lte } : lt !== undefined ? { lt: prefix + lt } : { lt: `${prefix}\xff` };
  return { ...others, ...lower, ...upper };
}

function refuse(): never {
  throw new Error('a read must not write');
}
