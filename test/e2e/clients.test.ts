/** Real clients of the Segment API, told nothing but where to send to. */
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { gzipSync } from 'node:zlib';
import { Analytics } from '@segment/analytics-node';
import { describe, expect } from 'vitest';
import { browserTest, chromiumPath } from './support/browser.ts';
import { eventsOf, namesOf } from './support/people.ts';
import { failingProxy } from './support/proxy.ts';
import { otherSite } from './support/site.ts';
import { test } from './support/test.ts';

describe('@segment/analytics-node', () => {
  test('every kind of call arrives once, and what was done anonymously is the person’s', async ({ cloud }) => {
    const client = new Analytics({ writeKey: cloud.keys.secret, host: cloud.url, flushAt: 3 });
    const faults: unknown[] = [];
    client.on('error', ({ reason }) => faults.push(reason));
    const properties = { order_id: 'N1', revenue: 12.5, currency: 'EUR' };
    client.track({ anonymousId: 'node-visitor', event: 'Product Viewed', properties: { sku: 'A', when: new Date(0) } });
    client.identify({ userId: 'node', anonymousId: 'node-visitor', traits: { email: 'node@example.com', plan: 'pro' } });
    client.track({ userId: 'node', event: 'Order Completed', properties });
    client.page({ userId: 'node', category: 'Shop', name: 'Home', properties: { url: 'https://shop.example/' } });
    client.screen({ userId: 'node', name: 'Basket' });
    client.group({ userId: 'node', groupId: 'acme', traits: { industry: 'Tea' } });
    client.alias({ userId: 'node', previousId: 'node-before' });
    client.track({
      userId: 'node',
      event: 'Completed Order',
      timestamp: '2026-01-02T03:04:05.678Z',
      properties: { ...properties, order_id: 'N2' },
    });
    await client.closeAndFlush();
    expect(faults).toEqual([]);

    const all = await eventsOf(cloud, 'node');
    expect(namesOf(all)).toEqual([
      'Alias',
      'Group',
      'Identify',
      'Order Completed',
      'Order Completed',
      'Page',
      'Product Viewed',
      'Screen',
    ]);
    const byName = (name: string) => all.filter((one) => one.name === name);
    expect(byName('Order Completed').map(({ keyTime }) => keyTime)).toContain('2026-01-02T03:04:05.678Z');
    expect(byName('Product Viewed')).toMatchObject([
      { properties: { sku: 'A', when: '1970-01-01T00:00:00.000Z' }, trust: 'secret' },
    ]);
    expect(byName('Page')).toMatchObject([{ properties: { name: 'Home', category: 'Shop', url: 'https://shop.example/' } }]);
    expect(byName('Group')).toMatchObject([{ properties: { groupId: 'acme', traits: { industry: 'Tea' } } }]);
    expect(byName('Alias')).toMatchObject([{ properties: { previousId: 'node-before' } }]);
    expect(all[0]?.context).toMatchObject({ library: { name: '@segment/analytics-node' } });
    expect(await cloud.customer('node')).toMatchObject({
      email: 'node@example.com',
      attributes: { plan: 'pro' },
      loyalty: { points: 24 },
    });
  });

  test('what is refused for a time, and what is answered into the void, arrives once all the same', async ({ cloud }) => {
    const proxy = await failingProxy(cloud.url, [
      { status: 503, headers: { 'retry-after': '1' } },
      'answer lost',
      { status: 429, headers: { 'retry-after': '1' } },
    ]);
    const client = new Analytics({ writeKey: cloud.keys.secret, host: proxy.url, flushAt: 5 });
    for (const order_id of ['R1', 'R2', 'R3'])
      client.track({ userId: 'patient', event: 'Order Completed', properties: { order_id, revenue: 10, currency: 'EUR' } });
    await client.closeAndFlush();
    expect(proxy.posts.map(({ answer }) => answer)).toEqual([503, 'lost', 429, 200]);
    expect(namesOf(await eventsOf(cloud, 'patient'))).toEqual(Array(3).fill('Order Completed'));
    expect((await cloud.customer('patient')).loyalty?.points).toBe(30);
  });

  test('a key that was revoked loses nothing but its own calls, and is not tried again', async ({ cloud }) => {
    const proxy = await failingProxy(cloud.url, []);
    const client = new Analytics({ writeKey: 'wk_nobodynobodynobodynobodynobody', host: proxy.url });
    const faults: unknown[] = [];
    client.on('error', ({ reason }) => faults.push(String(reason)));
    client.track({ userId: 'refused', event: 'Order Completed' });
    await client.closeAndFlush();
    expect(proxy.posts.map(({ answer }) => answer)).toEqual([401]);
    expect(faults).toHaveLength(1);
  });
});

/** Requests as clients that are not installed here were seen to send them. Each is sent twice, as after a lost answer. */
type Seen = {
  readonly client: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly packed: boolean;
  readonly keyInBody?: true;
  readonly around: object;
  /** What each call carries besides who and what. */
  readonly call: (at: string) => object;
};

const rudder = {
  around: { timestamp: '2026-03-01T10:00:05.000Z', sentAt: '2026-03-01T10:00:05.000Z' },
  call: (at: string) => ({
    messageId: randomUUID(),
    originalTimestamp: at,
    sentAt: '2026-03-01T10:00:05.000Z',
    channel: 'server',
    integrations: {},
    _metadata: { nodeVersion: '20.0.0' },
    context: { library: { name: '@rudderstack/rudder-sdk-node', version: '3.0.13' }, traits: { email: 'seen@example.com' } },
  }),
};

const seen: readonly Seen[] = [
  {
    client: '@rudderstack/rudder-sdk-node, packed',
    headers: { 'content-type': 'application/x-www-form-urlencoded', 'content-encoding': 'gzip' },
    packed: true,
    ...rudder,
  },
  {
    client: '@rudderstack/rudder-sdk-node, not packed',
    headers: { 'content-type': 'application/json' },
    packed: false,
    ...rudder,
  },
  {
    client: 'the analytics-node of before',
    headers: { 'content-type': 'application/json' },
    packed: false,
    around: rudder.around,
    call: (timestamp) => ({
      messageId: `node-${'a'.repeat(32)}-${randomUUID()}`,
      timestamp,
      _metadata: { nodeVersion: '20.0.0' },
      context: { library: { name: 'analytics-node', version: '6.2.0' } },
    }),
  },
  {
    client: 'analytics-kotlin',
    headers: { 'content-type': 'text/plain', 'content-encoding': 'gzip' },
    packed: true,
    keyInBody: true,
    around: { sentAt: '2026-03-01T10:00:05.000Z' },
    call: (timestamp) => ({
      messageId: randomUUID(),
      timestamp,
      anonymousId: 'phone',
      integrations: {},
      context: { device: { type: 'android' } },
    }),
  },
  {
    client: 'analytics-python',
    headers: { 'content-type': 'application/json' },
    packed: false,
    keyInBody: true,
    around: { sentAt: '2026-03-01T10:00:05.000Z' },
    call: (timestamp) => ({
      messageId: randomUUID(),
      timestamp: timestamp.replace('Z', '+00:00'),
      context: { library: { name: 'analytics-python' } },
    }),
  },
];

describe('a request as it was seen of', () => {
  test.for(seen)('$client', async ({ client, headers, packed, keyInBody, around, call }, { cloud }) => {
    const userId = `seen of ${client.replace('/', ' ')}`;
    const product = { ...call('2026-03-01T09:59:00.000Z'), type: 'track', userId, event: 'Product Viewed', properties: {} };
    const order = {
      ...call('2026-03-01T10:00:00.000Z'),
      type: 'track',
      userId,
      event: 'Order Completed',
      properties: { order_id: client, revenue: 3, currency: 'EUR' },
    };
    // These clients send the first call alone and at once.
    for (const batch of [[product], [order], [order, product]]) {
      const text = JSON.stringify({ batch, ...around, ...(keyInBody && { writeKey: cloud.keys.publishable }) });
      const answer = await cloud.post(client.includes('kotlin') ? '/v1/b' : '/v1/batch', packed ? gzipSync(text) : text, {
        headers,
        ...(!keyInBody && { key: cloud.keys.publishable }),
      });
      expect([answer.status, answer.body]).toEqual([200, { success: true, accepted: batch.length, rejected: [] }]);
    }
    const all = await eventsOf(cloud, userId);
    expect(namesOf(all)).toEqual(['Order Completed', 'Product Viewed']);
    const [lag = 0] = all.map(({ at, receivedAt }) => Date.parse(String(receivedAt)) - Date.parse(at));
    // The product was viewed 65 s before the request was sent, whatever the sender's clock says.
    expect(lag).toBe(65_000);
  });
});

const SEGMENT = readFileSync(createRequire(import.meta.url).resolve('@segment/analytics-next/dist/umd/index.js'), 'utf8');

type SegmentWindow = {
  AnalyticsNext: {
    AnalyticsBrowser: { load(settings: object, options: object): Record<string, (...args: unknown[]) => Promise<unknown>> };
  };
  analytics: Record<string, (...args: unknown[]) => Promise<unknown>>;
};

describe.skipIf(chromiumPath === undefined)('@segment/analytics-next in a browser', () => {
  const deliveries = [
    { mode: 'standard', delivery: { strategy: 'standard' } },
    { mode: 'batching', delivery: { strategy: 'batching', config: { size: 2, timeout: 500 } } },
  ];

  browserTest.for(deliveries)('$mode: a visitor becomes a customer', async ({ mode, delivery }, { cloud, page }) => {
    const site = await segmentSite();
    const asked: string[] = [];
    page.on('request', (request) => {
      if (request.url().startsWith(cloud.url)) asked.push(`${request.method()} ${new URL(request.url()).pathname}`);
    });
    await page.goto(`${site}spring?utm_campaign=spring&utm_source=letter`);
    const user = `browser-${mode}`;
    await page.evaluate(
      async ({ writeKey, cdnURL, delivery, user }) => {
        const segment = globalThis as unknown as SegmentWindow;
        const analytics = segment.AnalyticsNext.AnalyticsBrowser.load(
          { writeKey, cdnURL },
          { integrations: { 'Segment.io': { deliveryStrategy: delivery } } },
        );
        segment.analytics = analytics;
        await analytics.page?.('Home');
        await analytics.track?.('Product Viewed', { sku: 'B', nothing: undefined, empty: null });
        await analytics.identify?.(user, { email: `${user}@example.com`, firstName: 'Bea' });
        await analytics.track?.('Order Completed', { order_id: user, revenue: 20, currency: 'EUR' });
        await analytics.group?.('acme', { name: 'Acme' });
      },
      { writeKey: cloud.keys.publishable, cdnURL: cloud.url, delivery, user },
    );
    // Leaving the page sends what still waits.
    await page.goto('about:blank');
    await expect
      .poll(async () => eventsOf(cloud, user).then(namesOf, (fault) => String(fault)), { timeout: 60_000 })
      .toEqual(['Group', 'Identify', 'Order Completed', 'Page', 'Product Viewed']);

    expect(asked).toContain(`GET /v1/projects/${cloud.keys.publishable}/settings`);
    const sent = new Set(asked.filter((one) => one.startsWith('POST')));
    expect([...sent].sort()).toEqual(
      mode === 'batching' ? ['POST /v1/b'] : ['POST /v1/g', 'POST /v1/i', 'POST /v1/p', 'POST /v1/t'],
    );
    const all = await eventsOf(cloud, user);
    const [viewed] = all.filter(({ name }) => name === 'Product Viewed');
    expect(viewed).toMatchObject({
      identities: { anonymousId: expect.stringMatching(/^[0-9a-f-]{36}$/) },
      properties: { sku: 'B', empty: null },
      trust: 'publishable',
      context: {
        page: { url: expect.stringContaining(site) },
        campaign: { name: 'spring', source: 'letter' },
        userAgent: expect.stringContaining('Chrom'),
        ip: '127.0.0.1',
      },
    });
    expect(await cloud.customer(user)).toMatchObject({
      email: `${user}@example.com`,
      attributes: { firstName: 'Bea' },
    });
  });

  browserTest('what is refused for a time, and an answer that is lost, arrives once all the same', async ({ cloud, browser }) => {
    const proxy = await failingProxy(cloud.url, [
      { status: 429, headers: { 'retry-after': '1', 'access-control-expose-headers': 'retry-after' } },
      { status: 503 },
      'answer lost',
    ]);
    // A page of its own: Chromium complains of each of these answers.
    const page = await browser.newPage();
    await page.goto(await segmentSite());
    await page.evaluate(
      async ({ writeKey, cdnURL }) => {
        const segment = globalThis as unknown as SegmentWindow;
        const analytics = segment.AnalyticsNext.AnalyticsBrowser.load({ writeKey, cdnURL }, {});
        void analytics.identify?.('browser-patient', { email: 'browser-patient@example.com' });
      },
      { writeKey: cloud.keys.publishable, cdnURL: proxy.url },
    );
    await expect.poll(() => proxy.posts.map(({ answer }) => answer), { timeout: 60_000 }).toEqual([429, 503, 'lost', 200]);
    expect(namesOf(await eventsOf(cloud, 'browser-patient'))).toEqual(['Identify']);
    await page.close();
  });
});

/** A shop that has put Segment's package into its pages. */
async function segmentSite(): Promise<string> {
  return otherSite({
    '/': '<!doctype html><title>Shop</title><link rel="icon" href="data:,"><script src="/segment.js"></script>',
    '/segment.js': SEGMENT,
  });
}
