/**
 * The bundled functions with AWS around them: what one writes reaches the next, in batches of what is there. Nothing runs at
 * the same time as anything else, so that every call and every microsecond has one owner.
 */
import { randomBytes, randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { dynamodbTable } from '#adapters/aws/dynamodb-table.ts';
import { readCatalogueFiles } from '#adapters/files/catalogue-files.ts';
import { alwaysEvaluated } from '#core/event.ts';
import { env } from '#functions/edge/env.ts';
import { startDynamodb } from '#local/dynamodb/start.ts';
import { httpEvent } from '#test/functions/edge/http-event.ts';
import { quietBus } from '#test/support/quiet-bus.ts';
import { createKey } from '#usecases/access.ts';
import { publish } from '#usecases/publish.ts';
import { linkedCatalogues } from '#usecases/store/linked-catalogues.ts';
import { project } from '../project.ts';
import { startAws } from './aws.ts';
import { createTable } from './create-table.ts';
import { type Between, handOn, newsOf } from './hand-on.ts';
import { startHandlers } from './start-handlers.ts';
import { meter as newMeter, type Usage } from './usage.ts';
import { functionVariables } from './variables.ts';

export type World = {
  /** Posts JSON to the HTTP API with a secret key. Throws where the answer is no success. */
  post(path: string, body: object): Promise<void>;
  /** Lets everything that was written have its consequences, until nothing is left. */
  drain(): Promise<void>;
  /** What was used since the last call of this. */
  takeUsage(): Usage;
  close(): Promise<void>;
};

/** With `reactions`, one mail in ten is opened, and another one of ten is clicked. */
export async function openWorld({ reactions = false } = {}): Promise<World> {
  const opened = new AsyncDisposableStack();
  try {
    const folder = opened.adopt(mkdtempSync(join(tmpdir(), 'rekindle-world-')), (path) =>
      rmSync(path, { recursive: true, force: true }),
    );
    const { dynamodb, client, table } = await openTable(folder, opened);
    const { key, rules } = await publishProject(client, table);
    const aws = opened.adopt(await startAws(dynamodb.url), (one) => one.close());
    const handlers = opened.adopt(await startHandlers(aws.url), (one) => one.close());
    const meter = newMeter();
    const invoke = async (name: string, event: object, records: number): Promise<unknown> => {
      const took = await handlers.invoke(name, event);
      meter.invoked(name, records, took, aws.takeAsked());
      return JSON.parse(took.payload);
    };
    const between: Between = { aws, meter, rules, news: newsOf(dynamodb, table), invoke, reactions };
    return {
      post: (path, body) => post(invoke, key, path, body),
      drain: () => handOn(between),
      takeUsage: meter.take,
      close: () => opened.disposeAsync(),
    };
  } catch (cause) {
    await opened.disposeAsync();
    throw cause;
  }
}

async function openTable(folder: string, opened: AsyncDisposableStack) {
  const db = opened.adopt(new DatabaseSync(join(folder, 'cloud.sqlite')), (one) => one.close());
  db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = OFF');
  const clock = { now: Date.now, offset: new SharedArrayBuffer(8), set: () => {} };
  const dynamodb = opened.adopt(await startDynamodb({ folder: join(folder, 'dynamodb'), db, clock }), (one) => one.close());
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  const client = opened.adopt(new DynamoDBClient({ endpoint: dynamodb.url, region: 'eu-west-1', credentials }), (one) =>
    one.destroy(),
  );
  const table = functionVariables[env.table] ?? '';
  await createTable(client, table);
  return { dynamodb, client, table };
}

/** Publishes the project's own catalogue, as `admin` does it, and makes a key. */
async function publishProject(client: DynamoDBClient, name: string): Promise<{ key: string; rules: ReadonlySet<string> }> {
  const table = dynamodbTable(client, name);
  const rules = new Set<string>(alwaysEvaluated);
  const replace = async (names: readonly string[]): Promise<void> => {
    for (const one of names) rules.add(one);
  };
  const dependencies = { ...quietBus, table, rules: { replace }, now: Date.now, catalogues: linkedCatalogues(table) };
  const result = await publish(dependencies, { files: readCatalogueFiles(project), author: 'bench' });
  if (result.outcome !== 'published') throw new Error(`the catalogue was not published: ${result.outcome}`);
  const { key } = await createKey({ table, now: Date.now, random: randomBytes }, { kind: 'secret', label: 'bench' });
  return { key, rules };
}

async function post(invoke: Between['invoke'], key: string, path: string, body: object): Promise<void> {
  const authorization = `Basic ${Buffer.from(`${key}:`).toString('base64')}`;
  const headers = { 'content-type': 'application/json', authorization, host: 'api.example.com', 'user-agent': 'bench' };
  // Visitors come from addresses of their own, and the gateway names each request.
  const id = randomUUID();
  const ip = `10.${[2, 4, 6].map((at) => Number.parseInt(id.slice(at, at + 2), 16)).join('.')}`;
  const event = httpEvent({ method: 'POST', path, headers, body: JSON.stringify(body), ip, id });
  const answer = (await invoke('capture', event, 1)) as { statusCode: number; body?: string };
  if (answer.statusCode !== 200) throw new Error(`${path} answered ${answer.statusCode}: ${answer.body}`);
}
