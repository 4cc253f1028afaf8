import { fork } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bundleFunctions } from '#infra/bundle.ts';
import type { Failed, Invocation, Invoked } from './handlers.ts';
import { functionVariables } from './variables.ts';

export type Handlers = {
  /** Hands an event to a function, as Lambda does, and answers what it said and took. One at a time. */
  invoke(name: string, event: object): Promise<Invoked>;
  close(): void;
};

/** Starts the bundled functions in a process of their own, with the SDK's endpoints at an address on this machine. */
export async function startHandlers(endpoint: string): Promise<Handlers> {
  const folder = mkdtempSync(join(tmpdir(), 'rekindle-bench-'));
  const bundles = await bundleFunctions({ buildFolder: folder });
  const folders = Object.fromEntries(Object.entries(bundles).map(([name, { dir }]) => [name, dir]));
  const env = {
    PATH: process.env.PATH,
    ...functionVariables,
    BENCH_BUNDLES: JSON.stringify(folders),
    AWS_ENDPOINT_URL_DYNAMODB: endpoint,
    AWS_ENDPOINT_URL_EVENTBRIDGE: endpoint,
    AWS_ENDPOINT_URL_SESV2: endpoint,
    AWS_ENDPOINT_URL_SQS: endpoint,
  };
  const child = fork(new URL('./handlers.ts', import.meta.url), { env, execArgv: [], stdio: ['ignore', 2, 2, 'ipc'] });
  return {
    invoke: async (name, event) => {
      const answer = await new Promise<Invoked | Failed>((resolve) => {
        const gone = (code: number | null): void => resolve({ failure: `the process of the functions ended with ${code}` });
        child.once('exit', gone);
        child.once('message', (message: Invoked | Failed) => {
          child.off('exit', gone);
          resolve(message);
        });
        child.send({ name, payload: JSON.stringify(event) } satisfies Invocation);
      });
      if ('failure' in answer) throw new Error(`${name} failed: ${answer.failure}`);
      return answer;
    },
    close: () => {
      child.disconnect();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
