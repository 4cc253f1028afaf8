/** The local cloud as `npm start` runs it, in a process of its own, and what a person or a program can do to it from outside. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { parseEnv } from 'node:util';
import type { DeadLetters } from '#local/dead-letters.ts';
import type { InboxMessage } from '#local/ports.ts';
import type { Keys } from '#local/start.ts';
import type { CustomerView } from '#usecases/read-customer.ts';
import type { Timeline, TimelineItem } from '#usecases/read-timeline.ts';
import { type Answer, type Body, type RequestOptions, request } from './request.ts';

export type LocalCloud = {
  readonly url: string;
  readonly folder: string;
  readonly keys: Keys;
  /** Posts JSON, or whatever the body is. */
  post(path: string, body: Body, options?: RequestOptions): Promise<Answer>;
  get(path: string, options?: RequestOptions): Promise<Answer>;
  request(method: string, path: string, options?: RequestOptions & { readonly body?: Body }): Promise<Answer>;
  /** A request to the admin API with the secret key. */
  admin(method: 'GET' | 'POST' | 'DELETE', path: string, body?: object): Promise<Answer>;
  /** A call of the Segment API; it must be taken. The secret key, unless told. */
  call(type: 'track' | 'identify' | 'page' | 'batch', body: object, key?: string): Promise<void>;
  /** Waits until nothing is left to do. The clock moves by a second. */
  settle(): Promise<void>;
  /** Moves the clock by an ISO 8601 duration; all that falls due is done on the way. Answers where it stands then. */
  advance(duration: string): Promise<Date>;
  now(): Promise<Date>;
  /** Mail to an address, oldest first. */
  inbox(to: string): Promise<InboxMessage[]>;
  subjects(to: string): Promise<string[]>;
  customer(id: string): Promise<CustomerView>;
  /** Everything on somebody's timeline, newest first. */
  timeline(id: string): Promise<TimelineItem[]>;
  deadLetters(queue: string): Promise<DeadLetters['messages']>;
  /** Puts a message into a queue, as a client of SQS does. */
  sendMessage(queue: string, body: string): Promise<void>;
  /** Ends it as `kill -9` does. */
  kill(): Promise<void>;
  /** Ends it as Ctrl+C and a process manager do; answers the exit code. */
  stop(): Promise<number | null>;
};

const PROJECT = fileURLToPath(new URL('../../../', import.meta.url));
/** Node's own answer to a start that hangs: longer than any start on a busy machine. */
const START_MS = 120_000;

/** A folder for one cloud's data. */
export function cloudFolder(): string {
  return mkdtempSync(join(tmpdir(), 'rekindle-e2e-'));
}

export async function startCloud(folder: string, variables: Readonly<Record<string, string>> = {}): Promise<LocalCloud> {
  const env = { ...process.env, PORT: '0', REKINDLE_FOLDER: folder, ...variables };
  const child = spawn(process.execPath, ['local/main.ts'], { cwd: PROJECT, env, stdio: ['ignore', 'pipe', 'pipe'] });
  const end = () => void child.kill('SIGKILL');
  process.once('exit', end);
  child.once('exit', () => process.off('exit', end));
  const url = await addressOf(child);
  return cloudAt(url, folder, child);
}

/** Waits for the line that names the address; a start that fails shows all that it printed. */
async function addressOf(child: ChildProcess): Promise<string> {
  const printed: string[] = [];
  const found = Promise.withResolvers<string>();
  for (const stream of [child.stdout, child.stderr]) {
    if (stream === null) continue;
    createInterface({ input: stream }).on('line', (line) => {
      printed.push(line);
      const [, url] = /Inbox\s+(http:\/\/127\.0\.0\.1:\d+)\/inbox/.exec(line) ?? [];
      if (url !== undefined) found.resolve(url);
    });
  }
  const failed = (why: string) => found.reject(new Error(`the local cloud ${why}:\n${printed.join('\n')}`));
  child.once('exit', (code) => failed(`ended with ${code}`));
  const timer = setTimeout(() => failed('did not start in time'), START_MS);
  try {
    return await found.promise;
  } finally {
    clearTimeout(timer);
  }
}

function cloudAt(url: string, folder: string, child: ChildProcess): LocalCloud {
  const keys = JSON.parse(readFileSync(join(folder, 'keys.json'), 'utf8')) as Keys;
  const ask = (method: string, path: string, options: RequestOptions & { readonly body?: Body } = {}) =>
    request(method, path.startsWith('http') ? path : `${url}${path}`, options);
  const admin: LocalCloud['admin'] = (method, path, body) =>
    ask(method, `/admin/v1${path}`, { headers: { authorization: `Bearer ${keys.secret}` }, ...(body && { body }) });
  const inbox = async (to: string) =>
    taken<{ messages: InboxMessage[] }>(await ask('GET', `/_local/inbox?to=${encodeURIComponent(to)}`)).messages.toReversed();
  const advance = async (duration: string) =>
    new Date(taken<{ now: string }>(await ask('POST', '/_local/clock', { body: { advance: duration } })).now);
  return {
    url,
    folder,
    keys,
    post: (path, body, options) => ask('POST', path, { ...options, body }),
    get: (path, options) => ask('GET', path, options),
    request: ask,
    admin,
    call: async (type, body, key = keys.secret) => void taken(await ask('POST', `/v1/${type}`, { body, key })),
    settle: async () => void (await advance('PT1S')),
    advance,
    now: async () => new Date(taken<{ now: string }>(await ask('GET', '/_local/clock')).now),
    inbox,
    subjects: async (to) => (await inbox(to)).map(({ subject }) => subject),
    customer: async (id) => taken<CustomerView>(await admin('GET', `/customers/${encodeURIComponent(id)}`)),
    timeline: (id) => wholeTimeline(admin, id),
    deadLetters: async (queue) => {
      const { queues } = taken<{ queues: DeadLetters[] }>(await ask('GET', '/_local/dead-letters'));
      return queues.find((one) => one.queue === queue)?.messages ?? [];
    },
    sendMessage: (queue, body) => sendMessage(folder, queue, body),
    kill: async () => void (await ended(child, 'SIGKILL')),
    stop: () => ended(child, 'SIGTERM'),
  };
}

/** The body of an answer that must be a good one. */
function taken<T>({ status, body }: Answer): T {
  if (status < 200 || status > 299) throw new Error(`answered with ${status}: ${JSON.stringify(body)}`);
  return body as T;
}

async function wholeTimeline(admin: LocalCloud['admin'], id: string): Promise<TimelineItem[]> {
  const items: TimelineItem[] = [];
  for (let cursor: string | null = ''; cursor !== null; ) {
    const page: Timeline = taken(
      await admin('GET', `/customers/${encodeURIComponent(id)}/timeline?limit=200${cursor && `&cursor=${cursor}`}`),
    );
    items.push(...page.items);
    cursor = page.cursor;
  }
  return items;
}

async function sendMessage(folder: string, queue: string, MessageBody: string): Promise<void> {
  const env = parseEnv(readFileSync(join(folder, 'aws.env'), 'utf8'));
  const QueueUrl = `${env.AWS_ENDPOINT_URL_SQS}/000000000000/${queue}`;
  const headers = { 'x-amz-target': 'AmazonSQS.SendMessage', 'content-type': 'application/x-amz-json-1.0' };
  taken(await request('POST', env.AWS_ENDPOINT_URL_SQS ?? '', { headers, body: JSON.stringify({ QueueUrl, MessageBody }) }));
}

async function ended(child: ChildProcess, signal: NodeJS.Signals): Promise<number | null> {
  if (child.exitCode !== null || child.signalCode !== null) return child.exitCode;
  const exit = once(child, 'exit');
  child.kill(signal);
  const [code] = (await exit) as [number | null];
  return code;
}

/** Removes the data of a cloud that has ended. */
export function removeFolder(folder: string): void {
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
}
