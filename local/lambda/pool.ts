import { randomUUID } from 'node:crypto';
import type { FunctionPlan } from '../stack/plan.ts';
import { type Instance, type InstanceOptions, type Outcome, startInstance } from './instance.ts';
import { openLog } from './log.ts';
import { describeError } from './messages.ts';

/** A function with as many execution environments as its load asks for. */
export type FunctionPool = {
  readonly plan: FunctionPlan;
  readonly instancesMax: number;
  invoke(payload: string): Promise<Outcome>;
  /** Invocations that run or wait for an environment. */
  busy(): number;
  /** Starts the first environment ahead of the first invocation. */
  warm(): void;
  close(): Promise<void>;
};

export type PoolOptions = Omit<InstanceOptions, 'log'> & {
  readonly folder: string;
  readonly instancesMax: number;
  /** Told when an invocation has ended. */
  readonly onChange: () => void;
  /** Told of each failed invocation, in one line. */
  readonly report: (line: string) => void;
};

/** How often environments that were not needed are ended. */
const IDLE_MS = 60_000;

export function openPool(plan: FunctionPlan, options: PoolOptions): FunctionPool {
  const log = openLog(options.folder, plan.name, options.clock);
  const instancesMax = Math.min(plan.concurrencyMax ?? options.instancesMax, options.instancesMax);
  const all = new Set<Instance>();
  const free: Instance[] = [];
  const waiting: ((instance: Instance) => void)[] = [];
  /** The fewest that were free at the same time since the last sweep. */
  let unneeded = 0;
  let busy = 0;
  let closed = false;
  const sweeper = setInterval(sweep, IDLE_MS).unref();

  function start(): Instance {
    const instance = startInstance(plan, { clock: options.clock, endpoints: options.endpoints, log });
    all.add(instance);
    void instance.ended.then(() => forget(instance));
    return instance;
  }

  function forget(instance: Instance): void {
    all.delete(instance);
    const place = free.indexOf(instance);
    if (place >= 0) free.splice(place, 1);
    const next = closed || all.size >= instancesMax ? undefined : waiting.shift();
    next?.(start());
  }

  /** The one that worked last comes first, so that the others can fall asleep. */
  function take(): Instance | Promise<Instance> {
    const instance = free.pop();
    unneeded = Math.min(unneeded, free.length);
    if (instance !== undefined) return instance;
    if (all.size < instancesMax) return start();
    return new Promise((resolve) => waiting.push(resolve));
  }

  function giveBack(instance: Instance): void {
    const next = waiting.shift();
    if (next === undefined) free.push(instance);
    else next(instance);
  }

  /** Ends the environments that were free all the time since the last sweep, but never the last one. */
  function sweep(): void {
    for (const instance of free.slice(0, Math.min(unneeded, all.size - 1))) void instance.close();
    unneeded = free.length;
  }

  async function invoke(payload: string): Promise<Outcome> {
    busy += 1;
    const outcome = await attempt(payload).catch(
      (thrown): Outcome => ({ ok: false, requestId: randomUUID(), error: describeError(thrown) }),
    );
    busy -= 1;
    if (!outcome.ok && !closed) tell(outcome);
    options.onChange();
    return outcome;
  }

  async function attempt(payload: string): Promise<Outcome> {
    const instance = await take();
    const outcome = await instance.invoke(payload);
    if (instance.broken()) await instance.ended;
    else giveBack(instance);
    return outcome;
  }

  function tell({ requestId, error }: Outcome & { ok: false }): void {
    log.write(`invocation ${requestId} failed: ${JSON.stringify(error)}`);
    options.report(`[${plan.name}] ${error.errorType}: ${error.errorMessage}`);
  }

  return {
    plan,
    instancesMax,
    invoke,
    busy: () => busy,
    warm() {
      if (all.size === 0) giveBack(start());
    },
    async close() {
      closed = true;
      clearInterval(sweeper);
      await Promise.all([...all].map((instance) => instance.close()));
      await log.close();
    },
  };
}
