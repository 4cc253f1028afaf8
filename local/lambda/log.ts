import { createWriteStream, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import type { Clock } from '../ports.ts';

/** What the threads of one function print, in `logs/<name>.log`, each line with its (virtual) time and the function's name. */
export type FunctionLog = { follow(output: Readable): void; write(line: string): void; close(): Promise<void> };

export function openLog(folder: string, name: string, clock: Clock): FunctionLog {
  const logs = join(folder, 'logs');
  mkdirSync(logs, { recursive: true });
  const file = createWriteStream(join(logs, `${name}.log`), { flags: 'a' });
  // A log that cannot be written (a full disk) must not end the functions.
  file.on('error', () => {});
  const write = (line: string) => void file.write(`${new Date(clock.now()).toISOString()} [${name}] ${line}\n`);
  return {
    write,
    follow: (output) => void createInterface({ input: output }).on('line', write),
    close: () => new Promise((resolve) => file.end(() => resolve())),
  };
}
