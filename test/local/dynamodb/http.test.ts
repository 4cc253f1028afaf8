import { PutItemCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { serve } from '#local/dynamodb/http.ts';
import { type Running, runEngine, temporaryFolder } from './engine.ts';
import { key, makeTable } from './tables.ts';

const folder = temporaryFolder();
let running: Running;

beforeAll(async () => {
  running = await runEngine(folder.path);
});
afterAll(async () => {
  await running.stop();
  folder.remove();
});

async function call(target: string, body: string): Promise<{ status: number; type: string | undefined }> {
  const response = await fetch(running.engine.url, {
    method: 'POST',
    headers: { 'content-type': 'application/x-amz-json-1.0', 'x-amz-target': `DynamoDB_20120810.${target}` },
    body,
  });
  const answer = (await response.json()) as { __type?: string };
  return { status: response.status, type: answer.__type?.split('#')[1] };
}

test.each([
  ['PutItem', '{', 'SerializationException'],
  ['PutItem', '[1]', 'SerializationException'],
  ['PutItem', '{}', 'ValidationException'],
  ['PutItem', '{"TableName":"main","Item":{"pk":{"N":5}}}', 'SerializationException'],
  ['BatchWriteItem', '{"RequestItems":{"main":[null]}}', 'SerializationException'],
  ['TransactWriteItems', '{"TransactItems":[null]}', 'ValidationException'],
  ['TransactGetItems', '{"TransactItems":[null]}', 'ValidationException'],
  ['TransactWriteItems', '{}', 'ValidationException'],
  ['DescribeTable', '{"TableName":"none"}', 'ResourceNotFoundException'],
  ['ExecuteStatement', '{}', 'UnknownOperationException'],
])('%s with %s is refused as %s', async (target, body, type) => {
  expect(await call(target, body)).toEqual({ status: 400, type });
});

test('a body beyond 16 MB is refused', async () => {
  expect(await call('PutItem', 'x'.repeat(16 * 1024 * 1024 + 1))).toMatchObject({ status: 413 });
});

test('a fault of the engine is a 500, which clients may try again', async () => {
  const server = await serve(() => Promise.reject(new Error('broken on purpose')), 0);
  onTestFinished(server.close);
  const { error } = console;
  const logged: unknown[] = [];
  console.error = (...parts: unknown[]) => void logged.push(...parts);
  const response = await fetch(server.url, { method: 'POST', body: '{}' });
  console.error = error;
  expect(response.status).toBe(500);
  expect(String(logged)).toContain('broken on purpose');
});

test('closing answers what has begun', async () => {
  const place = temporaryFolder();
  onTestFinished(place.remove);
  const closing = await runEngine(place.path);
  const TableName = await makeTable(closing.client);
  const reached = Promise.withResolvers<void>();
  closing.engine.streams.subscribe(TableName, () => reached.resolve());
  const puts = Array.from({ length: 20 }, (_, turn) =>
    closing.client.send(new PutItemCommand({ TableName, Item: key(`p-${turn}`) })).then(
      () => 'answered',
      () => 'not begun',
    ),
  );
  await reached.promise;
  await closing.engine.close();
  const outcomes = await Promise.all(puts);
  closing.client.destroy();
  expect(outcomes).toContain('answered');
});
