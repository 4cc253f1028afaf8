import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { type LocalDynamodb, startDynamodb } from '#local/dynamodb/start.ts';
import type { Clock } from '#local/ports.ts';

export type TestClock = Clock & { advance(ms: number): void };
export type Running = { readonly engine: LocalDynamodb; readonly client: DynamoDBClient; stop(): Promise<void> };

/** A clock that stands still until a test moves it. */
export function testClock(start = Date.parse('2027-03-01T12:00:00Z')): TestClock {
  let now = start;
  return {
    offset: new SharedArrayBuffer(8),
    now: () => now,
    set: (at) => {
      now = at;
    },
    advance: (ms) => {
      now += ms;
    },
  };
}

export function temporaryFolder(): { readonly path: string; remove(): void } {
  const path = mkdtempSync(join(tmpdir(), 'dynamodb-'));
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}

export function openDatabase(folder: string): DatabaseSync {
  const db = new DatabaseSync(join(folder, 'cloud.sqlite'), { timeout: 5_000 });
  db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL');
  return db;
}

export async function runEngine(folder: string, clock: Clock = testClock()): Promise<Running> {
  const db = openDatabase(folder);
  const engine = await startDynamodb({ folder: join(folder, 'dynamodb'), db, clock });
  const client = clientFor(engine.url);
  return {
    engine,
    client,
    async stop() {
      client.destroy();
      await engine.close();
      db.close();
    },
  };
}

export function clientFor(endpoint: string, region = 'eu-west-1'): DynamoDBClient {
  return new DynamoDBClient({
    endpoint,
    region,
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    maxAttempts: 1,
  });
}
