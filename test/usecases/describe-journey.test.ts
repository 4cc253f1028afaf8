import { describe, expect, test } from 'vitest';
import type { Journey, Step, Trigger } from '#core/catalogue.ts';
import { describeBranches, describeStep } from '#usecases/describe-journey/step.ts';
import { describeControls, describeReentry, describeTrigger } from '#usecases/describe-journey.ts';

const schedule = { type: 'schedule', start: '2026-01-01T09:00' } as const;
const triggers: readonly (readonly [string, Trigger])[] = [
  ['somebody orders', { type: 'event', event: 'Order Completed' }],
  ['somebody fills in the form newsletter', { type: 'form', form: 'newsletter' }],
  ['somebody leaves the segment vip', { type: 'segment_exit', segment: 'vip' }],
  ['somebody rises to another tier', { type: 'tier_change', direction: 'up' }],
  ['somebody comes to the tier silver or gold', { type: 'tier_change', to: ['silver', 'gold'] }],
  ['somebody falls back to another stage', { type: 'stage_change', direction: 'down' }],
  ['somebody rises to the stage qualified', { type: 'stage_change', direction: 'up', to: ['qualified'] }],
  ['every week on Monday at 09:00, for everybody', { ...schedule, rule: 'FREQ=WEEKLY;BYDAY=MO' }],
  [
    'every week on Monday to Friday at 07:30 by the clock of Europe/Lisbon, for everybody in the segment vip',
    { ...schedule, rule: 'FREQ=WEEKLY;BYDAY=FR,MO,TU,WE,TH;BYHOUR=7;BYMINUTE=30', zone: 'Europe/Lisbon', segment: 'vip' },
  ],
  ['every 2 months on the last Friday at 09:00, for everybody', { ...schedule, rule: 'FREQ=MONTHLY;INTERVAL=2;BYDAY=-1FR' }],
  [
    'every year in March on the 1st, 13th and 22nd at 09:00, for everybody',
    { ...schedule, rule: 'FREQ=YEARLY;BYMONTH=3;BYMONTHDAY=1,22,13' },
  ],
  [
    'it is 09:00 3 days before birthday, every year',
    { type: 'date', attribute: 'birthday', repeat: 'yearly', offsetDays: -3, time: '09:00' },
  ],
  ['it is 08:00 on the day of renewal', { type: 'date', attribute: 'renewal', repeat: 'once', time: '08:00' }],
  ['somebody reaches 500 points', { type: 'points', reached: 500 }],
  ['a system asks for it', { type: 'api' }],
];

describe('what starts a journey', () => {
  test.each(triggers)('%s', (words, trigger) => {
    expect(describeTrigger(trigger)).toBe(words);
  });
});

test.each([
  ['each customer once', { mode: 'once' }],
  ['each customer again after 180 days', { mode: 'after', interval: 'P180D' }],
  ['each customer at most 3 times for each cart_id', { mode: 'max', max: 3, key: 'cart_id' }],
] as const)('%s', (words, reentry) => {
  expect(describeReentry(reentry)).toBe(words);
});

test('controls are told only where they say something', () => {
  const plain = {
    id: 'j',
    name: 'J',
    status: 'active',
    trigger: { type: 'api' },
    reentry: { mode: 'always' },
    steps: [],
  } as const;
  expect(describeControls(plain)).toEqual([['Entry', 'each customer any number of times']]);
  const journey: Journey = {
    ...plain,
    caps: [{ max: 2, per: 'P7D', topics: ['offers'] }],
    quietHours: { from: '21:00', to: '08:00', days: ['saturday', 'sunday'] },
    onLate: { mode: 'skip', maxAge: 'PT6H' },
  };
  expect(describeControls(journey).slice(1)).toEqual([
    ['Cap', 'at most 2 mails in 7 days (offers)'],
    ['Quiet hours', '21:00 to 08:00, Saturday and Sunday'],
    ['Late mail', 'over 6 hours late is not sent'],
  ]);
});

const delay = (more: Partial<Step>): Step => ({ id: 'd', type: 'delay', ...more }) as Step;

test.each([
  ['Wait: 3 days', delay({ for: 'P3D' } as Partial<Step>)],
  ['Wait: until 7 days before renewal', delay({ untilAttribute: 'renewal', offset: '-P7D' } as Partial<Step>)],
  ['Wait: until 24 December 2026', delay({ until: '2026-12-24' } as Partial<Step>)],
  ['Question: has ordered?', { id: 'q', type: 'condition', when: { event: 'Order Completed' } }],
  ['Holdout: 20 % leave here', { id: 'h', type: 'holdout', percent: 20 }],
  ['Webhook: crm.example.com/hook', { id: 'w', type: 'webhook', url: 'https://crm.example.com/hook' }],
] as const)('a step in words: %s', (words, step) => {
  const { kind, title } = describeStep(step);
  expect(`${kind}: ${title}`).toBe(words);
});

test('the name of a step comes before what it does', () => {
  const words = describeStep({ id: 'm', name: 'A letter', type: 'send_email', template: 'letter', topic: 'offers' });
  expect(words).toEqual({ kind: 'Mail', title: 'A letter', details: ['letter', 'topic offers'] });
});

test('a case that is called default is not taken for the way of all others', () => {
  const step: Step = {
    id: 'b',
    type: 'branch',
    cases: [{ name: 'rich', when: { points: { gte: 9 } }, steps: [] }],
  };
  expect(describeBranches(step)).toEqual({
    'case rich': { name: 'rich', words: 'has at least 9 points' },
    default: { words: 'otherwise' },
  });
});
