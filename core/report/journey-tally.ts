/** What one person adds to the report of a journey. Everything is a count, so that people are added up in any order. */
import type { Customer } from '../customer.ts';
import { eventKey, type TimelineEvent } from '../event.ts';
import { add, type Duration, type Instant } from '../instant.ts';
import type { JsonObject } from '../json.ts';
import type { Test } from '../test.ts';
import type { Entry } from './entries.ts';
import type { PersonOrders } from './orders.ts';
import { type Buckets, bucketOf } from './revenue.ts';

/** What a release says about a journey, as far as its effect is concerned. */
export type JourneyTerms = {
  /** The share of people that is held out of this journey alone, and of all marketing; in percent. */
  readonly holdout: number;
  readonly holdoutOfAll: number;
  readonly goal: { readonly event: string; readonly where: Test | undefined; readonly window: Duration };
  /** Whether the event that was evaluated when somebody entered is what the journey was triggered by. */
  readonly byEvent: boolean;
};

/** People whose window is over. */
type Arm = { readonly people: number; readonly converted: number; readonly buckets: Buckets };

/** Those who entered while a holdout was in force, by whether it held them out; `open` are those whose window is not over. */
export type Trial = {
  readonly treated: Arm;
  readonly heldOut: Arm;
  readonly open: { readonly treated: number; readonly heldOut: number };
  /** People by the percentage that was held out when they entered: an effect over several of them mixes times. */
  readonly percents: Readonly<Record<string, number>>;
  /** People who were on one side first, and on the other one later: two ids turned out to be one person's. */
  readonly changedSides: number;
};

export type JourneyTally = {
  readonly entries: number;
  /** Entries of which nothing came, because of either holdout. */
  readonly heldOutEntries: number;
  readonly people: number;
  /** People whose window is over and who were let in, whether or not anybody was held out then; and those who reached the goal. */
  readonly letIn: number;
  readonly letInConverted: number;
  readonly goalsNoted: number;
  /** By the journey's own holdout, and by that of all marketing where the journey has none. */
  readonly trials: { readonly journey?: Trial; readonly all?: Trial };
  /** People without a comparison: nobody was held out when they entered, or they were held out of all marketing beside the trial. */
  readonly without: { readonly noHoldout: number; readonly outOfAll: number };
};

export type Person = {
  readonly customer: Customer;
  readonly events: readonly TimelineEvent[];
  readonly orders: PersonOrders;
};

/** Of the entries of one person into one journey the first one counts; conversion and revenue are those of the window after it. */
export function journeyTally(
  person: Person,
  entries: readonly Entry[],
  { terms, now, goals }: { readonly terms: JourneyTerms; readonly now: Instant; readonly goals: number },
): JourneyTally {
  const [first, ...later] = entries;
  if (first === undefined) return nobody;
  const window = { from: first.at, to: add(first.at, terms.goal.window) };
  const isOver = window.to <= now;
  const converted = isOver && reaches(person, first, terms, window);
  const base = {
    entries: entries.length,
    heldOutEntries: entries.filter(({ heldOut }) => heldOut !== undefined).length,
    people: 1,
    letIn: isOver && first.heldOut === undefined ? 1 : 0,
    letInConverted: converted && first.heldOut === undefined ? 1 : 0,
    goalsNoted: goals,
  };
  const kind = terms.holdout > 0 ? 'journey' : terms.holdoutOfAll > 0 ? 'all' : undefined;
  if (kind === undefined && first.heldOut === undefined) return { ...base, trials: {}, without: { noHoldout: 1, outOfAll: 0 } };
  if (kind === 'journey' && first.heldOut === 'all') return { ...base, trials: {}, without: { noHoldout: 0, outOfAll: 1 } };
  const trial = first.heldOut ?? kind ?? 'journey';
  const percent = trial === 'journey' ? terms.holdout : terms.holdoutOfAll;
  const minor = person.orders.orders.reduce((sum, { at, minor }) => sum + (at >= window.from && at < window.to ? minor : 0), 0);
  const arm: Arm = {
    people: 1,
    converted: converted ? 1 : 0,
    buckets: { [bucketOf(person.customer.id)]: { people: 1, minor } },
  };
  const side = first.heldOut === undefined ? 'treated' : 'heldOut';
  const changedSides = later.some(({ heldOut }) => (heldOut === undefined) !== (first.heldOut === undefined)) ? 1 : 0;
  const one: Trial = {
    treated: noArm,
    heldOut: noArm,
    open: { treated: 0, heldOut: 0, ...(!isOver && { [side]: 1 }) },
    percents: { [String(percent)]: 1 },
    changedSides,
    ...(isOver && { [side]: arm }),
  };
  return { ...base, trials: { [trial]: one }, without: { noHoldout: 0, outOfAll: 0 } };
}

type Window = { readonly from: Instant; readonly to: Instant };

/** By the person's events, for those who were held out as for the others: a run that has ended hears of nothing any more. */
function reaches({ customer, events }: Person, entry: Entry, { goal, byEvent }: JourneyTerms, { from, to }: Window): boolean {
  const isTrigger = (event: TimelineEvent): boolean =>
    entry.event?.customer === event.customer && entry.event.key === eventKey(event);
  const trigger: JsonObject = (byEvent && events.find(isTrigger)?.properties) || {};
  return events.some((event) => {
    if (event.name !== goal.event || event.at < from || event.at >= to || (byEvent && isTrigger(event))) return false;
    return goal.where === undefined || goal.where({ customer, now: event.at, properties: event.properties, trigger }).is;
  });
}

const noArm: Arm = { people: 0, converted: 0, buckets: {} };
const nobody: JourneyTally = {
  entries: 0,
  heldOutEntries: 0,
  people: 0,
  letIn: 0,
  letInConverted: 0,
  goalsNoted: 0,
  trials: {},
  without: { noHoldout: 0, outOfAll: 0 },
};
