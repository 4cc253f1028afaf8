import {
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  TransactGetItemsCommand,
  TransactionCanceledException,
  TransactWriteItemsCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { beforeAll, expect, test } from 'vitest';
import { key, makeTable, transact } from './tables.ts';

export function transactionContract(connect: () => Promise<DynamoDBClient>): void {
  let client: DynamoDBClient;
  let TableName: string;
  beforeAll(async () => {
    client = await connect();
    TableName = await makeTable(client);
  });

  const get = async (pk: string, sk?: string) =>
    (await client.send(new GetItemCommand({ TableName, Key: key(pk, sk), ConsistentRead: true }))).Item;

  test('a transaction puts, updates, deletes and checks as one', async () => {
    await client.send(new PutItemCommand({ TableName, Item: key('all', 'gone') }));
    await client.send(new PutItemCommand({ TableName, Item: { ...key('all', 'count'), n: { N: '1' } } }));
    await transact(
      client,
      { Put: { TableName, Item: { ...key('all', 'new'), v: { S: 'x' } } } },
      {
        Update: {
          TableName,
          Key: key('all', 'count'),
          UpdateExpression: 'ADD n :one',
          ExpressionAttributeValues: { ':one': { N: '1' } },
        },
      },
      { Delete: { TableName, Key: key('all', 'gone') } },
      { ConditionCheck: { TableName, Key: key('all', 'absent'), ConditionExpression: 'attribute_not_exists(pk)' } },
    );
    expect(await get('all', 'new')).toEqual({ ...key('all', 'new'), v: { S: 'x' } });
    expect(await get('all', 'count')).toMatchObject({ n: { N: '2' } });
    expect(await get('all', 'gone')).toBeUndefined();
  });

  test('a failed condition cancels everything and says which item and why, in order', async () => {
    const existing = { ...key('why'), v: { N: '1' } };
    await client.send(new PutItemCommand({ TableName, Item: existing }));
    const failure = await transact(
      client,
      { Put: { TableName, Item: key('why', 'first') } },
      {
        Put: {
          TableName,
          Item: key('why'),
          ConditionExpression: 'attribute_not_exists(pk)',
          ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
        },
      },
      { ConditionCheck: { TableName, Key: key('why', 'none'), ConditionExpression: 'attribute_exists(pk)' } },
    ).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(TransactionCanceledException);
    expect(failure).toMatchObject({
      message: expect.stringContaining('[None, ConditionalCheckFailed, ConditionalCheckFailed]'),
      CancellationReasons: [
        { Code: 'None' },
        { Code: 'ConditionalCheckFailed', Message: 'The conditional request failed', Item: existing },
        { Code: 'ConditionalCheckFailed', Message: 'The conditional request failed' },
      ],
    });
    expect(await get('why', 'first')).toBeUndefined();
  });

  test('an update that does not fit the item cancels with a validation error', async () => {
    await client.send(new PutItemCommand({ TableName, Item: { ...key('type'), name: { S: 'Ada' } } }));
    const wrong = {
      TableName,
      Key: key('type'),
      UpdateExpression: 'ADD #n :one',
      ExpressionAttributeNames: { '#n': 'name' },
      ExpressionAttributeValues: { ':one': { N: '1' } },
    };
    const failure = await transact(client, { Put: { TableName, Item: key('type', 'other') } }, { Update: wrong }).catch(
      (error: unknown) => error,
    );
    expect(failure).toMatchObject({ CancellationReasons: [{ Code: 'None' }, { Code: 'ValidationError' }] });
    expect(await get('type', 'other')).toBeUndefined();
  });

  test('two operations on one item are refused', async () => {
    const twice = transact(client, { Put: { TableName, Item: key('twice') } }, { Delete: { TableName, Key: key('twice') } });
    await expect(twice).rejects.toMatchObject({
      name: 'ValidationException',
      message: 'Transaction request cannot include multiple operations on one item',
    });
  });

  test('a hundred items are taken, one more is refused', async () => {
    const puts = (count: number) =>
      Array.from({ length: count }, (_, place) => ({ Put: { TableName, Item: key('many', `${count}-${place}`) } }));
    await transact(client, ...puts(100));
    expect(await get('many', '100-99')).toBeDefined();
    await expect(transact(client, ...puts(101))).rejects.toMatchObject({ name: 'ValidationException' });
  });

  test('more than 4 MB are refused', async () => {
    const data = { S: 'x'.repeat(390_000) };
    const puts = Array.from({ length: 11 }, (_, place) => ({ Put: { TableName, Item: { ...key('big', String(place)), data } } }));
    await expect(transact(client, ...puts)).rejects.toMatchObject({ name: 'ValidationException' });
  });

  test('the same token does it once; with another content it is refused', async () => {
    const add = (by: string) =>
      new TransactWriteItemsCommand({
        ClientRequestToken: `token-${TableName}`.slice(0, 36),
        TransactItems: [
          {
            Update: { TableName, Key: key('once'), UpdateExpression: 'ADD n :n', ExpressionAttributeValues: { ':n': { N: by } } },
          },
        ],
      });
    await client.send(add('1'));
    await client.send(add('1'));
    expect(await get('once')).toMatchObject({ n: { N: '1' } });
    await expect(client.send(add('2'))).rejects.toMatchObject({ name: 'IdempotentParameterMismatchException' });
  });

  test('a cancelled transaction may be sent again with its token', async () => {
    const transaction = new TransactWriteItemsCommand({
      ClientRequestToken: `again-${TableName}`.slice(0, 36),
      TransactItems: [
        { Put: { TableName, Item: key('again', 'result') } },
        { ConditionCheck: { TableName, Key: key('again', 'needed'), ConditionExpression: 'attribute_exists(pk)' } },
      ],
    });
    await expect(client.send(transaction)).rejects.toMatchObject({ name: 'TransactionCanceledException' });
    await client.send(new PutItemCommand({ TableName, Item: key('again', 'needed') }));
    await client.send(transaction);
    expect(await get('again', 'result')).toBeDefined();
  });

  test('a transaction costs twice', async () => {
    const answer = await client.send(
      new TransactWriteItemsCommand({
        ReturnConsumedCapacity: 'TOTAL',
        TransactItems: [
          { Put: { TableName, Item: { ...key('cost', '1'), data: { S: 'x'.repeat(1500) } } } },
          { Put: { TableName, Item: key('cost', '2') } },
        ],
      }),
    );
    expect(answer.ConsumedCapacity).toMatchObject([{ TableName, CapacityUnits: 6 }]);
  });

  test('a transactional read answers in order, with gaps where there is nothing', async () => {
    await client.send(new PutItemCommand({ TableName, Item: { ...key('read', 'a'), v: { N: '1' }, w: { N: '2' } } }));
    const answer = await client.send(
      new TransactGetItemsCommand({
        ReturnConsumedCapacity: 'TOTAL',
        TransactItems: [
          { Get: { TableName, Key: key('read', 'missing') } },
          { Get: { TableName, Key: key('read', 'a'), ProjectionExpression: 'v' } },
        ],
      }),
    );
    expect(answer.Responses).toEqual([{}, { Item: { v: { N: '1' } } }]);
    expect(answer.ConsumedCapacity).toMatchObject([{ TableName, CapacityUnits: 4 }]);
  });

  test('fifty transfers at once keep the sum, and no reader sees half of one', async () => {
    const accounts = ['0', '1', '2', '3', '4'].map((sk) => key('bank', sk));
    for (const account of accounts)
      await client.send(new PutItemCommand({ TableName, Item: { ...account, balance: { N: '100' } } }));
    const sum = async () => {
      const read = new TransactGetItemsCommand({ TransactItems: accounts.map((Key) => ({ Get: { TableName, Key } })) });
      const { Responses } = await untilNoConflict(() => client.send(read));
      return Responses?.reduce((total, { Item }) => total + Number(Item?.balance?.N), 0);
    };
    const move = (Key: (typeof accounts)[number] | undefined, by: number) => ({
      Update: {
        TableName,
        Key,
        UpdateExpression: 'SET balance = balance + :by',
        ConditionExpression: 'balance >= :least',
        ExpressionAttributeValues: { ':by': { N: String(by) }, ':least': { N: String(Math.max(0, -by)) } },
      },
    });
    const transfers = Array.from({ length: 50 }, (_, turn) =>
      untilNoConflict(() =>
        transact(
          client,
          move(accounts[turn % 5], -(turn % 7) - 1),
          move(accounts[(turn + 1 + (turn % 4)) % 5], (turn % 7) + 1),
        ).catch(ignoreRefusal),
      ),
    );
    const sums = await Promise.all(Array.from({ length: 10 }, sum));
    await Promise.all(transfers);
    expect([...sums, await sum()]).toEqual(Array.from({ length: 11 }, () => 500));
  });

  test('of transactions on the same item at once, those that are not done say that they were in conflict', async () => {
    const add = {
      TableName,
      Key: key('conflict'),
      UpdateExpression: 'ADD n :one',
      ExpressionAttributeValues: { ':one': { N: '1' } },
    };
    const attempts = Array.from({ length: 20 }, (_, turn) =>
      transact(client, { Put: { TableName, Item: key('conflict', String(turn)) } }, { Update: add }),
    );
    const outcomes = await Promise.allSettled(attempts);
    const done = outcomes.filter((outcome) => outcome.status === 'fulfilled');
    for (const outcome of outcomes) {
      if (outcome.status === 'fulfilled') continue;
      expect(outcome.reason).toMatchObject({ CancellationReasons: [{ Code: 'None' }, { Code: 'TransactionConflict' }] });
    }
    expect(await get('conflict')).toMatchObject({ n: { N: String(done.length) } });
  });

  test('single updates beside transactions on the same item are all counted', async () => {
    const one = { UpdateExpression: 'ADD n :one', ExpressionAttributeValues: { ':one': { N: '1' } } };
    const singles = Array.from({ length: 20 }, () =>
      untilNoConflict(() => client.send(new UpdateItemCommand({ TableName, Key: key('mixed'), ...one }))),
    );
    const transactions = Array.from({ length: 20 }, (_, turn) =>
      untilNoConflict(() =>
        transact(
          client,
          { Update: { TableName, Key: key('mixed'), ...one } },
          { Put: { TableName, Item: key('mixed', String(turn)) } },
        ),
      ),
    );
    await Promise.all([...singles, ...transactions]);
    expect(await get('mixed')).toMatchObject({ n: { N: '40' } });
  });
}

/** Conflicts are for the caller to try again, at AWS too. */
async function untilNoConflict<T>(attempt: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await attempt();
    } catch (error) {
      if (!isConflict(error)) throw error;
    }
  }
}

function isConflict(error: unknown): boolean {
  if (error instanceof TransactionCanceledException) {
    return error.CancellationReasons?.some((reason) => reason.Code === 'TransactionConflict') ?? false;
  }
  return error instanceof Error && error.name === 'TransactionConflictException';
}

/** A transfer that an account cannot afford does not happen. */
function ignoreRefusal(error: unknown): void {
  if (isConflict(error) || !(error instanceof TransactionCanceledException)) throw error;
}
