import {
  BatchWriteItemCommand,
  DeleteItemCommand,
  DeleteTableCommand,
  DescribeTableCommand,
  PutItemCommand,
  ScanCommand,
  UpdateItemCommand,
  UpdateTableCommand,
} from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Running, runEngine, temporaryFolder, testClock } from './engine.ts';
import { key, makeTable, transact } from './tables.ts';

const folder = temporaryFolder();
const clock = testClock();
let running: Running;

beforeAll(async () => {
  running = await runEngine(folder.path, clock);
});
afterAll(async () => {
  await running.stop();
  folder.remove();
});

const put = (TableName: string, Item: Record<string, { S: string } | { SS: string[] } | { N: string }>) =>
  running.client.send(new PutItemCommand({ TableName, Item: { ...Item } as never }));
const records = (table: string, after = 0) => running.engine.streams.read(table, after, 1000);
const changes = (table: string) => records(table).map(({ record }) => [record.eventName, record.dynamodb?.Keys?.pk?.S]);

test('each change has a record in the form that a Lambda function gets', async () => {
  const table = await makeTable(running.client);
  await put(table, { ...key('ada'), name: { S: 'Ada' } });
  const { Table } = await running.client.send(new DescribeTableCommand({ TableName: table }));
  expect(records(table).map(({ record }) => record)).toEqual([
    {
      eventID: expect.stringMatching(/^[0-9a-f]{32}$/),
      eventName: 'INSERT',
      eventVersion: '1.1',
      eventSource: 'aws:dynamodb',
      awsRegion: 'us-east-1',
      eventSourceARN: Table?.LatestStreamArn,
      dynamodb: {
        ApproximateCreationDateTime: clock.now() / 1000,
        Keys: key('ada'),
        NewImage: { ...key('ada'), name: { S: 'Ada' } },
        SequenceNumber: expect.stringMatching(/^\d{21}$/),
        SizeBytes: 31,
        StreamViewType: 'NEW_IMAGE',
      },
    },
  ]);
});

test('inserts, changes and removals come in order, and each has its own number', async () => {
  const table = await makeTable(running.client);
  await put(table, key('a'));
  await running.client.send(
    new UpdateItemCommand({
      TableName: table,
      Key: key('a'),
      UpdateExpression: 'ADD n :n',
      ExpressionAttributeValues: { ':n': { N: '1' } },
    }),
  );
  await running.client.send(new DeleteItemCommand({ TableName: table, Key: key('a') }));
  expect(changes(table)).toEqual([
    ['INSERT', 'a'],
    ['MODIFY', 'a'],
    ['REMOVE', 'a'],
  ]);
  const numbers = records(table).map(({ record }) => record.dynamodb?.SequenceNumber ?? '');
  expect(numbers).toEqual([...new Set(numbers)].sort());
  expect(records(table).at(-1)?.record.dynamodb).not.toHaveProperty('NewImage');
});

test('a write that changes nothing leaves no record', async () => {
  const table = await makeTable(running.client);
  await put(table, { ...key('same'), tags: { SS: ['x', 'y'] }, n: { N: '1' } });
  await put(table, { ...key('same'), tags: { SS: ['y', 'x'] }, n: { N: '1.0' } });
  await running.client.send(new UpdateItemCommand({ TableName: table, Key: key('same'), UpdateExpression: 'REMOVE nickname' }));
  await running.client.send(new DeleteItemCommand({ TableName: table, Key: key('absent') }));
  await transact(running.client, { Delete: { TableName: table, Key: key('absent') } });
  expect(changes(table)).toEqual([['INSERT', 'same']]);
});

test('a refused write and a cancelled transaction leave no record', async () => {
  const table = await makeTable(running.client);
  const never = { ConditionExpression: 'attribute_exists(pk)' };
  await running.client.send(new PutItemCommand({ TableName: table, Item: key('no'), ...never })).catch(() => {});
  await transact(
    running.client,
    { Put: { TableName: table, Item: key('yes') } },
    { Put: { TableName: table, Item: key('no'), ...never } },
  ).catch(() => {});
  expect(changes(table)).toEqual([]);
});

test('a transaction and a batch have a record for each item', async () => {
  const table = await makeTable(running.client);
  await transact(running.client, { Put: { TableName: table, Item: key('a') } }, { Put: { TableName: table, Item: key('b') } });
  const requests = [{ DeleteRequest: { Key: key('a') } }, { PutRequest: { Item: key('c') } }];
  await running.client.send(new BatchWriteItemCommand({ RequestItems: { [table]: requests } }));
  expect(changes(table).toSorted()).toEqual([
    ['INSERT', 'a'],
    ['INSERT', 'b'],
    ['INSERT', 'c'],
    ['REMOVE', 'a'],
  ]);
});

test.each([
  ['KEYS_ONLY', []],
  ['NEW_IMAGE', ['NewImage']],
  ['OLD_IMAGE', ['OldImage']],
  ['NEW_AND_OLD_IMAGES', ['NewImage', 'OldImage']],
] as const)('%s shows %j of a change', async (StreamViewType, images) => {
  const table = await makeTable(running.client, { StreamSpecification: { StreamEnabled: true, StreamViewType } });
  await put(table, { ...key('a'), n: { N: '1' } });
  await put(table, { ...key('a'), n: { N: '2' } });
  const data = records(table).at(-1)?.record.dynamodb ?? {};
  expect(
    Object.keys(data)
      .filter((name) => name.endsWith('Image'))
      .toSorted(),
  ).toEqual(images);
});

test('a reader goes on after the last number it has seen', async () => {
  const table = await makeTable(running.client);
  for (const pk of ['a', 'b', 'c']) await put(table, key(pk));
  const first = running.engine.streams.read(table, 0, 2);
  const rest = running.engine.streams.read(table, first.at(-1)?.sequence ?? 0, 10);
  expect([...first, ...rest].map(({ record }) => record.dynamodb?.Keys?.pk?.S)).toEqual(['a', 'b', 'c']);
  expect(first).toHaveLength(2);
});

test('whoever subscribed is told, and finds the item that the record speaks of', async () => {
  const table = await makeTable(running.client);
  const told = Promise.withResolvers<number>();
  const unsubscribe = running.engine.streams.subscribe(table, () => told.resolve(records(table).length));
  await put(table, key('a'));
  expect(await told.promise).toBe(1);
  unsubscribe();
});

test('writes of many clients to one item are all there, in the order of the item', async () => {
  const table = await makeTable(running.client);
  const update = new UpdateItemCommand({
    TableName: table,
    Key: key('busy'),
    UpdateExpression: 'ADD n :one',
    ExpressionAttributeValues: { ':one': { N: '1' } },
  });
  await Promise.all(Array.from({ length: 50 }, () => running.client.send(update)));
  const seen = records(table).map(({ record }) => record.dynamodb?.NewImage?.n?.N);
  expect(seen).toEqual(Array.from({ length: 50 }, (_, place) => String(place + 1)));
});

test('a stream can be switched on later, and off', async () => {
  const table = await makeTable(running.client, { StreamSpecification: { StreamEnabled: false } });
  await put(table, key('before'));
  const set = (StreamSpecification: { StreamEnabled: boolean; StreamViewType?: 'NEW_IMAGE' }) =>
    running.client.send(new UpdateTableCommand({ TableName: table, StreamSpecification }));
  await set({ StreamEnabled: true, StreamViewType: 'NEW_IMAGE' });
  await put(table, key('during'));
  await set({ StreamEnabled: false });
  await put(table, key('after'));
  expect(changes(table)).toEqual([['INSERT', 'during']]);
});

test('only what is consumed and older than a day is trimmed', async () => {
  const table = await makeTable(running.client);
  await put(table, key('old'));
  await put(table, key('old-but-wanted'));
  const [first] = records(table);
  expect(running.engine.streams.trim(table, first?.sequence ?? 0)).toBe(0);
  clock.advance(24 * 3_600_000 + 1);
  expect(running.engine.streams.trim(table, first?.sequence ?? 0)).toBe(1);
  expect(changes(table)).toEqual([['INSERT', 'old-but-wanted']]);
  running.engine.streams.trim(table, Number.MAX_SAFE_INTEGER);
  await put(table, key('new'));
  expect(records(table, first?.sequence).map(({ record }) => record.dynamodb?.Keys?.pk?.S)).toEqual(['new']);
});

test('a table that is made again under its name starts empty', async () => {
  const table = await makeTable(running.client);
  await put(table, { ...key('a'), wakeShard: { S: 's' }, wakeAt: { N: '1' } });
  await running.client.send(new DeleteTableCommand({ TableName: table }));
  await expect(put(table, key('b'))).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  await makeTable(running.client, { TableName: table });
  expect((await running.client.send(new ScanCommand({ TableName: table }))).Count).toBe(0);
  expect((await running.client.send(new ScanCommand({ TableName: table, IndexName: 'wake' }))).Count).toBe(0);
});
