import { describe, expect, test } from 'vitest';
import { type Advanced, advance } from '#core/advance.ts';
import type { OfferBudget, Step } from '#core/catalogue.ts';
import { type OffersLeft, spentBy, usedUpWords } from '#core/offer-budget.ts';
import type { VoucherPool } from '#core/vouchers.ts';
import { ann, catalogue, event, instant, journey, mail } from '../support/shop.ts';

const pool: VoucherPool = { id: 'back', name: 'Back', description: '20 % off', codes: 'generated', value: { percent: 20 } };
const five: VoucherPool = { ...pool, id: 'five', value: { amount: 5, currency: 'EUR' } };
const ten: VoucherPool = { ...pool, id: 'ten', value: { amount: 10, currency: 'EUR' } };

const branched = (id: string, of: string): Step => ({
  id,
  type: 'issue_voucher',
  pool: of,
  onIssued: [mail(`${id}-offer`, 'gift')],
  onRefused: [mail(`${id}-news`, 'news')],
});
const shop = (offerBudget: OfferBudget | undefined, ...steps: readonly Step[]) =>
  catalogue({
    vouchers: [pool, five, ten],
    journeys: [
      journey({
        id: 'gift',
        trigger: { type: 'event', event: 'Gift Wanted' },
        reentry: { mode: 'always' },
        ...(offerBudget && { offerBudget }),
        steps: [...steps, mail('after', 'more')],
      }),
    ],
  });

const wanted = event('Gift Wanted', '2026-03-14');
const decide = (of: ReturnType<typeof shop>, left?: Record<string, { vouchers: number; cents: number }>): Advanced =>
  advance(ann(), [wanted], of, wanted.at, left && new Map(Object.entries(left)));
const mails = ({ effects }: Advanced) =>
  effects.flatMap((effect) =>
    effect.type === 'message' ? [`${effect.message.step}${effect.message.voucher ? ' with' : ''}`] : [],
  );
const steps = ({ decisions }: Advanced) =>
  decisions.flatMap(({ notes }) => notes.flatMap(({ what, step, why }) => (what === 'step' ? [`${step}: ${why}`] : [])));
const month: OfferBudget = { max: 2, per: 'P1M' };

test('within the budget a voucher is given, and the decision says what it spent', () => {
  const advanced = decide(shop(month, branched('code', 'back')), { gift: { vouchers: 1, cents: Number.POSITIVE_INFINITY } });
  expect(mails(advanced)).toEqual(['code-offer with', 'after with']);
  expect(advanced.decisions[0]?.offers).toEqual({ gift: { vouchers: 1, cents: 0, refused: 0 } });
  expect(advanced.effects.flatMap((effect) => (effect.type === 'voucher' ? [effect.voucher.spent] : []))).toEqual([
    { journey: 'gift', vouchers: 1, cents: 0 },
  ]);
});

test('when it is used up the run goes the other way, with a reason that says until when, and goes on after it', () => {
  const advanced = decide(shop(month, branched('code', 'back')), { gift: { vouchers: 0, cents: Number.POSITIVE_INFINITY } });
  expect(mails(advanced)).toEqual(['code-news', 'after']);
  expect(steps(advanced)[0]).toBe('code: no voucher: the budget of 2 vouchers for the month to 2026-03-31 is used up');
  expect(advanced.decisions[0]?.offers).toEqual({ gift: { vouchers: 0, cents: 0, refused: 1 } });
  expect(advanced.customer.vouchers).toEqual([]);
});

test('one decision spends no more than there is, and a mail does not show the voucher of an earlier step', () => {
  const of = shop({ max: 9 }, branched('one', 'back'), branched('two', 'back'), branched('three', 'back'));
  const advanced = decide(of, { gift: { vouchers: 2, cents: 0 } });
  expect(mails(advanced)).toEqual(['one-offer with', 'two-offer with', 'three-news', 'after']);
  expect(advanced.decisions[0]?.offers).toEqual({ gift: { vouchers: 2, cents: 0, refused: 1 } });
});

test('a budget in money counts what each pool says that its vouchers are worth', () => {
  const of = shop(
    { value: { amount: 20, currency: 'EUR' } },
    branched('one', 'ten'),
    branched('two', 'ten'),
    branched('three', 'five'),
  );
  const advanced = decide(of, { gift: { vouchers: Number.POSITIVE_INFINITY, cents: 1500 } });
  expect(mails(advanced)).toEqual(['one-offer with', 'two-news', 'three-offer with', 'after with']);
  expect(advanced.decisions[0]?.offers).toEqual({ gift: { vouchers: 2, cents: 1500, refused: 1 } });
});

test('without a budget nothing is counted', () => {
  const advanced = decide(shop(undefined, branched('code', 'back')), { gift: { vouchers: 0, cents: 0 } });
  expect(mails(advanced)).toEqual(['code-offer with', 'after with']);
  expect(advanced.decisions[0]).not.toHaveProperty('offers');
});

test('what the present release says counts, also for somebody who is in an older version', () => {
  const waiting = (offerBudget: OfferBudget): ReturnType<typeof shop> =>
    shop(offerBudget, { id: 'wait', type: 'delay', for: 'P1D' }, branched('code', 'back'));
  const old = waiting({ max: 2, per: 'P1M' });
  const entered = advance(ann(), [wanted], old, wanted.at);
  const now = catalogueWith(waiting({ max: 7, per: 'P1Y' }), old);
  const advanced = advance(entered.customer, [], now, wanted.at + 86_400_000, new Map([['gift', { vouchers: 0, cents: 0 }]]));
  expect(steps(advanced).at(1)).toBe('code: no voucher: the budget of 7 vouchers for the year to 2026-12-31 is used up');
});

const catalogueWith = (now: ReturnType<typeof shop>, old: ReturnType<typeof shop>): ReturnType<typeof shop> => ({
  ...now,
  versions: new Map([...old.versions, ...now.versions]),
});

describe('a replay with what the decisions say was spent', () => {
  const of = shop({ max: 9 }, branched('one', 'back'), branched('two', 'ten'), branched('three', 'back'));
  test.each([0, 1, 2, 3, 9])('gives and refuses the same, of %i', (vouchers) => {
    const left: OffersLeft = new Map([['gift', { vouchers, cents: 0 }]]);
    const first = advance(ann(), [wanted], of, wanted.at, left);
    expect(advance(ann(), [wanted], of, wanted.at, spentBy(first.decisions))).toEqual(first);
  });
});

test.each<[OfferBudget, string]>([
  [{ max: 500, per: 'P30D' }, 'the budget of 500 vouchers for the 30 days to 2026-03-20 is used up'],
  [{ max: 1 }, 'the budget of 1 voucher is used up'],
  [{ value: { amount: 2000, currency: 'EUR' }, per: 'P1W' }, 'the budget of 2000 EUR for the week to 2026-03-15 is used up'],
  [
    { max: 5, value: { amount: 20, currency: 'EUR' }, per: 'P1D' },
    'the budget of 5 vouchers and 20 EUR for the day to 2026-03-14 is used up',
  ],
])('%o reads “%s”', (budget, words) => {
  expect(usedUpWords(budget, instant('2026-03-14'), 'Europe/Lisbon')).toBe(words);
});
