import { advance } from '#core/advance.ts';
import type { Customer } from '#core/customer.ts';
import { DAY_MS } from '#core/instant.ts';
import type { Catalogue } from '#core/linked.ts';
import { families, JOURNEYS_IN_FAMILY } from './advance/families.ts';
import { type Stimulus, stimuli } from './advance/people.ts';
import type { Bench } from './bench.ts';
import { cpuInTurns, type Work } from './measure.ts';
import type { Row } from './report.ts';

const PEOPLE = 1000;
const RUNS_MORE = 20;
const METRICS_MORE = 50;
const SEGMENTS_MORE = 20;

/** How fast decisions are made, and what makes them slower. */
export const advanceBench: Bench = async ({ quick, progress }) => {
  const rounds = quick ? { rounds: 3, roundMs: 150, warmUpMs: 400 } : { rounds: 15, roundMs: 400, warmUpMs: 2000 };
  progress('letting customers live a year with 10, 100 and 1,000 journeys');
  const hundred = families({ journeys: 100 });
  const people = stimuli(hundred, { count: PEOPLE, families: 10, seed: 1 });
  const few = families({ journeys: 10 });
  const many = families({ journeys: 1000 });
  const same = stimuli(few, { count: PEOPLE, families: 1, seed: 2 });
  const segmented = families({ journeys: 100, moreSegments: SEGMENTS_MORE });

  progress('deciding');
  const cost = await cpuInTurns(
    {
      usual: work(people, hundred),
      few: work(same, few),
      many: work(same, many),
      moreSegments: work(stimuli(segmented, { count: PEOPLE, families: 10, seed: 1 }), segmented),
      moreRuns: work(
        changed(people, (customer) => withMoreRuns(customer, hundred)),
        hundred,
      ),
      moreMetrics: work(changed(people, withMoreMetrics), hundred),
    },
    rounds,
  );
  return rows(cost, people, hundred);
};

function rows(
  cost: Record<string, number> & Record<'usual' | 'few' | 'many' | 'moreSegments' | 'moreRuns' | 'moreMetrics', number>,
  people: readonly Stimulus[],
  hundred: Catalogue,
): Row[] {
  const notes = [described(people, hundred)];
  const each = (name: 'moreSegments' | 'moreRuns' | 'moreMetrics', count: number): number => (cost[name] - cost.usual) / count;
  return [
    {
      what: 'stimuli decided with 100 active journeys, one core',
      figure: 1e6 / cost.usual,
      unit: '/s',
      bound: { atLeast: 50_000 },
      notes,
    },
    {
      what: 'cost with 1,000 journeys / with 10, same journeys concerned',
      figure: cost.many / cost.few,
      unit: '×',
      bound: { atMost: 1.2 },
      notes: [
        `${cost.many.toFixed(1)} µs against ${cost.few.toFixed(1)} µs; each stimulus concerns ${JOURNEYS_IN_FAMILY} journeys`,
      ],
    },
    { what: 'one stimulus with 100 active journeys', figure: cost.usual, unit: 'µs' },
    { what: 'each further segment that the event concerns', figure: each('moreSegments', SEGMENTS_MORE), unit: 'µs' },
    { what: 'each further active run', figure: each('moreRuns', RUNS_MORE), unit: 'µs' },
    { what: 'each further metric that the customer keeps', figure: each('moreMetrics', METRICS_MORE), unit: 'µs' },
  ];
}

/** All stimuli once: each to a customer of its own, whose state is taken as it was. */
function work(all: readonly Stimulus[], catalogue: Catalogue): Work {
  const run = (): void => {
    for (const { customer, event } of all) advance(customer, [event], catalogue, event.receivedAt + 2000);
  };
  return { run, units: all.length };
}

function changed(all: readonly Stimulus[], change: (customer: Customer) => Customer): Stimulus[] {
  return all.map(({ customer, event }) => ({ event, customer: change(customer) }));
}

/** Runs that stand at a wait, in journeys that the customer is not in. */
function withMoreRuns(customer: Customer, { versions }: Catalogue): Customer {
  const own = new Set(customer.runs.map(({ journey }) => journey));
  const free = [...versions.values()].filter(({ journey, nodes }) => !own.has(journey.id) && nodes.has('wait-P3D'));
  const further = [...versions.values()].filter(({ journey, nodes }) => !own.has(journey.id) && nodes.has('reaction'));
  const at = customer.clock;
  const runs = [...free, ...further].slice(0, RUNS_MORE).map(({ journey, version }, index) => ({
    id: `run_${index}`,
    journey: journey.id,
    version,
    enteredAt: at,
    trigger: { name: 'Order Completed', at, properties: {} },
    step: index < free.length ? 'wait-P3D' : 'reaction',
    since: at,
    until: at + 3 * DAY_MS,
    messages: { hello: 'sent' },
  }));
  if (runs.length < RUNS_MORE) throw new Error(`only ${runs.length} journeys have a wait to stand at`);
  return { ...customer, runs: [...customer.runs, ...runs] };
}

function withMoreMetrics(customer: Customer): Customer {
  const t = Array.from({ length: 5 }, (_, index) => customer.clock - (5 - index) * DAY_MS);
  const more = Object.fromEntries(Array.from({ length: METRICS_MORE }, (_, index) => [`m-more-${index}`, { n: t.length, t }]));
  return { ...customer, metrics: { ...customer.metrics, ...more } };
}

function described(people: readonly Stimulus[], catalogue: Catalogue): string {
  const mean = (of: (one: Stimulus) => number): string =>
    (people.reduce((sum, one) => sum + of(one), 0) / people.length).toFixed(1);
  const entries = (record: object): number => Object.keys(record).length;
  const results = people.map(({ customer, event }) => advance(customer, [event], catalogue, event.receivedAt + 2000));
  const share = (count: number): string => `${Math.round((100 * count) / people.length)} %`;
  const acted = results.filter(({ effects }) => effects.length > 0).length;
  const noted = results.filter(({ decisions }) => decisions.some(({ notes }) => notes.length > 0)).length;
  const state = `${mean(({ customer }) => entries(customer.metrics))} metrics, ${mean(({ customer }) => customer.runs.length)} active runs, ${mean(({ customer }) => entries(customer.segments))} segments and ${mean(({ customer }) => JSON.stringify(customer).length)} bytes`;
  return `${PEOPLE} customers after a year with the catalogue, on average with ${state}; an event concerns one journey in ten; of the stimuli, ${share(noted)} lead to a note and ${share(acted)} to a mail`;
}
