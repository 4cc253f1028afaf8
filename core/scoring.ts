/** Lead scores: what somebody's events and attributes are worth at an instant, and when that next crosses a bound. */
import type { Score, ScoreRule, Scoring } from './catalogue.ts';
import type { Range } from './condition.ts';
import type { Customer } from './customer.ts';
import type { EventId } from './event.ts';
import { digest } from './hash.ts';
import { add, type Instant, NEVER } from './instant.ts';
import { canonical, type Json } from './json.ts';
import { inRange } from './metrics.ts';
import { faded, type Tally, tallyOf, told, weigh } from './tally.ts';
import { type Dependencies, type Linker, link, linkWhere, type Test, type Truth } from './test.ts';

export type LinkedScore = {
  readonly score: Score;
  readonly rules: readonly LinkedRule[];
  readonly halfLifeMs: number | undefined;
  /** What its rules look at. */
  readonly dependencies: Dependencies;
  /** Whether the score lies in a range, and when that next may change. */
  readonly test: (range: Range) => Test;
};

type LinkedRule =
  | { readonly rule: ScoreRule; readonly metric: string; readonly tally: Tally }
  | { readonly rule: ScoreRule; readonly holds: Test };

/** Links the scores of a release; the tallies that they need are added to the linker's metrics. */
export function linkScores(scoring: Scoring | undefined, linker: Linker): ReadonlyMap<string, LinkedScore> {
  return new Map((scoring?.scores ?? []).map((score) => [score.id, linkScore(score, linker)]));
}

/** A score at an instant: its rules' points added up, rounded to hundredths, within `min` and `max`. */
export function scoreAt(linked: LinkedScore, customer: Customer, at: Instant): number {
  return heightOf(linked, shapeOf(linked, customer, at), at);
}

/** What one rule gives somebody at an instant, and by which events. `given` is what they were worth when they happened. */
export type RulePart = {
  readonly rule: ScoreRule;
  readonly points: number;
  readonly given: number;
  readonly events: readonly { readonly id: EventId; readonly at: Instant; readonly points: number; readonly given: number }[];
  readonly earlier: { readonly count: number; readonly points: number };
};

/** The score at an instant, and the rules that give something, or gave something that has faded, with their latest events. */
export function explainScore(
  linked: LinkedScore,
  customer: Customer,
  at: Instant,
): { value: number; parts: readonly RulePart[] } {
  const parts = linked.rules.flatMap((one) => partOf(one, customer, at));
  return { value: scoreAt(linked, customer, at), parts };
}

function partOf(one: LinkedRule, customer: Customer, now: Instant): RulePart[] {
  const { rule } = one;
  if ('holds' in one) {
    const { is } = one.holds({ customer, now, properties: {}, trigger: {} });
    const { points } = rule;
    return is ? [{ rule, points, given: points, events: [], earlier: { count: 0, points: 0 } }] : [];
  }
  const metric = customer.metrics[one.metric];
  if (metric === undefined) return [];
  const { events, earlier, count } = told(metric, one.tally, now);
  if (count === 0) return [];
  const worth = (times: number): number => hundredths(times * rule.points);
  return [
    {
      rule,
      points: worth(events.reduce((sum, { left }) => sum + left, earlier.left)),
      given: worth(count),
      events: events.map(({ id, at, left }) => ({ id, at, points: worth(left), given: rule.points })),
      earlier: { count: earlier.count, points: worth(earlier.left) },
    },
  ];
}

function linkScore(score: Score, { metrics }: Linker): LinkedScore {
  const own: Linker = { metrics, dependencies: new Set(), scores: new Map() };
  const halfLifeMs = score.halfLife === undefined ? undefined : add(0, score.halfLife);
  const rules = score.rules.map((rule) => linkRule(rule, own, halfLifeMs));
  const linked: Omit<LinkedScore, 'test'> = { score, rules, halfLifeMs, dependencies: own.dependencies };
  const test =
    (range: Range): Test =>
    ({ customer, now }) =>
      truthOf(linked, range, shapeOf(linked, customer, now));
  return { ...linked, test };
}

function linkRule(rule: ScoreRule, linker: Linker, halfLifeMs: number | undefined): LinkedRule {
  if ('when' in rule) return { rule, holds: link(rule.when, linker) };
  const { event, where, limit, expires, lasts } = rule;
  const isFading = expires === undefined && lasts !== true;
  const tally = tallyOf(limit, { expires, halfLifeMs: isFading ? halfLifeMs : undefined });
  const id = `r${digest(8, canonical({ event, where: where ?? null, tally } as unknown as Json))}`;
  const test = linkWhere({ event, ...(where && { where }) }, linker);
  linker.metrics.set(id, { id, event, keep: tally.keep, tally, ...(test && { where: test }) });
  linker.dependencies.add(`event:${event}`);
  return { rule, metric: id, tally };
}

/** A score as a function of time from `from` on: steady points, points that fade, and instants at which steady ones end. */
type Shape = {
  readonly from: Instant;
  readonly steady: number;
  /** What the fading points come to at `from`. */
  readonly fading: number;
  readonly ends: readonly { readonly at: Instant; readonly points: number }[];
  /** Until then nothing else changes: conditions of rules may. */
  readonly until: Instant;
};

type Curve = Pick<LinkedScore, 'score' | 'rules' | 'halfLifeMs'>;

function shapeOf({ rules }: Curve, customer: Customer, from: Instant): Shape {
  let [steady, fading, until] = [0, 0, NEVER];
  const ends: { at: Instant; points: number }[] = [];
  for (const one of rules) {
    const { points } = one.rule;
    if ('holds' in one) {
      const truth = one.holds({ customer, now: from, properties: {}, trigger: {} });
      if (truth.is) steady += points;
      until = Math.min(until, truth.until);
      continue;
    }
    const metric = customer.metrics[one.metric];
    if (metric === undefined) continue;
    const weight = weigh(metric, one.tally, from);
    steady += points * weight.full;
    fading += points * weight.fading;
    for (const at of weight.ends) ends.push({ at, points });
  }
  return { from, steady, fading, ends: ends.length > 1 ? ends.sort((a, b) => a.at - b.at) : ends, until };
}

/** Ends up to `at` must have been taken out of `steady` already. */
function heightOf({ score, halfLifeMs }: Curve, { from, steady, fading }: Shape, at: Instant): number {
  const raw = fading === 0 ? steady : steady + fading * faded(at - from, halfLifeMs ?? NEVER);
  return Math.min(score.max ?? NEVER, Math.max(score.min ?? -NEVER, hundredths(raw)));
}

const hundredths = (value: number): number => Math.floor(value * 100 + 0.5) / 100;

/**
 * Between two ends only the fading points change, all with one half-life, so the score moves in one direction and crosses
 * each bound once at the most: at an instant that can be computed, and is then put right to the millisecond.
 */
function truthOf(curve: Curve, range: Range, first: Shape): Truth {
  const is = inRange(heightOf(curve, first, first.from), range);
  let shape = first;
  let since = first.from;
  for (let next = 0; ; ) {
    const end = shape.ends[next];
    const until = Math.min(end?.at ?? NEVER, shape.until);
    const crossing = crossingOf(curve, range, { shape, is, since, until });
    if (crossing !== undefined) return { is, until: crossing };
    if (end === undefined || end.at > shape.until) return { is, until: shape.until };
    while (shape.ends[next]?.at === end.at) shape = { ...shape, steady: shape.steady - (shape.ends[next++]?.points ?? 0) };
    since = end.at;
    if (inRange(heightOf(curve, shape, since), range) !== is) return { is, until: since };
  }
}

/** Around the instant that the formula gives: binary fractions are off by less, for half-lives of up to ten years. */
const SLACK_MS = 16;

type Span = { readonly shape: Shape; readonly is: boolean; readonly since: Instant; readonly until: Instant };

function crossingOf(curve: Curve, range: Range, { shape, is, since, until }: Span): Instant | undefined {
  const { from, steady, fading } = shape;
  if (fading === 0 || curve.halfLifeMs === undefined) return undefined;
  const candidates: Instant[] = [];
  for (const bound of [range.gt, range.gte, range.lt, range.lte, range.is]) {
    if (bound === undefined) continue;
    for (const edge of [Math.ceil(bound * 100) - 0.5, Math.floor(bound * 100) + 0.5]) {
      const left = (edge / 100 - steady) / fading;
      if (left > 0 && left <= 1) candidates.push(from - curve.halfLifeMs * Math.log2(left));
    }
  }
  for (const near of candidates.sort((a, b) => a - b)) {
    const last = Math.min(until - 1, Math.ceil(near) + SLACK_MS);
    for (let at = Math.max(since + 1, Math.floor(near) - SLACK_MS); at <= last; at += 1) {
      if (inRange(heightOf(curve, shape, at), range) !== is) return at;
    }
  }
  return undefined;
}
