/** The scores and the stage of a customer, explained: which rule gave what, by which events, and what is left of it. */
import type { Release } from '#core/catalogue.ts';
import type { Customer, StageEntry, Touch } from '#core/customer.ts';
import { type Instant, toIso } from '#core/instant.ts';
import { explainScore, linkScores, type RulePart } from '#core/scoring.ts';

export type LeadView = { readonly scores?: readonly ScoreView[]; readonly stage?: StageView; readonly touches?: TouchesView };

type ScoreView = {
  readonly id: string;
  readonly name: string;
  readonly value: number;
  /** When it was reckoned: scores fade. */
  readonly at: string;
  readonly halfLife?: string;
  /** Rules that count for this person; those that gave the most come first. */
  readonly rules: readonly RuleView[];
};

type RuleView = {
  readonly id: string;
  readonly name: string;
  /** Of the event or the condition, as it is now; `given` is what it was worth when it happened. */
  readonly points: number;
  readonly given: number;
  readonly event?: string;
  /** The latest events that count, newest first. */
  readonly events: readonly { readonly id: string; readonly at: string; readonly points: number; readonly given: number }[];
  /** Earlier ones, of which the number is known. */
  readonly earlier?: { readonly count: number; readonly points: number };
};

type StageView = {
  /** Null where every stage was left. */
  readonly id: string | null;
  readonly name: string | null;
  readonly since: string;
  /** Oldest first. `responseMs` is how long the person waited, from then on, for a mail or another contact by the company. */
  readonly history: readonly {
    readonly stage: string | null;
    readonly name: string | null;
    readonly at: string;
    readonly by: string;
    readonly contactedAt?: string;
    readonly responseMs?: number;
  }[];
};

type TouchView = Omit<Touch, 'at'> & { readonly at: string };
type TouchesView = { readonly first: TouchView; readonly last: TouchView };

export function leadView(customer: Customer, release: Release | undefined, now: Instant): LeadView {
  const scores = scoresOf(customer, release, Math.max(now, customer.clock));
  const stage = stageOf(customer, release);
  const { touches } = customer;
  const came = touches && { first: touchView(touches.first), last: touchView(touches.last) };
  return { ...(scores.length > 0 && { scores }), ...(stage && { stage }), ...(came && { touches: came }) };
}

const touchView = (touch: Touch): TouchView => ({ ...touch, at: toIso(touch.at) });

function scoresOf(customer: Customer, release: Release | undefined, at: Instant): ScoreView[] {
  const linked = linkScores(release?.scoring, { metrics: new Map(), dependencies: new Set(), scores: new Map() });
  return [...linked.values()].map((one) => {
    const { id, name, halfLife } = one.score;
    const { value, parts } = explainScore(one, customer, at);
    const rules = parts.map(ruleView).sort((a, b) => Math.abs(b.points) - Math.abs(a.points));
    return { id, name, value, at: toIso(at), ...(halfLife !== undefined && { halfLife }), rules };
  });
}

function ruleView({ rule, points, given, events, earlier }: RulePart): RuleView {
  return {
    id: rule.id,
    name: rule.name ?? rule.id,
    points,
    given,
    ...('event' in rule && { event: rule.event }),
    events: events.map((event) => ({ ...event, at: toIso(event.at) })).reverse(),
    ...(earlier.count > 0 && { earlier }),
  };
}

function stageOf({ stage }: Customer, release: Release | undefined): StageView | undefined {
  const last = stage?.history.at(-1);
  if (stage === undefined || last === undefined) return undefined;
  const name = (id: string | null): string | null => release?.scoring?.stages?.find((one) => one.id === id)?.name ?? id;
  const id = stage.id ?? null;
  return {
    id,
    name: name(id),
    since: toIso(last.at),
    history: stage.history.map((entry) => entryView(entry, name(entry.stage))),
  };
}

function entryView({ contactedAt, ...entry }: StageEntry, name: string | null): StageView['history'][number] {
  return {
    stage: entry.stage,
    name,
    at: toIso(entry.at),
    by: entry.by,
    ...(contactedAt !== undefined && { contactedAt: toIso(contactedAt), responseMs: contactedAt - entry.at }),
  };
}
