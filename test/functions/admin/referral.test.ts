import type { Context } from 'aws-lambda';
import { expect, test } from 'vitest';
import type { TimelineEvent } from '#core/event.ts';
import { customerIdOfEmail } from '#core/identity.ts';
import { captureHandler } from '#functions/capture/capture.ts';
import { findAccess } from '#usecases/access.ts';
import { readEvents } from '#usecases/store/events.ts';
import { adminShop } from '../../support/admin-shop.ts';
import { fakeCaptcha } from '../../support/captcha.ts';
import { catalogueFiles } from '../../support/catalogue-files.ts';
import { event } from '../../support/shop.ts';
import { httpEvent } from '../edge/http-event.ts';

const loyalty = {
  currency: 'EUR',
  earn: [{ id: 'orders', event: 'Order Completed', per: { points: 1 } }],
  referral: { referrer: 200, friend: 100, link: 'https://shop.example/?friend={code}' },
  tiers: [],
};

async function shopWithAnn() {
  const shop = await adminShop();
  const call = async (method: string, path: string, body?: object) => {
    const headers = { 'content-type': 'application/json', authorization: `Bearer ${shop.key}` };
    const asked = { method, path: `/admin/v1${path}`, headers, ...(body && { body: JSON.stringify(body) }) };
    const reply = await shop.handler(httpEvent(asked), {} as Context);
    return { status: reply.statusCode, body: JSON.parse(String(reply.body)) };
  };
  await call('POST', '/releases', { files: catalogueFiles({ 'catalogue/loyalty.json': loyalty }) });
  const { timezone: _, ...home } = { timezone: '', address: { street: 'Rua Augusta 1', postalCode: '1100-048' } };
  await shop.take(event('Order Completed', '2026-03-01T10:00:00Z', { order_id: '1', revenue: 10 }, { traits: home }));
  const link = (await call('GET', '/customers/ann@example.com/loyalty/referral')).body.link as string;
  return { ...shop, call, link, code: new URL(link).searchParams.get('friend') ?? '' };
}

const ofBob = (email: string, name: string, properties: object, parts: Partial<TimelineEvent> = {}) =>
  event(name, '2026-03-02T07:00:00Z', { ...properties }, { identities: { email }, ...parts });

async function bringsBob(shop: Awaited<ReturnType<typeof shopWithAnn>>, email: string, code: string, traits = {}) {
  await shop.take(ofBob(email, 'Order Completed', { order_id: 'b1', revenue: 30, referral_code: code }, { traits }));
  const known = await readEvents(shop.table, customerIdOfEmail(email));
  const referred = known.find(({ name }) => name === 'Referred');
  if (referred !== undefined) await shop.take(referred);
  const news = (await readEvents(shop.table, customerIdOfEmail('ann@example.com'))).filter(
    ({ name }) => name === 'Friend Ordered',
  );
  for (const one of news) await shop.take(one);
  const points = async (who: string) => (await shop.call('GET', `/customers/${who}/loyalty`)).body.points as number;
  return { referred: referred?.properties, ann: await points('ann@example.com'), bob: await points(email) };
}

test('a friend who orders with the code of a member brings points to both', async () => {
  const shop = await shopWithAnn();
  expect(shop.code).toMatch(/^FRIEND-/);
  const ann = customerIdOfEmail('ann@example.com');
  expect(await bringsBob(shop, 'bob@example.com', shop.code.toLowerCase())).toEqual({
    referred: { referrer: ann },
    ann: 210,
    bob: 130,
  });
});

test.each<[string, string, (code: string) => string, object, string]>([
  ['a code that never was', 'bob@example.com', () => 'FRIEND-AAAAA-AAAAA-A', {}, 'there is no such code'],
  ['the same mailbox with a label', 'ann+friend@example.com', (code) => code, {}, 'both have the same e-mail address'],
  [
    'the same home, written otherwise',
    'bob@example.com',
    (code) => code,
    { address: { street: 'RUA AUGUSTA, 1', postalCode: '1100 048' } },
    'both have the same postal address',
  ],
])('%s brings nothing', async (_, email, change, traits, refused) => {
  const shop = await shopWithAnn();
  expect(await bringsBob(shop, email, change(shop.code), traits)).toEqual({ referred: { refused }, ann: 10, bob: 30 });
});

test('a logged-in member sees the own balance in a page, by a token of the server, for as long as it is good', async () => {
  const shop = await shopWithAnn();
  const { token } = (await shop.call('POST', '/customers/ann@example.com/loyalty/token', { hours: 1 })).body;
  const capture = captureHandler({
    ...shop,
    captcha: fakeCaptcha().captcha,
    origins: ['*'],
    findAccess: (key) => findAccess(shop.table, key),
  });
  const ask = async (query: string, key: string) => {
    const headers = { authorization: `Basic ${Buffer.from(`${key}:`).toString('base64')}` };
    const reply = await capture(httpEvent({ method: 'GET', path: '/v1/loyalty', query, headers }), {} as Context);
    return { status: reply.statusCode, body: JSON.parse(String(reply.body)) };
  };
  const shown = await ask(`token=${token}`, shop.publishable);
  expect(shown).toMatchObject({ status: 200, body: { points: 10, currency: 'EUR' } });
  expect(shown.body).not.toHaveProperty('customer');
  expect((await ask(`token=${token}x`, shop.publishable)).status).toBe(401);
  expect((await ask('', shop.publishable)).status).toBe(401);
  expect((await ask(`token=${token}`, 'wk_nobody')).status).toBe(401);
  const late = captureHandler({
    captcha: fakeCaptcha().captcha,
    ...shop,
    now: () => shop.now() + 3_600_000,
    origins: ['*'],
    findAccess: (key) => findAccess(shop.table, key),
  });
  const headers = { authorization: `Basic ${Buffer.from(`${shop.publishable}:`).toString('base64')}` };
  expect(
    (await late(httpEvent({ method: 'GET', path: '/v1/loyalty', query: `token=${token}`, headers }), {} as Context)).statusCode,
  ).toBe(401);
});
