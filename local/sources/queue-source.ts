import { createHash } from 'node:crypto';
import type { FunctionPool } from '../lambda/pool.ts';
import type { Clock, QueueMessage, Queues } from '../ports.ts';
import { account, region } from '../stack/names.ts';
import type { QueueSourcePlan } from '../stack/triggers.ts';
import { createAlarm } from './alarm.ts';
import { compileFilters, failuresOf, type Source } from './source.ts';

export type QueueSourceOptions = {
  readonly queues: Queues;
  readonly clock: Clock;
  readonly pool: FunctionPool;
  readonly visibilityTimeoutMs: number;
  readonly report: (line: string) => void;
};

/**
 * Starts a function with the messages of a queue. As in AWS, a message that failed shows again when its visibility time-out
 * ends, and moves to the dead-letter queue when its receives are used up.
 */
export function startQueueSource(plan: QueueSourcePlan, options: QueueSourceOptions): Source {
  const { queues, clock, pool, visibilityTimeoutMs } = options;
  const concurrencyMax = Math.min(plan.concurrencyMax ?? pool.instancesMax, pool.instancesMax);
  const passes = compileFilters(plan.filters);
  const alarm = createAlarm(clock, pump);
  const unsubscribe = queues.subscribe(plan.queue, pump);
  let running = 0;
  let stopped = false;

  function pump(): void {
    while (!stopped && running < concurrencyMax) {
      const messages = queues.receive(plan.queue, plan.batchSize);
      if (messages.length === 0) return alarm.set(queues.depth(plan.queue).nextVisibleAt);
      running += 1;
      void handle(messages)
        .catch((thrown) => options.report(`[${plan.id}] ${String(thrown)}`))
        .finally(() => {
          running -= 1;
          pump();
        });
    }
  }

  async function handle(messages: readonly QueueMessage[]): Promise<void> {
    const receivedAt = clock.now();
    const wanted = messages.filter((message) => passes(filterable(message)));
    for (const message of messages) if (!wanted.includes(message)) queues.remove(plan.queue, message.receipt);
    if (wanted.length === 0) return;
    const payload = JSON.stringify({ Records: wanted.map((message) => toRecord(message, plan.queueArn, receivedAt)) });
    const outcome = await pool.invoke(payload);
    // The cloud is closing: the messages are still there at the next start.
    if (stopped && !outcome.ok) return;
    const failures = failuresOf(
      outcome,
      wanted.map(({ id }) => id),
      plan.reportsFailures,
    );
    const delayMs = Math.max(0, visibilityTimeoutMs - (clock.now() - receivedAt));
    for (const message of wanted) {
      const cause =
        failures.type === 'all' ? failures.cause : failures.type === 'some' ? failures.causes.get(message.id) : undefined;
      if (cause === undefined) queues.remove(plan.queue, message.receipt);
      else queues.giveBack(plan.queue, message.receipt, cause, delayMs);
    }
  }

  return {
    poke: pump,
    idle: () => running === 0 && queues.depth(plan.queue).visible === 0,
    nextDueAt: () => queues.depth(plan.queue).nextVisibleAt,
    stop() {
      stopped = true;
      unsubscribe();
      alarm.set(undefined);
    },
  };
}

/** Gives back what was in work when the process was killed: nobody works at it any more. */
export function releaseInFlight(queues: Queues, queue: string): void {
  if (queues.depth(queue).hidden === 0) return;
  for (const { receipt } of queues.peek(queue, Number.MAX_SAFE_INTEGER)) {
    if (receipt !== '') queues.giveBack(queue, receipt, 'The local cloud ended while this message was in work.');
  }
}

/** A filter sees the body as JSON where it is JSON. */
function filterable({ body }: QueueMessage): object {
  try {
    return { body: JSON.parse(body) as unknown };
  } catch {
    return { body };
  }
}

function toRecord(message: QueueMessage, queueArn: string, receivedAt: number): object {
  return {
    messageId: message.id,
    receiptHandle: message.receipt,
    body: message.body,
    attributes: {
      ApproximateReceiveCount: String(message.receiveCount),
      SentTimestamp: String(message.sentAt),
      SenderId: account,
      ApproximateFirstReceiveTimestamp: String(receivedAt),
    },
    messageAttributes: Object.fromEntries(Object.entries(message.attributes).map(([name, value]) => [name, attribute(value)])),
    md5OfBody: createHash('md5').update(message.body).digest('hex'),
    eventSource: 'aws:sqs',
    eventSourceARN: queueArn,
    awsRegion: region,
  };
}

function attribute(stringValue: string): object {
  return { stringValue, stringListValues: [], binaryListValues: [], dataType: 'String' };
}
