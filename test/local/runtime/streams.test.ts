import { DynamoDBClient, TransactWriteItemsCommand } from '@aws-sdk/client-dynamodb';
import { expect, test } from 'vitest';
import type { Cloud } from '#local/cloud.ts';
import { runCloud, workspace } from './support.ts';

const takeAll = 'note(event.Records.map(({ dynamodb }) => Number(dynamodb.NewImage.n.N))); return {};';

test('a function gets the records of the stream in order, and only those that a filter lets through', async () => {
  const mapping = {
    FilterCriteria: {
      Filters: [
        { Pattern: JSON.stringify({ eventName: ['INSERT'], dynamodb: { NewImage: { n: { N: [{ 'anything-but': '2' }] } } } }) },
      ],
    },
  };
  const space = workspace({ Read: { code: takeAll } }, tableWithStream(mapping));
  const cloud = await runCloud(space);
  await put(cloud, [1, 2, 3, 4]);
  await cloud.idle();
  expect((space.notes() as number[][]).flat()).toEqual([1, 3, 4]);
});

test('a batch that fails is split until the poison is alone; it ends in the dead-letter queue, the others pass in order', async () => {
  const code = `
    const all = event.Records.map(({ dynamodb }) => Number(dynamodb.NewImage.n.N));
    if (all.includes(5)) throw new RangeError('five is too much');
    note(all);`;
  const mapping = { BatchSize: 8, BisectBatchOnFunctionError: true, MaximumRetryAttempts: 2, ...deadLetters };
  const space = workspace({ Read: { code } }, tableWithStream(mapping));
  const cloud = await runCloud(space);
  await put(cloud, [1, 2, 3, 4, 5, 6, 7, 8]);
  await cloud.advanceBy('PT10M');
  expect((space.notes() as number[][]).flat()).toEqual([1, 2, 3, 4, 6, 7, 8]);
  const [dead] = cloud.deadLetters();
  expect(dead?.messages).toHaveLength(1);
  expect(dead?.messages[0]?.cause).toBe('RangeError: five is too much');
  expect(JSON.parse(dead?.messages[0]?.body ?? '')).toMatchObject({
    requestContext: { condition: 'RetryAttemptsExhausted', approximateInvokeCount: 3 },
    DDBStreamBatchInfo: { batchSize: 1, startSequenceNumber: expect.any(String) },
  });
});

test('what was handled before the first entry that failed does not come again', async () => {
  const code = `
    const all = event.Records.map(({ dynamodb }) => Number(dynamodb.NewImage.n.N));
    note(all);
    const failed = event.Records.find(({ dynamodb }) => dynamodb.NewImage.n.N === '2');
    return { batchItemFailures: failed ? [{ itemIdentifier: failed.dynamodb.SequenceNumber }] : [] };`;
  const mapping = { BatchSize: 10, MaximumRetryAttempts: 1, FunctionResponseTypes: ['ReportBatchItemFailures'], ...deadLetters };
  const space = workspace({ Read: { code } }, tableWithStream(mapping));
  const cloud = await runCloud(space);
  await put(cloud, [1, 2]);
  await cloud.advanceBy('PT10M');
  const notes = space.notes() as number[][];
  expect(notes.flat().filter((n) => n === 1)).toEqual([1]);
  expect(notes.filter((batch) => batch.includes(2))).toHaveLength(2);
  expect(cloud.deadLetters()[0]?.count).toBe(1);
});

test('a failed batch holds up the stream and is tried again on its own time', async () => {
  const setUp = 'let failures = 2;';
  const code = `if (failures-- > 0) throw new Error('not yet'); ${takeAll}`;
  const space = workspace({ Read: { setUp, code } }, tableWithStream({}));
  const cloud = await runCloud(space);
  await put(cloud, [1]);
  await cloud.idle();
  expect(space.notes()).toEqual([]);
  await put(cloud, [2]);
  await cloud.advanceBy('PT1M');
  expect((space.notes() as number[][]).flat()).toEqual([1, 2]);
});

const deadLetters = { DestinationConfig: { OnFailure: { Destination: { 'Fn::GetAtt': ['Dead', 'Arn'] } } } };

function tableWithStream(mapping: object) {
  return {
    Dead: { Type: 'AWS::SQS::Queue', Properties: { QueueName: 'read-dead' } },
    Table: {
      Type: 'AWS::DynamoDB::Table',
      Properties: {
        TableName: 'numbers',
        KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
        AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
        StreamSpecification: { StreamViewType: 'NEW_IMAGE' },
      },
    },
    Mapping: {
      Type: 'AWS::Lambda::EventSourceMapping',
      Properties: {
        EventSourceArn: { 'Fn::GetAtt': ['Table', 'StreamArn'] },
        FunctionName: { 'Fn::GetAtt': ['Read', 'Arn'] },
        StartingPosition: 'TRIM_HORIZON',
        ...mapping,
      },
    },
  };
}

/** All at once, so that they stand in the stream together when it is read. */
async function put(cloud: Cloud, numbers: readonly number[]): Promise<void> {
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  const client = new DynamoDBClient({ region: 'us-east-1', credentials, endpoint: cloud.endpoints.dynamodb });
  const items = numbers.map((n) => ({ Put: { TableName: 'numbers', Item: { pk: { S: `n${n}` }, n: { N: String(n) } } } }));
  await client.send(new TransactWriteItemsCommand({ TransactItems: items }));
  client.destroy();
}
