/** TransactGetItems: all items as they are at one instant, because the locks of all of them are held. */
import type { Item } from 'dynalite/db/index.js';
import type { ConsumedCapacity } from './capacity.ts';
import type { Parts, Request } from './engine-parts.ts';
import {
  type CancellationReason,
  constraintError,
  errorName,
  isServiceError,
  transactionCancelled,
  validationError,
} from './errors.ts';
import { parse, run } from './operations.ts';
import { readingStore } from './reading-store.ts';
import { lockName, underLocks } from './write.ts';

const ITEMS_MAX = 100;

type Get = { readonly TableName: string; readonly Key: Item };
type Read = { readonly item: Item | undefined; readonly table: string; readonly units: number };
type Answer = { Responses: { Item?: Item }[]; ConsumedCapacity?: ConsumedCapacity[] };

export async function transactGet(parts: Parts, request: Request): Promise<Answer> {
  const gets = readGets(parts, request);
  const locks = gets.map((get) => lockName(parts, get.TableName, get)).filter((lock) => lock !== undefined);
  if (new Set(locks).size < locks.length) {
    throw validationError('Transaction request cannot include multiple operations on one item');
  }
  const reads = await underLocks(parts, locks, () => Promise.all(gets.map((get) => attempt(parts, get))));
  const reasons = reads.map((read): CancellationReason => ('Code' in read ? read : { Code: 'None' }));
  if (reasons.some((reason) => reason.Code !== 'None')) throw transactionCancelled(reasons);
  const found = reads.filter((read) => 'units' in read);
  const consumed = consumedByReads(found, request.ReturnConsumedCapacity);
  return {
    Responses: found.map(({ item }) => (item === undefined ? {} : { Item: item })),
    ...(consumed && { ConsumedCapacity: consumed }),
  };
}

function readGets(parts: Parts, request: Request): readonly Get[] {
  const items = request.TransactItems;
  if (!Array.isArray(items)) throw constraintError('transactItems', 'not be null');
  if (items.length === 0) throw constraintError('transactItems', 'have length greater than or equal to 1', "'[]'");
  if (items.length > ITEMS_MAX) throw constraintError('transactItems', `have length less than or equal to ${ITEMS_MAX}`);
  return items.map((item: { readonly Get?: object } | null) => {
    if (!item?.Get) throw constraintError('transactItems.member.get', 'not be null');
    const get = parse<Get>('GetItem', { ...item.Get, ConsistentRead: true, ReturnConsumedCapacity: 'TOTAL' }, parts.store);
    parts.tables.need(get.TableName);
    return get;
  });
}

async function attempt(parts: Parts, get: Get): Promise<Read | CancellationReason> {
  try {
    const answer = (await run('GetItem', get, readingStore(parts.store))) as {
      Item?: Item;
      ConsumedCapacity: { CapacityUnits: number };
    };
    return { item: answer.Item, table: get.TableName, units: answer.ConsumedCapacity.CapacityUnits };
  } catch (error) {
    if (!isServiceError(error) || errorName(error) !== 'ValidationException') throw error;
    return { Code: 'ValidationError', Message: String(error.body.message) };
  }
}

/** A transactional read costs two strongly consistent ones. */
function consumedByReads(reads: readonly Read[], wanted: unknown): ConsumedCapacity[] | undefined {
  if (wanted !== 'TOTAL' && wanted !== 'INDEXES') return undefined;
  return [...Map.groupBy(reads, (read) => read.table)].map(([table, ofTable]) => {
    const units = 2 * ofTable.reduce((sum, read) => sum + read.units, 0);
    const both = { CapacityUnits: units, ReadCapacityUnits: units };
    return { TableName: table, ...both, ...(wanted === 'INDEXES' ? { Table: both } : {}) };
  });
}
