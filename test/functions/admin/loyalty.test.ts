import type { Context } from 'aws-lambda';
import { beforeEach, describe, expect, test } from 'vitest';
import { adminShop } from '../../support/admin-shop.ts';
import { catalogueFiles } from '../../support/catalogue-files.ts';
import { event } from '../../support/shop.ts';
import { httpEvent } from '../edge/http-event.ts';

type Shop = Awaited<ReturnType<typeof adminShop>>;
// biome-ignore lint/suspicious/noExplicitAny: answers are looked into as any client would
type Answer = { readonly status: number; readonly body: any };

const loyalty = {
  currency: 'EUR',
  earn: [{ id: 'orders', event: 'Order Completed', per: { points: 1 } }],
  expiry: { after: 'P1Y' },
  rewards: [
    { id: 'tea', name: 'A box of tea', points: 60, pool: 'tea' },
    { id: 'card', name: 'A gift card', points: 60, pool: 'cards' },
  ],
  tiers: [{ id: 'silver', name: 'Silver', spend: 100, benefits: ['Free delivery'] }],
};
const pools = [
  { id: 'tea', name: 'Tea', description: 'A box of tea', codes: 'generated', prefix: 'TEA', value: { article: 'T1' } },
  { id: 'cards', name: 'Cards', description: 'A gift card', codes: 'imported' },
];

const gift = {
  id: 'gift',
  name: 'A gift',
  trigger: { type: 'event', event: 'Gift Wanted' },
  reentry: { mode: 'always' },
  offerBudget: { max: 2, value: { amount: 100, currency: 'EUR' }, per: 'P1M' },
  steps: [{ id: 'code', type: 'issue_voucher', pool: 'ten' }],
};
const ten = { id: 'ten', name: 'Ten', description: '€10', codes: 'generated', value: { amount: 10, currency: 'EUR' } };

let shop: Shop;
beforeEach(async () => {
  shop = await adminShop();
  const files = catalogueFiles({ 'catalogue/loyalty.json': loyalty, 'catalogue/vouchers.json': { pools } });
  expect((await call('POST', '/releases', { files })).status).toBe(201);
  await shop.take(event('Order Completed', '2026-03-01T10:00:00Z', { order_id: '1', revenue: 100.5, currency: 'EUR' }));
});

async function call(method: string, path: string, body?: object, headers: Record<string, string> = {}): Promise<Answer> {
  const [at = '', query = ''] = path.split('?');
  const all = { 'content-type': 'application/json', authorization: `Bearer ${shop.key}`, ...headers };
  const asked = { method, path: `/admin/v1${at}`, query, headers: all, ...(body && { body: JSON.stringify(body) }) };
  const reply = await shop.handler(httpEvent(asked), {} as Context);
  return { status: reply.statusCode ?? 0, body: reply.body ? JSON.parse(String(reply.body)) : undefined };
}

const ann = '/customers/ann@example.com/loyalty';
const redeem = (wish: object, key: string) => call('POST', `${ann}/redemptions`, wish, { 'idempotency-key': key });
const points = async (): Promise<number> => (await call('GET', ann)).body.points;

describe('points', () => {
  test('are told with lots, tier, progress and what they buy', async () => {
    expect((await call('GET', ann)).body).toMatchObject({
      points: 100,
      pending: 0,
      spend: 100.5,
      currency: 'EUR',
      lots: [{ points: 100, expiresAt: '2027-03-01T10:00:00.000Z' }],
      tier: { id: 'silver', name: 'Silver', benefits: ['Free delivery'] },
      expiring: { points: 100, at: '2027-03-01T10:00:00.000Z' },
      rewards: [{ id: 'tea', points: 60, affordable: true }, { id: 'card' }],
    });
  });

  test('of an order are quoted before it is made, and nothing is written', async () => {
    const { body } = await call('POST', '/loyalty/quote', { customer: 'ann@example.com', properties: { revenue: 19.99 } });
    expect(body).toEqual({
      points: 19,
      pending: 0,
      rules: [{ points: 19, reason: '1 for each 1 EUR of an order' }],
      refused: [],
    });
    expect((await call('POST', '/loyalty/quote', { properties: { revenue: 150 } })).body).toMatchObject({
      points: 150,
      tier: 'silver',
    });
    expect((await call('POST', '/loyalty/quote', { properties: { revenue: -5 } })).body).toMatchObject({
      points: 0,
      refused: ['no points: an amount of -5 is out of bounds'],
    });
    expect(await points()).toBe(100);
  });

  test('become a reward, once for one key, and a key means one thing', async () => {
    const first = await redeem({ reward: 'tea' }, 'a');
    expect(first.body).toEqual({ redeemed: true, balance: 40, voucher: { code: expect.stringMatching(/^TEA-/) } });
    expect(await redeem({ reward: 'tea' }, 'a')).toEqual(first);
    expect(await points()).toBe(40);
    expect(await redeem({ points: 5 }, 'a')).toMatchObject({
      status: 409,
      body: { detail: 'This key was used for something else before.' },
    });
    expect(await redeem({ reward: 'tea' }, 'b')).toMatchObject({
      status: 409,
      body: { detail: '60 points cannot be redeemed: the balance is 40.' },
    });
    expect(
      (await call('GET', `${ann}/ledger`)).body.items.map((entry: { type: string; points: number }) => [
        entry.type,
        entry.points,
      ]),
    ).toEqual([
      ['redeem', -60],
      ['earn', 100],
    ]);
  });

  test('cannot be spent twice at the same instant', async () => {
    const answers = await Promise.all(['a', 'b', 'c', 'd'].map((key) => redeem({ points: 60 }, key)));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409, 409, 409]);
    expect(await points()).toBe(40);
  });

  test('are kept where the reward is sold out', async () => {
    expect(await redeem({ reward: 'card' }, 'a')).toMatchObject({ status: 409, body: { detail: 'The reward is sold out.' } });
    expect(await points()).toBe(100);
    expect((await call('POST', '/pools/cards/codes', { codes: ['CARD1'] })).body).toEqual({ added: 1, known: 0, refused: [] });
    const both = await Promise.all([redeem({ reward: 'card' }, 'b'), redeem({ points: 1 }, 'c')]);
    expect(both.map(({ status }) => status)).toEqual([200, 200]);
    expect(both[0]?.body.voucher).toEqual({ code: 'CARD1' });
  });

  test('are put right by hand, by whom and why', async () => {
    const { status } = await call(
      'POST',
      `${ann}/adjustments`,
      { points: 25, reason: 'a late parcel' },
      { 'idempotency-key': 'x' },
    );
    expect(status).toBe(200);
    const [entry] = (await call('GET', `${ann}/ledger`)).body.items;
    expect(entry).toMatchObject({ type: 'adjust', points: 25, balance: 125, reason: 'a late parcel', author: 'key for *' });
  });
});

describe('vouchers', () => {
  test('are checked and used once, for one order', async () => {
    const { code } = (await redeem({ reward: 'tea' }, 'a')).body.voucher;
    expect((await call('GET', `/vouchers/${code}`)).body).toMatchObject({
      status: 'valid',
      value: { article: 'T1' },
      remaining: 1,
    });
    expect(await call('POST', `/vouchers/${code}/redemptions`, { order: '9' })).toMatchObject({
      status: 200,
      body: { repeated: false },
    });
    expect(await call('POST', `/vouchers/${code}/redemptions`, { order: '9' })).toMatchObject({
      status: 200,
      body: { repeated: true },
    });
    expect(await call('POST', `/vouchers/${code}/redemptions`, { order: '10' })).toMatchObject({
      status: 409,
      body: { detail: 'The code is used.' },
    });
  });

  test('pools say what they have left, and only imported ones take codes', async () => {
    expect((await call('GET', '/pools')).body.items).toMatchObject([
      { pool: 'tea', free: null, low: false },
      { pool: 'cards', free: 0, low: true },
    ]);
    expect((await call('POST', '/pools/tea/codes', { codes: ['X'] })).status).toBe(404);
  });

  test('budgets say what they have left, and until when', async () => {
    expect((await call('GET', '/budgets')).body).toEqual({ items: [], cursor: null });
    const files = catalogueFiles({ 'catalogue/journeys/gift.json': gift, 'catalogue/vouchers.json': { pools: [ten] } });
    expect((await call('POST', '/releases', { files })).status).toBe(201);
    const level = {
      journey: 'gift',
      name: 'A gift',
      per: 'P1M',
      from: '2026-03-01T00:00:00.000Z',
      to: '2026-03-31T23:00:00.000Z',
      usedBefore: 0,
    };
    const left = (used: number) => ({
      vouchers: { max: 2, used, left: 2 - used },
      value: { amount: 100, currency: 'EUR', used: used * 10, left: 100 - used * 10 },
      usedUp: used === 2,
    });
    expect((await call('GET', '/budgets')).body.items).toEqual([{ ...level, ...left(0) }]);
    await shop.take(event('Gift Wanted', '2026-03-02T08:00:00Z'));
    expect((await call('GET', '/budgets')).body.items).toEqual([{ ...level, ...left(1) }]);
    await shop.take(event('Gift Wanted', '2026-03-02T08:00:01Z'), event('Gift Wanted', '2026-03-02T08:00:02Z'));
    expect((await call('GET', '/budgets')).body.items).toEqual([{ ...level, ...left(2) }]);
  });
});

test.each<[string, string, string, object | undefined, Record<string, string>, number]>([
  ['a redemption without a key', 'POST', `${ann}/redemptions`, { points: 1 }, {}, 400],
  ['a redemption of nothing', 'POST', `${ann}/redemptions`, {}, { 'idempotency-key': 'a' }, 400],
  ['of a reward and points', 'POST', `${ann}/redemptions`, { reward: 'tea', points: 1 }, { 'idempotency-key': 'a' }, 400],
  ['of a reward that is not there', 'POST', `${ann}/redemptions`, { reward: 'cofee' }, { 'idempotency-key': 'a' }, 404],
  ['of half a point', 'POST', `${ann}/redemptions`, { points: 0.5 }, { 'idempotency-key': 'a' }, 400],
  ['an adjustment of nothing', 'POST', `${ann}/adjustments`, { points: 0, reason: 'x' }, { 'idempotency-key': 'a' }, 400],
  ['an adjustment without a reason', 'POST', `${ann}/adjustments`, { points: 1 }, { 'idempotency-key': 'a' }, 400],
  ['the balance of nobody', 'GET', '/customers/nobody@example.com/loyalty', undefined, {}, 404],
  ['a quote for nobody', 'POST', '/loyalty/quote', { customer: 'nobody', properties: {} }, {}, 404],
])('%s is refused', async (_, method, path, body, headers, status) => {
  expect((await call(method, path, body, headers)).status).toBe(status);
  expect(await points()).toBe(100);
});
