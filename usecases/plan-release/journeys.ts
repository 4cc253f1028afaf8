/** What became of the journeys, and of the people who are inside them. */
import type { Journey, Step } from '#core/catalogue.ts';
import { versioned } from '#core/journey/linked.ts';
import { steps } from '#core/journey/nested.ts';
import { listed } from '../describe-condition/duration.ts';
import { describeCap, describeHours } from '../describe-journey/hours.ts';
import {
  describeBudget,
  describeExit,
  describeGoal,
  describeLateness,
  describeReentry,
  describeTrigger,
  onPublishWords,
  startsWord,
} from '../describe-journey.ts';
import type { ReleaseContent } from '../read-release.ts';
import { breadth } from './breadth.ts';
import { type Difference, differences, type Facts, fact, facts } from './difference.ts';
import { type StepChange, stepChanges } from './steps.ts';

export type JourneyChange = {
  readonly id: string;
  readonly name: string;
  readonly change: 'added' | 'removed' | 'changed';
  /** What it does, of one that is new or gone: its trigger and its steps. */
  readonly words?: string;
  readonly differences: readonly Difference[];
  readonly steps: readonly StepChange[];
  readonly people: People;
};

/** What becomes of those who are inside when the draft is published. */
export type People = {
  readonly rule: 'nobody' | 'finish' | 'migrate' | 'exit' | 'leave';
  readonly words: readonly string[];
  /** With `migrate`: at these steps people leave, since the new version has none of this id. */
  readonly gone: readonly string[];
  /** With `migrate`: these steps are of another kind now, and are begun anew. */
  readonly anew: readonly string[];
};

export function journeyChanges(before: ReleaseContent | undefined, after: ReleaseContent): JourneyChange[] {
  const [old, now] = [byId(before?.release.journeys ?? []), byId(after.release.journeys)];
  return [...new Set([...old.keys(), ...now.keys()])].sort().flatMap((id): JourneyChange[] => {
    const [was, is] = [old.get(id), now.get(id)];
    if (was === undefined) return is === undefined ? [] : [added(is)];
    if (is === undefined) return [removed(was)];
    const found = journeyDifferences(was, is);
    const inSteps = stepChanges(was.steps, is.steps);
    if (found.length + inSteps.length === 0) return [];
    return [{ id, name: is.name, change: 'changed', differences: found, steps: inSteps, people: peopleOf(was, is) }];
  });
}

/** Journeys that say the same, but send a mail that changed: those inside them are in an older version too. */
export function sendersOf(
  before: ReleaseContent | undefined,
  after: ReleaseContent,
): { readonly id: string; readonly people: People }[] {
  const old = byId(before?.release.journeys ?? []);
  return after.release.journeys.flatMap((journey) => {
    const was = old.get(journey.id);
    if (before === undefined || was === undefined || versionOf(was, before) === versionOf(journey, after)) return [];
    const isSame = journeyDifferences(was, journey).length + stepChanges(was.steps, journey.steps).length === 0;
    return isSame ? [{ id: journey.id, people: peopleOf(was, journey) }] : [];
  });
}

const versionOf = (journey: Journey, { release }: ReleaseContent): string => versioned(journey, release.templates).version;
const byId = (journeys: readonly Journey[]): Map<string, Journey> => new Map(journeys.map((one) => [one.id, one]));

function added(journey: Journey): JourneyChange {
  const people: People = { rule: 'nobody', words: ['nobody is inside yet'], gone: [], anew: [] };
  return { id: journey.id, name: journey.name, change: 'added', words: inShort(journey), differences: [], steps: [], people };
}

function removed(journey: Journey): JourneyChange {
  const people: People = {
    rule: 'finish',
    words: ['nobody enters any more', onPublishWords.finish, 'to make them leave, keep the file and set "status": "archived"'],
    gone: [],
    anew: [],
  };
  return { id: journey.id, name: journey.name, change: 'removed', words: inShort(journey), differences: [], steps: [], people };
}

function inShort({ status, steps: list, trigger }: Journey): string {
  const all = steps(list);
  const mails = all.filter(({ type }) => type === 'send_email').length;
  const contents = `${all.length} ${all.length === 1 ? 'step' : 'steps'}, ${mails} ${mails === 1 ? 'mail' : 'mails'}`;
  const start = `${startsWord(trigger).toLowerCase()} ${describeTrigger(trigger)}; ${contents}`;
  return status === 'active' ? start : `${status}; ${start}`;
}

function peopleOf(was: Journey, is: Journey): People {
  const none = { gone: [], anew: [] };
  if (is.status === 'archived') return { rule: 'leave', words: ['the journey is archived: people inside leave'], ...none };
  const rule = is.onPublish ?? 'finish';
  const paused =
    is.status === 'paused' ? ['the journey is paused: nobody enters, and whoever comes to the end of a wait is held there'] : [];
  const resumed = was.status === 'paused' && is.status !== 'paused' ? ['the pause ends: whoever was held goes on at once'] : [];
  if (rule !== 'migrate') return { rule, words: [...paused, ...resumed, onPublishWords[rule]], ...none };
  const { gone, anew } = steppedOver(was, is);
  return {
    rule,
    words: [
      ...paused,
      ...resumed,
      onPublishWords.migrate,
      ...(gone.length === 0 ? [] : [`those at ${listed(gone)} leave: the new version has no such step`]),
      ...(anew.length === 0 ? [] : [`those at ${listed(anew)} begin the step anew: it is of another kind`]),
    ],
    gone,
    anew,
  };
}

/** People stand only where there is a wait; a step that is gone matters only if somebody can stand there. */
function steppedOver(was: Journey, is: Journey): { gone: string[]; anew: string[] } {
  const now = new Map(steps(is.steps).map((step) => [step.id, step]));
  const stands = steps(was.steps).filter(canStand);
  return {
    gone: stands.filter(({ id }) => !now.has(id)).map(({ id }) => id),
    anew: stands.filter(({ id, type }) => now.has(id) && now.get(id)?.type !== type).map(({ id }) => id),
  };
}

/** Mails too wait where they stand, for the end of quiet hours. */
const canStand = ({ type }: Step): boolean =>
  ['delay', 'time_window', 'wait_for_event', 'wait_until', 'send_email'].includes(type);

function journeyDifferences(was: Journey, is: Journey): Difference[] {
  return differences(journeyFacts(was), journeyFacts(is)).map((one) => {
    const way = one.at === 'trigger' ? triggerBreadth(was, is) : undefined;
    return way === undefined ? one : { ...one, breadth: way };
  });
}

function triggerBreadth({ trigger: was }: Journey, { trigger: is }: Journey) {
  if (was.type === 'event' && is.type === 'event') return was.event === is.event ? breadth(was.where, is.where) : undefined;
  if (was.type === 'points' && is.type === 'points' && 'reached' in was && 'reached' in is) {
    return is.reached < was.reached ? 'wider' : 'narrower';
  }
  return undefined;
}

function journeyFacts(journey: Journey): Facts {
  const {
    caps,
    description,
    exitWhen,
    goal,
    holdout,
    offerBudget,
    onLate,
    onPublish,
    priority,
    quietHours,
    reentry,
    status,
    trigger,
  } = journey;
  return facts({
    name: fact(journey.name, `“${journey.name}”`),
    description: description === undefined ? undefined : fact(description, `“${description}”`),
    status: fact(status, status),
    trigger: fact(trigger, describeTrigger(trigger)),
    entry: fact(reentry, describeReentry(reentry)),
    holdout: holdout && fact(holdout, `${holdout.percent} %`),
    goal: goal && fact(goal, describeGoal(goal)),
    'exit rules': exitWhen && fact(exitWhen, listed(exitWhen.map(describeExit), 'or')),
    caps: caps && fact(caps, listed(caps.map(describeCap))),
    budget: offerBudget && fact(offerBudget, describeBudget(offerBudget)),
    'quiet hours':
      quietHours === undefined ? undefined : fact(quietHours, quietHours === false ? 'none' : describeHours(quietHours)),
    'late mail': onLate && fact(onLate, describeLateness(onLate)),
    priority: priority === undefined ? undefined : fact(priority, String(priority)),
    'on publishing': onPublish && fact(onPublish, onPublishWords[onPublish]),
  });
}
