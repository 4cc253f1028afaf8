/** What is wrong with scores and stages beyond their names. */
import type { Score } from '#core/catalogue.ts';
import type { Condition, Range } from '#core/condition.ts';
import { canonical, type Json } from '#core/json.ts';
import { inRange } from '#core/metrics.ts';
import type { Problem } from '#schemas/problem.ts';
import { breadth } from '../plan-release/breadth.ts';
import type { Source, Sources } from './sources.ts';
import { conditionsOfJourney, conditionsOfScoring, conditionsOfSegment, type FoundCondition } from './walk.ts';

type ScoringSource = NonNullable<Sources['scoring']>;

export function checkScoring(sources: Sources): Problem[] {
  const { scoring } = sources;
  if (scoring === undefined) return [];
  const bounds = (source: Source<object>, found: readonly FoundCondition[]) => outOfReach(source, found, scoring.value.scores);
  return [
    ...circles(scoring, sources.segments),
    ...rulesTwice(scoring),
    ...unreachable(scoring),
    ...bounds(scoring, conditionsOfScoring(scoring.value)),
    ...sources.segments.flatMap((source) => bounds(source, conditionsOfSegment(source.value))),
    ...sources.journeys.flatMap((source) => bounds(source, conditionsOfJourney(source.value))),
  ];
}

/** Rules ask neither for scores, stages nor segments; stages ask for no stage, also not through a segment. */
function circles(scoring: ScoringSource, segments: Sources['segments']): Problem[] {
  const asksStage = segmentsAskingStage(segments);
  return conditionsOfScoring(scoring.value).flatMap(({ condition, path }) => {
    const refuse = (what: string) => [scoring.report(path, 'scoring-circle', what)];
    if (path[0] === 'scores') {
      const kind = (['score', 'stage', 'segment'] as const).find((key) => key in condition);
      return kind === undefined ? [] : refuse(`a rule cannot ask for a ${kind}: that may depend on the score`);
    }
    if ('stage' in condition) return refuse('the condition of a stage cannot ask for a stage');
    if (!('segment' in condition) || !asksStage.has(condition.segment)) return [];
    return refuse(`the segment "${condition.segment}" asks for a stage, and the stage for the segment`);
  });
}

/** Segments that depend on a stage, directly or by another segment. */
function segmentsAskingStage(segments: Sources['segments']): ReadonlySet<string> {
  const found = new Set<string>();
  for (let before = -1; found.size > before; ) {
    before = found.size;
    for (const { value } of segments) {
      const asks = conditionsOfSegment(value).some(
        ({ condition }) => 'stage' in condition || ('segment' in condition && found.has(condition.segment)),
      );
      if (asks) found.add(value.id);
    }
  }
  return found;
}

function rulesTwice(source: ScoringSource): Problem[] {
  return source.value.scores.flatMap(({ rules }, score) => {
    const keys = rules.map((rule) =>
      canonical(('when' in rule ? rule.when : [rule.event, rule.where ?? null]) as unknown as Json),
    );
    return keys.flatMap((key, index) => {
      const first = keys.indexOf(key);
      if (first === index) return [];
      const message = `"${rules[index]?.id}" gives points for the same as "${rules[first]?.id}"`;
      return [source.report(['scores', score, 'rules', index], 'rule-twice', message)];
    });
  });
}

/** Where whoever fulfils the condition of a stage plainly fulfils that of a higher one as well. */
function unreachable(source: ScoringSource): Problem[] {
  const { stages = [] } = source.value;
  return stages.flatMap(({ id, when }, index) => {
    const above = stages.slice(index + 1).find((other) => includes(when, other.when));
    if (above === undefined) return [];
    const message = `nobody is in "${id}": whoever could be is in "${above.id}", which stands above it`;
    return [source.report(['stages', index], 'unreachable-stage', message)];
  });
}

function includes(lower: Condition, higher: Condition): boolean {
  return canonical(lower as unknown as Json) === canonical(higher as unknown as Json) || breadth(lower, higher) === 'wider';
}

function outOfReach(source: Source<object>, found: readonly FoundCondition[], scores: readonly Score[]): Problem[] {
  return found.flatMap(({ condition, path }) => {
    if (!('score' in condition)) return [];
    const score = scores.find(({ id }) => id === condition.score);
    const truth = score && fixedTruth(score, condition);
    if (score === undefined || truth === undefined) return [];
    const who = truth ? 'everybody' : 'nobody';
    const between = `${score.min === undefined ? '' : ` from ${score.min}`}${score.max === undefined ? '' : ` up to ${score.max}`}`;
    return [source.report(path, 'score-out-of-reach', `"${score.id}" goes${between}, so this holds for ${who}`)];
  });
}

/** The truth of a range that no value between `min` and `max` changes; undefined where some do. */
function fixedTruth(
  { min = Number.NEGATIVE_INFINITY, max = Number.POSITIVE_INFINITY }: Score,
  range: Range,
): boolean | undefined {
  const bounds = [range.gt, range.gte, range.lt, range.lte, range.is].flatMap((bound) => bound ?? []);
  // Between two neighbouring values of this list the truth does not change.
  const values = [min, max, ...bounds.flatMap((bound) => [bound - 0.01, bound, bound + 0.01])];
  const truths = new Set(values.filter((value) => value >= min && value <= max).map((value) => inRange(value, range)));
  return truths.size === 1 ? truths.has(true) : undefined;
}
