/** Names that point at something: each must exist, and what was probably meant is said. */
import { programmeOf } from '#core/loyalty/programme.ts';
import type { Problem } from '#schemas/problem.ts';
import { type Rule, rules } from '#schemas/rules.ts';
import { didYouMean, listed } from '#schemas/suggest.ts';
import type { TemplateInfo } from './compile-templates.ts';
import type { Source, Sources } from './sources.ts';
import {
  conditionsOf,
  conditionsOfJourney,
  conditionsOfScoring,
  conditionsOfSegment,
  type FoundCondition,
  type Path,
  stepsOf,
} from './walk.ts';

type Names = {
  readonly template: ReadonlySet<string>;
  readonly topic: ReadonlySet<string> | undefined;
  readonly segment: ReadonlySet<string>;
  readonly form: ReadonlySet<string>;
  readonly journey: ReadonlySet<string>;
  readonly tier: ReadonlySet<string>;
  readonly score: ReadonlySet<string>;
  readonly stage: ReadonlySet<string>;
  readonly pool: ReadonlySet<string>;
  /** Undefined where there is a programme: what is asked of points needs nothing more. */
  readonly points: ReadonlySet<string> | undefined;
  /** The ids of all steps that send a mail, of all journeys. */
  readonly step: ReadonlySet<string>;
};

type Kind = keyof Names;

export function checkReferences(sources: Sources, infos: readonly TemplateInfo[]): Problem[] {
  const names = namesOf(sources, infos);
  const problems: Problem[] = [];
  const refer = (source: Source<object>, kind: Kind, name: string, path: Path) => {
    const known = names[kind];
    if (known === undefined || known.has(name)) return;
    if (kind === 'points') {
      problems.push(source.report(path, 'loyalty-needed', 'points exist only with a loyalty programme'));
      return;
    }
    if (kind === 'tier' && sources.loyalty === undefined) {
      problems.push(source.report(path, 'loyalty-needed', `the tier "${name}" exists only with a loyalty programme`));
      return;
    }
    if ((kind === 'score' || kind === 'stage') && sources.scoring === undefined) {
      problems.push(source.report(path, `unknown-${kind}`, `there is no catalogue/scoring.json with a ${kind} "${name}"`));
      return;
    }
    const rule: Rule = `unknown-${kind}`;
    problems.push(source.report(path, rule, `there is no ${kind} "${name}"`, didYouMean(name, known, `known: ${listed(known)}`)));
  };
  for (const source of sources.journeys) journeyReferences(source, (...found) => refer(source, ...found));
  for (const source of sources.segments)
    conditionReferences(conditionsOfSegment(source.value), (...found) => refer(source, ...found));
  if (sources.scoring !== undefined) {
    const { scoring } = sources;
    conditionReferences(conditionsOfScoring(scoring.value), (...found) => refer(scoring, ...found));
  }
  const { loyalty } = sources;
  if (loyalty !== undefined) loyaltyReferences(loyalty, (...found) => refer(loyalty, ...found));
  for (const source of sources.forms) {
    source.value.consent?.topics.forEach((topic, index) => {
      refer(source, 'topic', topic, ['consent', 'topics', index]);
    });
    for (const key of ['template', 'reminderTemplate'] as const) {
      const name = source.value.confirmation?.[key];
      if (name !== undefined) refer(source, 'template', name, ['confirmation', key]);
    }
  }
  return [...problems, ...templateTopics(sources, infos), ...templatesWithLoyalty(sources, infos)];
}

type Refer = (kind: Kind, name: string, path: Path) => void;

function loyaltyReferences({ value: { earn, rewards = [] } }: NonNullable<Sources['loyalty']>, refer: Refer): void {
  rewards.forEach(({ pool }, index) => {
    refer('pool', pool, ['rewards', index, 'pool']);
  });
  if ('event' in earn) return;
  earn.forEach(({ where, when, multipliers = [] }, index) => {
    const path = ['earn', index];
    if (where !== undefined) conditionReferences(conditionsOf(where, [...path, 'where']), refer);
    if (when !== undefined) conditionReferences(conditionsOf(when, [...path, 'when']), refer);
    multipliers.forEach(({ segment, tiers = [] }, place) => {
      const here = [...path, 'multipliers', place];
      if (segment !== undefined) refer('segment', segment, [...here, 'segment']);
      tiers.forEach((tier, at) => {
        refer('tier', tier, [...here, 'tiers', at]);
      });
    });
  });
}

function journeyReferences({ value: journey }: Sources['journeys'][number], refer: Refer): void {
  const { trigger } = journey;
  if (trigger.type === 'form') refer('form', trigger.form, ['trigger', 'form']);
  if (trigger.type === 'segment_entry' || trigger.type === 'segment_exit')
    refer('segment', trigger.segment, ['trigger', 'segment']);
  if (trigger.type === 'schedule' && trigger.segment !== undefined) refer('segment', trigger.segment, ['trigger', 'segment']);
  if (trigger.type === 'tier_change' || trigger.type === 'stage_change') {
    const kind = trigger.type === 'tier_change' ? 'tier' : 'stage';
    trigger.to?.forEach((name, index) => {
      refer(kind, name, ['trigger', 'to', index]);
    });
  }
  if (trigger.type === 'voucher' && trigger.pool !== undefined) refer('pool', trigger.pool, ['trigger', 'pool']);
  for (const { step, path } of stepsOf(journey.steps)) {
    if (step.type === 'send_email') refer('template', step.template, [...path, 'template']);
    if (step.type === 'issue_voucher') refer('pool', step.pool, [...path, 'pool']);
    if (step.type === 'start_journey') refer('journey', step.journey, [...path, 'journey']);
    if ('topic' in step) refer('topic', step.topic, [...path, 'topic']);
  }
  conditionReferences(conditionsOfJourney(journey), refer);
}

function conditionReferences(found: readonly FoundCondition[], refer: Refer): void {
  for (const { condition, path, inEvent } of found) {
    if ('segment' in condition) refer('segment', condition.segment, [...path, 'segment']);
    if ('consent' in condition) refer('topic', condition.consent, [...path, 'consent']);
    if ('tier' in condition) refer('tier', condition.tier, [...path, 'tier']);
    if ('points' in condition) refer('points', 'points', path);
    if ('attribute' in condition && condition.attribute.startsWith('loyalty.')) refer('points', 'points', [...path, 'attribute']);
    if ('score' in condition) refer('score', condition.score, [...path, 'score']);
    if ('stage' in condition) refer('stage', condition.stage, [...path, 'stage']);
    if ('journey' in condition) refer('journey', condition.journey, [...path, 'journey']);
    if ('message' in condition) refer('step', condition.message, [...path, 'message']);
    // Mail events say which step sent the mail; a wait for a click on a mail that nobody sends would only time out.
    const onStep = 'property' in condition && condition.property === 'step' && inEvent?.startsWith('Email ');
    if (onStep && typeof condition.is === 'string') refer('step', condition.is, [...path, 'is']);
  }
}

/** A template that is written for one topic must not go out under another: its words would not fit what was consented to. */
function templateTopics({ journeys }: Sources, infos: readonly TemplateInfo[]): Problem[] {
  const topics = new Map(infos.flatMap((info) => (info.topic === undefined ? [] : [[info.name, info.topic]])));
  return journeys.flatMap((source) =>
    stepsOf(source.value.steps).flatMap(({ step, path }) => {
      const topic = step.type === 'send_email' ? topics.get(step.template) : undefined;
      if (step.type !== 'send_email' || topic === undefined || topic === step.topic) return [];
      return [
        source.report(
          [...path, 'topic'],
          'topic-differs',
          `the template "${step.template}" is written for the topic "${topic}", and goes out as "${step.topic}"`,
        ),
      ];
    }),
  );
}

function templatesWithLoyalty({ loyalty }: Sources, infos: readonly TemplateInfo[]): Problem[] {
  if (loyalty !== undefined) return [];
  return infos
    .filter((info) => info.readsLoyalty)
    .map(({ file, name }) => ({
      file,
      path: '',
      rule: 'loyalty-needed',
      severity: 'error',
      message: `the template "${name}" shows points or a tier`,
      fix: rules['loyalty-needed'].fix,
    }));
}

function namesOf(sources: Sources, infos: readonly TemplateInfo[]): Names {
  const sending = sources.journeys.flatMap(({ value }) => stepsOf(value.steps)).filter(({ step }) => step.type === 'send_email');
  return {
    template: new Set(infos.map((info) => info.name)),
    topic: sources.topics && new Set(sources.topics.value.topics.map((topic) => topic.id)),
    segment: new Set([...sources.named.segment, ...sources.segments.map(({ value }) => value.id)]),
    form: new Set([...sources.named.form, ...sources.forms.map(({ value }) => value.id)]),
    journey: new Set([...sources.named.journey, ...sources.journeys.map(({ value }) => value.id)]),
    tier: new Set(sources.loyalty && programmeOf(sources.loyalty.value).tiers.levels.map(({ id }) => id)),
    score: new Set(sources.scoring?.value.scores.map((score) => score.id)),
    stage: new Set(sources.scoring?.value.stages?.map((stage) => stage.id)),
    points: sources.loyalty === undefined ? new Set() : undefined,
    pool: new Set(sources.vouchers?.value.pools.map(({ id }) => id)),
    step: new Set(sending.map(({ step }) => step.id)),
  };
}
