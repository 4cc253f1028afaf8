import type { Journey } from '#core/catalogue.ts';
import type { Loyalty } from '#core/loyalty/programme.ts';
import { isPredicted } from '#core/prediction/linked.ts';
import type { Problem } from '#schemas/problem.ts';
import { suggest } from '#schemas/suggest.ts';
import { alwaysTrue } from './always-true.ts';
import { knownAttributes, knownEvents } from './known-names.ts';
import { neverTrue } from './never-true.ts';
import type { Source, Sources } from './sources.ts';
import {
  conditionsOf,
  conditionsOfJourney,
  conditionsOfScoring,
  conditionsOfSegment,
  type FoundCondition,
  stepsOf,
} from './walk.ts';

/** Conditions that cannot hold, that read what is not there, or whose names look like slips. */
export function checkConditions(sources: Sources): Problem[] {
  const attributes = attributesOf(sources);
  return [
    ...sources.segments.flatMap((source) => checkAll(source, conditionsOfSegment(source.value), false, attributes)),
    ...sources.journeys.flatMap((source) =>
      checkAll(source, conditionsOfJourney(source.value), hasTriggerEvent(source.value), attributes),
    ),
    ...(sources.scoring ? scoringNames(sources.scoring, attributes) : []),
    ...(sources.loyalty ? checkRuleConditions(sources.loyalty, attributes) : []),
    ...sources.journeys.flatMap((source) => emittedNames(source)),
    ...(sources.loyalty ? earnEvents(sources.loyalty) : []),
  ];
}

function scoringNames(source: NonNullable<Sources['scoring']>, attributes: readonly string[]): Problem[] {
  const { contacts = [], touches = [] } = source.value;
  return [
    ...checkAll(source, conditionsOfScoring(source.value), false, attributes),
    ...contacts.flatMap((name, index) => eventName(source, name, ['contacts', index])),
    ...touches.flatMap((name, index) => eventName(source, name, ['touches', index])),
  ];
}

function checkRuleConditions(source: Source<Loyalty>, attributes: readonly string[]): Problem[] {
  const { earn } = source.value;
  if ('event' in earn) return [];
  return earn.flatMap(({ where, when }, index) => [
    ...(where ? checkAll(source, conditionsOf(where, ['earn', index, 'where']), true, attributes) : []),
    ...(when ? checkAll(source, conditionsOf(when, ['earn', index, 'when']), true, attributes) : []),
  ]);
}

function checkAll(
  source: Source<object>,
  found: readonly FoundCondition[],
  trigger: boolean,
  attributes: readonly string[],
): Problem[] {
  return found.flatMap(({ condition, path, inEvent }) => {
    const problems: Problem[] = [];
    const why = neverTrue(condition);
    if (why !== undefined) problems.push(source.report(path, 'never-true', why));
    const always = alwaysTrue(condition);
    if (always !== undefined) problems.push(source.report(path, 'always-true', always));
    if ('event' in condition) problems.push(...eventName(source, condition.event, [...path, 'event']));
    if ('attribute' in condition) {
      const near =
        isPredicted(condition.attribute) || attributes.includes(condition.attribute)
          ? undefined
          : suggest(condition.attribute, attributes);
      if (near)
        problems.push(
          source.report(
            [...path, 'attribute'],
            'unknown-attribute',
            `"${condition.attribute}" is not a usual attribute`,
            `did you mean "${near}"?`,
          ),
        );
    }
    if ('property' in condition && !trigger) {
      if (inEvent === undefined)
        problems.push(
          source.report(path, 'property-without-event', `"${condition.property}" is a property, and no event is at hand here`),
        );
      if (condition.equalsTrigger !== undefined)
        problems.push(
          source.report(
            [...path, 'equalsTrigger'],
            'property-without-event',
            'nothing that starts this has properties to compare with',
          ),
        );
    }
    return problems;
  });
}

/** A segment is entered by time as well as by events, so its triggers promise no properties. */
const hasTriggerEvent = (journey: Journey): boolean => ['event', 'form', 'api'].includes(journey.trigger.type);

function eventName(source: Source<object>, name: string, path: readonly PropertyKey[]): Problem[] {
  const near = knownEvents.includes(name) ? undefined : suggest(name, knownEvents);
  return near ? [source.report(path, 'unknown-event', `"${name}" is not a usual event`, `did you mean "${near}"?`)] : [];
}

function emittedNames(source: Source<Journey>): Problem[] {
  return stepsOf(source.value.steps).flatMap(({ step, path }) =>
    step.type === 'emit_event' ? eventName(source, step.event, [...path, 'event']) : [],
  );
}

function earnEvents(source: Source<Loyalty>): Problem[] {
  const { earn } = source.value;
  if ('event' in earn) return eventName(source, earn.event, ['earn', 'event']);
  return earn.flatMap(({ event }, index) => eventName(source, event, ['earn', index, 'event']));
}

/** The usual ones, those that forms fill and those that journeys set. */
export function attributesOf({ forms, journeys }: Sources): string[] {
  const filled = forms.flatMap(({ value }) => value.fields.map((field) => field.name));
  const set = journeys.flatMap(({ value }) =>
    stepsOf(value.steps).flatMap(({ step }) => (step.type === 'update_profile' ? Object.keys(step.set) : [])),
  );
  return [...knownAttributes, ...filled, ...set];
}
