import type { LocalDynamodb } from '../dynamodb/start.ts';
import type { Source } from './source.ts';

export type HousekeepingOptions = {
  readonly dynamodb: LocalDynamodb;
  /** How far every reader of a table's stream has come. */
  readonly consumed: () => readonly { readonly table: string; readonly sequence: number }[];
  readonly report: (line: string) => void;
};

const PERIOD_MS = 60_000;

/** What AWS does by itself: deletes items whose time to live is over, and forgets old stream records. */
export function startHousekeeping({ dynamodb, consumed, report }: HousekeepingOptions): Source {
  let running: Promise<void> | undefined;
  let stopped = false;
  const timer = setInterval(poke, PERIOD_MS).unref();

  function poke(): void {
    if (stopped) return;
    running ??= tidy()
      .catch((thrown) => report(`[housekeeping] ${String(thrown)}`))
      .finally(() => {
        running = undefined;
      });
  }

  async function tidy(): Promise<void> {
    await dynamodb.sweepExpired();
    for (const { table, sequence } of consumed()) dynamodb.streams.trim(table, sequence);
  }

  function stop(): void {
    stopped = true;
    clearInterval(timer);
  }

  return { poke, idle: () => running === undefined, nextDueAt: () => undefined, stop };
}
