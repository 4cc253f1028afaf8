import type { Step } from '#core/catalogue.ts';
import { nested } from '#core/journey/nested.ts';
import { describeDuration, describeInstant, listed } from '../describe-condition/duration.ts';
import { describeAwaited, describeCondition } from '../describe-condition.ts';
import { describeHours, describeZone } from './hours.ts';

export type StepWords = {
  /** What sort of step it is: "Mail", "Wait". */
  readonly kind: string;
  /** What it does: "welcome", "3 days". */
  readonly title: string;
  /** Further lines: the topic, the time-out. */
  readonly details: readonly string[];
};

/** A step in words, without what stands inside its branches. */
export function describeStep(step: Step): StepWords {
  const words = ownWords(step);
  if (step.name === undefined) return words;
  // A decision has its question as the title; the name that somebody gave to it says it better.
  return { ...words, title: step.name, details: words.title === '' ? words.details : [words.title, ...words.details] };
}

export type BranchWords = { readonly name?: string; readonly words: string };

/** What stands on the way into each branch, by the names that `nested` gives to them. */
export function describeBranches(step: Step): Readonly<Record<string, BranchWords>> {
  return Object.fromEntries(Object.keys(nested(step)).map((branch, index) => [branch, branchWords(step, branch, index)]));
}

function branchWords(step: Step, branch: string, index: number): BranchWords {
  switch (step.type) {
    case 'wait_for_event': {
      const event = branch === 'timeout' ? undefined : step.events[index];
      return { words: event === undefined ? `nothing for ${describeDuration(step.timeout)}` : describeAwaited(event) };
    }
    case 'wait_until':
      return { words: branch === 'timeout' ? `not within ${describeDuration(step.timeout)}` : 'it is so' };
    case 'branch': {
      const found = branch === 'default' ? undefined : step.cases[index];
      return found === undefined ? { words: 'otherwise' } : { name: found.name, words: describeCondition(found.when) };
    }
    case 'random_split': {
      const found = step.branches[index];
      return { name: found?.name ?? branch, words: `${found?.percent ?? 0} %` };
    }
    case 'issue_voucher':
      return { words: branch === 'issued' ? 'there is one' : 'the budget is used up' };
    default:
      return { words: branch };
  }
}

function ownWords(step: Step): StepWords {
  const say = (kind: string, title: string, ...details: string[]): StepWords => ({ kind, title, details });
  switch (step.type) {
    case 'send_email':
      return say('Mail', step.template, `topic ${step.topic}`);
    case 'delay':
      return say('Wait', delayWords(step));
    case 'time_window':
      return say('Wait for the hours', describeHours(step), describeZone(step.zone));
    case 'wait_for_event': {
      const events = listed(step.events.map(describeAwaited), 'or');
      return say('Wait for an event', events, `at most ${describeDuration(step.timeout)}`);
    }
    case 'wait_until':
      return say('Wait until', describeCondition(step.when), `at most ${describeDuration(step.timeout)}`);
    case 'condition':
      return say('Question', `${describeCondition(step.when)}?`);
    case 'branch':
      return say('Choice', 'the first case that holds');
    case 'random_split':
      return say('Split', 'by chance', 'always the same way for one customer');
    case 'holdout':
      return say('Holdout', `${step.percent} % leave here`, 'they get nothing more, for comparison');
    case 'repeat': {
      const until = step.until === undefined ? [] : [`until ${describeCondition(step.until)}`];
      return say('Repeat', `at most ${step.times} ${step.times === 1 ? 'round' : 'rounds'}`, ...until);
    }
    case 'update_profile':
      return say('Profile', `set ${listed(Object.keys(step.set))}`, ...Object.entries(step.set).map(assignment));
    case 'subscribe':
      return say('Subscribe', `to ${step.topic}`);
    case 'unsubscribe':
      return say('Unsubscribe', `from ${step.topic}`);
    case 'award_points':
      return say('Points', `${step.points} ${step.points === 1 ? 'point' : 'points'}`, step.reason);
    case 'issue_voucher':
      return say('Voucher', step.pool, ...(step.validFor === undefined ? [] : [`valid for ${describeDuration(step.validFor)}`]));
    case 'emit_event':
      return say('Event', `“${step.event}”`, ...Object.entries(step.properties ?? {}).map(assignment));
    case 'webhook':
      return say('Webhook', step.url.replace(/^https:\/\//, ''));
    case 'start_journey':
      return say('Start a journey', step.journey, 'this one goes on');
    case 'exit':
      return say('Leave', step.reason);
  }
}

function delayWords(step: Extract<Step, { readonly type: 'delay' }>): string {
  if (step.for !== undefined) return describeDuration(step.for);
  if (step.until !== undefined) return `until ${describeInstant(step.until)}`;
  const attribute = step.untilAttribute ?? '';
  if (step.offset === undefined) return `until ${attribute}`;
  return `until ${describeDuration(step.offset)} ${step.offset.startsWith('-') ? 'before' : 'after'} ${attribute}`;
}

function assignment([name, value]: readonly [string, unknown]): string {
  return value === null ? `${name} is removed` : `${name} = ${typeof value === 'string' ? value : JSON.stringify(value)}`;
}
