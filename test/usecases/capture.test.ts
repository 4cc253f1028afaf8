import { describe, expect, test } from 'vitest';
import type { TimelineEvent } from '#core/event.ts';
import { eventKey } from '#core/event.ts';
import { customerIdOfAnonymous, customerIdOfEmail, customerIdOfUser } from '#core/identity.ts';
import { toIso } from '#core/instant.ts';
import { memoryTable } from '#test/support/memory-table.ts';
import { type CaptureRequest, capture } from '#usecases/capture.ts';

const NOW = Date.parse('2026-11-20T12:00:00.000Z');

/** Sends requests to one table and answers what was said and what is stored. */
function capturing(now = () => NOW) {
  const table = memoryTable();
  return {
    send: (request: Partial<CaptureRequest> & { body: unknown }) => capture({ table, now }, { trust: 'secret', ...request }),
    stored: () => [...table.items.values()].map((item) => JSON.parse(String(item.body)) as TimelineEvent),
    keys: () => [...table.items.values()].map(({ sk }) => sk),
  };
}

async function stored(request: Partial<CaptureRequest> & { body: unknown }): Promise<TimelineEvent> {
  const { send, stored: all } = capturing();
  expect(await send(request)).toEqual({ accepted: 1, duplicates: 0, refused: [] });
  const [event] = all();
  if (event === undefined) throw new Error('nothing was stored');
  return event;
}

const order = { userId: 'u1', event: 'Order Completed', messageId: 'm1', timestamp: '2026-11-20T11:00:00.000Z' };

describe('a call becomes an event', () => {
  test('a track call with all that matters', async () => {
    const event = await stored({
      type: 'track',
      body: {
        ...order,
        anonymousId: 'a1',
        properties: { revenue: 9.5, __proto__x: 1 },
        context: { traits: { email: ' Ann@Example.com ' }, locale: 'pt-PT' },
        integrations: { All: true },
        writeKey: 'wk_x',
        channel: 'server',
        _metadata: { nodeVersion: '24' },
      },
    });
    expect(event).toEqual({
      id: 'm1',
      customer: customerIdOfUser('u1'),
      kind: 'track',
      name: 'Order Completed',
      at: Date.parse('2026-11-20T11:00:00.000Z'),
      receivedAt: NOW,
      keyTime: '2026-11-20T11:00:00.000Z',
      identities: { userId: 'u1', email: 'ann@example.com', anonymousId: 'a1' },
      properties: { revenue: 9.5, __proto__x: 1 },
      context: { traits: { email: ' Ann@Example.com ' }, locale: 'pt-PT' },
      trust: 'secret',
      origin: 'api',
    });
  });

  test.each([
    [
      'identify',
      { userId: 'u', traits: { email: 'a@b.pt', city: 'Porto' } },
      {
        name: 'Identify',
        kind: 'identify',
        identities: { userId: 'u', email: 'a@b.pt' },
        traits: { email: 'a@b.pt', city: 'Porto' },
        properties: {},
      },
    ],
    [
      'page',
      { userId: null, anonymousId: 'x', name: 'Home', category: 'Shop', properties: { url: 'https://s.example' } },
      {
        name: 'Page',
        kind: 'page',
        identities: { anonymousId: 'x' },
        properties: { name: 'Home', category: 'Shop', url: 'https://s.example' },
      },
    ],
    ['screen', { userId: 7 }, { name: 'Screen', kind: 'screen', identities: { userId: '7' }, properties: {} }],
    [
      'group',
      { userId: 'u', groupId: 12, traits: { name: 'Acme' } },
      { name: 'Group', kind: 'group', properties: { groupId: '12', traits: { name: 'Acme' } } },
    ],
    [
      'alias',
      { userId: 'new', previousId: 'old', anonymousId: 'z' },
      { name: 'Alias', kind: 'alias', identities: { userId: 'new', anonymousId: 'old' }, properties: { previousId: 'old' } },
    ],
    ['alias', { userId: 'same', previousId: 'same' }, { identities: { userId: 'same' } }],
    [
      'track',
      { anonymousId: 'a', userId: '', event: ' Completed Order ' },
      { name: 'Order Completed', identities: { anonymousId: 'a' } },
    ],
    ['track', { event: 'E', context: { traits: { email: 'A@B.PT' } } }, { identities: { email: 'a@b.pt' } }],
    ['identify', { userId: 'u', traits: { email: 'nonsense' } }, { identities: { userId: 'u' } }],
    [
      'identify',
      { userId: 'u', traits: { city: 'Porto' }, context: { traits: { city: 'Faro', email: 'a@b.pt' } } },
      { identities: { userId: 'u', email: 'a@b.pt' }, traits: { city: 'Porto', email: 'a@b.pt' } },
    ],
  ] as const)('%s %j', async (type, body, expected) => {
    expect(await stored({ type, body })).toMatchObject(expected);
  });

  test('the traits of a group are not the person’s', async () => {
    expect(await stored({ type: 'group', body: { userId: 'u', groupId: 'g', traits: { plan: 'x' } } })).not.toHaveProperty(
      'traits',
    );
  });

  test.each([
    [{ userId: 'u', anonymousId: 'a', context: { traits: { email: 'e@x.pt' } } }, customerIdOfUser('u')],
    [{ anonymousId: 'a', context: { traits: { email: 'e@x.pt' } } }, customerIdOfEmail('e@x.pt')],
    [{ anonymousId: 'a' }, customerIdOfAnonymous('a')],
  ])('%j is stored under the strongest identity', async (body, customer) => {
    expect((await stored({ type: 'track', body: { ...body, event: 'E' } })).customer).toBe(customer);
  });

  test('the path of a single call says what it is, whatever the body says', async () => {
    expect((await stored({ type: 'page', body: { ...order, type: 'track' } })).kind).toBe('page');
  });

  test('a browser’s address and agent are the person’s, a server’s only where it says so', async () => {
    const from = { ip: '203.0.113.9', userAgent: 'Browser' };
    const browser = await stored({ type: 'track', body: order, trust: 'publishable', ...from });
    expect(browser.context).toMatchObject(from);
    expect((await stored({ type: 'track', body: order, ...from })).context).toEqual({});
    const direct = await stored({ type: 'track', body: { ...order, context: { direct: true, userAgent: 'App' } }, ...from });
    expect(direct.context).toEqual({ direct: true, ip: '203.0.113.9', userAgent: 'App' });
  });

  test('a property named __proto__ stays a property and changes nothing else', async () => {
    const body = JSON.parse(
      '{"userId":"u","event":"E","properties":{"__proto__":{"polluted":true}},"__proto__":{"userId":"other"}}',
    );
    const event = await stored({ type: 'track', body });
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
    expect(event.identities).toEqual({ userId: 'u' });
    expect(Object.keys(event.properties)).toEqual(['__proto__']);
  });
});

describe('time', () => {
  const RECEIVED = '2026-11-20T12:00:00.000Z';
  test.each([
    ['ISO with an offset', { timestamp: '2026-11-20T12:30:00+01:00' }, '2026-11-20T11:30:00.000Z', '2026-11-20T11:30:00.000Z'],
    ['seconds since 1970', { timestamp: 1_795_000_000 }, '2026-11-18T11:06:40.000Z', '2026-11-18T11:06:40.000Z'],
    ['milliseconds since 1970 as text', { timestamp: '1795000000123' }, '2026-11-18T11:06:40.123Z', '2026-11-18T11:06:40.123Z'],
    [
      'originalTimestamp of RudderStack',
      { originalTimestamp: '2026-11-20T11:30:00Z' },
      '2026-11-20T11:30:00.000Z',
      '2026-11-20T11:30:00.000Z',
    ],
    [
      'a clock that is an hour ahead',
      { timestamp: '2026-11-20T12:59:00Z', sentAt: '2026-11-20T13:00:00Z' },
      '2026-11-20T12:59:00.000Z',
      '2026-11-20T11:59:00.000Z',
    ],
    [
      'a clock that was never set, for both times',
      { timestamp: '1970-01-01T00:10:00Z', sentAt: '1970-01-01T00:11:00Z' },
      '1970-01-01T00:10:00.000Z',
      '2026-11-20T11:59:00.000Z',
    ],
    [
      'a sentAt that cannot be read',
      { timestamp: '2026-11-20T11:30:00Z', sentAt: 'yesterday' },
      '2026-11-20T11:30:00.000Z',
      '2026-11-20T11:30:00.000Z',
    ],
    [
      'a sentAt of another clock',
      { timestamp: '2026-11-20T11:30:00Z', sentAt: 0 },
      '2026-11-20T11:30:00.000Z',
      '2026-11-20T11:30:00.000Z',
    ],
    ['a little in the future', { timestamp: '2026-11-20T13:00:00Z' }, '2026-11-20T13:00:00.000Z', RECEIVED],
    ['far in the future', { timestamp: '2099-01-01T00:00:00Z' }, '2099-01-01T00:00:00.000Z', RECEIVED],
    ['before 2000', { timestamp: '1970-01-01T00:00:00Z' }, '1970-01-01T00:00:00.000Z', RECEIVED],
    ['before 1970', { timestamp: '1969-07-20T20:17:00Z' }, '1969-07-20T20:17:00.000Z', RECEIVED],
    ['none, but an id', {}, '0000-00-00T00:00:00.000Z', RECEIVED],
    ['an empty one', { timestamp: '', originalTimestamp: null }, '0000-00-00T00:00:00.000Z', RECEIVED],
  ])('%s', async (_, times, keyTime, at) => {
    const event = await stored({ type: 'track', body: { userId: 'u', event: 'E', messageId: 'm', ...times } });
    expect({ keyTime: event.keyTime, at: toIso(event.at) }).toEqual({ keyTime, at });
  });

  test.each(['2099-01-01T00:00:00Z', '1970-01-01T00:00:00Z'])(
    '%s leaves a note of why it was not believed',
    async (timestamp) => {
      expect((await stored({ type: 'track', body: { ...order, timestamp } })).context).toHaveProperty('timeNote');
    },
  );
});

describe('a call that is sent again', () => {
  let clock = NOW;
  const ticking = () => {
    clock += 1000;
    return clock;
  };

  test.each([
    ['with id and time', order],
    ['with an absurd time', { ...order, timestamp: '2099-01-01T00:00:00Z' }],
    ['with an id alone', { ...order, timestamp: undefined }],
    ['with a time alone', { ...order, messageId: undefined }],
  ])('%s is one item, whatever our clock says', async (_, body) => {
    const { send, keys } = capturing(ticking);
    expect(await send({ type: 'track', body: { ...body, sentAt: '2026-11-20T11:00:01Z' } })).toMatchObject({ duplicates: 0 });
    const again = await send({ type: 'track', body: { ...body, sentAt: '2026-11-20T11:07:00Z', _metadata: { retryCount: 1 } } });
    expect(again).toEqual({ accepted: 1, duplicates: 1, refused: [] });
    expect(keys()).toHaveLength(1);
  });

  test('alone is the same event as in a batch', async () => {
    const { send, keys } = capturing(ticking);
    const { messageId: _, ...body } = order;
    await send({ type: 'track', body });
    await send({ body: { batch: [{ type: 'track', ...body }] } });
    expect(keys()).toHaveLength(1);
  });

  test('two calls that name neither id nor time are two, in one request and in two', async () => {
    const { send, keys } = capturing();
    const call = { type: 'track', userId: 'u', event: 'E' };
    expect(await send({ body: { batch: [call, call] }, requestId: 'r1' })).toMatchObject({ accepted: 2, duplicates: 0 });
    await send({ body: { batch: [call] }, requestId: 'r2' });
    expect(new Set(keys()).size).toBe(3);
  });

  test('the key is made of the sender’s time and id', async () => {
    const event = await stored({ type: 'track', body: { ...order, messageId: 'node-next-1#2' } });
    expect(eventKey(event)).toBe('E#2026-11-20T11:00:00.000Z#node-next-1#2');
  });
});

describe('a call that is refused', () => {
  const deep = (levels: number): unknown => (levels === 0 ? 1 : { inner: deep(levels - 1) });

  test.each([
    ['track', { userId: 'u' }, ['event'], 'no name'],
    ['track', { userId: 'u', event: '  ' }, ['event'], 'an empty name'],
    ['track', { userId: 'u', event: 5 }, ['event'], 'a number for a name'],
    ['track', { userId: 'u', event: 'x'.repeat(129) }, ['event'], 'a long name'],
    ['track', { userId: 'u', event: 'a\u0000b' }, ['event'], 'a control character in the name'],
    ['track', { userId: 'u', event: 'E', messageId: 'a\nb' }, ['messageId'], 'a control character in the id'],
    ['track', { userId: 'u', event: 'E', messageId: '\ud800' }, ['messageId'], 'half a character in the id'],
    ['track', { userId: 'u', event: 'E', messageId: 'x'.repeat(101) }, ['messageId'], 'a long id'],
    ['track', { userId: 'x'.repeat(257), event: 'E' }, ['userId'], 'a long user id'],
    ['track', { userId: { a: 1 }, event: 'E' }, ['userId'], 'an object for a user id'],
    ['track', { userId: '', anonymousId: null, event: 'E' }, ['userId'], 'no identity'],
    ['identify', { traits: { email: 'nonsense' } }, ['traits.email'], 'no identity but a bad address'],
    ['page', { context: { traits: { email: 'a@b' } } }, ['context.traits.email'], 'a bad address in the context'],
    ['track', { userId: 'u', event: 'E', properties: [1] }, ['properties'], 'a list of properties'],
    ['track', { userId: 'u', event: 'E', context: 'x' }, ['context'], 'a text for a context'],
    ['track', { userId: 'u', event: 'E', timestamp: 'tomorrow' }, ['timestamp'], 'a time that is none'],
    ['track', { userId: 'u', event: 'E', timestamp: { $date: 1 } }, ['timestamp'], 'an object for a time'],
    ['track', { userId: 'u', event: 'E', originalTimestamp: 'x' }, ['originalTimestamp'], 'an original time that is none'],
    ['track', { userId: 'u', event: 'E', timestamp: 1e300 }, ['timestamp'], 'a time beyond all years'],
    ['group', { userId: 'u' }, ['groupId'], 'no group'],
    ['alias', { userId: 'u' }, ['previousId'], 'no previous id'],
    ['alias', { anonymousId: 'a', previousId: 'b' }, ['userId'], 'an alias of nobody'],
    ['track', { event: 7, properties: 1 }, ['event', 'properties'], 'two faults'],
    ['track', [order], [''], 'a list'],
    ['track', null, [''], 'null'],
    ['track', { userId: 'u', event: 'E', properties: deep(40) }, [''], 'too many levels'],
  ] as const)('%s with %j names %j (%#)', async (type, body, paths, why) => {
    const { send, keys } = capturing();
    const { accepted, refused } = await send({ type, body });
    expect({ accepted, paths: refused[0]?.errors.map(({ path }) => path), why }).toEqual({ accepted: 0, paths, why });
    expect(refused[0]?.tooLarge).toBeUndefined();
    expect(keys()).toEqual([]);
  });

  test('32 KB are taken, one byte more is not', async () => {
    const { send } = capturing();
    const body = { userId: 'u', event: 'E', properties: { text: '' }, type: 'track' };
    const room = 32 * 1024 - Buffer.byteLength(JSON.stringify(body));
    const sized = (bytes: number) => ({ ...body, properties: { text: 'x'.repeat(bytes) } });
    expect(await send({ type: 'track', body: sized(room) })).toMatchObject({ accepted: 1 });
    expect((await send({ type: 'track', body: sized(room + 1) })).refused).toMatchObject([{ index: 0, tooLarge: true }]);
    const umlauts = { ...body, properties: { text: 'ü'.repeat(room / 2 + 1) } };
    expect((await send({ type: 'track', body: umlauts })).refused).toMatchObject([{ tooLarge: true }]);
  });
});

describe('a batch', () => {
  test('keeps the good calls and reports the bad ones, each by its place', async () => {
    const { send, stored: all } = capturing();
    const answer = await send({
      body: {
        batch: [
          { type: 'track', ...order },
          { type: 'trakc', userId: 'u', messageId: 'm2' },
          'nonsense',
          { type: 'identify', userId: 'u2', messageId: 'm3' },
          { type: 'track', userId: 'u2', messageId: 'm4', event: 'E', properties: { text: 'x'.repeat(40_000) } },
        ],
      },
    });
    expect(answer).toMatchObject({
      accepted: 2,
      duplicates: 0,
      refused: [
        { index: 1, id: 'm2', errors: [{ path: 'type' }] },
        { index: 2, errors: [{ path: '' }] },
        { index: 4, id: 'm4', tooLarge: true },
      ],
    });
    expect(all().map(({ id }) => id)).toEqual(['m1', 'm3']);
  });

  test('gives its context and its sentAt to every call; what a call says itself wins', async () => {
    const { send, stored: all } = capturing();
    await send({
      body: {
        context: { locale: 'pt', app: { name: 'A' } },
        sentAt: '2026-11-20T13:00:00Z',
        batch: [
          {
            type: 'track',
            event: 'E',
            userId: 'u',
            messageId: '1',
            timestamp: '2026-11-20T12:59:00Z',
            context: { locale: 'en' },
          },
          {
            type: 'track',
            event: 'E',
            userId: 'u',
            messageId: '2',
            timestamp: '2026-11-20T12:59:00Z',
            sentAt: '2026-11-20T12:59:30Z',
            context: null,
          },
        ],
      },
    });
    expect(all()).toMatchObject([
      { at: Date.parse('2026-11-20T11:59:00Z'), context: { locale: 'en', app: { name: 'A' } } },
      { at: Date.parse('2026-11-20T11:59:30Z'), context: { locale: 'pt', app: { name: 'A' } } },
    ]);
  });

  test('a call twice in one batch is one event', async () => {
    const { send, keys } = capturing();
    const call = { type: 'track', ...order };
    expect(await send({ body: { batch: [call, call] } })).toMatchObject({ accepted: 2, duplicates: 1 });
    expect(keys()).toHaveLength(1);
  });

  test('250 calls are more than one transaction and still all there', async () => {
    const { send, keys } = capturing();
    const batch = Array.from({ length: 250 }, (_, index) => ({
      type: 'track',
      event: 'E',
      userId: `u${index % 7}`,
      messageId: `m${index}`,
    }));
    expect(await send({ body: { batch } })).toMatchObject({ accepted: 250, duplicates: 0 });
    expect(await send({ body: { batch } })).toMatchObject({ accepted: 250, duplicates: 250 });
    expect(keys()).toHaveLength(250);
  });

  test.each([
    ['no list', {}, 'batch', undefined],
    ['an object for the list', { batch: {} }, 'batch', undefined],
    ['a list as the body', [], '', undefined],
    ['nothing', null, '', undefined],
    ['too many calls', { batch: Array.from({ length: 2501 }, () => ({})) }, 'batch', true],
    ['a bad context', { batch: [], context: 'x' }, 'context', undefined],
    ['a huge context', { batch: [], context: { text: 'x'.repeat(40_000) } }, 'context', true],
  ] as const)('with %s is refused as a whole', async (_, body, path, tooLarge) => {
    const { refused } = await capturing().send({ body });
    expect(refused).toMatchObject([{ errors: [{ path }] }]);
    expect(refused[0]?.index).toBeUndefined();
    expect(refused[0]?.tooLarge).toBe(tooLarge);
  });
});
