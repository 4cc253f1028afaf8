import { WAKE_SHARDS } from '#usecases/ports.ts';
import type { LocalDynamodb } from '../dynamodb/start.ts';

/** The sparse index of customers that wait for a time. */
export const wakeIndex = { name: 'wake', shard: 'wakeShard', at: 'wakeAt' } as const;

/** The earliest instant for which any customer waits; undefined when nobody does. Asked at each step of the clock. */
export async function earliestWakeAt(dynamodb: Pick<LocalDynamodb, 'ask'>, table: string): Promise<number | undefined> {
  const shards = Array.from({ length: WAKE_SHARDS }, (_, shard) => String(shard));
  const instants = (await Promise.all(shards.map((shard) => earliestOfShard(dynamodb, table, shard)))).filter(
    (at) => at !== undefined,
  );
  return instants.length === 0 ? undefined : Math.min(...instants);
}

type Found = { readonly Items?: readonly Readonly<Record<string, { readonly S?: string }>>[] };

async function earliestOfShard(
  dynamodb: Pick<LocalDynamodb, 'ask'>,
  TableName: string,
  shard: string,
): Promise<number | undefined> {
  const { Items = [] } = (await dynamodb.ask('DynamoDB_20120810.Query', {
    TableName,
    IndexName: wakeIndex.name,
    KeyConditionExpression: '#shard = :shard',
    ExpressionAttributeNames: { '#shard': wakeIndex.shard },
    ExpressionAttributeValues: { ':shard': { S: shard } },
    Limit: 1,
  })) as Found;
  const at = Date.parse(Items[0]?.[wakeIndex.at]?.S ?? '');
  return Number.isNaN(at) ? undefined : at;
}
