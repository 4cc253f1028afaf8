/** A table of its own on the local engine, or on the one that AWS_ENDPOINT_URL_DYNAMODB names. */
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { CreateTableCommand, DynamoDBClient, waitUntilTableExists } from '@aws-sdk/client-dynamodb';
import { dynamodbTable } from '#adapters/aws/dynamodb-table.ts';
import { offsetClock } from '#local/clock.ts';
import { startDynamodb } from '#local/dynamodb/start.ts';
import type { Table } from '#usecases/ports.ts';

export type LocalTables = { readonly table: () => Promise<Table>; readonly close: () => Promise<void> };

export function localTables(): LocalTables {
  const folder = mkdtempSync(join(tmpdir(), 'rekindle-table-'));
  const opened = new AsyncDisposableStack();
  opened.defer(() => rmSync(folder, { recursive: true }));
  let engine: Promise<string> | undefined;

  async function engineUrl(): Promise<string> {
    const db = new DatabaseSync(join(folder, 'cloud.db'));
    const started = await startDynamodb({ folder, db, clock: offsetClock(0) });
    opened.defer(() => db.close());
    opened.defer(started.close);
    return started.url;
  }

  async function table(): Promise<Table> {
    engine ??= engineUrl();
    const TableName = `contract-${randomUUID()}`;
    const client = new DynamoDBClient({
      region: 'us-east-1',
      credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
      endpoint: process.env.AWS_ENDPOINT_URL_DYNAMODB ?? (await engine),
    });
    opened.defer(() => client.destroy());
    await client.send(
      new CreateTableCommand({
        TableName,
        BillingMode: 'PAY_PER_REQUEST',
        AttributeDefinitions: ['pk', 'sk', 'wakeShard', 'wakeAt'].map((AttributeName) => ({ AttributeName, AttributeType: 'S' })),
        KeySchema: [
          { AttributeName: 'pk', KeyType: 'HASH' },
          { AttributeName: 'sk', KeyType: 'RANGE' },
        ],
        GlobalSecondaryIndexes: [
          {
            IndexName: 'wake',
            KeySchema: [
              { AttributeName: 'wakeShard', KeyType: 'HASH' },
              { AttributeName: 'wakeAt', KeyType: 'RANGE' },
            ],
            Projection: { ProjectionType: 'KEYS_ONLY' },
          },
        ],
      }),
    );
    await waitUntilTableExists({ client, maxWaitTime: 10, minDelay: 1, maxDelay: 1 }, { TableName });
    return dynamodbTable(client, TableName);
  }

  return { table, close: () => opened.disposeAsync() };
}
