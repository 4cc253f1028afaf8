import type { QueueOptions } from '../ports.ts';
import type { Found, FoundResource } from './find.ts';
import { nameInArn } from './names.ts';
import { flag, list, number, type Properties, record, text } from './template.ts';

export type TablePlan = {
  readonly name: string;
  readonly attributes: readonly { readonly name: string; readonly type: 'S' | 'N' | 'B' }[];
  readonly keys: readonly KeyPart[];
  readonly indexes: readonly IndexPlan[];
  readonly streamView?: 'KEYS_ONLY' | 'NEW_IMAGE' | 'OLD_IMAGE' | 'NEW_AND_OLD_IMAGES';
  readonly ttlAttribute?: string;
};

export type KeyPart = { readonly name: string; readonly type: 'HASH' | 'RANGE' };

export type IndexPlan = {
  readonly name: string;
  readonly keys: readonly KeyPart[];
  readonly projection: 'ALL' | 'KEYS_ONLY' | 'INCLUDE';
  readonly projected: readonly string[];
};

export type RulePlan = {
  readonly name: string;
  readonly bus: string;
  readonly pattern: string;
  readonly enabled: boolean;
  /** As the API takes them. */
  readonly targets: readonly Properties[];
};

export function planTables(found: Found): TablePlan[] {
  return [...found.of('AWS::DynamoDB::Table'), ...found.of('AWS::DynamoDB::GlobalTable')].map(({ name, properties }) => {
    const ttl = record(properties.TimeToLiveSpecification);
    const ttlAttribute = flag(ttl.Enabled) ? text(ttl.AttributeName) : undefined;
    const streamView = text(record(properties.StreamSpecification).StreamViewType) as TablePlan['streamView'];
    return {
      name,
      attributes: list(properties.AttributeDefinitions).map((attribute) => ({
        name: String(record(attribute).AttributeName),
        type: String(record(attribute).AttributeType) as 'S' | 'N' | 'B',
      })),
      keys: keys(properties.KeySchema),
      indexes: list(properties.GlobalSecondaryIndexes).map((index) => planIndex(record(index))),
      ...(streamView === undefined ? {} : { streamView }),
      ...(ttlAttribute === undefined ? {} : { ttlAttribute }),
    };
  });
}

function planIndex(index: Properties): IndexPlan {
  const projection = record(index.Projection);
  return {
    name: String(index.IndexName),
    keys: keys(index.KeySchema),
    projection: (text(projection.ProjectionType) ?? 'ALL') as IndexPlan['projection'],
    projected: list(projection.NonKeyAttributes).map(String),
  };
}

function keys(schema: unknown): KeyPart[] {
  return list(schema).map((part) => ({
    name: String(record(part).AttributeName),
    type: String(record(part).KeyType) as KeyPart['type'],
  }));
}

/** SQS's own default. */
const VISIBILITY_SECONDS = 30;

/** Dead-letter queues first, so that a queue's redrive policy always names one that is there. */
export function planQueues(found: Found): QueueOptions[] {
  const queues = found.of('AWS::SQS::Queue').map(planQueue);
  return [...queues.filter((queue) => queue.redrive === undefined), ...queues.filter((queue) => queue.redrive !== undefined)];
}

function planQueue({ name, properties }: FoundResource): QueueOptions {
  const given = properties.RedrivePolicy;
  const policy = record(typeof given === 'string' ? JSON.parse(given) : given);
  const target = text(policy.deadLetterTargetArn);
  const redrive =
    target === undefined
      ? {}
      : { redrive: { deadLetterQueue: nameInArn(target), receivesMax: number(policy.maxReceiveCount) ?? 1 } };
  return {
    name,
    visibilityTimeoutMs: (number(properties.VisibilityTimeout) ?? VISIBILITY_SECONDS) * 1000,
    delayMs: (number(properties.DelaySeconds) ?? 0) * 1000,
    ...redrive,
  };
}

export function planRules(found: Found): RulePlan[] {
  const rules = found.of('AWS::Events::Rule').filter(({ properties }) => properties.EventPattern !== undefined);
  return rules.map(({ name, properties }) => ({
    name,
    bus: busName(text(properties.EventBusName)),
    pattern: typeof properties.EventPattern === 'string' ? properties.EventPattern : JSON.stringify(properties.EventPattern),
    enabled: text(properties.State) !== 'DISABLED',
    targets: list(properties.Targets).map(record),
  }));
}

/** A bus is named by its name or by its ARN. */
function busName(reference = 'default'): string {
  return reference.startsWith('arn:') ? nameInArn(reference) : reference;
}
