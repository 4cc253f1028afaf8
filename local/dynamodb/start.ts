import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { type Callback, create, type Store, type Table } from 'dynalite/db/index.js';
import type { DynamodbEngine, EngineOptions } from '../ports.ts';
import type { Parts, Request } from './engine-parts.ts';
import { serviceError } from './errors.ts';
import { createExpiries } from './expiry.ts';
import { serve } from './http.ts';
import { completeIndexes } from './indexes.ts';
import { createJournal } from './journal.ts';
import { createLocks } from './locks.ts';
import { operationOf } from './requests.ts';
import { prepareSchema } from './schema.ts';
import { createStreams, type Streams } from './streams.ts';
import { settingsStore } from './table-settings.ts';
import { loadTables, lookUp, type Tables } from './tables.ts';
import { sweepExpired } from './time-to-live.ts';
import { createTokens } from './tokens.ts';

export type LocalDynamodb = DynamodbEngine & {
  readonly streams: Streams;
  /** What its HTTP server does, without a way over the network: `DynamoDB_20120810.Query` and its request. */
  ask(target: string, request: object): Promise<object>;
  /** Deletes what has outlived its time to live by the clock; how many. Nothing expires by itself. */
  sweepExpired(): Promise<number>;
};

/**
 * DynamoDB on this machine: dynalite's operations, with transactions, streams and expiry around them. Whatever the
 * credentials and the region of a client are, it sees the same tables. A write that was answered survives `kill -9`
 * together with its stream record; neither is ever there without the other.
 */
export async function startDynamodb(options: EngineOptions): Promise<LocalDynamodb> {
  const { db, clock } = options;
  const now = () => clock.now();
  const created = await openStore(options.folder);
  prepareSchema(db);
  const settings = settingsStore(db);
  const expiries = createExpiries(db);
  const streams = createStreams(db, now);
  // The journal is made before the tables are known, because the tables are read after it is settled.
  const known: { tables?: Tables } = {};
  const settingsOf = (table: string) => known.tables?.settingsOf(table) ?? {};
  const journal = createJournal({ db, level: created.db, streams: streams.writer, expiries, settingsOf, now });
  await journal.redo();
  const tables = await loadTables(created.db, settings);
  known.tables = tables;
  const store = { ...created, getTable: fromMemory(tables) };
  const tokens = createTokens(db, now);
  const parts: Parts = { store, db, clock, tables, settings, locks: createLocks(), journal, expiries, tokens, writes: new Set() };
  await completeIndexes(parts);
  const server = await serve((target, request) => handle(parts, target, request), options.port ?? 0).catch(
    async (error: unknown) => {
      await created.db.close();
      throw error;
    },
  );
  return {
    url: server.url,
    ask: (target, request) => handle(parts, target, request as Request),
    streams: { read: streams.read, subscribe: streams.subscribe, trim: streams.trim },
    sweepExpired: () => sweepExpired(parts),
    async close() {
      await server.close();
      await Promise.allSettled([...parts.writes]);
      await created.db.close();
    },
  };
}

async function handle(parts: Parts, target: string, request: Request): Promise<object> {
  const operation = operationOf(target);
  if (operation === undefined) throw serviceError('UnknownOperationException', `${target} is not offered here`);
  return operation(parts, request);
}

async function openStore(folder: string): Promise<Store> {
  mkdirSync(folder, { recursive: true });
  const store = create({ path: join(folder, 'items'), createTableMs: 0, deleteTableMs: 0, updateTableMs: 0 });
  await store.db.open().catch((cause: unknown) => {
    throw new Error(`The items in ${folder} cannot be opened. Does another process have them open?`, { cause });
  });
  store.tableDb.awsAccountId = '000000000000';
  return store;
}

/** dynalite reads and parses a table's definition for every request; here it is looked up. */
function fromMemory(tables: Tables): Store['getTable'] {
  return (name: string, checkStatus: boolean | Callback<Table>, callback?: Callback<Table>) => {
    const done = typeof checkStatus === 'function' ? checkStatus : callback;
    const found = lookUp(tables, name, checkStatus === false);
    if (found instanceof Error) done?.(found as Parameters<Callback<Table>>[0]);
    else done?.(null, found);
  };
}
