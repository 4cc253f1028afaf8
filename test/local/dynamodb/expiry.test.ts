import { DeleteItemCommand, GetItemCommand, PutItemCommand, UpdateTimeToLiveCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Running, runEngine, temporaryFolder, testClock } from './engine.ts';
import { key, makeTable } from './tables.ts';

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

const inSeconds = (seconds: number) => ({ N: String(Math.floor(clock.now() / 1000) + seconds) });
const put = (TableName: string, pk: string, seconds: number) =>
  running.client.send(new PutItemCommand({ TableName, Item: { ...key(pk), expiresAt: inSeconds(seconds) } }));
const exists = async (TableName: string, pk: string) =>
  (await running.client.send(new GetItemCommand({ TableName, Key: key(pk) }))).Item !== undefined;

async function tableWithExpiry(): Promise<string> {
  const TableName = await makeTable(running.client);
  await switchOn(TableName);
  return TableName;
}

function switchOn(TableName: string) {
  const TimeToLiveSpecification = { Enabled: true, AttributeName: 'expiresAt' };
  return running.client.send(new UpdateTimeToLiveCommand({ TableName, TimeToLiveSpecification }));
}

test('a sweep deletes what has expired by the clock, and the record says who did it', async () => {
  const table = await tableWithExpiry();
  await put(table, 'soon', 60);
  await put(table, 'later', 3600);
  expect(await running.engine.sweepExpired()).toBe(0);
  clock.advance(61_000);
  expect(await running.engine.sweepExpired()).toBe(1);
  expect([await exists(table, 'soon'), await exists(table, 'later')]).toEqual([false, true]);
  expect(running.engine.streams.read(table, 0, 10).at(-1)?.record).toMatchObject({
    eventName: 'REMOVE',
    dynamodb: { Keys: key('soon') },
    userIdentity: { type: 'Service', principalId: 'dynamodb.amazonaws.com' },
  });
});

test('a deletion by hand names nobody, and is not repeated by the sweep', async () => {
  const table = await tableWithExpiry();
  await put(table, 'gone', 10);
  await running.client.send(new DeleteItemCommand({ TableName: table, Key: key('gone') }));
  clock.advance(11_000);
  expect(await running.engine.sweepExpired()).toBe(0);
  expect(running.engine.streams.read(table, 0, 10).at(-1)?.record).not.toHaveProperty('userIdentity');
});

test('an item whose time was put off stays', async () => {
  const table = await tableWithExpiry();
  await put(table, 'renewed', 10);
  await put(table, 'renewed', 1000);
  clock.advance(11_000);
  expect(await running.engine.sweepExpired()).toBe(0);
  expect(await exists(table, 'renewed')).toBe(true);
});

test('items from before the time to live was switched on expire too', async () => {
  const table = await makeTable(running.client);
  await put(table, 'early', 10);
  clock.advance(11_000);
  expect(await running.engine.sweepExpired()).toBe(0);
  await switchOn(table);
  expect(await running.engine.sweepExpired()).toBe(1);
});

test('many are swept at once', async () => {
  const table = await tableWithExpiry();
  await Promise.all(Array.from({ length: 250 }, (_, place) => put(table, `many-${place}`, 5)));
  clock.advance(6_000);
  expect(await running.engine.sweepExpired()).toBe(250);
});

test('a time that lies more than five years back is taken for a mistake', async () => {
  const table = await tableWithExpiry();
  await put(table, 'mistake', -6 * 365 * 86_400);
  expect(await running.engine.sweepExpired()).toBe(0);
});
