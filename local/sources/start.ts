import type { DatabaseSync } from 'node:sqlite';
import type { LocalDynamodb } from '../dynamodb/start.ts';
import type { FunctionPool } from '../lambda/pool.ts';
import type { Clock, Queues } from '../ports.ts';
import type { StackPlan } from '../stack/plan.ts';
import { startAsyncSource } from './async-source.ts';
import { openCheckpoints } from './checkpoints.ts';
import { startHousekeeping } from './housekeeping.ts';
import { releaseInFlight, startQueueSource } from './queue-source.ts';
import type { Source } from './source.ts';
import { startStreamSource } from './stream-source.ts';

export type SourcesOptions = {
  readonly db: DatabaseSync;
  readonly clock: Clock;
  readonly queues: Queues;
  readonly dynamodb: LocalDynamodb;
  readonly pools: ReadonlyMap<string, FunctionPool>;
  readonly report: (line: string) => void;
};

/** Starts everything that starts functions, except the schedules. */
export function startSources(plan: StackPlan, options: SourcesOptions): Source[] {
  const { queues, dynamodb, report } = options;
  for (const { queue } of plan.queueSources) releaseInFlight(queues, queue);
  const sources = [
    ...[...options.pools.values()].map((pool) => startAsyncSource({ ...options, pool })),
    ...plan.queueSources.map((source) => {
      const visibilityTimeoutMs = plan.queues.find(({ name }) => name === source.queue)?.visibilityTimeoutMs ?? 0;
      return startQueueSource(source, { ...options, pool: poolOf(options, source.function), visibilityTimeoutMs });
    }),
    ...plan.streamSources.map((source) =>
      startStreamSource(source, { ...options, streams: dynamodb.streams, pool: poolOf(options, source.function) }),
    ),
    startHousekeeping({ dynamodb, report, consumed: () => consumed(plan, options.db) }),
  ];
  for (const source of sources) source.poke();
  return sources;
}

function poolOf({ pools }: SourcesOptions, name: string): FunctionPool {
  const pool = pools.get(name);
  if (pool === undefined) throw new Error(`An event source mapping leads to ${name}, which the template does not hold.`);
  return pool;
}

function consumed(plan: StackPlan, db: DatabaseSync): { table: string; sequence: number }[] {
  const checkpoints = openCheckpoints(db);
  return plan.tables.map(({ name: table }) => {
    const readers = plan.streamSources.filter((source) => source.table === table);
    return { table, sequence: Math.min(...readers.map(({ id }) => checkpoints.read(id)), Number.MAX_SAFE_INTEGER) };
  });
}
