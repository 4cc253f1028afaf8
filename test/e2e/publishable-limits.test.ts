/** What a key that stands in a web page may not do to people (DESIGN §3), tried at the API's own address. */
import { expect } from 'vitest';
import type { LocalCloud } from './support/cloud.ts';
import { eventsOf } from './support/people.ts';
import { test } from './support/test.ts';

type Pair = { readonly one: string; readonly two: string };

type Attempt = {
  readonly what: string;
  readonly path: string;
  readonly body: (pair: Pair) => object;
  /** Whether a secret key may do it: then the same request must make a difference. */
  readonly secretMay: boolean;
};

const mail = (user: string): string => `${user}@example.com`;
const track = (event: string, properties: object = {}) => ({
  path: '/v1/track',
  body: ({ one }: Pair) => ({ userId: one, event, properties }),
});

const attempts: readonly Attempt[] = [
  {
    what: 'make one person of two that are known, by the e-mail address',
    path: '/v1/identify',
    body: ({ one, two }) => ({ userId: one, traits: { email: mail(two) } }),
    secretMay: false,
  },
  {
    what: 'make one person of two that are known, by the address in the context',
    path: '/v1/track',
    body: ({ one, two }) => ({ userId: one, event: 'Order Completed', context: { traits: { email: mail(two) } } }),
    secretMay: false,
  },
  {
    what: 'make one person of two that are known, by an alias',
    path: '/v1/alias',
    body: ({ one, two }) => ({ userId: one, previousId: two }),
    secretMay: false,
  },
  {
    what: 'make one person of two that are known, by an alias of the address',
    path: '/v1/alias',
    body: ({ one, two }) => ({ userId: one, previousId: mail(two) }),
    secretMay: false,
  },
  {
    what: 'change the e-mail address of a known person',
    path: '/v1/identify',
    body: ({ one }) => ({ userId: one, traits: { email: `thief-of-${mail(one)}` } }),
    secretMay: true,
  },
  {
    what: 'change it through a batch that says whom to trust',
    path: '/v1/batch',
    body: ({ one }) => ({
      trust: 'secret',
      batch: [
        { type: 'identify', userId: one, traits: { email: `thief-of-${mail(one)}` }, trust: 'secret', origin: 'recipient' },
      ],
    }),
    secretMay: true,
  },
  { what: 'unsubscribe others', ...track('Unsubscribed', { list_id: 'newsletter' }), secretMay: true },
  { what: 'unsubscribe others from everything', ...track('Unsubscribed'), secretMay: true },
  { what: 'subscribe others', ...track('Subscribed', { list_id: 'offers' }), secretMay: true },
  { what: 'report that an address is dead', ...track('Email Bounced', { bounceType: 'Permanent' }), secretMay: false },
  { what: 'report mail as spam', ...track('Email Marked as Spam', { feedbackType: 'abuse' }), secretMay: false },
  {
    what: 'give points or a tier',
    path: '/v1/identify',
    body: ({ one }) => ({
      userId: one,
      traits: { points: 1e6, tier: 'gold', loyalty: { points: 1e6, tier: 'gold', spendMinor: 1e9 } },
    }),
    secretMay: false,
  },
];

test.for(attempts.map((attempt, index) => ({ ...attempt, index })))(
  'a publishable key may not $what',
  async ({ path, body, secretMay, index }, { cloud }) => {
    const pair = await known(cloud, index);
    const before = await guarded(cloud, pair);
    const send = async (key: string): Promise<unknown> => {
      const answer = await cloud.post(path, body(pair), { key });
      expect([answer.status, answer.body]).toMatchObject([200, { success: true }]);
      await cloud.settle();
      return guarded(cloud, pair);
    };
    const stored = (await eventsOf(cloud, pair.one)).length;
    expect(await send(cloud.keys.publishable)).toEqual(before);
    // It is no secret that it was tried.
    expect(await eventsOf(cloud, pair.one)).toHaveLength(stored + 1);
    if (secretMay) expect(await send(cloud.keys.secret)).not.toEqual(before);
  },
);

test('a publishable key may not join somebody known by a user id with somebody known by an address; a secret one may', async ({
  cloud,
}) => {
  const join = { userId: 'limits-by-id', traits: { email: 'limits-by-address@example.com' } };
  await cloud.call('identify', { userId: join.userId });
  await cloud.call('identify', { traits: join.traits });
  const ids = async (): Promise<string[]> => {
    await cloud.settle();
    return [(await cloud.customer(join.userId)).id, (await cloud.customer(join.traits.email)).id];
  };
  const before = await ids();
  expect(new Set(before).size).toBe(2);
  await cloud.call('identify', join, cloud.keys.publishable);
  expect(await ids()).toEqual(before);
  await cloud.call('identify', join);
  expect(new Set(await ids()).size).toBe(1);
});

test('a publishable key opens nothing of the admin API', async ({ cloud }) => {
  const { body } = await cloud.get('/admin/v1/openapi.json');
  const { paths } = body as { paths: Record<string, Record<string, { security?: readonly unknown[] }>> };
  const guardedRoutes = Object.entries(paths).flatMap(([path, methods]) =>
    Object.keys(methods).flatMap((method) => (path.endsWith('/openapi.json') ? [] : [[method.toUpperCase(), path] as const])),
  );
  expect(guardedRoutes.length).toBeGreaterThan(8);
  for (const [method, path] of guardedRoutes) {
    const address = path.replaceAll(/\{[^}]+\}/g, 'x');
    const answer = await cloud.request(method, address, {
      headers: { authorization: `Bearer ${cloud.keys.publishable}` },
      ...(method !== 'GET' && { body: {} }),
    });
    expect([method, path, answer.status]).toEqual([method, path, 403]);
    expect([method, path, (await cloud.request(method, address, method === 'GET' ? {} : { body: {} })).status]).toEqual([
      method,
      path,
      401,
    ]);
  }
});

/** Two people of whom a server told, each with consent to one topic. */
async function known(cloud: LocalCloud, index: number): Promise<Pair> {
  const pair = { one: `limits-${index}-one`, two: `limits-${index}-two` };
  for (const userId of [pair.one, pair.two]) {
    await cloud.call('identify', { userId, traits: { email: mail(userId) } });
    await cloud.call('track', { userId, event: 'Subscribed', properties: { list_id: 'newsletter' } });
  }
  await cloud.settle();
  return pair;
}

/** What is at stake of both: who they are, what they consented to, what they have. */
async function guarded(cloud: LocalCloud, pair: Pair): Promise<unknown> {
  const views = await Promise.all([pair.one, pair.two].map((id) => cloud.customer(id)));
  return views.map(({ id, email, userId, consents, suppressed, loyalty }) => ({
    id,
    email,
    userId,
    consents,
    suppressed,
    // An order may earn points for whoever it names; a trait may not.
    tier: loyalty?.tier,
    points: loyalty?.points ?? 0,
  }));
}
