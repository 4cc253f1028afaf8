/** What the main thread and the thread of a function say to each other. */

export type WorkerData = {
  readonly offset: SharedArrayBuffer;
  readonly codeFolder: string;
  readonly handler: string;
  readonly name: string;
  readonly arn: string;
  readonly memoryMb: number;
};

export type ToWorker = { readonly requestId: string; readonly payload: string; readonly timeoutMs: number };

/** As the Lambda runtime reports an error. */
export type FunctionError = { readonly errorType: string; readonly errorMessage: string; readonly trace?: readonly string[] };

export type FromWorker =
  | { readonly type: 'ready' }
  | { readonly type: 'broken'; readonly error: FunctionError }
  | { readonly type: 'done'; readonly payload: string; readonly lines: readonly string[] }
  | { readonly type: 'failed'; readonly error: FunctionError };

export function describeError(thrown: unknown): FunctionError {
  if (!(thrown instanceof Error)) return { errorType: typeof thrown, errorMessage: String(thrown) };
  const outOfMemory = (thrown as NodeJS.ErrnoException).code === 'ERR_WORKER_OUT_OF_MEMORY';
  return {
    errorType: outOfMemory ? 'Runtime.OutOfMemory' : thrown.name,
    errorMessage: thrown.message,
    trace: (thrown.stack ?? '').split('\n'),
  };
}
