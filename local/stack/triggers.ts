import type { Found, FoundResource } from './find.ts';
import { nameOfFunction } from './functions.ts';
import { nameInArn, serviceOfArn } from './names.ts';
import { flag, list, number, type Properties, record, text } from './template.ts';

type SourcePlan = {
  readonly id: string;
  readonly function: string;
  readonly batchSize: number;
  /** Event patterns of which one must match; none: everything passes. */
  readonly filters: readonly object[];
  /** The function names the entries that failed; the others count as done. */
  readonly reportsFailures: boolean;
};

export type StreamSourcePlan = SourcePlan & {
  readonly table: string;
  readonly streamArn: string;
  readonly bisects: boolean;
  /** -1: as long as the record is kept. */
  readonly retriesMax: number;
  readonly recordAgeMaxMs?: number;
  readonly deadLetterQueue?: string;
};

export type QueueSourcePlan = SourcePlan & {
  readonly queue: string;
  readonly queueArn: string;
  readonly concurrencyMax?: number;
};

export type SchedulePlan = {
  readonly name: string;
  readonly arn: string;
  readonly expression: string;
  readonly zone: string;
  /** As the template gives it: `Arn`, `Input`, `DeadLetterConfig`. */
  readonly target: Properties;
};

/** Event source mappings, by what they read. Batching windows are left out: here a batch is what waits when there is room. */
export function planMappings(found: Found): { streamSources: StreamSourcePlan[]; queueSources: QueueSourcePlan[] } {
  const mappings = found
    .of('AWS::Lambda::EventSourceMapping')
    .filter(({ properties }) => properties.Enabled === undefined || flag(properties.Enabled));
  const of = (service: string) =>
    mappings.filter(({ properties }) => serviceOfArn(text(properties.EventSourceArn) ?? '') === service);
  const others = mappings.filter((mapping) => !of('dynamodb').includes(mapping) && !of('sqs').includes(mapping));
  if (others[0] !== undefined) throw new Error(`${others[0].logicalId}: only table streams and queues can start functions here.`);
  return { streamSources: of('dynamodb').map(planStreamSource), queueSources: of('sqs').map(planQueueSource) };
}

function planStreamSource(resource: FoundResource): StreamSourcePlan {
  const { properties } = resource;
  const destination = text(record(record(properties.DestinationConfig).OnFailure).Destination);
  const recordAgeSeconds = number(properties.MaximumRecordAgeInSeconds) ?? -1;
  const streamArn = text(properties.EventSourceArn) ?? '';
  return {
    ...planSource(resource, 100),
    streamArn,
    table: nameInArn(streamArn),
    bisects: flag(properties.BisectBatchOnFunctionError),
    retriesMax: number(properties.MaximumRetryAttempts) ?? -1,
    ...(recordAgeSeconds < 0 ? {} : { recordAgeMaxMs: recordAgeSeconds * 1000 }),
    ...(destination === undefined ? {} : { deadLetterQueue: nameInArn(destination) }),
  };
}

function planQueueSource(resource: FoundResource): QueueSourcePlan {
  const concurrencyMax = number(record(resource.properties.ScalingConfig).MaximumConcurrency);
  const queueArn = text(resource.properties.EventSourceArn) ?? '';
  const plan = { ...planSource(resource, 10), queueArn, queue: nameInArn(queueArn) };
  return concurrencyMax === undefined ? plan : { ...plan, concurrencyMax };
}

function planSource({ logicalId, properties }: FoundResource, batchSize: number): SourcePlan {
  return {
    id: logicalId,
    function: nameOfFunction(text(properties.FunctionName) ?? ''),
    batchSize: number(properties.BatchSize) ?? batchSize,
    filters: list(record(properties.FilterCriteria).Filters).map((filter) => parsePattern(logicalId, record(filter))),
    reportsFailures: list(properties.FunctionResponseTypes).includes('ReportBatchItemFailures'),
  };
}

function parsePattern(logicalId: string, filter: Properties): object {
  const pattern = filter.Pattern;
  const parsed: unknown = typeof pattern === 'string' ? JSON.parse(pattern) : pattern;
  if (typeof parsed !== 'object' || parsed === null) throw new Error(`${logicalId}: a filter is not an event pattern.`);
  return parsed;
}

export function planSchedules(found: Found): SchedulePlan[] {
  const enabled = found.of('AWS::Scheduler::Schedule').filter(({ properties }) => text(properties.State) !== 'DISABLED');
  return enabled.map(({ name, arn, properties }) => ({
    name,
    arn,
    expression: text(properties.ScheduleExpression) ?? '',
    zone: text(properties.ScheduleExpressionTimezone) ?? 'UTC',
    target: record(properties.Target),
  }));
}
