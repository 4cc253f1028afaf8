import { describe, expect, test } from 'vitest';
import type { Condition } from '#core/condition.ts';
import { describeDuration, describeInstant } from '#usecases/describe-condition/duration.ts';
import { describeAwaited, describeCondition, describeHappening } from '#usecases/describe-condition.ts';

const order = { event: 'Order Completed' };

const sentences: readonly (readonly [string, Condition])[] = [
  ['has ordered', order],
  ['has ordered at least 2 times within 90 days', { ...order, count: { gte: 2 }, within: 'P90D' }],
  ['has ordered exactly once', { ...order, count: { is: 1 } }],
  ['has never ordered', { not: order }],
  ['has never ordered', { ...order, count: { is: 0 } }],
  ['has ordered', { not: { ...order, count: { is: 0 } } }],
  ['has not ordered within 60 days', { not: { ...order, within: 'P60D' } }],
  ['has not ordered more than 3 times', { not: { ...order, count: { gt: 3 } } }],
  ['has ordered where revenue is at least 50', { ...order, where: { property: 'revenue', gte: 50 } }],
  ['revenue of “Order Completed” adds up to at least 120', { ...order, sum: { property: 'revenue', gte: 120 } }],
  [
    'revenue of “Order Completed” does not add up to more than 500 within 1 year',
    { not: { ...order, sum: { property: 'revenue', gt: 500 }, within: 'P1Y' } },
  ],
  ['“Trial Started” has happened within 14 days', { event: 'Trial Started', within: 'P14D' }],
  ['“Trial Started” has never happened', { not: { event: 'Trial Started' } }],
  ['has opened the mail hello', { event: 'Email Opened', where: { property: 'step', is: 'hello' } }],
  ['country is PT', { attribute: 'country', is: 'PT' }],
  ['city is “Vila Nova”', { attribute: 'city', is: 'Vila Nova' }],
  ['country is not PT or ES', { attribute: 'country', notIn: ['PT', 'ES'] }],
  ['country is PT or ES', { not: { attribute: 'country', notIn: ['PT', 'ES'] } }],
  ['age is at least 18 and is below 65', { attribute: 'age', gte: 18, lt: 65 }],
  ['age is below 18 or is at least 65', { not: { attribute: 'age', gte: 18, lt: 65 } }],
  ['phone is not known', { attribute: 'phone', exists: false }],
  ['phone is known', { not: { attribute: 'phone', is: null } }],
  ['since is before 27 November 2026', { attribute: 'since', before: '2026-11-27' }],
  ['renewal is within 30 days of now', { attribute: 'renewal', within: 'P30D' }],
  ['revenue of the trigger is at least 50', { property: 'revenue', gte: 50 }],
  ['is in the segment vip', { segment: 'vip' }],
  ['has a score “lead” of at least 50', { score: 'lead', gte: 50 }],
  ['is not in the stage customer', { not: { stage: 'customer' } }],
  ['is not in the segment vip', { not: { segment: 'vip' } }],
  ['was never in the journey welcome', { journey: 'welcome', is: 'never' }],
  ['was at some time in the journey welcome', { not: { journey: 'welcome', is: 'never' } }],
  ['has clicked the mail miss-you', { message: 'miss-you', is: 'clicked' }],
  ['the mail miss-you did not bounce', { not: { message: 'miss-you', is: 'bounced' } }],
  ['has not consented to offers', { not: { consent: 'offers' } }],
  ['is in the tier gold', { tier: 'gold' }],
  ['has at least 500 points', { points: { gte: 500 } }],
  [
    'has ordered, is in the segment vip and country is PT',
    { all: [order, { segment: 'vip' }, { attribute: 'country', is: 'PT' }] },
  ],
  [
    'has ordered and (is in the tier gold or is in the segment vip)',
    { all: [order, { any: [{ tier: 'gold' }, { segment: 'vip' }] }] },
  ],
  [
    'is not in the segment vip or (has ordered and is in the tier gold)',
    { any: [{ not: { segment: 'vip' } }, { not: { any: [{ not: order }, { not: { tier: 'gold' } }] } }] },
  ],
];

describe('a condition in words', () => {
  test.each(sentences)('%s', (words, condition) => {
    expect(describeCondition(condition)).toBe(words);
  });
});

describe('an awaited event in words', () => {
  test.each([
    ['ordered', order],
    ['clicked the mail miss-you', { event: 'Email Link Clicked', where: { property: 'step', is: 'miss-you' } }],
    ['ordered where cart_id is that of the trigger', { ...order, where: { property: 'cart_id', equalsTrigger: 'cart_id' } }],
    ['ordered where id is the order_id of the trigger', { ...order, where: { property: 'id', equalsTrigger: 'order_id' } }],
    ['“Trial Started” where plan is pro', { event: 'Trial Started', where: { property: 'plan', is: 'pro' } }],
  ] as const)('%s', (words, event) => {
    expect(describeAwaited(event)).toBe(words);
  });

  test('that starts something is told as happening now', () => {
    expect(describeHappening(order)).toBe('somebody orders');
    expect(describeHappening({ event: 'Trial Started' })).toBe('“Trial Started” happens');
  });
});

test.each([
  ['P3D', '3 days'],
  ['PT1H', '1 hour'],
  ['PT90M', '90 minutes'],
  ['P1Y6M', '1 year and 6 months'],
  ['P1W2DT3H', '1 week, 2 days and 3 hours'],
  ['-P7D', '7 days'],
])('the duration %s is %s', (duration, words) => {
  expect(describeDuration(duration)).toBe(words);
});

test.each([
  ['2026-11-27', '27 November 2026'],
  ['2026-11-27T08:00:00Z', '27 November 2026, 08:00 UTC'],
  ['2026-01-02T08:00:00+01:00', '2 January 2026, 08:00 (+01:00)'],
])('the instant %s is %s', (text, words) => {
  expect(describeInstant(text)).toBe(words);
});
