import { fork } from 'node:child_process';
import { functionSettings } from '#infra/function-settings.ts';
import type { Bench } from './bench.ts';
import { truth } from './learn/crowd.ts';
import type { Row } from './report.ts';

type Learnt = {
  readonly customers: number;
  readonly readMs: number;
  readonly fitMs: number;
  readonly readMb: number;
  readonly peakMb: number;
  readonly params: Readonly<Record<string, number>>;
};

/** The function `learn` with a million customers and more, in a process that has no more memory than the function. */
export const learnBench: Bench = async ({ quick, progress }) => {
  const rows: Row[] = [];
  for (const customers of quick ? [100_000] : [1_000_000, 3_000_000]) {
    progress(`${customers.toLocaleString('en')} customers`);
    rows.push(...rowsOf(await learnt(customers)));
  }
  return rows;
};

const { memoryMb } = functionSettings.learn;

function learnt(customers: number): Promise<Learnt> {
  const child = fork(new URL('./learn/child.ts', import.meta.url), [String(customers)], {
    execArgv: [`--max-old-space-size=${memoryMb}`],
    stdio: ['ignore', 2, 2, 'ipc'],
  });
  return new Promise((resolve, reject) => {
    child.once('message', (told: Learnt) => resolve(told));
    child.once('exit', (code, signal) => reject(new Error(`${customers} customers: ended with ${signal ?? code}`)));
  });
}

function rowsOf({ customers, readMs, fitMs, readMb, peakMb, params }: Learnt): Row[] {
  const many = `${customers.toLocaleString('en')} customers`;
  const off = Math.max(
    ...Object.entries(truth.params).map(([name, value]) => Math.abs((params[name] ?? Number.NaN) / value - 1)),
  );
  return [
    {
      what: `${many}: memory of the whole process at its peak`,
      figure: peakMb,
      unit: 'MB',
      bound: { atMost: memoryMb },
      notes: [`${Math.round(readMb)} MB while reading; the function has ${memoryMb} MB`],
    },
    { what: `${many}: unpacked and kept, without the time on the line`, figure: readMs / 1000, unit: 's' },
    {
      what: `${many}: learnt, with back-test and calibration`,
      figure: fitMs / 1000,
      unit: 's',
      notes: [`no parameter farther than ${(100 * off).toFixed(1)} % from the truth`],
    },
  ];
}
