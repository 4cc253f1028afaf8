import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { CreateTableCommand, DynamoDBClient, waitUntilTableExists } from '@aws-sdk/client-dynamodb';
import { afterAll } from 'vitest';
import { dynamodbTable } from '#adapters/aws/dynamodb-table.ts';
import { offsetClock } from '#local/clock.ts';
import { startDynamodb } from '#local/dynamodb/start.ts';
import { tableContract } from '../support/table-contract.ts';

const folder = mkdtempSync(join(tmpdir(), 'rekindle-table-'));
const opened = new AsyncDisposableStack();
opened.defer(() => rmSync(folder, { recursive: true }));
afterAll(() => opened.disposeAsync());

// Points at the local engine unless AWS_ENDPOINT_URL_DYNAMODB names another one.
tableContract('in DynamoDB', async () => {
  const TableName = `contract-${Date.now()}`;
  const client = new DynamoDBClient({
    region: 'us-east-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    endpoint: process.env.AWS_ENDPOINT_URL_DYNAMODB ?? (await engineUrl()),
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
});

async function engineUrl(): Promise<string> {
  const db = new DatabaseSync(join(folder, 'cloud.db'));
  const engine = await startDynamodb({ folder, db, clock: offsetClock(0) });
  opened.defer(() => db.close());
  opened.defer(engine.close);
  return engine.url;
}
