import { DatabaseSync } from 'node:sqlite';
import type { Level, LevelOperation } from 'dynalite/db/index.js';
import { expect, test } from 'vitest';
import { createExpiries } from '#local/dynamodb/expiry.ts';
import { createJournal, type Journal } from '#local/dynamodb/journal.ts';
import { prepareSchema } from '#local/dynamodb/schema.ts';
import { createStreams, type Streams } from '#local/dynamodb/streams.ts';

const table = {
  TableName: 'main',
  TableArn: 'arn:aws:dynamodb:eu-west-1:000000000000:table/main',
  TableStatus: 'ACTIVE',
  CreationDateTime: 0,
  KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' as const }],
  AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
};
const stream = { enabled: true, viewType: 'NEW_IMAGE', arn: `${table.TableArn}/stream/now`, label: 'now' } as const;

type FakeLevel = Pick<Level, 'batch' | 'clear'>;

/** LevelDB as a map; `batch` is what each test makes of it. */
function memoryLevel(items: Map<string, unknown>, batch?: (apply: () => void) => Promise<void>): FakeLevel {
  const apply = (operations: readonly LevelOperation[]) => {
    for (const operation of operations) {
      if (operation.type === 'put') items.set(operation.key, operation.value);
      else items.delete(operation.key);
    }
  };
  return {
    batch: (operations) => (batch === undefined ? Promise.resolve(apply(operations)) : batch(() => apply(operations))),
    clear: async ({ gte, lt }) => {
      for (const key of [...items.keys()]) if (key >= gte && key < lt) items.delete(key);
    },
  };
}

function open(db: DatabaseSync, level: FakeLevel): { journal: Journal; streams: Streams } {
  prepareSchema(db);
  const now = () => 1_000;
  const streams = createStreams(db, now);
  const parts = { db, level, streams: streams.writer, expiries: createExpiries(db), settingsOf: () => ({ stream }), now };
  return { journal: createJournal(parts), streams };
}

function put(pk: string, n: string) {
  const after = { pk: { S: pk }, n: { N: n } };
  return {
    changes: [{ table, key: pk, before: undefined, after }],
    operations: [{ type: 'put' as const, key: pk, value: after }],
  };
}

test('work that a crash kept from the items is done at the next start, in order', async () => {
  const db = new DatabaseSync(':memory:');
  const items = new Map<string, unknown>();
  const crashed = open(
    db,
    memoryLevel(items, () => new Promise(() => {})),
  );
  void crashed.journal.commit(put('a', '1'));
  void crashed.journal.commit(put('a', '2'));
  expect(items.size).toBe(0);

  const restarted = open(db, memoryLevel(items));
  expect(await restarted.journal.redo()).toBe(2);
  expect(items.get('a')).toEqual({ pk: { S: 'a' }, n: { N: '2' } });
  expect(restarted.streams.read('main', 0, 10).map(({ record }) => record.dynamodb?.NewImage?.n?.N)).toEqual(['1', '2']);
  expect(await restarted.journal.redo()).toBe(0);
});

test('emptying a range and what was written after it are done again in that order', async () => {
  const db = new DatabaseSync(':memory:');
  const items = new Map<string, unknown>([['t~old', 1]]);
  const crashed = open(
    db,
    memoryLevel(items, () => new Promise(() => {})),
  );
  void crashed.journal.commit({ clear: [{ gte: 't~', lt: 't~\xff' }], operations: [] });
  void crashed.journal.commit({ operations: [{ type: 'put', key: 't~new', value: 2 }] });
  await open(db, memoryLevel(items)).journal.redo();
  expect([...items.keys()]).toEqual(['t~new']);
});

test('records show when the item can be read, and never past one that cannot yet', async () => {
  const pending: (() => void)[] = [];
  const level = memoryLevel(new Map(), (apply) => new Promise((resolve) => pending.push(() => resolve(apply()))));
  const { journal, streams } = open(new DatabaseSync(':memory:'), level);
  const [first, second] = [journal.commit(put('a', '1')), journal.commit(put('b', '1'))];
  const seen = () => streams.read('main', 0, 10).map(({ record }) => record.dynamodb?.Keys?.pk?.S);
  pending[1]?.();
  await second;
  expect(seen()).toEqual([]);
  pending[0]?.();
  await first;
  expect(seen()).toEqual(['a', 'b']);
});

test('when the items cannot be written nothing more is accepted, and a restart completes what was begun', async () => {
  const db = new DatabaseSync(':memory:');
  const items = new Map<string, unknown>();
  const full = open(
    db,
    memoryLevel(items, () => Promise.reject(new Error('no space left'))),
  );
  await expect(full.journal.commit(put('a', '1'))).rejects.toThrow('no space left');
  await expect(full.journal.commit(put('b', '1'))).rejects.toThrow('stopped');
  expect(full.streams.read('main', 0, 10)).toEqual([]);

  const restarted = open(db, memoryLevel(items));
  await restarted.journal.redo();
  expect([...items.keys()]).toEqual(['a']);
  expect(restarted.streams.read('main', 0, 10)).toHaveLength(1);
});

test('when sqlite refuses, nothing has happened', async () => {
  const items = new Map<string, unknown>();
  const { journal, streams } = open(new DatabaseSync(':memory:'), memoryLevel(items));
  const refuse = () => {
    throw new Error('refused');
  };
  await expect(journal.commit({ ...put('a', '1'), also: refuse })).rejects.toThrow('refused');
  await journal.commit(put('b', '1'));
  expect([...items.keys()]).toEqual(['b']);
  expect(streams.read('main', 0, 10)).toHaveLength(1);
});
