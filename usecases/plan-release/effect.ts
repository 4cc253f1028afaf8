/** What a draft would have done over a history, against what the published release would have done. */
import type { Journey } from '#core/catalogue.ts';
import { steps } from '#core/journey/nested.ts';
import type { Simulated } from '../simulate.ts';
import { planPrices } from './prices.ts';

export type Effect = {
  readonly from: string | null;
  readonly until: string | null;
  readonly mails: Pair;
  readonly skipped: Pair;
  readonly peak: { readonly before: Peak | null; readonly after: Peak | null };
  readonly journeys: readonly JourneyEffect[];
  readonly cost: { readonly before: number; readonly after: number; readonly sources: readonly string[] };
  readonly events: Pair;
  /** What journeys of the draft would have given away of their budgets. */
  readonly budgets: Simulated['budgets'];
};

type Pair = { readonly before: number; readonly after: number };
type Peak = { readonly day: string; readonly mails: number };

export type JourneyEffect = {
  readonly id: string;
  readonly mails: Pair;
  readonly people: Pair;
  /** Who comes in only by the draft, and who only without it. */
  readonly newlyIn: readonly string[];
  readonly noLongerIn: readonly string[];
  readonly ways: readonly WayChange[];
  /** People who stand inside at the end of the history, by step. */
  readonly inside: Readonly<Record<string, number>>;
};

/** People whose way parts from what it was: both versions took them to `at`, and then one to `before`, the other to `after`. */
export type WayChange = {
  readonly at: string | null;
  readonly before: string | null;
  readonly after: string | null;
  readonly people: readonly string[];
};

export type EffectRequest = {
  readonly before: { readonly journeys: readonly Journey[]; readonly simulated: Simulated };
  readonly after: { readonly journeys: readonly Journey[]; readonly simulated: Simulated };
  /** The published release once more, only until the last message: who is inside then. */
  readonly now: Simulated;
};

export function effectOf({ before, after, now }: EffectRequest): Effect {
  const [old, fresh] = [before.simulated, after.simulated];
  const ids = [...new Set([...before.journeys, ...after.journeys].map(({ id }) => id))].sort();
  return {
    from: fresh.from,
    until: fresh.until,
    mails: pair(old.totals.sent, fresh.totals.sent),
    skipped: pair(old.totals.skipped, fresh.totals.skipped),
    peak: { before: peakOf(old), after: peakOf(fresh) },
    journeys: ids.map((id) => journeyEffect(id, { before, after, now })).filter(hasPeople),
    cost: {
      before: costOf(old),
      after: costOf(fresh),
      sources: Object.values(planPrices).map(({ source }) => source),
    },
    events: pair(old.totals.events, fresh.totals.events),
    budgets: fresh.budgets,
  };
}

const pair = (before: number, after: number): Pair => ({ before, after });

function costOf({ totals: { sent, events } }: Simulated): number {
  const { event, mailByRekindle, mailBySes } = planPrices;
  return sent * (mailBySes.usd + mailByRekindle.usd) + events * event.usd;
}

function peakOf({ totals: { days } }: Simulated): Peak | null {
  const most = days.reduce<Peak | null>((one, { day, sent }) => (sent > (one?.mails ?? 0) ? { day, mails: sent } : one), null);
  return most;
}

const hasPeople = ({ people, inside }: JourneyEffect): boolean =>
  people.before + people.after > 0 || Object.keys(inside).length > 0;

function journeyEffect(id: string, { before, after, now }: EffectRequest): JourneyEffect {
  const [old, fresh] = [waysOf(id, before.simulated), waysOf(id, after.simulated)];
  const known = commonSteps(id, before.journeys, after.journeys);
  const sent = ({ totals }: Simulated): number => totals.journeys[id]?.sent ?? 0;
  return {
    id,
    mails: pair(sent(before.simulated), sent(after.simulated)),
    people: pair(old.size, fresh.size),
    newlyIn: [...fresh.keys()].filter((one) => !old.has(one)).sort(),
    noLongerIn: [...old.keys()].filter((one) => !fresh.has(one)).sort(),
    ways: wayChanges(old, fresh, known),
    inside: insideOf(id, now),
  };
}

type Ways = ReadonlyMap<string, readonly string[]>;

/** The steps that each customer was taken to, over all runs. Being held out is no entry. */
function waysOf(id: string, { runs }: Simulated): Ways {
  const ways = new Map<string, string[]>();
  for (const { customer, journey, outcome, steps: taken } of runs) {
    if (journey !== id || (outcome === 'holdout' && taken.length === 0)) continue;
    const known = ways.get(customer) ?? [];
    ways.set(customer, known);
    known.push(...taken.map((step) => step.id), END);
  }
  return ways;
}

const END = '';

/** Only steps that both versions have tell a way apart: one that is new is no other way. */
function commonSteps(id: string, before: readonly Journey[], after: readonly Journey[]): ReadonlySet<string> {
  const idsIn = (journeys: readonly Journey[]): string[] =>
    steps(journeys.find((one) => one.id === id)?.steps ?? []).map((step) => step.id);
  const now = new Set(idsIn(after));
  return new Set([END, ...idsIn(before).filter((step) => now.has(step))]);
}

function wayChanges(before: Ways, after: Ways, known: ReadonlySet<string>): WayChange[] {
  const found = new Map<string, { at: string | null; before: string | null; after: string | null; people: string[] }>();
  for (const [customer, way] of before) {
    const [old, fresh] = [way, after.get(customer) ?? []].map((one) => one.filter((step) => known.has(step)));
    if (old === undefined || fresh === undefined || !after.has(customer)) continue;
    const index = old.findIndex((step, place) => fresh[place] !== step);
    const parted = index < 0 ? old.length : index;
    if (parted === old.length && parted === fresh.length) continue;
    const step = (one: string | undefined): string | null => (one === undefined || one === END ? null : one);
    const change = { at: step(old[parted - 1]), before: step(old[parted]), after: step(fresh[parted]) };
    const key = JSON.stringify(change);
    const group = found.get(key) ?? { ...change, people: [] };
    group.people.push(customer);
    found.set(key, group);
  }
  return [...found.values()].sort((one, other) => other.people.length - one.people.length);
}

function insideOf(id: string, { runs }: Simulated): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { journey, waits } of runs) {
    if (journey === id && waits !== null) counts[waits.step] = (counts[waits.step] ?? 0) + 1;
  }
  return counts;
}
