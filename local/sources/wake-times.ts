import { type DynamoDBClient, QueryCommand } from '@aws-sdk/client-dynamodb';
import { WAKE_SHARDS } from '#usecases/ports.ts';

/** The sparse index of customers that wait for a time. */
export const wakeIndex = { name: 'wake', shard: 'wakeShard', at: 'wakeAt' } as const;

/** The earliest instant for which any customer waits; undefined when nobody does. */
export async function earliestWakeAt(client: DynamoDBClient, table: string): Promise<number | undefined> {
  const shards = Array.from({ length: WAKE_SHARDS }, (_, shard) => String(shard));
  const instants = (await Promise.all(shards.map((shard) => earliestOfShard(client, table, shard)))).filter(
    (at) => at !== undefined,
  );
  return instants.length === 0 ? undefined : Math.min(...instants);
}

async function earliestOfShard(client: DynamoDBClient, TableName: string, shard: string): Promise<number | undefined> {
  const { Items = [] } = await client.send(
    new QueryCommand({
      TableName,
      IndexName: wakeIndex.name,
      KeyConditionExpression: '#shard = :shard',
      ExpressionAttributeNames: { '#shard': wakeIndex.shard },
      ExpressionAttributeValues: { ':shard': { S: shard } },
      Limit: 1,
    }),
  );
  const at = Date.parse(Items[0]?.[wakeIndex.at]?.S ?? '');
  return Number.isNaN(at) ? undefined : at;
}
