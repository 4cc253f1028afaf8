import {
  DescribeContinuousBackupsCommand,
  DescribeTableCommand,
  DescribeTimeToLiveCommand,
  type DynamoDBClient,
  GetItemCommand,
  ListTablesCommand,
  ListTagsOfResourceCommand,
  PutItemCommand,
  QueryCommand,
  TransactWriteItemsCommand,
  UpdateContinuousBackupsCommand,
  UpdateTableCommand,
  UpdateTimeToLiveCommand,
} from '@aws-sdk/client-dynamodb';
import { expect, onTestFinished, test } from 'vitest';
import { clientFor, runEngine, temporaryFolder, testClock } from './engine.ts';
import { key, makeTable, transact } from './tables.ts';

function folderForTest(): string {
  const folder = temporaryFolder();
  onTestFinished(folder.remove);
  return folder.path;
}

test('items, streams and all that is known of a table survive a restart', async () => {
  const folder = folderForTest();
  const before = await runEngine(folder);
  const TableName = await makeTable(before.client, { Tags: [{ Key: 'stage', Value: 'test' }] });
  const PointInTimeRecoverySpecification = { PointInTimeRecoveryEnabled: true };
  await before.client.send(new UpdateContinuousBackupsCommand({ TableName, PointInTimeRecoverySpecification }));
  const TimeToLiveSpecification = { Enabled: true, AttributeName: 'expiresAt' };
  await before.client.send(new UpdateTimeToLiveCommand({ TableName, TimeToLiveSpecification }));
  await transact(before.client, { Put: { TableName, Item: key('a') } }, { Put: { TableName, Item: key('b') } });
  const described = await describeAll(before.client, TableName);
  const streamed = before.engine.streams.read(TableName, 0, 10);
  await before.stop();

  const after = await runEngine(folder);
  onTestFinished(after.stop);
  expect(await describeAll(after.client, TableName)).toEqual(described);
  expect(after.engine.streams.read(TableName, 0, 10)).toEqual(streamed);
  expect(streamed).toHaveLength(2);
  expect((await after.client.send(new GetItemCommand({ TableName, Key: key('b') }))).Item).toEqual(key('b'));
  await after.client.send(new PutItemCommand({ TableName, Item: key('c') }));
  expect(after.engine.streams.read(TableName, streamed.at(-1)?.sequence ?? 0, 10)).toHaveLength(1);
});

test('a transaction that is sent again after a restart is not done again, but ten minutes later it is', async () => {
  const folder = folderForTest();
  const clock = testClock();
  const before = await runEngine(folder, clock);
  const TableName = await makeTable(before.client);
  const once = new TransactWriteItemsCommand({
    ClientRequestToken: 'the-token',
    TransactItems: [
      { Update: { TableName, Key: key('a'), UpdateExpression: 'ADD n :n', ExpressionAttributeValues: { ':n': { N: '1' } } } },
    ],
  });
  await before.client.send(once);
  await before.stop();
  const after = await runEngine(folder, clock);
  onTestFinished(after.stop);
  const count = async () => (await after.client.send(new GetItemCommand({ TableName, Key: key('a') }))).Item?.n?.N;
  await after.client.send(once);
  expect(await count()).toBe('1');
  clock.advance(10 * 60_000);
  await after.client.send(once);
  expect(await count()).toBe('2');
});

test('clients of any region and with any credentials see the same tables', async () => {
  const running = await runEngine(folderForTest());
  onTestFinished(running.stop);
  const TableName = await makeTable(running.client);
  const other = clientFor(running.engine.url, 'ap-southeast-2');
  expect((await other.send(new ListTablesCommand({}))).TableNames).toEqual([TableName]);
  other.destroy();
});

test('an index that is added later has the items that were there, and those written meanwhile', async () => {
  const running = await runEngine(folderForTest());
  onTestFinished(running.stop);
  const TableName = await makeTable(running.client);
  const put = (pk: string) =>
    running.client.send(new PutItemCommand({ TableName, Item: { ...key(pk), email: { S: 'ada@example.com' } } }));
  await Promise.all(Array.from({ length: 30 }, (_, place) => put(`early-${place}`)));
  const adding = running.client.send(
    new UpdateTableCommand({
      TableName,
      AttributeDefinitions: ['pk', 'sk', 'wakeShard', 'email'].map((AttributeName) => ({
        AttributeName,
        AttributeType: 'S' as const,
      })),
      GlobalSecondaryIndexUpdates: [
        {
          Create: {
            IndexName: 'email',
            KeySchema: [{ AttributeName: 'email', KeyType: 'HASH' }],
            Projection: { ProjectionType: 'ALL' },
          },
        },
      ],
    }),
  );
  await Promise.all([adding, ...Array.from({ length: 30 }, (_, place) => put(`late-${place}`))]);
  const query = new QueryCommand({
    TableName,
    IndexName: 'email',
    KeyConditionExpression: 'email = :email',
    ExpressionAttributeValues: { ':email': { S: 'ada@example.com' } },
  });
  expect((await running.client.send(query)).Count).toBe(60);
  await running.client.send(
    new UpdateTableCommand({ TableName, GlobalSecondaryIndexUpdates: [{ Delete: { IndexName: 'email' } }] }),
  );
  await expect(running.client.send(query)).rejects.toMatchObject({ name: 'ValidationException' });
});

async function describeAll(client: DynamoDBClient, TableName: string): Promise<unknown> {
  const { Table } = await client.send(new DescribeTableCommand({ TableName }));
  const { TimeToLiveDescription } = await client.send(new DescribeTimeToLiveCommand({ TableName }));
  const { ContinuousBackupsDescription } = await client.send(new DescribeContinuousBackupsCommand({ TableName }));
  const { Tags } = await client.send(new ListTagsOfResourceCommand({ ResourceArn: Table?.TableArn }));
  expect(TimeToLiveDescription?.TimeToLiveStatus).toBe('ENABLED');
  expect(ContinuousBackupsDescription?.PointInTimeRecoveryDescription?.PointInTimeRecoveryStatus).toBe('ENABLED');
  expect(Tags).toHaveLength(1);
  return { Table, TimeToLiveDescription, ContinuousBackupsDescription, Tags };
}
