/**
 * Runs in a process of its own: the functions as they are deployed, and nothing else. Takes one invocation after the other
 * from the parent, and tells with each answer what it took.
 */
import { createRequire } from 'node:module';

export type Invocation = { readonly name: string; readonly payload: string };
export type Invoked = {
  readonly payload: string;
  readonly cpuUs: number;
  readonly wallMs: number;
  readonly processCpuUs: number;
};
export type Failed = { readonly failure: string };

type Handler = (event: unknown, context: object) => Promise<unknown>;

const folders = JSON.parse(process.env.BENCH_BUNDLES ?? '{}') as Record<string, string>;
const load = createRequire(import.meta.url);
const handlers = new Map<string, Handler>();

process.on('message', async ({ name, payload }: Invocation) => {
  try {
    process.send?.(await invoked(handlerOf(name), payload));
  } catch (cause) {
    process.send?.({ failure: (cause as Error).stack ?? String(cause) } satisfies Failed);
  }
});

process.once('disconnect', () => process.exit(0));

async function invoked(handler: Handler, payload: string): Promise<Invoked> {
  const before = process.cpuUsage();
  const startedAt = performance.now();
  const answer = await handler(JSON.parse(payload), { awsRequestId: 'bench', getRemainingTimeInMillis: () => 30_000 });
  const text = JSON.stringify(answer) ?? 'null';
  const wallMs = performance.now() - startedAt;
  const { user, system } = process.cpuUsage(before);
  const whole = process.cpuUsage();
  return { payload: text, cpuUs: user + system, wallMs, processCpuUs: whole.user + whole.system };
}

function handlerOf(name: string): Handler {
  const known = handlers.get(name);
  if (known !== undefined) return known;
  const { handler } = load(`${folders[name]}/index.js`) as { handler: Handler };
  handlers.set(name, handler);
  return handler;
}
