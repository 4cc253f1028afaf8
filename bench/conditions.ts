import { linkRelease } from '#core/linked.ts';
import { release } from '#test/support/shop.ts';
import type { Bench } from './bench.ts';
import { jsonLogicMatcher } from './conditions/json-logic.ts';
import { type FlatFacts, flat, indexed, type Matcher } from './conditions/matcher.ts';
import { rulesEngineMatcher } from './conditions/rules-engine.ts';
import { AT, type Happening, happenings, journeyOf, type Triggered, triggers } from './conditions/shop.ts';
import { cpuInTurns, type Work } from './measure.ts';
import type { Row } from './report.ts';

const EVENTS = 2000;
/** Events of one turn; the next turn goes on with the next ones, round and round. */
const SLICE = 100;

/** What the trigger conditions of 100 journeys cost alone, next to two packages that evaluate conditions written as JSON. */
export const conditionsBench: Bench = async ({ quick, progress }) => {
  const all = triggers();
  const events = happenings(EVENTS, 1);
  const facts = events.map(flat);
  const ours = ourMatcher(all);
  const peers = {
    rulesEngine: rulesEngineMatcher(all, { withEventName: true }),
    rulesEngineIndexed: indexed(all, rulesEngineMatcher),
    jsonLogic: jsonLogicMatcher(all, { withEventName: true }),
    jsonLogicIndexed: indexed(all, jsonLogicMatcher),
  };
  progress('checking that all of them start the same journeys');
  const started = await agreed(events, ours, facts, Object.values(peers));

  progress('asking');
  const rounds = quick ? { rounds: 3, roundMs: 150, warmUpMs: 300 } : { rounds: 15, roundMs: 300, warmUpMs: 1000 };
  const cost = await cpuInTurns(
    {
      ours: inSlices(events, (event) => ours(event)),
      rulesEngine: inSlices(facts, peers.rulesEngine),
      rulesEngineIndexed: inSlices(facts, peers.rulesEngineIndexed),
      jsonLogic: inSlices(facts, peers.jsonLogic),
      jsonLogicIndexed: inSlices(facts, peers.jsonLogicIndexed),
    },
    rounds,
  );
  return rows(cost, started);
};

/** As `advance` asks: the journeys that the event's name starts, and the test of each. */
function ourMatcher(all: readonly Triggered[]): (event: Happening) => readonly string[] {
  const catalogue = linkRelease(release({ journeys: all.map(journeyOf) }));
  return ({ name, properties, customer }) => {
    const asked = { customer, now: AT, properties, trigger: properties };
    const started: string[] = [];
    for (const { journey, where } of catalogue.startedBy.get(`event:${name}`) ?? [])
      if (where === undefined || where(asked).is) started.push(journey.id);
    return started;
  };
}

/** How many journeys are started in all; a comparison of things that do not do the same would be none. */
async function agreed(
  events: readonly Happening[],
  ours: (event: Happening) => readonly string[],
  facts: readonly FlatFacts[],
  peers: readonly Matcher[],
): Promise<number> {
  let started = 0;
  for (const [index, event] of events.entries()) {
    const expected = ours(event).toSorted().join();
    started += ours(event).length;
    for (const peer of peers) {
      const found = (await peer(facts[index] ?? {})).toSorted().join();
      if (found !== expected) throw new Error(`event ${index} (${event.name}) starts ${expected}; with another one, ${found}`);
    }
  }
  return started;
}

function inSlices<Item>(items: readonly Item[], ask: (item: Item) => readonly string[] | Promise<readonly string[]>): Work {
  const slices = Array.from({ length: items.length / SLICE }, (_, index) => items.slice(index * SLICE, (index + 1) * SLICE));
  let turn = 0;
  const run = async (): Promise<void> => {
    for (const item of slices[turn % slices.length] ?? []) {
      const answer = ask(item);
      // Who answers at once is not charged for waiting.
      if (answer instanceof Promise) await answer;
    }
    turn += 1;
  };
  return { run, units: SLICE };
}

type Costs = Readonly<Record<'ours' | 'rulesEngine' | 'rulesEngineIndexed' | 'jsonLogic' | 'jsonLogicIndexed', number>>;

function rows(cost: Costs, started: number): Row[] {
  const notes = [
    `${EVENTS.toLocaleString('en')} events, 100 journeys, ten for each of ten event names; on average ${(started / EVENTS).toFixed(1)} of them start. All find the same ones. Conditions are on properties and attributes: the peers know no counts of events, no windows and no instant at which an answer changes`,
  ];
  const perSecond = (what: string, name: keyof Costs, more: readonly string[] = []): Row => ({
    what,
    figure: 1e6 / cost[name],
    unit: 'events/s',
    notes: more,
  });
  const ratio = (what: string, name: keyof Costs): Row => ({ what, figure: cost[name] / cost.ours, unit: '×' });
  const whole = ['all 100 rules are asked, the name of the event first'];
  const byName = ['only the rules of the event’s name are asked, found as ours are'];
  return [
    perSecond('linked tests', 'ours', notes),
    perSecond('json-rules-engine', 'rulesEngine', whole),
    perSecond('json-rules-engine, indexed', 'rulesEngineIndexed', byName),
    perSecond('json-logic-js', 'jsonLogic', whole),
    perSecond('json-logic-js, indexed', 'jsonLogicIndexed', byName),
    ratio('cost of json-rules-engine / of ours', 'rulesEngine'),
    ratio('cost of json-rules-engine, indexed / of ours', 'rulesEngineIndexed'),
    ratio('cost of json-logic-js / of ours', 'jsonLogic'),
    ratio('cost of json-logic-js, indexed / of ours', 'jsonLogicIndexed'),
  ];
}
