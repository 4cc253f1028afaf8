import type { Form, Journey, Step } from '#core/catalogue.ts';
import type { Problem } from '#schemas/problem.ts';
import type { TemplateInfo } from './compile-templates.ts';
import type { Source, Sources } from './sources.ts';
import { inner, type Path, stepsOf } from './walk.ts';

/** Steps that nobody reaches, ids that stand twice, mails that a trigger can never fill. */
export function checkJourneys(sources: Sources, infos: readonly TemplateInfo[]): Problem[] {
  return sources.journeys.flatMap((source) => [
    ...emptiness(source),
    ...duplicateSteps(source),
    ...unreachable(source, source.value.steps, ['steps']).problems,
    ...mails(source, sources, infos),
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
  if (step.type === 'condition' || step.type === 'wait_until') return 2;
  if (step.type === 'random_split') return step.branches.length;
  // A repetition may have no round at all.
  if (step.type === 'repeat') return 2;
  return step.type === 'branch' ? step.cases.length + 1 : 1;
}

function mails(source: Source<Journey>, sources: Sources, infos: readonly TemplateInfo[]): Problem[] {
  const templates = new Map(infos.map((info) => [info.name, info]));
  return stepsOf(source.value.steps).flatMap(({ step, path }) => {
    const info = step.type === 'send_email' ? templates.get(step.template) : undefined;
    if (info === undefined) return [];
    return info.required
      .filter((variable) => !canOffer(source.value, sources, variable))
      .map((variable) =>
        source.report(
          [...path, 'template'],
          'variable-not-offered',
          `the template "${info.name}" needs "${variable}", which a journey with the trigger "${source.value.trigger.type}" never has`,
        ),
      );
  });
}

function canOffer({ trigger }: Journey, sources: Sources, variable: string): boolean {
  if (variable.startsWith('loyalty.')) return sources.loyalty !== undefined;
  if (!variable.startsWith('event.')) return true;
  if (trigger.type === 'event' || trigger.type === 'api') return true;
  if (trigger.type !== 'form') return false;
  const form: Form | undefined = sources.forms.find(({ value }) => value.id === trigger.form)?.value;
  const name = variable.split('.')[1];
  return form === undefined || form.fields.some((field) => field.name === name);
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
