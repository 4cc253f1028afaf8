/** PutItem, UpdateItem, DeleteItem and BatchWriteItem: dynalite's actions on a capture, then one commit. */
import { createKey, type Item, type Table, validateItem, validateKey } from 'dynalite/db/index.js';
import { consumedByWrites } from './capacity.ts';
import { type Capture, capture } from './capture.ts';
import type { Parts, Request } from './engine-parts.ts';
import { errorName, isServiceError } from './errors.ts';
import { itemKey } from './level-keys.ts';
import { type Answer, parse, run } from './operations.ts';

type WriteName = 'PutItem' | 'UpdateItem' | 'DeleteItem' | 'BatchWriteItem';
type Keyed = { readonly TableName: string; readonly Item?: Item; readonly Key?: Item; readonly ReturnConsumedCapacity?: string };
type BatchRequest = { readonly PutRequest?: { readonly Item: Item }; readonly DeleteRequest?: { readonly Key: Item } };
type Batch = { readonly RequestItems: Readonly<Record<string, readonly BatchRequest[]>> };

export function write(parts: Parts, name: WriteName, request: Request): Promise<Answer> {
  const data = parse<Keyed & Batch>(name, request, parts.store);
  const locks = name === 'BatchWriteItem' ? batchLocks(parts, data) : [lockName(parts, data.TableName, data)];
  return underLocks(
    parts,
    locks.filter((lock) => lock !== undefined),
    async () => {
      const captured = capture(parts.store, parts.tables.get);
      const answer = await run(name, data, captured.storeFor).catch((error: unknown) => {
        throw withItem(error, request, captured);
      });
      await parts.journal.commit(captured);
      const consumed = consumedByWrites(captured.changes, data.ReturnConsumedCapacity);
      if (consumed === undefined) return answer;
      return { ...answer, ConsumedCapacity: name === 'BatchWriteItem' ? consumed : consumed[0] };
    },
  );
}

/** Runs the work with the locks held, and known as a write under way. */
export function underLocks<T>(parts: Parts, names: readonly string[], work: () => Promise<T>): Promise<T> {
  const running = parts.locks.acquire(names).then(async (release) => {
    try {
      return await work();
    } finally {
      release();
    }
  });
  return track(parts, running);
}

export function track<T>(parts: Parts, running: Promise<T>): Promise<T> {
  parts.writes.add(running);
  const done = () => void parts.writes.delete(running);
  running.then(done, done);
  return running;
}

/** Undefined where table or key are not valid: the action refuses the request before it touches anything. */
export function lockName(
  parts: Parts,
  tableName: string,
  keyed: { readonly Item?: Item; readonly Key?: Item },
): string | undefined {
  const table = parts.tables.get(tableName);
  if (table === undefined || !isValid(table, keyed)) return undefined;
  return itemKey(tableName, createKey(keyed.Item ?? keyed.Key ?? {}, table));
}

function isValid(table: Table, keyed: { readonly Item?: Item; readonly Key?: Item }): boolean {
  const failure = keyed.Item === undefined ? validateKey(keyed.Key ?? {}, table) : validateItem(keyed.Item, table);
  return failure === null || failure === undefined;
}

function batchLocks(parts: Parts, batch: Batch): (string | undefined)[] {
  return Object.entries(batch.RequestItems).flatMap(([table, requests]) =>
    requests.map((request) => lockName(parts, table, { ...request.PutRequest, ...request.DeleteRequest })),
  );
}

/** A failed condition shows the item that it failed on, where the request asks for it. */
function withItem(error: unknown, request: Request, captured: Capture): unknown {
  const item = captured.lastRead();
  if (request.ReturnValuesOnConditionCheckFailure !== 'ALL_OLD' || item === undefined) return error;
  if (!isServiceError(error) || errorName(error) !== 'ConditionalCheckFailedException') return error;
  return Object.assign(error, { body: { ...error.body, Item: item } });
}
