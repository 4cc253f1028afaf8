import type { OrderHistory } from '#core/prediction/buyers.ts';
import { type Table, WAKE_SHARDS } from '../ports.ts';
import { customerOf } from '../store/state-body.ts';

export type Gathered = {
  readonly histories: readonly OrderHistory[];
  /** All that there are, with and without orders. */
  readonly customers: number;
  /** Of so many customers one was read. */
  readonly every: number;
};

/** Customers that a model is learnt from at most: beyond, its estimates hardly move, and a function's memory is not enough. */
const READ_MAX = 200_000;

/** Keys that one page has, customers that one read has, and reads at a time. */
const PAGE = 1000;
const BATCH = 100;
const READS_AT_ONCE = 8;

/**
 * The histories of all customers who have ordered, or of an even sample of them where there are very many. Reads keys from the
 * index, then the customers themselves; nothing that decides on events waits for it.
 */
export async function gatherHistories(
  table: Table,
  tell: (customers: number) => Promise<void>,
  readMax: number = READ_MAX,
): Promise<Gathered> {
  const pks = await customerKeys(table);
  const every = Math.max(1, Math.ceil(pks.length / readMax));
  const chosen = pks.filter((_, index) => index % every === 0);
  const histories: OrderHistory[] = [];
  for (let from = 0; from < chosen.length; from += BATCH * READS_AT_ONCE) {
    const batches = Array.from({ length: READS_AT_ONCE }, (_, place) =>
      chosen.slice(from + place * BATCH, from + (place + 1) * BATCH),
    );
    const read = await Promise.all(batches.map((batch) => historiesOf(table, batch)));
    for (const found of read) histories.push(...found);
    await tell(Math.min(chosen.length, from + BATCH * READS_AT_ONCE));
  }
  return { histories, customers: pks.length, every };
}

/** Shard by shard in the order of the index, so that every n-th of them is an even sample. */
async function customerKeys(table: Table): Promise<string[]> {
  const found = new Set<string>();
  for (let shard = 0; shard < WAKE_SHARDS; shard += 1) {
    let cursor: string | null | undefined;
    while (cursor !== null) {
      const page = await table.customers(String(shard), cursor, PAGE);
      for (const pk of page.pks) found.add(pk);
      cursor = page.cursor;
    }
  }
  return [...found];
}

async function historiesOf(table: Table, pks: readonly string[]): Promise<OrderHistory[]> {
  if (pks.length === 0) return [];
  const items = await table.batchGet(pks.map((pk) => ({ pk, sk: 'STATE' })));
  return items.flatMap((item) => (item.body === undefined ? [] : (customerOf(item).orders?.history ?? [])));
}
