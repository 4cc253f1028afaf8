import type { Row } from './report.ts';

type BenchOptions = {
  /** Fewer rounds and smaller numbers, for a look; bounds are meant for a whole run. */
  readonly quick: boolean;
  /** Says what is going on, one line each. */
  readonly progress: (line: string) => void;
};

/** One benchmark. It runs in a process of its own, so that none warms up, or fills the memory of, another. */
export type Bench = (options: BenchOptions) => Promise<readonly Row[]>;

/** All benchmarks: what they measure, and where they are. */
export const benches = {
  advance: { about: 'deciding: stimuli a second, and what journeys, segments, runs and metrics cost' },
  conditions: { about: 'trigger conditions alone, next to json-rules-engine and json-logic-js' },
  render: { about: 'rendering a mail of 20 KB with a loop' },
  calls: { about: 'AWS calls for a batch of 25 events of one customer, from capture to decision' },
  bundles: { about: 'size and load time of the functions on the hot path' },
  due: { about: '100,000 customers who are due at the same minute' },
  cpu: { about: 'processor time of all functions for one event that leads to one mail' },
  latency: { about: 'from a form post to the mail, on the local cloud' },
  prediction: { about: 'fitting lifetime models; P(alive), values and crossing instants a second' },
  learn: { about: 'learning from a million customers and more in the memory of the function' },
  cost: { about: 'what a million events and mails cost in AWS' },
} as const satisfies Readonly<Record<string, { readonly about: string }>>;

export type BenchName = keyof typeof benches;
export const benchNames = Object.keys(benches) as readonly BenchName[];

export async function loadBench(name: BenchName): Promise<Bench> {
  switch (name) {
    case 'advance':
      return (await import('./advance.ts')).advanceBench;
    case 'conditions':
      return (await import('./conditions.ts')).conditionsBench;
    case 'render':
      return (await import('./render.ts')).renderBench;
    case 'calls':
      return (await import('./calls.ts')).callsBench;
    case 'bundles':
      return (await import('./bundles.ts')).bundlesBench;
    case 'due':
      return (await import('./due.ts')).dueBench;
    case 'cpu':
      return (await import('./cpu.ts')).cpuBench;
    case 'latency':
      return (await import('./latency.ts')).latencyBench;
    case 'prediction':
      return (await import('./prediction.ts')).predictionBench;
    case 'learn':
      return (await import('./learn.ts')).learnBench;
    case 'cost':
      return (await import('./cost.ts')).costBench;
  }
}
