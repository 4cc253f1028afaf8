import type { Level, Store } from 'dynalite/db/index.js';
import { expect, test } from 'vitest';
import { run } from '#local/dynamodb/operations.ts';
import { readingStore } from '#local/dynamodb/reading-store.ts';

const table = {
  KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
  AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
};

/** A store with one page of items, each of them as broken as the test wants. */
function storeWith(level: Partial<Level>): Store {
  return {
    db: level,
    getTable: (_name: string, done: (failure: null, found: unknown) => void) => done(null, table),
  } as unknown as Store;
}

const getItem = { TableName: 'main', Key: { pk: { S: 'a' } } };
const query = {
  TableName: 'main',
  KeyConditions: { pk: { ComparisonOperator: 'EQ', AttributeValueList: [{ S: 'a' }] } },
  _filter: { pathHeads: {}, expression: { type: '=', args: [['n'], { N: '1' }] } },
};

test('an item that cannot be read fails its request only', async () => {
  const store = storeWith({ get: () => Promise.reject(new Error('unreadable')) });
  await expect(run('GetItem', getItem, readingStore(store))).rejects.toThrow('unreadable');
});

test('an exception in the middle of a query fails its request only', async () => {
  const pages = [[null], []];
  const values = () => ({ nextv: async () => pages.shift() ?? [], close: async () => {} });
  await expect(run('Query', query, readingStore(storeWith({ values })))).rejects.toThrow(TypeError);
});

test('a range that cannot be read fails its request, and is closed', async () => {
  let isClosed = false;
  const values = () => ({
    nextv: () => Promise.reject(new Error('unreadable')),
    close: async () => {
      isClosed = true;
    },
  });
  await expect(run('Query', query, readingStore(storeWith({ values })))).rejects.toThrow('unreadable');
  expect(isClosed).toBe(true);
});
