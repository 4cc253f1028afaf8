import type { OrderHistory } from '#core/prediction/buyers.ts';
import { type HistoryColumns, historyColumns } from '#core/prediction/history-columns.ts';
import { type Clock, type Table, WAKE_SHARDS } from '../ports.ts';
import { customerOf } from '../store/state-body.ts';

export type Gathered = {
  readonly histories: HistoryColumns;
  /** Customers that were read, with and without orders. */
  readonly customers: number;
  /** Parts of the customers that were read. Who is in which part, a hash decides: a part is an even sample. */
  readonly parts: number;
  readonly partsAll: number;
};

export type GatherLimits = { readonly customersMax: number; readonly readMs: number };

/**
 * What fits: learning from so many customers stays within the function's memory (`npm run bench -- --only learn`), and a quarter
 * of an hour has to do for learning and publishing, too.
 */
const LIMITS: GatherLimits = { customersMax: 3_000_000, readMs: 9 * 60_000 };

/** Keys of one page, and customers of one read; the reads of a page go side by side. */
const PAGE = 1000;
const BATCH = 100;
const TELL_EVERY = 20_000;

/**
 * The histories of all customers who have ordered; of as many parts of them as there is room and time for, at least one. Reads
 * keys from the index, then the customers themselves, part by part; timelines are not read, and nothing that decides on events
 * waits for it.
 */
export async function gatherHistories(
  { table, now }: { readonly table: Table; readonly now: Clock },
  tell: (customers: number) => Promise<void>,
  { customersMax, readMs }: GatherLimits = LIMITS,
): Promise<Gathered> {
  const begun = now();
  const histories = historyColumns();
  let [customers, told, parts] = [0, 0, 0];
  const hasRoom = (): boolean => {
    const perPart = 1 + 1 / Math.max(1, parts);
    return parts === 0 || (customers * perPart <= customersMax && (now() - begun) * perPart <= readMs);
  };
  while (parts < WAKE_SHARDS && hasRoom()) {
    for await (const page of pagesOf(table, String(parts))) {
      for (const history of await historiesOf(table, page)) histories.add(history);
      customers += page.length;
      if (customers - told < TELL_EVERY) continue;
      told = customers;
      await tell(customers);
    }
    parts += 1;
  }
  await tell(customers);
  return { histories, customers, parts, partsAll: WAKE_SHARDS };
}

/** Each customer of a part once, though they move about in the index. */
async function* pagesOf(table: Table, shard: string): AsyncGenerator<readonly string[]> {
  const seen = new Set<string>();
  let cursor: string | null | undefined;
  while (cursor !== null) {
    const page: Awaited<ReturnType<Table['customers']>> = await table.customers(shard, cursor, PAGE);
    const fresh = page.pks.filter((pk) => !seen.has(pk));
    for (const pk of fresh) seen.add(pk);
    yield [...new Set(fresh)];
    cursor = page.cursor;
  }
}

async function historiesOf(table: Table, pks: readonly string[]): Promise<OrderHistory[]> {
  const batches = Array.from({ length: Math.ceil(pks.length / BATCH) }, (_, place) =>
    pks.slice(place * BATCH, (place + 1) * BATCH),
  );
  const read = await Promise.all(batches.map((batch) => table.batchGet(batch.map((pk) => ({ pk, sk: 'STATE' })))));
  return read.flat().flatMap((item) => (item.body === undefined ? [] : (customerOf(item).orders?.history ?? [])));
}
