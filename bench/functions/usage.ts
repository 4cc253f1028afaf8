import type { Asked } from './aws.ts';
import type { Invoked } from './handlers.ts';

/** What one function did and took. */
export type Spent = Omit<Asked, 'calls'> & {
  invocations: number;
  /** What the invocations were given: the records of a batch, or one request. */
  records: number;
  cpuUs: number;
  readonly calls: Map<string, number>;
};

export type Usage = {
  readonly functions: ReadonlyMap<string, Spent>;
  readonly busEvents: number;
  /** Messages that went through a queue, and batches that a function got of them. */
  readonly queued: number;
  readonly batches: number;
  readonly mails: number;
  /** Processor time of the whole process of the functions, whatever it was for. */
  readonly processCpuUs: number;
};

type Counts = Pick<Usage, 'busEvents' | 'queued' | 'batches' | 'mails'>;

export type Meter = {
  invoked(name: string, records: number, took: Invoked, asked: Asked): void;
  add(counts: Partial<Counts>): void;
  /** What was used since the last call of this. */
  take(): Usage;
};

export function meter(): Meter {
  let functions = new Map<string, Spent>();
  let counts: Counts = NOTHING;
  let processCpuUs = 0;
  let takenCpuUs = 0;
  return {
    invoked: (name, records, took, asked) => {
      const spent = functions.get(name) ?? {
        invocations: 0,
        records: 0,
        cpuUs: 0,
        calls: new Map(),
        readUnits: 0,
        writeUnits: 0,
        indexUnits: 0,
      };
      functions.set(name, spent);
      spent.invocations += 1;
      spent.records += records;
      spent.cpuUs += took.cpuUs;
      spent.readUnits += asked.readUnits;
      spent.writeUnits += asked.writeUnits;
      spent.indexUnits += asked.indexUnits;
      for (const [operation, count] of asked.calls) spent.calls.set(operation, (spent.calls.get(operation) ?? 0) + count);
      processCpuUs = took.processCpuUs;
    },
    add: (more) => {
      const sum = (name: keyof Counts): number => counts[name] + (more[name] ?? 0);
      counts = { busEvents: sum('busEvents'), queued: sum('queued'), batches: sum('batches'), mails: sum('mails') };
    },
    take: () => {
      const usage = { ...counts, functions, processCpuUs: processCpuUs - takenCpuUs };
      takenCpuUs = processCpuUs;
      functions = new Map();
      counts = NOTHING;
      return usage;
    },
  };
}

const NOTHING: Counts = { busEvents: 0, queued: 0, batches: 0, mails: 0 };
