import { expect, test } from 'vitest';
import { compileCatalogue } from '#usecases/compile-catalogue.ts';
import { catalogueFiles, welcome } from '../support/catalogue-files.ts';

const base = {
  currency: 'EUR',
  earn: [{ id: 'orders', event: 'Order Completed', per: { points: 1 } }],
  tiers: [{ id: 'silver', name: 'Silver', spend: 100 }],
};

async function found(loyalty: object | undefined, more: Readonly<Record<string, object>> = {}): Promise<string[]> {
  const files = { ...(loyalty && { 'catalogue/loyalty.json': { ...base, ...loyalty } }), ...more };
  const { problems } = await compileCatalogue(catalogueFiles(files));
  return problems.map(({ rule, path, fix }) => `${rule} ${path}${fix.startsWith('did you mean') ? `: ${fix}` : ''}`);
}

const orders = (parts: object = {}) => ({ id: 'orders', event: 'Order Completed', per: { points: 1 }, ...parts });
const gift = (parts: object = {}) => ({ id: 'gift', event: 'Order Completed', points: 50, ...parts });
const large = { property: 'revenue', gte: 100 };
const small = { property: 'revenue', lt: 100 };
const levels = [{ id: 'silver', name: 'Silver', from: 100 }];

test.each<[string, object, readonly string[]]>([
  ['two rules of one event of which nothing says how they combine', { earn: [orders(), gift()] }, ['earn-rules-overlap earn[1]']],
  ['the same where it is said', { combine: 'best', earn: [orders(), gift()] }, []],
  ['two rules that “where” keeps apart', { earn: [orders({ where: large }), gift({ where: small })] }, []],
  ['two rules of different events', { earn: [orders(), gift({ event: 'Product Reviewed' })] }, []],
  ['a rule on what takes points back', { earn: [gift({ event: 'Order Refunded' })] }, ['earns-nothing earn[0]']],
  ['a rule on posts of forms that counts servers only', { earn: [gift({ event: 'Form Submitted' })] }, ['earns-nothing earn[0]']],
  ['a rule on posts of forms that counts anyone', { earn: [gift({ event: 'Form Submitted', from: 'anyone' })] }, []],
  ['no points for a unit', { earn: { event: 'Order Completed', amount: 'revenue', pointsPerUnit: 0 } }, ['earns-nothing earn']],
  ['a minimum above every amount', { earn: [orders({ per: { points: 1, minimum: 20_000_000 } })] }, ['earns-nothing earn[0]']],
  [
    'a rule that another one always beats',
    { combine: 'best', earn: [gift(), gift({ id: 'less', points: 20, where: large })] },
    ['earns-nothing earn[1]'],
  ],
  ['the same where both count', { combine: 'sum', earn: [gift(), gift({ id: 'less', points: 20, where: large })] }, []],
  ['points that lapse while pending', { pending: { for: 'P30D' }, expiry: { after: 'P30D' } }, ['pending-beyond-expiry pending']],
  [
    'points of one rule that do',
    { earn: [orders({ pending: { for: 'P2M' } })], expiry: { after: 'P30D' } },
    ['pending-beyond-expiry earn[0].pending'],
  ],
  ['late points of a year that do', { pending: { for: 'P14D' }, expiry: { endOf: 'year' } }, ['pending-beyond-expiry pending']],
  ['late points of a year that live for one more', { pending: { for: 'P14D' }, expiry: { after: 'P1Y', endOf: 'year' } }, []],
  [
    'points that lapse by inactivity while pending',
    { pending: { for: 'P30D' }, expiry: { inactivity: 'P14D' } },
    ['pending-beyond-expiry pending'],
  ],
  [
    'a grace as long as its window',
    { tiers: { by: 'spend', window: { calendar: 'quarter' }, grace: 'P3M', levels } },
    ['grace-beyond-window tiers.grace'],
  ],
  ['a grace without a window', { tiers: { by: 'spend', grace: 'P3M', levels } }, []],
  [
    'a multiplier for a tier and a segment that are not there',
    {
      earn: [
        orders({
          multipliers: [
            { factor: 2, tiers: ['silvr'] },
            { factor: 3, segment: 'vip' },
          ],
        }),
      ],
    },
    ['unknown-tier earn[0].multipliers[0].tiers[0]: did you mean "silver"?', 'unknown-segment earn[0].multipliers[1].segment'],
  ],
  [
    'conditions on what is not there',
    { earn: [orders({ when: { all: [{ tier: 'gold' }, { journey: 'welcom', is: 'active' }] } })] },
    ['unknown-tier earn[0].when.all[0].tier', 'unknown-journey earn[0].when.all[1].journey: did you mean "welcome"?'],
  ],
  [
    'a slip in what is known of points',
    { earn: [orders({ when: { attribute: 'loyalty.next.mising', lt: 20 } })] },
    ['unknown-attribute earn[0].when.attribute: did you mean "loyalty.next.missing"?'],
  ],
])('%s', async (_, loyalty, expected) => {
  expect(await found(loyalty)).toEqual(expected);
});

const almost = (when: object) => ({ 'catalogue/segments/almost.json': { id: 'almost', name: 'Almost there', when } });

test.each<[string, object, readonly string[]]>([
  ['points', { points: { gte: 500 } }, ['loyalty-needed when']],
  ['what is missing to a tier', { attribute: 'loyalty.next.missing', lte: 50 }, ['loyalty-needed when.attribute']],
])('a condition on %s needs a programme', async (_, when, expected) => {
  expect(await found(undefined, almost(when))).toEqual(expected);
  expect(await found({}, almost(when))).toEqual([]);
});

test('a journey about points that lapse needs points that lapse', async () => {
  const trigger = { type: 'points', expiring: 'P14D' };
  const journey = { 'catalogue/journeys/welcome.json': { ...welcome, exitWhen: undefined, trigger } };
  expect(await found({}, journey)).toEqual(['nothing-expires trigger']);
  expect(await found({ expiry: { after: 'P1Y' } }, journey)).toEqual([]);
});
