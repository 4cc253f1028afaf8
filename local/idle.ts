import { setImmediate, setTimeout } from 'node:timers/promises';
import { TooManySteps } from './advance.ts';

export type IdleOptions = {
  readonly isIdle: () => boolean;
  /** So many invocations without a pause mean that something makes work for itself. */
  readonly invocationsMax: number;
};

export type IdleWatch = {
  /** An invocation has ended. */
  changed(): void;
  /** Fulfilled when nothing runs and nothing can be taken. Throws `TooManySteps` where that never comes. */
  idle(): Promise<void>;
  /** Whether that is so right now; nobody waits for a cloud that is closed. */
  isIdle(): boolean;
  close(): void;
};

/** Work can also vanish without an invocation (a used-up message is buried), so a look now and then is due in any case. */
const LOOK_MS = 50;

export function watchIdle({ isIdle, invocationsMax }: IdleOptions): IdleWatch {
  let invocations = 0;
  let closed = false;
  let change = Promise.withResolvers<void>();

  /** After the turn, so that whoever started the invocation has dealt with its outcome. */
  async function tell(): Promise<void> {
    await setImmediate();
    change.resolve();
    change = Promise.withResolvers();
  }

  async function idle(): Promise<void> {
    const before = invocations;
    while (!closed) {
      // Twice, with a turn in between: listeners of queues and streams are told at the end of a turn.
      if (isIdle()) {
        await setImmediate();
        if (closed || isIdle()) return;
      }
      if (invocations - before > invocationsMax) throw new TooManySteps(`${invocationsMax} invocations, and still no end.`);
      await Promise.race([change.promise, setTimeout(LOOK_MS, undefined, { ref: false })]);
    }
  }

  return {
    idle,
    isIdle: () => closed || isIdle(),
    changed() {
      invocations += 1;
      void tell();
    },
    close() {
      closed = true;
      change.resolve();
    },
  };
}
