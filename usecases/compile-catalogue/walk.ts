/** Ways through a catalogue: every step of a journey and every condition of a file, each with its path. */
import type { Journey, Scoring, Segment, Step } from '#core/catalogue.ts';
import type { Condition, EventCondition } from '#core/condition.ts';

export type Path = readonly PropertyKey[];

export type FoundStep = { readonly step: Step; readonly path: Path };
/** `inEvent` is the event whose properties a `property` condition reads, or undefined where it reads the triggering event. */
export type FoundCondition = { readonly condition: Condition; readonly path: Path; readonly inEvent: string | undefined };

/** The lists of steps inside a step, each with the path to it. */
export function inner(step: Step, path: Path): { readonly steps: readonly Step[]; readonly path: Path }[] {
  const lists = (key: string, steps: readonly Step[] | undefined) =>
    steps === undefined ? [] : [{ steps, path: [...path, key] }];
  switch (step.type) {
    case 'wait_for_event':
      return [
        ...step.events.flatMap((event, index) =>
          event.steps === undefined ? [] : [{ steps: event.steps, path: [...path, 'events', index, 'steps'] }],
        ),
        ...lists('onTimeout', step.onTimeout),
      ];
    case 'condition':
      return [...lists('yes', step.yes), ...lists('no', step.no)];
    case 'branch':
      return [
        ...step.cases.map((one, index) => ({ steps: one.steps, path: [...path, 'cases', index, 'steps'] })),
        ...lists('default', step.default),
      ];
    case 'wait_until':
      return [...lists('onMet', step.onMet), ...lists('onTimeout', step.onTimeout)];
    case 'random_split':
      return step.branches.map((one, index) => ({ steps: one.steps, path: [...path, 'branches', index, 'steps'] }));
    case 'repeat':
      return lists('steps', step.steps);
    case 'issue_voucher':
      return [...lists('onIssued', step.onIssued), ...lists('onRefused', step.onRefused)];
    default:
      return [];
  }
}

export function stepsOf(steps: readonly Step[], path: Path = ['steps']): FoundStep[] {
  return steps.flatMap((step, index) => {
    const here = [...path, index];
    return [{ step, path: here }, ...inner(step, here).flatMap((list) => stepsOf(list.steps, list.path))];
  });
}

export function conditionsOf(condition: Condition, path: Path, inEvent?: string): FoundCondition[] {
  const here: FoundCondition = { condition, path, inEvent };
  const list = (key: string, conditions: readonly Condition[]) =>
    conditions.flatMap((one, index) => conditionsOf(one, [...path, key, index], inEvent));
  if ('all' in condition) return [here, ...list('all', condition.all)];
  if ('any' in condition) return [here, ...list('any', condition.any)];
  if ('not' in condition) return [here, ...conditionsOf(condition.not, [...path, 'not'], inEvent)];
  if ('event' in condition && condition.where !== undefined)
    return [here, ...conditionsOf(condition.where, [...path, 'where'], condition.event)];
  return [here];
}

/** Every condition of a segment, those of its plain rule too. */
export function conditionsOfSegment({ when, fallback }: Segment): FoundCondition[] {
  return [...conditionsOf(when, ['when']), ...(fallback ? conditionsOf(fallback, ['fallback']) : [])];
}

/** Every condition of the scoring: of stages and of rules. A rule for an event counts as an event condition. */
export function conditionsOfScoring({ scores, stages = [] }: Scoring): FoundCondition[] {
  const ofRules = scores.flatMap(({ rules }, score) =>
    rules.flatMap((rule, index) => {
      const path = ['scores', score, 'rules', index];
      return 'when' in rule ? conditionsOf(rule.when, [...path, 'when']) : conditionsOf(awaited(rule), path);
    }),
  );
  return [...ofRules, ...stages.flatMap(({ when }, index) => conditionsOf(when, ['stages', index, 'when']))];
}

/** Every condition of a journey; an awaited event, an exit rule and a goal count as event conditions. */
export function conditionsOfJourney(journey: Journey): FoundCondition[] {
  const { trigger, goal } = journey;
  const found: FoundCondition[] = [];
  const event = (condition: EventCondition, path: Path) => found.push(...conditionsOf(condition, path));
  if (trigger.type === 'event') event(awaited(trigger), ['trigger']);
  if (goal) event(awaited(goal), ['goal']);
  journey.exitWhen?.forEach((condition, index) => {
    event(condition, ['exitWhen', index]);
  });
  for (const { step, path } of stepsOf(journey.steps)) found.push(...conditionsOfStep(step, path));
  return found;
}

function conditionsOfStep(step: Step, path: Path): FoundCondition[] {
  switch (step.type) {
    case 'wait_for_event':
      return step.events.flatMap((event, index) => conditionsOf(awaited(event), [...path, 'events', index]));
    case 'condition':
    case 'wait_until':
      return conditionsOf(step.when, [...path, 'when']);
    case 'repeat':
      return step.until === undefined ? [] : conditionsOf(step.until, [...path, 'until']);
    case 'branch':
      return step.cases.flatMap((one, index) => conditionsOf(one.when, [...path, 'cases', index, 'when']));
    default:
      return [];
  }
}

const awaited = ({ event, where }: { readonly event: string; readonly where?: Condition }): EventCondition =>
  where === undefined ? { event } : { event, where };
