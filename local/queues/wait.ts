import type { LocalMessage, LocalQueues } from './queues.ts';

type Wait = {
  readonly queues: LocalQueues;
  readonly queue: string;
  readonly waitMs: number;
  receive(): LocalMessage[];
  readonly stopped: AbortSignal;
};

/** How often to look again: a message can also show by a jump of the clock, of which nobody tells. */
const LOOK_AGAIN_MS = 100;

/** Long polling: the first messages that show within the time. The time is real, since it is the client's connection that waits. */
export async function waitForMessages({ queues, queue, waitMs, receive, stopped }: Wait): Promise<LocalMessage[]> {
  const end = performance.now() + waitMs;
  for (;;) {
    const messages = receive();
    const leftMs = end - performance.now();
    if (messages.length > 0 || leftMs <= 0 || stopped.aborted) return messages;
    await news(queues, queue, Math.min(leftMs, LOOK_AGAIN_MS));
  }
}

function news(queues: LocalQueues, queue: string, timeoutMs: number): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      unsubscribe();
      resolve();
    };
    const timer = setTimeout(done, timeoutMs);
    const unsubscribe = queues.subscribe(queue, done);
  });
}
