import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  type AttributeValue,
  DeleteItemCommand,
  type DynamoDBClient,
  DynamoDBServiceException,
  PutItemCommand,
  ScanCommand,
} from '@aws-sdk/client-dynamodb';
import { expect, onTestFinished, test } from 'vitest';
import type { StreamRecord } from '#local/ports.ts';
import { clientFor, runEngine, temporaryFolder } from './engine.ts';
import { key, makeTable, transact } from './tables.ts';

const ROUNDS = 6;
const WRITERS = 8;

/** A write as it was asked for: its mark stands in each item that it puts. */
type Write = { readonly mark: string; readonly items: number; outcome: 'unknown' | 'answered' | 'cancelled' };

test('whatever the instant of a kill -9, answered writes are there, and items and stream agree', async () => {
  const folder = temporaryFolder();
  onTestFinished(folder.remove);
  const first = await runEngine(folder.path);
  const TableName = await makeTable(first.client);
  await first.stop();

  const writes: Write[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const { child, url } = await startChild(folder.path);
    const client = clientFor(url);
    const load = Array.from({ length: WRITERS }, (_, writer) => writeUntilDead(client, TableName, `${round}-${writer}`, writes));
    await sleep(30 + Math.random() * 150);
    child.kill('SIGKILL');
    await once(child, 'exit');
    await Promise.all(load);
    client.destroy();

    const after = await runEngine(folder.path);
    const records = after.engine.streams.read(TableName, 0, 1_000_000);
    const items = await scan(after.client, TableName);
    const indexed = await scan(after.client, TableName, 'wake');
    await after.stop();
    expect(fold(records)).toEqual(byKey(items));
    expect(indexed.map(nameOf).toSorted()).toEqual(items.map(nameOf).toSorted());
    checkWrites(writes, records);
  }
  expect(writes.filter((write) => write.outcome === 'answered').length).toBeGreaterThan(ROUNDS);
});

async function startChild(folder: string): Promise<{ child: ChildProcess; url: string }> {
  const child = fork(new URL('./crash-child.ts', import.meta.url), [folder], { execArgv: [] });
  onTestFinished(() => void child.kill('SIGKILL'));
  const [url] = (await once(child, 'message')) as [string];
  return { child, url };
}

/** Each writer goes round a few keys that it shares with the others: puts, transactions over three items, deletions. */
async function writeUntilDead(client: DynamoDBClient, TableName: string, writer: string, writes: Write[]): Promise<void> {
  for (let turn = 0; ; turn += 1) {
    const mark = `${writer}-${turn}`;
    const item = (sk: string) => ({
      ...key(`pk-${turn % 4}`, sk),
      mark: { S: mark },
      wakeShard: { S: 's' },
      wakeAt: { N: String(turn) },
    });
    const write: Write = { mark, items: turn % 3 === 1 ? 3 : turn % 3 === 0 ? 1 : 0, outcome: 'unknown' };
    writes.push(write);
    try {
      if (write.items === 1) await client.send(new PutItemCommand({ TableName, Item: item('shared') }));
      else if (write.items === 0) await client.send(new DeleteItemCommand({ TableName, Key: key(`pk-${turn % 4}`, 'shared') }));
      else await transact(client, ...['shared', writer, `${writer}-b`].map((sk) => ({ Put: { TableName, Item: item(sk) } })));
      write.outcome = 'answered';
    } catch (error) {
      if (!(error instanceof DynamoDBServiceException)) return;
      if (error.name !== 'TransactionCanceledException') throw error;
      // Another transaction was at one of the items.
      write.outcome = 'cancelled';
    }
  }
}

function checkWrites(writes: readonly Write[], records: readonly StreamRecord[]): void {
  const marks = Map.groupBy(records, ({ record }) => record.dynamodb?.NewImage?.mark?.S);
  for (const { mark, items, outcome } of writes) {
    const expected = { answered: [items], cancelled: [0], unknown: [0, items] }[outcome];
    expect(expected, mark).toContain(marks.get(mark)?.length ?? 0);
  }
}

function fold(records: readonly StreamRecord[]): Record<string, unknown> {
  const items = new Map<string, Record<string, unknown>>();
  for (const { record } of records) {
    const name = nameOf(record.dynamodb?.Keys ?? {});
    if (record.eventName === 'REMOVE') items.delete(name);
    else items.set(name, record.dynamodb?.NewImage ?? {});
  }
  return Object.fromEntries(items);
}

function byKey(items: readonly Record<string, AttributeValue>[]): Record<string, unknown> {
  return Object.fromEntries(items.map((item) => [nameOf(item), item]));
}

function nameOf(item: Readonly<Record<string, { S?: string | undefined }>>): string {
  return `${item.pk?.S}/${item.sk?.S}`;
}

async function scan(client: DynamoDBClient, TableName: string, index?: string): Promise<Record<string, AttributeValue>[]> {
  const found: Record<string, AttributeValue>[] = [];
  let start: Record<string, AttributeValue> | undefined;
  do {
    const page = await client.send(
      new ScanCommand({ TableName, ...(index && { IndexName: index }), ...(start && { ExclusiveStartKey: start }) }),
    );
    found.push(...(page.Items ?? []));
    start = page.LastEvaluatedKey;
  } while (start !== undefined);
  return found;
}
