import { randomUUID } from 'node:crypto';
import { Worker } from 'node:worker_threads';
import type { Clock } from '../ports.ts';
import type { FunctionPlan } from '../stack/plan.ts';
import { type Endpoints, functionEnv } from './env.ts';
import type { FunctionLog } from './log.ts';
import { describeError, type FromWorker, type FunctionError, type ToWorker, type WorkerData } from './messages.ts';

export type Outcome =
  /** `lines` is what the function printed meanwhile. */
  | { readonly ok: true; readonly requestId: string; readonly payload: string; readonly lines: readonly string[] }
  | { readonly ok: false; readonly requestId: string; readonly error: FunctionError };

/** One execution environment of a function: a thread that takes one invocation at a time. */
export type Instance = {
  invoke(payload: string): Promise<Outcome>;
  /** The thread has ended or is about to: it takes no further invocation. */
  broken(): boolean;
  /** Fulfilled when the thread has ended, for whatever reason. */
  readonly ended: Promise<void>;
  close(): Promise<void>;
};

export type InstanceOptions = { readonly clock: Clock; readonly endpoints: Endpoints; readonly log: FunctionLog };

/** Loading a function may take so long; Lambda allows 10 s, on a processor that has nothing else to do. */
const INIT_TIMEOUT_MS = 30_000;

/** What a function may answer to somebody who waits. */
const ANSWER_BYTES_MAX = 6 * 1024 * 1024;

export function startInstance(plan: FunctionPlan, { clock, endpoints, log }: InstanceOptions): Instance {
  const worker = startWorker(plan, clock, functionEnv(plan, endpoints, randomUUID()));
  log.follow(worker.stdout);
  log.follow(worker.stderr);
  let settle: ((message: FromWorker) => void) | undefined;
  let death: FunctionError | undefined;
  const started = next();
  const ended = new Promise<void>((resolve) => worker.once('exit', () => resolve()));
  worker.on('message', (message: FromWorker) => {
    // Noted at once: the thread's end may be told in the same breath, and is not the reason.
    if (message.type === 'broken') death ??= message.error;
    settle?.(message);
  });
  worker.once('error', (thrown) => die(describeError(thrown)));
  worker.once('exit', (code) =>
    die({ errorType: 'Runtime.ExitError', errorMessage: `The function's runtime exited with status ${code}.` }),
  );

  function next(): Promise<FromWorker> {
    return new Promise((resolve) => {
      settle = resolve;
    });
  }

  /** The first reason stands: an uncaught error is followed by an exit. */
  function die(error: FunctionError): void {
    death ??= error;
    settle?.({ type: 'failed', error: death });
  }

  /** Waits for what the thread says next; a thread that says nothing in time is ended. */
  async function within(timeoutMs: number, answer: Promise<FromWorker>): Promise<FromWorker> {
    const timer = setTimeout(() => {
      die({ errorType: 'Sandbox.Timedout', errorMessage: `Task timed out after ${(timeoutMs / 1000).toFixed(2)} seconds` });
      void worker.terminate();
    }, timeoutMs);
    const message = await answer;
    clearTimeout(timer);
    return message;
  }

  return {
    ended,
    broken: () => death !== undefined,
    async invoke(payload) {
      const requestId = randomUUID();
      const first = await within(INIT_TIMEOUT_MS, started);
      if (first.type === 'broken') void worker.terminate();
      if (death !== undefined) return { ok: false, requestId, error: death };
      const answer = next();
      worker.postMessage({ requestId, payload, timeoutMs: plan.timeoutMs } satisfies ToWorker);
      return outcome(requestId, await within(plan.timeoutMs, answer));
    },
    async close() {
      await worker.terminate();
    },
  };
}

function outcome(requestId: string, message: FromWorker): Outcome {
  if (message.type !== 'done') {
    const error = message.type === 'ready' ? { errorType: 'Runtime.Unknown', errorMessage: 'No answer' } : message.error;
    return { ok: false, requestId, error };
  }
  if (Buffer.byteLength(message.payload) <= ANSWER_BYTES_MAX)
    return { ok: true, requestId, payload: message.payload, lines: message.lines };
  const error = {
    errorType: 'Function.ResponseSizeTooLarge',
    errorMessage: `The answer is longer than ${ANSWER_BYTES_MAX} bytes.`,
  };
  return { ok: false, requestId, error };
}

function startWorker(plan: FunctionPlan, clock: Clock, env: Record<string, string>): Worker {
  const { codeFolder, handler, name, arn, memoryMb } = plan;
  return new Worker(new URL('./worker.ts', import.meta.url), {
    name,
    env,
    argv: [],
    execArgv: [],
    stdout: true,
    stderr: true,
    resourceLimits: { maxOldGenerationSizeMb: memoryMb },
    workerData: { offset: clock.offset, codeFolder, handler, name, arn, memoryMb } satisfies WorkerData,
  });
}
