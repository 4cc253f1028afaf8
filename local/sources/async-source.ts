import type { FunctionPool } from '../lambda/pool.ts';
import type { Clock, QueueMessage, Queues } from '../ports.ts';
import { createAlarm } from './alarm.ts';
import { releaseInFlight } from './queue-source.ts';
import { causeOf, type Source } from './source.ts';

export type AsyncSourceOptions = {
  readonly queues: Queues;
  readonly clock: Clock;
  readonly pool: FunctionPool;
  readonly report: (line: string) => void;
};

/** An event that nobody waits for stands in a queue of its own until the function has taken it. */
export function asyncQueue(functionName: string): string {
  return `async-${functionName}`;
}

/** Lambda tries again after one minute, then after two. */
const RETRY_DELAY_MS = 60_000;
/** Longer than any invocation with the start of its environment, so that nothing is taken twice. */
const VISIBILITY_MARGIN_MS = 120_000;

/** Invokes a function with the events that rules and schedules have for it. */
export function startAsyncSource({ queues, clock, pool, report }: AsyncSourceOptions): Source {
  const { name, timeoutMs, retriesMax, deadLetterQueue } = pool.plan;
  const queue = asyncQueue(name);
  const redrive = deadLetterQueue === undefined ? {} : { redrive: { deadLetterQueue, receivesMax: retriesMax + 1 } };
  queues.create({ name: queue, visibilityTimeoutMs: timeoutMs + VISIBILITY_MARGIN_MS, ...redrive });
  releaseInFlight(queues, queue);
  const alarm = createAlarm(clock, pump);
  const unsubscribe = queues.subscribe(queue, pump);
  let running = 0;
  let stopped = false;

  function pump(): void {
    while (!stopped && running < pool.instancesMax) {
      const [message] = queues.receive(queue, 1);
      if (message === undefined) return alarm.set(queues.depth(queue).nextVisibleAt);
      running += 1;
      void handle(message)
        .catch((thrown) => report(`[${name}] ${String(thrown)}`))
        .finally(() => {
          running -= 1;
          pump();
        });
    }
  }

  async function handle(message: QueueMessage): Promise<void> {
    const outcome = await pool.invoke(message.body);
    if (stopped && !outcome.ok) return;
    if (outcome.ok) return queues.remove(queue, message.receipt);
    if (message.receiveCount > retriesMax && deadLetterQueue === undefined) {
      report(`[${name}] gave up an event after ${message.receiveCount} attempts; the function has no dead-letter queue.`);
      return queues.remove(queue, message.receipt);
    }
    queues.giveBack(queue, message.receipt, causeOf(outcome), RETRY_DELAY_MS * message.receiveCount);
  }

  return {
    poke: pump,
    idle: () => running === 0 && queues.depth(queue).visible === 0,
    nextDueAt: () => queues.depth(queue).nextVisibleAt,
    stop() {
      stopped = true;
      unsubscribe();
      alarm.set(undefined);
    },
  };
}
