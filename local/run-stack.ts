import { availableParallelism } from 'node:os';
import type { DatabaseSync } from 'node:sqlite';
import { setTimeout } from 'node:timers/promises';
import type { Steering } from './advance.ts';
import type { LocalDynamodb } from './dynamodb/start.ts';
import { delivery } from './engines.ts';
import { watchIdle } from './idle.ts';
import type { Endpoints } from './lambda/env.ts';
import { type FunctionPool, openPool } from './lambda/pool.ts';
import type { Clock } from './ports.ts';
import type { LocalQueues } from './queues/queues.ts';
import { earliest, startScheduler } from './sources/scheduler.ts';
import { startSources } from './sources/start.ts';
import { earliestWakeAt, wakeIndex } from './sources/wake-times.ts';
import { nameInArn } from './stack/names.ts';
import type { StackPlan } from './stack/plan.ts';
import { text } from './stack/template.ts';
import type { SchedulePlan } from './stack/triggers.ts';

export type RunOptions = {
  readonly folder: string;
  readonly db: DatabaseSync;
  readonly clock: Clock;
  readonly queues: LocalQueues;
  readonly dynamodb: LocalDynamodb;
  readonly endpoints: Endpoints;
  readonly instancesMax: number | undefined;
  readonly report: (line: string) => void;
};

export type RunningStack = {
  readonly pools: ReadonlyMap<string, FunctionPool>;
  readonly steering: Steering;
  warm(): void;
  close(): Promise<void>;
};

/** More threads than this do not help on one machine, but a function that only waits still overlaps with another. */
const INSTANCES = { min: 2, max: 4 } as const;
const INVOCATIONS_MAX = 1_000_000;
const DRAIN_MS = 5_000;

/** Starts the functions of a stack and all that starts them. */
export function runStack(plan: StackPlan, options: RunOptions): RunningStack {
  const { db, clock, queues, dynamodb } = options;
  const watch = watchIdle({ isIdle, invocationsMax: INVOCATIONS_MAX });
  const pools = openPools(plan, options, watch.changed);
  const sources = startSources(plan, { ...options, pools });
  const busyFrom = (schedule: SchedulePlan) => wakeTimes(plan, schedule, dynamodb);
  const scheduler = startScheduler(plan.schedules, { db, clock, deliver: delivery(queues), busyFrom });

  function isIdle(): boolean {
    return busy() === 0 && sources.every((source) => source.idle());
  }

  function busy(): number {
    return [...pools.values()].reduce((sum, pool) => sum + pool.busy(), 0);
  }

  function poke(): void {
    scheduler.poke();
    for (const source of sources) source.poke();
  }

  async function nextDueAt(): Promise<number | undefined> {
    return earliest([await scheduler.nextBusyTickAt(), ...sources.map((source) => source.nextDueAt())]);
  }

  function resume(): void {
    scheduler.resume();
    poke();
  }

  async function close(): Promise<void> {
    scheduler.stop();
    for (const source of sources) source.stop();
    const until = performance.now() + DRAIN_MS;
    while (busy() > 0 && performance.now() < until) await setTimeout(20);
    watch.close();
    await Promise.all([...pools.values()].map((pool) => pool.close()));
  }

  const warm = () => {
    for (const pool of pools.values()) pool.warm();
  };
  return { pools, steering: { clock, idle: watch.idle, isIdle: watch.isIdle, poke, nextDueAt, resume }, warm, close };
}

function openPools(plan: StackPlan, options: RunOptions, onChange: () => void): Map<string, FunctionPool> {
  const processors = Math.min(Math.max(availableParallelism(), INSTANCES.min), INSTANCES.max);
  const instancesMax = options.instancesMax ?? processors;
  return new Map(plan.functions.map((one) => [one.name, openPool(one, { ...options, instancesMax, onChange })]));
}

/** The schedule of `wake` has nothing to do until the first customer's time has come; all others count every tick. */
function wakeTimes(
  plan: StackPlan,
  { target }: SchedulePlan,
  dynamodb: LocalDynamodb,
): (() => Promise<number | undefined>) | undefined {
  const name = nameInArn(text(target.Arn) ?? '');
  const table = plan.tables.find(({ indexes }) => indexes.some((index) => index.name === wakeIndex.name));
  if (table === undefined || !/(?:^|-)wake$/.test(name)) return undefined;
  return () => earliestWakeAt(dynamodb, table.name);
}
