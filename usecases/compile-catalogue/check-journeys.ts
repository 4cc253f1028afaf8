import type { Journey, Step } from '#core/catalogue.ts';
import type { Problem } from '#schemas/problem.ts';
import type { Source, Sources } from './sources.ts';
import { inner, type Path, stepsOf } from './walk.ts';

/** Steps that nobody reaches, ids that stand twice, rounds without a wait. */
export function checkJourneys(sources: Sources): Problem[] {
  return sources.journeys.flatMap((source) => [
    ...emptiness(source),
    ...duplicateSteps(source),
    ...unreachable(source, source.value.steps, ['steps']).problems,
    ...withoutLoyalty(source, sources),
    ...roundsWithoutWait(source),
  ]);
}

const waits = new Set<Step['type']>(['delay', 'wait_for_event', 'wait_until', 'time_window']);

function roundsWithoutWait(source: Source<Journey>): Problem[] {
  return stepsOf(source.value.steps).flatMap(({ step, path }) => {
    if (step.type !== 'repeat' || step.times === 1 || stepsOf(step.steps).some((one) => waits.has(one.step.type))) return [];
    return [source.report([...path, 'steps'], 'repeat-without-wait', `the rounds of "${step.id}" have no wait in them`)];
  });
}

function emptiness(source: Source<Journey>): Problem[] {
  return source.value.steps.length === 0 && source.value.status !== 'draft'
    ? [source.report(['steps'], 'empty-journey', 'the journey has no steps')]
    : [];
}

function duplicateSteps(source: Source<Journey>): Problem[] {
  const seen = new Set<string>();
  return stepsOf(source.value.steps).flatMap(({ step, path }) => {
    if (seen.has(step.id))
      return [source.report([...path, 'id'], 'duplicate-step-id', `the id "${step.id}" stands twice in this journey`)];
    seen.add(step.id);
    return [];
  });
}

/** Also after a branch all of whose ways end in an exit. */
function unreachable(source: Source<Journey>, steps: readonly Step[], path: Path): { problems: Problem[]; left: boolean } {
  const problems: Problem[] = [];
  let left = false;
  steps.forEach((step, index) => {
    const here = [...path, index];
    if (left) problems.push(source.report(here, 'unreachable-step', `nobody reaches the step "${step.id}"`));
    const ways = inner(step, here).map((list) => unreachable(source, list.steps, list.path));
    problems.push(...ways.flatMap((way) => way.problems));
    left = step.type === 'exit' || (ways.length > 0 && ways.length === waysCount(step) && ways.every((way) => way.left));
  });
  return { problems, left };
}

/** How many ways lead on from a step; one that has no steps of its own leads on all the same. */
function waysCount(step: Step): number {
  if (step.type === 'wait_for_event') return step.events.length + 1;
  if (step.type === 'condition' || step.type === 'wait_until' || step.type === 'issue_voucher') return 2;
  if (step.type === 'random_split') return step.branches.length;
  // A repetition may have no round at all.
  if (step.type === 'repeat') return 2;
  return step.type === 'branch' ? step.cases.length + 1 : 1;
}

function withoutLoyalty(source: Source<Journey>, { loyalty }: Sources): Problem[] {
  if (loyalty !== undefined) return [];
  const trigger =
    source.value.trigger.type === 'tier_change' || source.value.trigger.type === 'points'
      ? [source.report(['trigger'], 'loyalty-needed', 'tiers and points change only with a loyalty programme')]
      : [];
  const awards = stepsOf(source.value.steps).filter(({ step }) => step.type === 'award_points');
  return [
    ...trigger,
    ...awards.map(({ path }) => source.report(path, 'loyalty-needed', 'points exist only with a loyalty programme')),
  ];
}
