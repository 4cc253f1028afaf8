import {
  type AttributeValue,
  BatchGetItemCommand,
  ConditionalCheckFailedException,
  DeleteItemCommand,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  TransactionCanceledException,
  type TransactWriteItem,
  TransactWriteItemsCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import type { Condition, Item, Key, Page, PageOptions, Table, Value, Write, Written } from '#usecases/ports.ts';

type Attributes = Record<string, AttributeValue>;

/** The table in DynamoDB. Values are text, numbers, booleans and bytes; whatever is nested stands in one attribute as JSON text. */
export function dynamodbTable(client: DynamoDBClient, name: string): Table {
  return {
    get: async (key) => {
      const { Item: found } = await client.send(new GetItemCommand({ TableName: name, Key: keyOf(key), ConsistentRead: true }));
      return found && toItem(found);
    },
    batchGet: (keys) => batchGet(client, name, keys),
    query: (pk, options) => query(client, name, pk, options),
    write: (write) => writeOne(client, name, write),
    transact: (writes) => transact(client, name, writes),
    customers: async (shard, cursor, limit) => {
      const [wakeAt, pk] = cursor?.split(' ') ?? [];
      const { Items: found = [], LastEvaluatedKey: last } = await client.send(
        new QueryCommand({
          TableName: name,
          IndexName: 'wake',
          KeyConditionExpression: 'wakeShard = :shard',
          ExpressionAttributeValues: { ':shard': { S: shard } },
          Limit: limit,
          ...(wakeAt !== undefined &&
            pk !== undefined && {
              ExclusiveStartKey: { ...keyOf({ pk, sk: 'STATE' }), wakeShard: { S: shard }, wakeAt: { S: wakeAt } },
            }),
        }),
      );
      return { pks: found.map((one) => toItem(one).pk), cursor: last === undefined ? null : `${last.wakeAt?.S} ${last.pk?.S}` };
    },
    due: async (shard, until, limit) => {
      const { Items: found = [] } = await client.send(
        new QueryCommand({
          TableName: name,
          IndexName: 'wake',
          KeyConditionExpression: 'wakeShard = :shard AND wakeAt <= :until',
          ExpressionAttributeValues: { ':shard': { S: shard }, ':until': { S: new Date(until).toISOString() } },
          Limit: limit,
        }),
      );
      return found.map(toItem).map(({ pk, wakeAt }) => ({ pk, wakeAt: String(wakeAt) }));
    },
  };
}

/** Rounds that a batch read may take until DynamoDB has given all keys. */
const ROUNDS_MAX = 10;

async function batchGet(client: DynamoDBClient, name: string, keys: readonly Key[]): Promise<Item[]> {
  const items: Item[] = [];
  let open = keys.map(keyOf);
  for (let round = 0; open.length > 0; round += 1) {
    if (round === ROUNDS_MAX) throw new Error(`DynamoDB left ${open.length} keys unread ${ROUNDS_MAX} times`);
    if (round > 0) await new Promise((resolve) => setTimeout(resolve, 20 * 2 ** round));
    const answer = await client.send(new BatchGetItemCommand({ RequestItems: { [name]: { Keys: open, ConsistentRead: true } } }));
    items.push(...(answer.Responses?.[name] ?? []).map(toItem));
    open = answer.UnprocessedKeys?.[name]?.Keys ?? [];
  }
  return items;
}

async function query(client: DynamoDBClient, name: string, pk: string, options: PageOptions = {}): Promise<Page> {
  const { prefix, limit = 1000, cursor, descending = false } = options;
  const { Items: found = [], LastEvaluatedKey: last } = await client.send(
    new QueryCommand({
      TableName: name,
      KeyConditionExpression: prefix === undefined ? 'pk = :pk' : 'pk = :pk AND begins_with(sk, :prefix)',
      ExpressionAttributeValues: { ':pk': { S: pk }, ...(prefix !== undefined && { ':prefix': { S: prefix } }) },
      ConsistentRead: true,
      ScanIndexForward: !descending,
      Limit: limit,
      ...(cursor !== undefined && { ExclusiveStartKey: keyOf({ pk, sk: cursor }) }),
    }),
  );
  return { items: found.map(toItem), cursor: last?.sk?.S ?? null };
}

async function writeOne(client: DynamoDBClient, name: string, write: Write): Promise<Written> {
  const condition = { ...conditionOf(write.if), ReturnValuesOnConditionCheckFailure: 'ALL_OLD' as const };
  try {
    if ('put' in write) await client.send(new PutItemCommand({ TableName: name, Item: toAttributes(write.put), ...condition }));
    else if ('check' in write) throw new Error('a check stands in a transaction, beside what depends on it');
    else if ('delete' in write)
      await client.send(new DeleteItemCommand({ TableName: name, Key: keyOf(write.delete), ...condition }));
    else {
      const input = {
        TableName: name,
        ...updateOf(write),
        ReturnValues: 'ALL_NEW',
        ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
      } as const;
      const { Attributes: found } = await client.send(new UpdateItemCommand(input));
      return { ok: true, ...(found && { item: toItem(found) }) };
    }
    return { ok: true };
  } catch (error) {
    if (!(error instanceof ConditionalCheckFailedException)) throw error;
    return { ok: false, failed: [{ index: 0, ...(error.Item && { item: toItem(error.Item) }) }] };
  }
}

/** Tries again on a conflict with a concurrent transaction; a condition that fails is an answer. */
const CONFLICTS_MAX = 5;

async function transact(client: DynamoDBClient, name: string, writes: readonly Write[]): Promise<Written> {
  const TransactItems = writes.map((write) => transactItem(name, write));
  for (let attempt = 0; ; attempt += 1) {
    try {
      await client.send(new TransactWriteItemsCommand({ TransactItems }));
      return { ok: true };
    } catch (error) {
      if (!(error instanceof TransactionCanceledException)) throw error;
      const reasons = error.CancellationReasons ?? [];
      const failed = reasons.flatMap(({ Code, Item: item }, index) =>
        Code === 'ConditionalCheckFailed' ? [{ index, ...(item && { item: toItem(item) }) }] : [],
      );
      if (failed.length > 0) return { ok: false, failed };
      const isConflict = reasons.some(({ Code }) => Code === 'TransactionConflict' || Code === 'ThrottlingError');
      if (!isConflict || attempt === CONFLICTS_MAX) throw error;
      // Not all at the same moment: those who met once would meet again.
      await new Promise((resolve) => setTimeout(resolve, 10 * 2 ** attempt * (0.5 + Math.random())));
    }
  }
}

function transactItem(name: string, write: Write): TransactWriteItem {
  const base = { TableName: name, ReturnValuesOnConditionCheckFailure: 'ALL_OLD' as const };
  if ('put' in write) return { Put: { ...base, Item: toAttributes(write.put), ...conditionOf(write.if) } };
  if ('delete' in write) return { Delete: { ...base, Key: keyOf(write.delete), ...conditionOf(write.if) } };
  if ('check' in write) return { ConditionCheck: { ...base, Key: keyOf(write.check), ...expressionOf(write.if) } };
  return { Update: { ...base, ...updateOf(write) } };
}

function updateOf({ update, set, remove = [], add = {}, if: condition }: Extract<Write, { update: Key }>) {
  const names: Record<string, string> = {};
  const values: Attributes = {};
  const sets = Object.entries(set).map(([attribute, value], index) => {
    names[`#s${index}`] = attribute;
    values[`:s${index}`] = toAttribute(value);
    return `#s${index} = :s${index}`;
  });
  const removes = remove.map((attribute, index) => {
    names[`#r${index}`] = attribute;
    return `#r${index}`;
  });
  const adds = Object.entries(add).map(([attribute, value], index) => {
    names[`#a${index}`] = attribute;
    values[`:a${index}`] = toAttribute(value);
    return `#a${index} :a${index}`;
  });
  const conditional = conditionOf(condition);
  const expression = [
    sets.length > 0 && `SET ${sets.join(', ')}`,
    removes.length > 0 && `REMOVE ${removes.join(', ')}`,
    adds.length > 0 && `ADD ${adds.join(', ')}`,
  ];
  return {
    Key: keyOf(update),
    UpdateExpression: expression.filter(Boolean).join(' '),
    ...(conditional.ConditionExpression && { ConditionExpression: conditional.ConditionExpression }),
    ExpressionAttributeNames: { ...names, ...conditional.ExpressionAttributeNames },
    ...((sets.length > 0 || adds.length > 0 || conditional.ExpressionAttributeValues) && {
      ExpressionAttributeValues: { ...values, ...conditional.ExpressionAttributeValues },
    }),
  };
}

type Expression = {
  readonly ConditionExpression?: string;
  readonly ExpressionAttributeNames?: Record<string, string>;
  readonly ExpressionAttributeValues?: Attributes;
};

function conditionOf(condition: Condition | undefined): Expression {
  return condition === undefined ? {} : expressionOf(condition);
}

function expressionOf(condition: Condition): Expression & { readonly ConditionExpression: string } {
  if (condition === 'absent') return { ConditionExpression: 'attribute_not_exists(pk)' };
  const names: Record<string, string> = {};
  const values: Attributes = {};
  const parts = Object.entries(condition).map(([attribute, wanted], index) => {
    names[`#c${index}`] = attribute;
    if (typeof wanted === 'object' && 'atLeast' in wanted) {
      values[`:c${index}`] = toAttribute(wanted.atLeast);
      return `#c${index} >= :c${index}`;
    }
    const list = (Array.isArray(wanted) ? wanted : [wanted]) as readonly Value[];
    const placeholders = list.map((value, place) => {
      values[`:c${index}x${place}`] = toAttribute(value);
      return `:c${index}x${place}`;
    });
    return placeholders.length === 1 ? `#c${index} = ${placeholders[0]}` : `#c${index} IN (${placeholders.join(', ')})`;
  });
  return { ConditionExpression: parts.join(' AND '), ExpressionAttributeNames: names, ExpressionAttributeValues: values };
}

/** A key alone, also where a whole item is given. */
const keyOf = ({ pk, sk }: Key): Attributes => ({ pk: { S: pk }, sk: { S: sk } });

/** An item as attribute values; what is undefined is left out. */
function toAttributes(item: Item): Attributes {
  const attributes: Attributes = {};
  for (const [name, value] of Object.entries(item)) if (value !== undefined) attributes[name] = toAttribute(value);
  return attributes;
}

function toAttribute(value: Value | Uint8Array): AttributeValue {
  if (typeof value === 'string') return { S: value };
  if (value instanceof Uint8Array) return { B: value };
  return typeof value === 'number' ? { N: String(value) } : { BOOL: value };
}

/** An attribute as the table's client gives it, or as a stream does: there bytes are text in base64. */
type Stored = {
  readonly S?: string | undefined;
  readonly N?: string | undefined;
  readonly BOOL?: boolean | undefined;
  readonly B?: Uint8Array | string | undefined;
};

/** An item out of attribute values; types that Rekindle does not write are left out. */
export function toItem(attributes: Readonly<Record<string, Stored>>): Item {
  const item: Record<string, Value | Uint8Array> = {};
  for (const [name, { S, N, BOOL, B }] of Object.entries(attributes)) {
    const bytes = typeof B === 'string' ? Buffer.from(B, 'base64') : B;
    const value = S ?? (N === undefined ? (BOOL ?? bytes) : Number(N));
    if (value !== undefined) item[name] = value;
  }
  return item as Item;
}
