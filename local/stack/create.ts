import type { DatabaseSync } from 'node:sqlite';
import { CreateTableCommand, DescribeTableCommand, type DynamoDBClient, UpdateTimeToLiveCommand } from '@aws-sdk/client-dynamodb';
import {
  CreateEventBusCommand,
  type EventBridgeClient,
  PutRuleCommand,
  PutTargetsCommand,
  type Target,
} from '@aws-sdk/client-eventbridge';
import type { Queues } from '../ports.ts';
import { deleteOldRules } from './old-rules.ts';
import type { StackPlan } from './plan.ts';
import type { IndexPlan, KeyPart, RulePlan, TablePlan } from './services.ts';

export type CreateOptions = {
  readonly dynamodb: DynamoDBClient;
  readonly eventbridge: EventBridgeClient;
  readonly db: DatabaseSync;
  readonly queues: Queues;
};

/** Makes what the stack needs and is not there yet; what is there is kept, and rules are written anew. */
export async function createStack(plan: StackPlan, { dynamodb, eventbridge, db, queues }: CreateOptions): Promise<void> {
  for (const queue of plan.queues) queues.create(queue);
  await Promise.all([
    ...plan.tables.map((table) => createTable(dynamodb, table)),
    ...plan.buses.map((bus) => createBus(eventbridge, bus)),
  ]);
  await Promise.all(plan.rules.map((rule) => putRule(eventbridge, rule)));
  await deleteOldRules(db, eventbridge, plan.rules);
}

/** Makes a table that is not there yet. Throws where one is there that has other keys or indexes than the template says. */
async function createTable(client: DynamoDBClient, plan: TablePlan): Promise<void> {
  const existing = await unlessNamed(
    'ResourceNotFoundException',
    client.send(new DescribeTableCommand({ TableName: plan.name })),
  );
  if (existing === undefined) return makeTable(client, plan);
  const { KeySchema, GlobalSecondaryIndexes } = existing.Table ?? {};
  const found = shape(KeySchema ?? [], GlobalSecondaryIndexes ?? []);
  const wanted = shape(keySchema(plan.keys), plan.indexes.map(toIndex));
  if (found === wanted) return;
  throw new Error(
    `The stored table ${plan.name} has other keys or indexes than the template. Delete the local data to start anew.`,
  );
}

async function makeTable(client: DynamoDBClient, plan: TablePlan): Promise<void> {
  await client.send(
    new CreateTableCommand({
      TableName: plan.name,
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: plan.attributes.map(({ name, type }) => ({ AttributeName: name, AttributeType: type })),
      KeySchema: keySchema(plan.keys),
      ...(plan.indexes.length === 0 ? {} : { GlobalSecondaryIndexes: plan.indexes.map(toIndex) }),
      ...(plan.streamView === undefined ? {} : { StreamSpecification: { StreamEnabled: true, StreamViewType: plan.streamView } }),
    }),
  );
  await untilActive(client, plan.name);
  if (plan.ttlAttribute === undefined) return;
  const TimeToLiveSpecification = { Enabled: true, AttributeName: plan.ttlAttribute };
  await client.send(new UpdateTimeToLiveCommand({ TableName: plan.name, TimeToLiveSpecification }));
}

async function untilActive(client: DynamoDBClient, TableName: string): Promise<void> {
  for (let attempt = 0; attempt < 200; attempt++) {
    const { Table } = await client.send(new DescribeTableCommand({ TableName }));
    if (Table?.TableStatus === 'ACTIVE') return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error(`The table ${TableName} did not become active.`);
}

function toIndex({ name, keys, projection, projected }: IndexPlan) {
  return {
    IndexName: name,
    KeySchema: keySchema(keys),
    Projection: { ProjectionType: projection, ...(projected.length === 0 ? {} : { NonKeyAttributes: [...projected] }) },
  };
}

function keySchema(keys: readonly KeyPart[]) {
  return keys.map(({ name, type }) => ({ AttributeName: name, KeyType: type }));
}

type Keys = readonly { readonly AttributeName?: string | undefined; readonly KeyType?: string | undefined }[];

function shape(
  table: Keys,
  indexes: readonly { readonly IndexName?: string | undefined; readonly KeySchema?: Keys | undefined }[],
): string {
  const keys = (schema: Keys) => schema.map(({ AttributeName, KeyType }) => `${KeyType} ${AttributeName}`).join(', ');
  return [keys(table), ...indexes.map(({ IndexName, KeySchema }) => `${IndexName}: ${keys(KeySchema ?? [])}`).sort()].join('; ');
}

async function createBus(client: EventBridgeClient, name: string): Promise<void> {
  await unlessNamed('ResourceAlreadyExistsException', client.send(new CreateEventBusCommand({ Name: name })));
}

/** Writes a rule of the template with its targets, also over one of the same name. */
async function putRule(client: EventBridgeClient, { name, bus, pattern, enabled, targets }: RulePlan): Promise<void> {
  const State = enabled ? 'ENABLED' : 'DISABLED';
  await client.send(new PutRuleCommand({ Name: name, EventBusName: bus, EventPattern: pattern, State }));
  if (targets.length === 0) return;
  await client.send(new PutTargetsCommand({ Rule: name, EventBusName: bus, Targets: targets as unknown as Target[] }));
}

async function unlessNamed<T>(error: string, work: Promise<T>): Promise<T | undefined> {
  try {
    return await work;
  } catch (thrown) {
    if (thrown instanceof Error && thrown.name === error) return undefined;
    throw thrown;
  }
}
