/** What every implementation of DynamoDB must do for this product, asked through the SDK's client. */
import {
  BatchGetItemCommand,
  BatchWriteItemCommand,
  DeleteItemCommand,
  DescribeContinuousBackupsCommand,
  DescribeTableCommand,
  DescribeTimeToLiveCommand,
  type DynamoDBClient,
  GetItemCommand,
  ListTagsOfResourceCommand,
  PutItemCommand,
  QueryCommand,
  TagResourceCommand,
  UpdateItemCommand,
  UpdateTimeToLiveCommand,
} from '@aws-sdk/client-dynamodb';
import { beforeAll, describe, expect, test } from 'vitest';
import { key, makeTable } from './tables.ts';
import { transactionContract } from './transaction-contract.ts';

export function dynamodbContract(name: string, connect: () => Promise<DynamoDBClient>): void {
  describe(name, () => {
    itemContract(connect);
    tableContract(connect);
    transactionContract(connect);
  });
}

function itemContract(connect: () => Promise<DynamoDBClient>): void {
  let client: DynamoDBClient;
  let TableName: string;
  beforeAll(async () => {
    client = await connect();
    TableName = await makeTable(client);
  });

  test('an item is read as it was put, whatever its types', async () => {
    const item = {
      ...key('types'),
      number: { N: '12.5' },
      flag: { BOOL: true },
      none: { NULL: true },
      bytes: { B: new Uint8Array([1, 2, 3]) },
      list: { L: [{ S: 'é' }, { M: { deep: { N: '1' } } }] },
    };
    await client.send(new PutItemCommand({ TableName, Item: item }));
    const { Item } = await client.send(new GetItemCommand({ TableName, Key: key('types'), ConsistentRead: true }));
    expect(Item).toEqual(item);
  });

  test('a condition that does not hold refuses the write and shows the item on request', async () => {
    const Item = { ...key('condition'), version: { N: '1' } };
    await client.send(new PutItemCommand({ TableName, Item, ConditionExpression: 'attribute_not_exists(pk)' }));
    const again = new PutItemCommand({
      TableName,
      Item: { ...Item, version: { N: '2' } },
      ConditionExpression: 'attribute_not_exists(pk)',
      ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
    });
    await expect(client.send(again)).rejects.toMatchObject({ name: 'ConditionalCheckFailedException', Item });
  });

  test('of many updates that expect the same version, one wins', async () => {
    await client.send(new PutItemCommand({ TableName, Item: { ...key('race'), version: { N: '1' } } }));
    const attempts = Array.from({ length: 20 }, () =>
      client.send(
        new UpdateItemCommand({
          TableName,
          Key: key('race'),
          UpdateExpression: 'SET version = :next',
          ConditionExpression: 'version = :expected',
          ExpressionAttributeValues: { ':next': { N: '2' }, ':expected': { N: '1' } },
        }),
      ),
    );
    const outcomes = await Promise.allSettled(attempts);
    expect(outcomes.filter((outcome) => outcome.status === 'fulfilled')).toHaveLength(1);
  });

  test('updates answer with the new values and deletes with the old item', async () => {
    const add = new UpdateItemCommand({
      TableName,
      Key: key('values'),
      UpdateExpression: 'ADD points :five',
      ExpressionAttributeValues: { ':five': { N: '5' } },
      ReturnValues: 'ALL_NEW',
    });
    await client.send(add);
    expect((await client.send(add)).Attributes).toEqual({ ...key('values'), points: { N: '10' } });
    const removed = await client.send(new DeleteItemCommand({ TableName, Key: key('values'), ReturnValues: 'ALL_OLD' }));
    expect(removed.Attributes).toEqual({ ...key('values'), points: { N: '10' } });
  });

  test('the sparse index holds what has its key, in order, and loses what has it no more', async () => {
    for (const wakeAt of ['30', '10', '20']) {
      await client.send(
        new PutItemCommand({ TableName, Item: { ...key(`sleeper-${wakeAt}`), wakeShard: { S: 'a' }, wakeAt: { N: wakeAt } } }),
      );
    }
    const due = new QueryCommand({
      TableName,
      IndexName: 'wake',
      KeyConditionExpression: 'wakeShard = :shard AND wakeAt <= :now',
      ExpressionAttributeValues: { ':shard': { S: 'a' }, ':now': { N: '25' } },
    });
    const found = (await client.send(due)).Items?.map((item) => item.pk?.S);
    expect(found).toEqual(['sleeper-10', 'sleeper-20']);
    await client.send(new UpdateItemCommand({ TableName, Key: key('sleeper-10'), UpdateExpression: 'REMOVE wakeAt' }));
    expect((await client.send(due)).Items?.map((item) => item.pk?.S)).toEqual(['sleeper-20']);
  });

  test('a query pages through one partition in order', async () => {
    const requests = Array.from({ length: 7 }, (_, place) => ({ PutRequest: { Item: key('pages', `E#${place}`) } }));
    await client.send(new BatchWriteItemCommand({ RequestItems: { [TableName]: requests } }));
    const seen: (string | undefined)[] = [];
    let start: Record<string, { S: string }> | undefined;
    do {
      const page = await client.send(
        new QueryCommand({
          TableName,
          Limit: 3,
          KeyConditionExpression: 'pk = :pk AND begins_with(sk, :events)',
          ExpressionAttributeValues: { ':pk': { S: 'pages' }, ':events': { S: 'E#' } },
          ...(start && { ExclusiveStartKey: start }),
        }),
      );
      seen.push(...(page.Items ?? []).map((item) => item.sk?.S));
      start = page.LastEvaluatedKey as typeof start;
    } while (start !== undefined);
    expect(seen).toEqual(['E#0', 'E#1', 'E#2', 'E#3', 'E#4', 'E#5', 'E#6']);
  });

  test('a large partition is read whole, backwards too, and filtered', async () => {
    for (let start = 0; start < 300; start += 25) {
      const requests = Array.from({ length: 25 }, (_, place) => ({
        PutRequest: { Item: { ...key('large', `E#${String(start + place).padStart(3, '0')}`), even: { BOOL: place % 2 === 0 } } },
      }));
      await client.send(new BatchWriteItemCommand({ RequestItems: { [TableName]: requests } }));
    }
    const all = new QueryCommand({
      TableName,
      KeyConditionExpression: 'pk = :pk',
      ExpressionAttributeValues: { ':pk': { S: 'large' } },
      ScanIndexForward: false,
    });
    const backwards = (await client.send(all)).Items?.map((item) => item.sk?.S);
    expect(backwards).toEqual(Array.from({ length: 300 }, (_, place) => `E#${String(299 - place).padStart(3, '0')}`));
    const filtered = await client.send(
      new QueryCommand({
        TableName,
        KeyConditionExpression: 'pk = :pk AND sk BETWEEN :from AND :to',
        FilterExpression: 'even = :even',
        ExpressionAttributeValues: {
          ':pk': { S: 'large' },
          ':from': { S: 'E#000' },
          ':to': { S: 'E#009' },
          ':even': { BOOL: false },
        },
      }),
    );
    expect(filtered).toMatchObject({ Count: 5, ScannedCount: 10 });
  });

  test('a batch puts and deletes, and reads many', async () => {
    await client.send(new PutItemCommand({ TableName, Item: key('batch', 'old') }));
    const requests = [{ PutRequest: { Item: key('batch', 'new') } }, { DeleteRequest: { Key: key('batch', 'old') } }];
    await client.send(new BatchWriteItemCommand({ RequestItems: { [TableName]: requests } }));
    const Keys = [key('batch', 'new'), key('batch', 'old')];
    const { Responses } = await client.send(new BatchGetItemCommand({ RequestItems: { [TableName]: { Keys } } }));
    expect(Responses?.[TableName]).toEqual([key('batch', 'new')]);
  });

  test('a batch that names one item twice is refused whole', async () => {
    const requests = [
      { PutRequest: { Item: key('twice') } },
      { PutRequest: { Item: key('other') } },
      { DeleteRequest: { Key: key('twice') } },
    ];
    const batch = client.send(new BatchWriteItemCommand({ RequestItems: { [TableName]: requests } }));
    await expect(batch).rejects.toMatchObject({ name: 'ValidationException' });
    expect((await client.send(new GetItemCommand({ TableName, Key: key('other') }))).Item).toBeUndefined();
  });

  test('a write costs a unit for each KB of the item and of the index entry', async () => {
    const Item = { ...key('cost'), wakeShard: { S: 'cost' }, wakeAt: { N: '1' }, data: { S: 'x'.repeat(1500) } };
    const put = await client.send(new PutItemCommand({ TableName, Item, ReturnConsumedCapacity: 'INDEXES' }));
    expect(put.ConsumedCapacity).toMatchObject({
      CapacityUnits: 3,
      Table: { CapacityUnits: 2 },
      GlobalSecondaryIndexes: { wake: { CapacityUnits: 1 } },
    });
    const get = await client.send(new GetItemCommand({ TableName, Key: key('cost'), ReturnConsumedCapacity: 'TOTAL' }));
    expect(get.ConsumedCapacity?.CapacityUnits).toBe(0.5);
    const query = await client.send(
      new QueryCommand({
        TableName,
        KeyConditionExpression: 'pk = :pk',
        ExpressionAttributeValues: { ':pk': { S: 'nobody' } },
        ReturnConsumedCapacity: 'TOTAL',
      }),
    );
    expect(query.ConsumedCapacity?.CapacityUnits).toBe(0.5);
  });

  test('moving an index entry costs a delete and a put, leaving it alone costs nothing', async () => {
    await client.send(new PutItemCommand({ TableName, Item: { ...key('move'), wakeShard: { S: 'm' }, wakeAt: { N: '1' } } }));
    const set = (attribute: string) =>
      client.send(
        new UpdateItemCommand({
          TableName,
          Key: key('move'),
          UpdateExpression: `SET ${attribute} = :value`,
          ExpressionAttributeValues: { ':value': { N: '2' } },
          ReturnConsumedCapacity: 'TOTAL',
        }),
      );
    expect((await set('wakeAt')).ConsumedCapacity?.CapacityUnits).toBe(3);
    expect((await set('nickname')).ConsumedCapacity?.CapacityUnits).toBe(1);
  });

  test.each([
    ['a key that does not fit the schema', { pk: { S: 'only' } }],
    ['an empty key', key('', 'x')],
  ])('%s is refused', async (_, Key) => {
    await expect(client.send(new GetItemCommand({ TableName, Key }))).rejects.toMatchObject({ name: 'ValidationException' });
    await expect(client.send(new DeleteItemCommand({ TableName, Key }))).rejects.toMatchObject({ name: 'ValidationException' });
  });

  test('a table that is not there is named as missing', async () => {
    const put = client.send(new PutItemCommand({ TableName: 'no-such-table', Item: key('x') }));
    await expect(put).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  });
}

function tableContract(connect: () => Promise<DynamoDBClient>): void {
  let client: DynamoDBClient;
  beforeAll(async () => {
    client = await connect();
  });

  test('a table shows its stream', async () => {
    const TableName = await makeTable(client);
    const { Table } = await client.send(new DescribeTableCommand({ TableName }));
    expect(Table).toMatchObject({
      TableStatus: 'ACTIVE',
      StreamSpecification: { StreamEnabled: true, StreamViewType: 'NEW_IMAGE' },
      LatestStreamArn: expect.stringContaining(`table/${TableName}/stream/`),
    });
  });

  test('time to live is off at first, and can be switched on once', async () => {
    const TableName = await makeTable(client);
    const describeTtl = new DescribeTimeToLiveCommand({ TableName });
    expect((await client.send(describeTtl)).TimeToLiveDescription?.TimeToLiveStatus).toBe('DISABLED');
    const on = new UpdateTimeToLiveCommand({ TableName, TimeToLiveSpecification: { Enabled: true, AttributeName: 'expiresAt' } });
    await client.send(on);
    expect((await client.send(describeTtl)).TimeToLiveDescription?.AttributeName).toBe('expiresAt');
    await expect(client.send(on)).rejects.toMatchObject({ name: 'ValidationException' });
  });

  test('continuous backups are described', async () => {
    const TableName = await makeTable(client);
    const { ContinuousBackupsDescription } = await client.send(new DescribeContinuousBackupsCommand({ TableName }));
    expect(ContinuousBackupsDescription?.PointInTimeRecoveryDescription?.PointInTimeRecoveryStatus).toBe('DISABLED');
  });

  test('tags are kept, those given at creation and those given later', async () => {
    const TableName = await makeTable(client, { Tags: [{ Key: 'stage', Value: 'test' }] });
    const { Table } = await client.send(new DescribeTableCommand({ TableName }));
    const ResourceArn = Table?.TableArn;
    await client.send(new TagResourceCommand({ ResourceArn, Tags: [{ Key: 'owner', Value: 'crm' }] }));
    const { Tags } = await client.send(new ListTagsOfResourceCommand({ ResourceArn }));
    expect(Tags?.toSorted((a, b) => (a.Key ?? '').localeCompare(b.Key ?? ''))).toEqual([
      { Key: 'owner', Value: 'crm' },
      { Key: 'stage', Value: 'test' },
    ]);
  });
}
