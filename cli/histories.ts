import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import type { Release } from '#core/catalogue.ts';
import { type History, historyReader } from '#usecases/simulate/history.ts';
import { Failure } from './command.ts';
import type { Progress } from './progress.ts';

/** One history as each of these releases hears it, read in one go. */
export async function readHistories(path: string, releases: readonly Release[], running: Progress): Promise<History[]> {
  const readers = releases.map(historyReader);
  let lines = 0;
  try {
    for await (const line of createInterface({ input: createReadStream(path, 'utf8'), crlfDelay: Number.POSITIVE_INFINITY })) {
      for (const reader of readers) reader.take(line);
      lines += 1;
      if (lines % 1000 === 0) running.tell(`${lines} lines read`);
    }
  } catch (fault) {
    throw new Failure(`${path} cannot be read: ${(fault as Error).message}`);
  }
  return readers.map((reader) => reader.done());
}
