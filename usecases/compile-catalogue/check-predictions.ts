/** Conditions on forecasts: whether they can be answered, timed, and done without. */
import type { Condition } from '#core/condition.ts';
import { isPredicted, predictedAttributes, predictedNumbers } from '#core/prediction/linked.ts';
import type { Problem } from '#schemas/problem.ts';
import { suggest } from '#schemas/suggest.ts';
import type { Source, Sources } from './sources.ts';
import { conditionsOf, conditionsOfJourney, conditionsOfScoring, conditionsOfSegment, type FoundCondition } from './walk.ts';

export function checkPredictions(sources: Sources): Problem[] {
  const hasFile = sources.prediction !== undefined;
  const all = (source: Source<object>, found: readonly FoundCondition[]) =>
    found.flatMap((one) => checkOne(source, one, hasFile));
  return [
    ...sources.segments.flatMap((source) => [...all(source, conditionsOfSegment(source.value)), ...fallbackOf(source)]),
    ...sources.journeys.flatMap((source) => all(source, conditionsOfJourney(source.value))),
    ...(sources.scoring ? all(sources.scoring, conditionsOfScoring(sources.scoring.value)) : []),
    ...(sources.loyalty ? all(sources.loyalty, conditionsOfLoyalty(sources.loyalty.value)) : []),
  ];
}

type Loyalty = NonNullable<Sources['loyalty']>['value'];

function conditionsOfLoyalty({ earn }: Loyalty): FoundCondition[] {
  if ('event' in earn) return [];
  return earn.flatMap(({ when }, index) => (when ? conditionsOf(when, ['earn', index, 'when']) : []));
}

function checkOne(source: Source<object>, { condition, path }: FoundCondition, hasFile: boolean): Problem[] {
  if (!('attribute' in condition)) return [];
  const { attribute } = condition;
  if (!isPredicted(attribute)) return hasFile ? unknownForecast(source, attribute, path) : [];
  if (!hasFile) {
    const message = `"${attribute}" is a forecast, and there is no catalogue/prediction.json`;
    return [source.report([...path, 'attribute'], 'forecast-without-settings', message)];
  }
  const key = untimed(condition);
  if (key === undefined) return [];
  return [source.report([...path, key], 'forecast-comparison', `the instant at which this changes cannot be solved for`)];
}

/** With prediction.json these names are ours: one that is not known never has a value. */
function unknownForecast(source: Source<object>, attribute: string, path: readonly PropertyKey[]): Problem[] {
  if (!/^(?:prediction|clv|rfm)(?:\.|$)/.test(attribute)) return [];
  const near = suggest(attribute, predictedAttributes);
  const fix = near === undefined ? `there are ${predictedAttributes.join(', ')}` : `did you mean "${near}"?`;
  return [source.report([...path, 'attribute'], 'unknown-forecast', `"${attribute}" is no forecast`, fix)];
}

const bounds: readonly string[] = ['gt', 'gte', 'lt', 'lte'];

/** The first comparison of a falling number that is neither a bound nor `exists`. */
function untimed(condition: Extract<Condition, { readonly attribute: string }>): string | undefined {
  const { attribute, ...comparison } = condition;
  if (!predictedNumbers.some((one) => one === attribute)) return undefined;
  const wrong = Object.entries(comparison).find(
    ([key, value]) => key !== 'exists' && !(bounds.includes(key) && typeof value === 'number'),
  );
  return wrong?.[0];
}

function fallbackOf(source: Sources['segments'][number]): Problem[] {
  const asks = (condition: Condition): boolean =>
    conditionsOf(condition, []).some((one) => 'attribute' in one.condition && isPredicted(one.condition.attribute));
  const { when, fallback, id } = source.value;
  if (fallback === undefined)
    return asks(when)
      ? [source.report(['when'], 'forecast-without-fallback', `"${id}" asks for a forecast, and says no plain rule`)]
      : [];
  if (asks(fallback)) return [source.report(['fallback'], 'forecast-in-fallback', 'the plain rule asks for a forecast itself')];
  return asks(when) ? [] : [source.report(['fallback'], 'unused-fallback', '"when" asks for no forecast, so this is never used')];
}
