import type { Context } from 'aws-lambda';
import { beforeEach, expect, test } from 'vitest';
import type { Loyalty } from '#core/loyalty/programme.ts';
import { CostsChanged, StoredCosts } from '#schemas/costs-api.ts';
import { releaseItems } from '#usecases/store/catalogue.ts';
import { currentKey } from '#usecases/store/keys.ts';
import { adminShop } from '../../support/admin-shop.ts';
import { thanking } from '../../support/report-shop.ts';
import { httpEvent } from '../edge/http-event.ts';

const PATH = '/admin/v1/costs';
const euro: Loyalty = {
  currency: 'EUR',
  rates: { USD: 0.9 },
  earn: [{ id: 'orders', event: 'Order Completed', per: { points: 1 } }],
  tiers: { by: 'spend', levels: [{ id: 'gold', name: 'Gold', from: 100 }] },
};

let shop: Awaited<ReturnType<typeof adminShop>>;
beforeEach(async () => {
  shop = await adminShop();
  await release('rel_euro', euro);
});

async function release(id: string, loyalty?: Loyalty): Promise<void> {
  for (const item of releaseItems(thanking({ id, ...(loyalty && { loyalty }) }))) await shop.table.write({ put: item });
  await shop.table.write({ put: { ...currentKey, release: id } });
}

async function call(method: string, body?: object, query = '') {
  const headers = { authorization: `Bearer ${shop.key}`, 'content-type': 'application/json' };
  const event = httpEvent({ method, path: PATH, query, headers, ...(body && { body: JSON.stringify(body) }) });
  const reply = await shop.handler(event, {} as Context);
  // biome-ignore lint/suspicious/noExplicitAny: answers are looked into as any client would
  return { status: reply.statusCode, body: JSON.parse(String(reply.body)) as any };
}

const list = async (query = '') => {
  const { body } = await call('GET', undefined, query);
  expect(StoredCosts.parse(body)).toEqual(body);
  return body.items.map(({ month, source, campaign, amount, minor, currency }: Record<string, unknown>) => [
    month,
    source,
    campaign,
    amount,
    minor,
    currency,
  ]);
};

const google = { source: 'google', month: '2026-01', amount: '1200.50' };
const spring = { source: 'google', campaign: 'spring', month: '2026-01', amount: 300.5 };
const radio = { source: 'radio', month: '2026-02', amount: 99, currency: 'USD' };

test('costs are set to the minor unit, each once, however often they are sent; another amount replaces the first', async () => {
  const first = await call('POST', { costs: [google, spring, radio] });
  expect(first).toEqual({ status: 200, body: { set: 3, unchanged: 0, deleted: 0 } });
  expect(CostsChanged.parse(first.body)).toEqual(first.body);
  expect((await call('POST', { costs: [google, spring, radio] })).body).toEqual({ set: 0, unchanged: 3, deleted: 0 });
  expect((await call('POST', { costs: [{ ...google, amount: 7 }] })).body).toEqual({ set: 1, unchanged: 0, deleted: 0 });
  const items = await list();
  expect(items).toHaveLength(3);
  expect(items).toEqual(
    expect.arrayContaining([
      ['2026-01', 'google', '', '7.00', 700, 'EUR'],
      ['2026-01', 'google', 'spring', '300.50', 30_050, 'EUR'],
      ['2026-02', 'radio', '', '99.00', 9900, 'USD'],
    ]),
  );
  expect(await list('month=2026-02')).toHaveLength(1);
});

test('a page goes on where the one before ended, in the order of months', async () => {
  await call('POST', { costs: [radio, spring, google] });
  const first = (await call('GET', undefined, 'limit=2')).body;
  const rest = (await call('GET', undefined, `limit=2&cursor=${encodeURIComponent(first.cursor)}`)).body;
  expect([...first.items, ...rest.items].map(({ month }) => month)).toEqual(['2026-01', '2026-01', '2026-02']);
  expect(await call('GET', undefined, 'cursor=x')).toMatchObject({ status: 400, body: { errors: [{ path: 'cursor' }] } });
});

test('months are replaced as a whole, others are left alone, and a repeat changes nothing', async () => {
  await call('POST', { costs: [google, spring, radio] });
  const wish = { months: ['2026-01'], costs: [{ ...google, source: 'Google Ads' }, spring] };
  expect((await call('PUT', wish)).body).toEqual({ set: 1, unchanged: 1, deleted: 1 });
  expect((await call('PUT', wish)).body).toEqual({ set: 0, unchanged: 2, deleted: 0 });
  expect((await list()).map(([, source]: string[]) => source).sort()).toEqual(['Google Ads', 'google', 'radio']);
  expect((await call('PUT', { months: ['2026-02'], costs: [] })).body).toEqual({ set: 0, unchanged: 0, deleted: 1 });
});

test('a cost is deleted once', async () => {
  await call('POST', { costs: [google, spring] });
  const query = 'source=google&campaign=spring&month=2026-01';
  expect((await call('DELETE', undefined, query)).body).toMatchObject({ deleted: 1 });
  expect((await call('DELETE', undefined, query)).body).toMatchObject({ deleted: 0 });
  expect(await list()).toHaveLength(1);
});

test.each([
  ['costs.0.amount', { ...google, amount: -1 }, 'write 1200, with at most 2 digits'],
  ['costs.0.amount', { ...google, amount: 0.1 + 0.2 }, 'is no amount of EUR'],
  ['costs.0.amount', { ...google, amount: '10.5', currency: 'JPY' }, 'is no amount of JPY'],
  ['costs.0.currency', { ...google, currency: 'GBP' }, 'has no rate in loyalty.json, and reports count EUR'],
  ['costs.0.currency', { ...google, currency: 'XXA' }, 'is no currency of ISO 4217'],
  ['costs.0.month', { ...google, month: '2026-13' }, 'is no month: write 2026-01'],
  ['costs.0.source', { ...google, source: ' ' }, 'is empty'],
  ['costs.0.sum', { ...google, sum: 4 }, 'is not known here'],
])('what cannot be used is refused by its path, and nothing is stored: %s of %j', async (path, cost, message) => {
  const { status, body } = await call('POST', { costs: [cost, radio] });
  expect(status).toBe(400);
  expect(body.errors).toContainEqual({ path, message: expect.stringContaining(message) });
  expect(await list()).toEqual([]);
});

test('one cost twice in a list, a month that is not replaced, and mixed currencies without rates are refused', async () => {
  expect((await call('POST', { costs: [google, radio, { ...google, amount: 1 }] })).body.errors).toEqual([
    { path: 'costs.2', message: 'has the source, campaign and month of costs.0: add them up' },
  ]);
  expect((await call('PUT', { months: ['2026-01'], costs: [radio] })).body.errors).toMatchObject([{ path: 'costs.0.month' }]);
  await release('rel_plain');
  const mixed = [
    { ...google, currency: 'EUR' },
    { ...radio, currency: 'USD' },
  ];
  expect((await call('POST', { costs: mixed })).body.errors).toMatchObject([{ path: 'costs.1.currency' }]);
  expect(await list()).toEqual([]);
});
