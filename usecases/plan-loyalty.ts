/** What a draft of the programme would have cost and given over a history, next to the present one. */
import type { Release } from '#core/catalogue.ts';
import type { Customer } from '#core/customer.ts';
import type { LedgerEntry } from '#core/decision.ts';
import { eventKey, type TimelineEvent } from '#core/event.ts';
import { type Instant, toIso } from '#core/instant.ts';
import { programmeOf } from '#core/loyalty/programme.ts';
import { type PointValue, pointValueOf } from './plan-loyalty/point-value.ts';
import { type RuleTotals, type Totals, tallied } from './plan-loyalty/totals.ts';
import type { History } from './simulate/history.ts';
import { type Live, live } from './simulate/live.ts';

type LoyaltySide = { readonly release: Release; readonly history: Pick<History, 'events' | 'lastAt'> };

export type LoyaltyPlanRequest = {
  /** Undefined where nothing is published. */
  readonly before: LoyaltySide | undefined;
  readonly after: LoyaltySide;
  /** What a point is worth, in units of the currency; else what the rewards say. */
  readonly pointValue?: number | undefined;
  /** Up to when; to the last event of the history unless told. */
  readonly until?: Instant | undefined;
  readonly progress?: (what: 'present rules' | 'draft', done: number, all: number) => void;
};

type SideView = {
  readonly currency: string;
  readonly totals: Totals;
  readonly pointValue: PointValue;
  /** Points that can be spent, and those that will be, in money. */
  readonly liability: { readonly outstanding: number; readonly pending: number };
  /** Customers by tier; `null` is no tier. */
  readonly tiers: readonly { readonly tier: string | null; readonly customers: number }[];
  readonly rules: readonly RuleTotals[];
  /** Why nothing was booked, and how often. */
  readonly refused: Readonly<Record<string, number>>;
};

type TierMove = {
  readonly from: string | null;
  readonly to: string | null;
  readonly direction: 'up' | 'down' | 'other';
  readonly customers: number;
  /** The first of them, as the history calls them. */
  readonly first: readonly string[];
};

export type LoyaltyPlan = {
  readonly until: string | null;
  readonly customers: number;
  /** Null where no programme is published. */
  readonly before: SideView | null;
  readonly after: SideView;
  /** Whose tier is another one by the draft, at the end of the history. */
  readonly moves: readonly TierMove[];
};

const NAMED_MAX = 5;
const PROGRESS_EVERY = 5000;

/** Pure: the same in, the same out. */
export function planLoyalty({ before, after, pointValue, until, progress }: LoyaltyPlanRequest): LoyaltyPlan {
  const end = until ?? after.history.lastAt;
  const fresh = replayed(after, end, (done, all) => progress?.('draft', done, all));
  const hasPresent = before?.release.loyalty !== undefined;
  const old = hasPresent ? replayed(before, end, (done, all) => progress?.('present rules', done, all)) : undefined;
  return {
    until: end === undefined ? null : toIso(end),
    customers: fresh.world.people().length,
    before: old === undefined || before === undefined ? null : viewOf(before.release, old, pointValue),
    after: viewOf(after.release, fresh, pointValue),
    moves: movesOf(old?.world, fresh.world, after.release),
  };
}

type Replayed = {
  readonly world: Live;
  readonly entries: readonly LedgerEntry[];
  readonly refused: Readonly<Record<string, number>>;
};

/** Points by the rules of a release: journeys run, since they give points too; nobody opens or clicks their mails. */
function replayed(
  { release, history }: LoyaltySide,
  until: Instant | undefined,
  told: (done: number, all: number) => void,
): Replayed {
  const entries: LedgerEntry[] = [];
  const refused: Record<string, number> = {};
  const world = live(release, {
    took: () => {},
    called: () => {},
    merged: () => {},
    mailed: () => [],
    booked: (entry) => void entries.push(entry),
    decided: (_, decisions) => {
      for (const { notes } of decisions) {
        for (const { what, why } of notes) if (what === 'refused') refused[why] = (refused[why] ?? 0) + 1;
      }
    },
  });
  const events = history.events
    .filter(({ at }) => until === undefined || at <= until)
    .toSorted((one, other) => one.at - other.at || (eventKey(one) < eventKey(other) ? -1 : 1));
  for (const [index, event] of events.entries()) {
    world.take(withoutReward(event));
    if (index % PROGRESS_EVERY === 0) told(index, events.length);
  }
  if (until !== undefined) world.pass(until);
  told(events.length, events.length);
  return { world, entries, refused };
}

/** Points were spent, whatever that reward would cost by other rules. */
function withoutReward(event: TimelineEvent): TimelineEvent {
  if (event.origin !== 'loyalty' || event.properties.reward === undefined) return event;
  const { reward: _, ...properties } = event.properties;
  return { ...event, properties };
}

function viewOf(release: Release, { world, entries, refused }: Replayed, stated: number | undefined): SideView {
  const { loyalty, vouchers = [] } = release;
  if (loyalty === undefined) throw new Error('a release without a programme is not replayed');
  const programme = programmeOf(loyalty);
  const people = world.people();
  const totals = tallied(people, entries);
  const pointValue = pointValueOf(programme, vouchers, stated);
  const counts = Map.groupBy(people, (customer) => tierOf(customer));
  const money = (points: number): number =>
    Math.round(points * pointValue.value * 10 ** programme.digits) / 10 ** programme.digits;
  return {
    currency: programme.currency,
    totals: totals.all,
    pointValue,
    liability: { outstanding: money(totals.all.outstanding), pending: money(totals.all.pending) },
    tiers: [null, ...programme.tiers.levels.map(({ id }) => id)].map((tier) => ({
      tier,
      customers: counts.get(tier)?.length ?? 0,
    })),
    rules: totals.byRule(programme),
    refused,
  };
}

const tierOf = ({ loyalty }: Customer): string | null => loyalty?.tier ?? null;

function movesOf(old: Live | undefined, fresh: Live, { loyalty }: Release): TierMove[] {
  const levels = loyalty === undefined ? [] : programmeOf(loyalty).tiers.levels.map(({ id }) => id);
  const rank = (tier: string | null): number | undefined => {
    if (tier === null) return -1;
    return levels.includes(tier) ? levels.indexOf(tier) : undefined;
  };
  const moves = new Map<string, { from: string | null; to: string | null; people: string[] }>();
  for (const customer of fresh.people()) {
    const was = old?.find(customer.id);
    const [from, to] = [was === undefined ? null : tierOf(was), tierOf(customer)];
    if (from === to) continue;
    const move = moves.get(`${from} ${to}`) ?? { from, to, people: [] };
    moves.set(`${from} ${to}`, move);
    move.people.push(customer.email ?? customer.userId ?? customer.anonymousIds[0] ?? customer.id);
  }
  return [...moves.values()]
    .sort((one, other) => other.people.length - one.people.length)
    .map(({ from, to, people }) => ({
      from,
      to,
      direction: directionOf(rank(from), rank(to)),
      customers: people.length,
      first: people.toSorted().slice(0, NAMED_MAX),
    }));
}

/** A level that the draft has no more cannot be compared. */
function directionOf(from: number | undefined, to: number | undefined): TierMove['direction'] {
  if (from === undefined || to === undefined) return 'other';
  return to > from ? 'up' : 'down';
}
