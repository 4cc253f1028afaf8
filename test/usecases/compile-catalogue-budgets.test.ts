import { describe, expect, test } from 'vitest';
import { compileCatalogue } from '#usecases/compile-catalogue.ts';
import { catalogueFiles, welcome } from '../support/catalogue-files.ts';

const template = (variables: string) =>
  `---\nsubject: S\npreheader: P\n${variables}---\n<mj-section><mj-column><mj-text>Hello</mj-text></mj-column></mj-section>\n`;
const mail = (id: string, of = 'news') => ({ id, type: 'send_email', template: of, topic: 'newsletter' });
const offer = (id = 'offer') => mail(id, 'offer');
const issue = (ways: object = {}, pool = 'five') => ({ id: 'code', type: 'issue_voucher', pool, ...ways });
const left = { id: 'left', type: 'exit', reason: 'no voucher is left' };
const when = { attribute: 'country', is: 'PT' };
const budget = { max: 10, per: 'P1M' };

async function problems(journey: object): Promise<string[]> {
  const files = catalogueFiles({
    'catalogue/journeys/welcome.json': { ...welcome, ...journey },
    'catalogue/vouchers.json': {
      pools: [
        { id: 'five', name: 'Five', description: '€5', codes: 'generated', value: { amount: 5, currency: 'EUR' } },
        { id: 'share', name: 'Share', description: '15 %', codes: 'generated', value: { percent: 15 } },
      ],
    },
    'templates/offer.mjml': template('variables:\n  - voucher.code = BACK-1\n'),
    'templates/news.mjml': template(''),
  });
  return (await compileCatalogue(files)).problems.map(({ path, rule, message }) => `${path} ${rule}: ${message}`);
}

const missing = (path: string): string =>
  `${path} voucher-may-be-missing: the template "offer" shows a voucher, and whoever was refused one comes here, too`;

describe('a mail with a voucher', () => {
  test.each<[string, readonly object[]]>([
    ['for those who got one', [issue({ onIssued: [offer()], onRefused: [mail('update')] })]],
    ['where the others have left', [issue({ onRefused: [mail('update'), left] }), offer()]],
    ['later, for those who got one', [issue({ onIssued: [{ id: 'wait', type: 'delay', for: 'P1D' }, offer()] }), mail('both')]],
    [
      'where whoever was refused got one by another step',
      [issue({ onRefused: [{ ...issue({ onRefused: [left] }, 'share'), id: 'other' }] }), offer()],
    ],
    ['before anybody was refused', [issue({ onIssued: [offer()] }), mail('after')]],
  ])('can be filled %s', async (_, steps) => {
    expect(await problems({ offerBudget: budget, steps })).toEqual([]);
  });

  test.each<[string, readonly object[], string]>([
    ['after the step', [issue(), offer()], 'steps[1].template'],
    ['for those who were refused', [issue({ onRefused: [offer()] })], 'steps[0].onRefused[0].template'],
    [
      'on one of the ways after it',
      [issue(), { id: 'asked', type: 'condition', when, yes: [offer()], no: [left] }],
      'steps[1].yes[0].template',
    ],
    [
      'where only some of the others have left',
      [issue({ onRefused: [{ id: 'asked', type: 'condition', when, yes: [left] }] }), offer()],
      'steps[1].template',
    ],
    [
      'after a way on which it was refused',
      [{ id: 'asked', type: 'condition', when, yes: [issue({ onIssued: [mail('one')] })] }, offer()],
      'steps[1].template',
    ],
  ])('may lack it %s', async (_, steps, path) => {
    expect(await problems({ offerBudget: budget, steps })).toEqual([missing(path)]);
  });
});

describe('a budget', () => {
  const steps = [issue({ onIssued: [offer()] })];
  test.each<[string, object, string]>([
    ['needs a limit', { per: 'P1M' }, 'a budget needs a limit'],
    ['counts whole days', { max: 5, per: 'PT12H' }, 'not a period of the calendar'],
    ['does not mix months and days', { max: 5, per: 'P1M15D' }, 'not a period of the calendar'],
    ['allows at least one voucher', { max: 0 }, 'at least 1 is needed'],
    ['has money above nothing', { value: { amount: 0, currency: 'EUR' } }, 'more than 0 is needed'],
    ['is in a currency that there is', { value: { amount: 5, currency: 'EURO' } }, 'no such currency'],
    ['knows what to do with other keys', { max: 5, every: 'P1M' }, 'every'],
    ['in money is for at least one voucher', { value: { amount: 4.99, currency: 'EUR' } }, 'less than one voucher of "five"'],
    [
      'in money is in the currency of its vouchers',
      { value: { amount: 50, currency: 'USD' } },
      'does not say what its vouchers are worth',
    ],
  ])('%s', async (_, offerBudget, message) => {
    expect(await problems({ offerBudget, steps })).toEqual([expect.stringContaining(message)]);
  });

  test.each<[object]>([[{ max: 1 }], [{ max: 500, per: 'P30D' }], [{ value: { amount: 5, currency: 'EUR' }, per: 'P1W' }]])(
    'may be %o',
    async (offerBudget) => {
      expect(await problems({ offerBudget, steps })).toEqual([]);
    },
  );
});
