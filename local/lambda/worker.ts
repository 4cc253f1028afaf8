/** Runs in the thread of one function: loads its handler as the Lambda runtime does, then takes one event after the other. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parentPort, workerData } from 'node:worker_threads';
import { describeError, type FromWorker, type ToWorker, type WorkerData } from './messages.ts';
import { installVirtualDate } from './virtual-date.ts';

type Handler = (event: unknown, context: object) => unknown;

const data = workerData as WorkerData;
const recentLines: string[] = [];
/** Enough to find the line that says why an entry of a batch failed. */
const RECENT_LINES_MAX = 200;

installVirtualDate(data.offset);
keepLines(process.stdout);
keepLines(process.stderr);

try {
  const handler = await loadHandler();
  parentPort?.on('message', (message: ToWorker) => void run(handler, message));
  say({ type: 'ready' });
} catch (thrown) {
  say({ type: 'broken', error: describeError(thrown) });
}

async function run(handler: Handler, { requestId, payload, timeoutMs }: ToWorker): Promise<void> {
  recentLines.length = 0;
  try {
    const result = await handler(JSON.parse(payload), context(requestId, timeoutMs));
    say({ type: 'done', payload: JSON.stringify(result) ?? 'null', lines: [...recentLines] });
  } catch (thrown) {
    console.error(thrown);
    say({ type: 'failed', error: describeError(thrown) });
  }
}

async function loadHandler(): Promise<Handler> {
  const dot = data.handler.lastIndexOf('.');
  const base = join(data.codeFolder, data.handler.slice(0, dot));
  const file = ['.js', '.mjs', '.cjs'].map((extension) => base + extension).find((path) => existsSync(path));
  if (file === undefined) throw new Error(`There is no ${data.handler.slice(0, dot)}.js, .mjs or .cjs in the function's code.`);
  const loaded: Record<string, unknown> = await import(pathToFileURL(file).href);
  const name = data.handler.slice(dot + 1);
  const found = loaded[name] ?? (loaded.default as Record<string, unknown> | undefined)?.[name];
  if (typeof found !== 'function') throw new Error(`${data.handler} is not a function.`);
  return found as Handler;
}

function context(awsRequestId: string, timeoutMs: number): object {
  const endsAt = performance.now() + timeoutMs;
  return {
    awsRequestId,
    functionName: data.name,
    functionVersion: '$LATEST',
    invokedFunctionArn: data.arn,
    memoryLimitInMB: String(data.memoryMb),
    logGroupName: process.env.AWS_LAMBDA_LOG_GROUP_NAME,
    logStreamName: process.env.AWS_LAMBDA_LOG_STREAM_NAME,
    callbackWaitsForEmptyEventLoop: true,
    getRemainingTimeInMillis: () => Math.max(0, Math.round(endsAt - performance.now())),
  };
}

function keepLines(stream: NodeJS.WriteStream): void {
  const write = stream.write.bind(stream) as (...given: unknown[]) => boolean;
  stream.write = (...given: unknown[]): boolean => {
    recentLines.push(String(given[0]).trimEnd());
    if (recentLines.length > RECENT_LINES_MAX) recentLines.shift();
    return write(...given);
  };
}

function say(message: FromWorker): void {
  parentPort?.postMessage(message);
}
