import { isDouble } from '#core/double-opt-in.ts';
import { eventKey } from '#core/event.ts';
import { DAY_MS, type Instant, NEVER, toIso } from '#core/instant.ts';
import type { CompiledCatalogue } from './compile-catalogue.ts';
import { ageless } from './simulate/ageless.ts';
import type { History } from './simulate/history.ts';
import { live } from './simulate/live.ts';
import type { BudgetUse } from './simulate/offers.ts';
import { type Assumed, assumedReactions } from './simulate/reactions.ts';
import { recorder } from './simulate/record.ts';
import { sendingSkips } from './simulate/sending-skips.ts';
import { AFTER_LAST_DAYS, statements } from './simulate/statements.ts';
import { type SimulatedTotals, totalsOf } from './simulate/totals.ts';
import { type Views, viewsOf } from './simulate/views.ts';

export type SimulateRequest = {
  readonly compiled: CompiledCatalogue;
  readonly history: Pick<History, 'events' | 'firstAt' | 'lastAt'>;
  /** When the journeys begin; what happened before only makes people known. With the first message, unless told. */
  readonly from?: Instant;
  readonly until?: Instant;
  readonly assume?: Assumed;
  readonly progress?: (done: number, all: number) => void;
};

export type Simulated = {
  readonly release: string;
  readonly from: string | null;
  readonly until: string | null;
  readonly totals: SimulatedTotals;
  /** What journeys gave away of their budgets, and how many people they refused. */
  readonly budgets: readonly BudgetUse[];
  /** What was assumed, and what a replay cannot know, in sentences. */
  readonly notes: readonly string[];
} & Views;

/** Messages between two reports of progress. */
const PROGRESS_EVERY = 5000;

/**
 * Replays a history through a release: every event at its own time, every wake exactly when it is due, events that
 * journeys emit fed back. Mail is checked as it is when sending, and nothing is sent. Pure: the same in, the same out.
 */
export function simulate(request: SimulateRequest): Simulated {
  const { compiled, history, from, assume = {}, progress } = request;
  const { release } = compiled;
  const events = history.events.toSorted((one, other) => one.at - other.at || (eventKey(one) < eventKey(other) ? -1 : 1));
  const until = request.until ?? (history.lastAt === undefined ? undefined : history.lastAt + AFTER_LAST_DAYS * DAY_MS);
  const record = recorder();
  const assumed = { delivered: 0, opened: 0, clicked: 0 };
  let calls = 0;
  const skips = sendingSkips(compiled);
  const world = live(
    until === undefined ? release : ageless(release, until),
    {
      decided: record.decided,
      merged: record.merged,
      took: skips.took,
      called: () => {
        calls += 1;
      },
      mailed: (message, customer) => {
        const reason = skips.why(message, customer);
        record.mailed(message, reason);
        if (message.status !== 'queued' || reason !== undefined) return [];
        const reactions = assumedReactions(message, assume).filter(({ at }) => at <= (until ?? NEVER));
        for (const { name } of reactions) assumed[REACTIONS[name] ?? 'clicked'] += 1;
        return reactions;
      },
    },
    { from },
  );
  const replayed = events.filter(({ at }) => at <= (until ?? NEVER));
  for (const [index, event] of replayed.entries()) {
    world.take(event);
    if (index % PROGRESS_EVERY === 0) progress?.(index, replayed.length);
  }
  if (until !== undefined) world.pass(until);
  progress?.(replayed.length, replayed.length);
  const begunAt = from ?? history.firstAt;
  const budgets = world.budgets();
  return {
    release: release.id,
    from: begunAt === undefined ? null : toIso(begunAt),
    until: until === undefined ? null : toIso(until),
    ...viewsOf(record, world),
    budgets,
    totals: totalsOf({ record, release, assumed, calls, customers: world.people().length, events: replayed.length }),
    notes: statements({
      assume,
      calls,
      doubles: release.forms.filter(isDouble).map(({ id }) => id),
      prediction: release.prediction,
      from,
      toldUntil: request.until,
      until,
      budgets,
    }),
  };
}

const REACTIONS: Readonly<Record<string, keyof Required<Assumed>>> = { 'Email Delivered': 'delivered', 'Email Opened': 'opened' };
