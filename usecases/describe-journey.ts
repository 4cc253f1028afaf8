import type { Journey, Trigger } from '#core/catalogue.ts';
import type { EventCondition } from '#core/condition.ts';
import { limitWords } from '#core/offer-budget.ts';
import { describeDuration, listed } from './describe-condition/duration.ts';
import { describeAwaited, describeHappening } from './describe-condition.ts';
import { describeCap, describeHours, describeZone } from './describe-journey/hours.ts';
import { describeRecurrence } from './describe-journey/recurrence.ts';

/** What starts a journey, after "when": "somebody orders", "somebody enters the segment vip", "every week on Monday …". */
export function describeTrigger(trigger: Trigger): string {
  switch (trigger.type) {
    case 'event':
      return describeHappening(trigger);
    case 'form':
      return `somebody ${trigger.on === 'confirmation' ? 'confirms' : 'fills in'} the form ${trigger.form}`;
    case 'segment_entry':
      return `somebody enters the segment ${trigger.segment}`;
    case 'segment_exit':
      return `somebody leaves the segment ${trigger.segment}`;
    case 'tier_change': {
      const way = { up: 'rises to', down: 'falls to', any: 'comes to' }[trigger.direction ?? 'any'];
      return `somebody ${way} ${trigger.to === undefined ? 'another tier' : `the tier ${listed(trigger.to, 'or')}`}`;
    }
    case 'stage_change': {
      const way = { up: 'rises to', down: 'falls back to', any: 'comes to' }[trigger.direction ?? 'any'];
      return `somebody ${way} ${trigger.to === undefined ? 'another stage' : `the stage ${listed(trigger.to, 'or')}`}`;
    }
    case 'schedule': {
      const who = trigger.segment === undefined ? 'for everybody' : `for everybody in the segment ${trigger.segment}`;
      const zone = trigger.zone === undefined ? '' : ` ${describeZone(trigger.zone)}`;
      return `${describeRecurrence(trigger.rule, trigger.start)}${zone}, ${who}`;
    }
    case 'date': {
      const { attribute, offsetDays = 0, repeat, time } = trigger;
      const days = `${Math.abs(offsetDays)} ${Math.abs(offsetDays) === 1 ? 'day' : 'days'}`;
      const day = offsetDays === 0 ? `on the day of ${attribute}` : `${days} ${offsetDays < 0 ? 'before' : 'after'} ${attribute}`;
      return `it is ${time} ${day}${repeat === 'yearly' ? ', every year' : ''}`;
    }
    case 'points':
      return 'reached' in trigger
        ? `somebody reaches ${trigger.reached} points`
        : `points of somebody lapse in ${describeDuration(trigger.expiring)}`;
    case 'voucher':
      return `a voucher${trigger.pool === undefined ? '' : ` of ${trigger.pool}`} of somebody lapses in ${describeDuration(trigger.expiring)}`;
    case 'api':
      return 'a system asks for it';
  }
}

/** A schedule needs no "when": it starts every Monday. */
export const startsWord = ({ type }: Trigger): string => (type === 'schedule' ? 'Starts' : 'Starts when');

/** How often one customer may enter. */
export function describeReentry({ mode, interval, max, key, restart }: Journey['reentry']): string {
  const often = {
    once: 'once',
    always: 'any number of times',
    after: `again after ${describeDuration(interval ?? '')}${max === undefined ? '' : `, at most ${max} times`}`,
    max: `at most ${max ?? 1} times`,
  }[mode];
  const entry = key === undefined ? `each customer ${often}` : `each customer ${often} for each ${key}`;
  return restart === true ? `${entry}; a new entry begins anew` : entry;
}

/** What must come true for a journey to have done its work: "ordered within 30 days". */
export function describeGoal({ window, ...event }: NonNullable<Journey['goal']>): string {
  return `${describeAwaited(event)} within ${describeDuration(window)}`;
}

/** An event that ends a journey for a customer, in words: "ordered". */
export function describeExit({ event, where }: EventCondition): string {
  return describeAwaited({ event, ...(where && { where }) });
}

/** What else the journey says of itself, each line with its name: who enters, what is held back, when mails may go. */
export function describeControls(journey: Journey): readonly (readonly [name: string, words: string])[] {
  const { caps = [], holdout, offerBudget, onLate, priority, quietHours } = journey;
  return [
    ['Entry', describeReentry(journey.reentry)],
    ...(holdout === undefined ? [] : [['Holdout', `${holdout.percent} % get nothing, for comparison`] as const]),
    ...caps.map((cap) => ['Cap', describeCap(cap)] as const),
    ...(offerBudget === undefined ? [] : [['Budget', describeBudget(offerBudget)] as const]),
    ...(quietHours === undefined ? [] : [['Quiet hours', quietHours === false ? 'none' : describeHours(quietHours)] as const]),
    ...(onLate === undefined ? [] : [['Late mail', describeLateness(onLate)] as const]),
    ...(priority === undefined || priority === 0 ? [] : [['Priority', String(priority)] as const]),
  ];
}

/** "500 vouchers in 30 days" */
export function describeBudget(budget: NonNullable<Journey['offerBudget']>): string {
  return `${limitWords(budget)} ${budget.per === undefined ? 'in all' : `in ${describeDuration(budget.per)}`}, to all together`;
}

/** What happens to people inside when a new version is published. */
export const onPublishWords = {
  finish: 'people inside go on in the version that they entered',
  migrate: 'people inside go on in this version, at the same step',
  exit: 'people inside leave',
} as const;

export function describeLateness({ mode, maxAge }: NonNullable<Journey['onLate']>): string {
  const what = { send: 'is sent', skip: 'is not sent', next_window: 'waits for the next window' }[mode];
  return `over ${describeDuration(maxAge)} late ${what}`;
}
