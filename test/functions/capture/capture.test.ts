import { gzipSync } from 'node:zlib';
import type { Context } from 'aws-lambda';
import { afterEach, describe, expect, test, vi } from 'vitest';
import type { Form } from '#core/catalogue.ts';
import type { TimelineEvent } from '#core/event.ts';
import { captureHandler } from '#functions/capture/capture.ts';
import { fakeCaptcha } from '#test/support/captcha.ts';
import { memoryTable } from '#test/support/memory-table.ts';
import { release } from '#test/support/shop.ts';
import type { Access } from '#usecases/access.ts';
import { httpEvent } from '../edge/http-event.ts';

const NOW = Date.parse('2026-11-20T12:00:00.000Z');
const PUBLISHABLE = 'wk_publishable';
const SECRET = 'sk_secret';
const READER = 'sk_reader';
const access: Record<string, Access> = {
  [PUBLISHABLE]: { id: 'key_1', kind: 'publishable', scopes: ['events:write'], label: 'Shop', createdAt: '' },
  [SECRET]: { id: 'key_2', kind: 'secret', scopes: ['*'], label: 'Ops', createdAt: '' },
  [READER]: { id: 'key_3', kind: 'secret', scopes: ['customers:read'], label: 'CRM', createdAt: '' },
};

const form: Form = {
  id: 'newsletter',
  name: 'Newsletter <b>',
  fields: [
    { name: 'email', type: 'email', label: 'E-mail', required: true },
    { name: 'firstName', type: 'text', label: 'First name', maxLength: 20 },
    { name: 'consent', type: 'consent', label: 'Yes', required: true },
  ],
  consent: { topics: ['news'], text: 'Yes, send me news.', version: '3' },
  optIn: 'single',
  honeypot: 'website',
};
const others: Form[] = [
  { ...form, id: 'away', redirect: 'https://shop.example/thanks' },
  { ...form, id: 'slow', fillTimeMin: 'PT3S' },
  { ...form, id: 'limited', limits: { perAddress: { max: 1, per: 'PT10M' } } },
  { ...form, id: 'checked', captcha: { provider: 'turnstile', siteKey: '0x4AAA-key', onFailure: 'refuse' } },
  { ...form, id: 'h-checked', captcha: { provider: 'hcaptcha', siteKey: 'h-key', onFailure: 'accept' } },
  { ...form, id: 'closed', allowedOrigins: ['https://shop.example'] },
];

type Sent = Parameters<typeof httpEvent>[0];

function capturing() {
  const table = memoryTable();
  const current = release({ forms: [form, ...others] });
  const fake = fakeCaptcha();
  const handler = captureHandler({
    table,
    captcha: fake.captcha,
    now: () => NOW,
    random: (bytes) => new Uint8Array(bytes).fill(3),
    catalogues: { current: async () => current.id, release: async () => current },
    findAccess: async (key) => access[key],
    origins: ['https://site.example'],
  });
  return {
    table,
    fake,
    stored: () =>
      [...table.items.values()].flatMap(({ sk, body }) =>
        sk.startsWith('E#') ? [JSON.parse(String(body)) as TimelineEvent] : [],
      ),
    send: async (call: Sent) => {
      const { statusCode, headers, body = '' } = await handler(httpEvent(call), {} as Context);
      const isJson = String(headers?.['content-type']).includes('json');
      return { status: statusCode, headers: headers ?? {}, text: body, json: isJson ? JSON.parse(body) : undefined };
    },
  };
}

const basic = (text: string) => ({ authorization: `Basic ${Buffer.from(text).toString('base64')}` });
const post = (path: string, body: unknown, headers: Record<string, string> = basic(`${SECRET}:`)): Sent => ({
  method: 'POST',
  path,
  headers,
  body: typeof body === 'string' || body instanceof Uint8Array ? body : JSON.stringify(body),
});
const order = { userId: 'u1', event: 'Order Completed', messageId: 'm1', timestamp: '2026-11-20T11:00:00.000Z' };

describe('calls', () => {
  test.each([
    ['/v1/track', 'track'],
    ['/v1/t', 'track'],
    ['/v1/identify', 'identify'],
    ['/v1/i', 'identify'],
    ['/v1/page', 'page'],
    ['/v1/p', 'page'],
    ['/v1/screen', 'screen'],
    ['/v1/s', 'screen'],
    ['/v1/group', 'group'],
    ['/v1/g', 'group'],
    ['/v1/alias', 'alias'],
    ['/v1/a', 'alias'],
  ])('POST %s is a call of type %s', async (path, kind) => {
    const { send, stored } = capturing();
    const answer = await send(post(path, { ...order, groupId: 'g', previousId: 'p' }));
    expect(answer).toMatchObject({ status: 200, json: { success: true } });
    expect(stored()).toMatchObject([{ kind, trust: 'secret' }]);
  });

  test.each(['/v1/batch', '/v1/b'])('POST %s keeps the good ones and names the bad ones', async (path) => {
    const { send, stored } = capturing();
    const answer = await send(
      post(path, {
        batch: [
          { type: 'track', ...order },
          { type: 'track', messageId: 'm2', userId: 'u' },
        ],
      }),
    );
    expect(answer).toMatchObject({
      status: 200,
      json: {
        success: true,
        accepted: 1,
        rejected: [{ index: 1, messageId: 'm2', errors: [{ path: 'event', message: 'is missing' }] }],
      },
    });
    expect(stored()).toHaveLength(1);
  });

  test('a packed batch with a form’s type, as RudderStack’s client sends it', async () => {
    const { send, stored } = capturing();
    const body = gzipSync(
      JSON.stringify({ batch: [{ type: 'track', ...order, timestamp: undefined, originalTimestamp: order.timestamp }] }),
    );
    const headers = { ...basic(`${SECRET}:`), 'content-type': 'application/x-www-form-urlencoded', 'content-encoding': 'gzip' };
    expect(await send(post('/v1/batch', body, headers))).toMatchObject({ status: 200, json: { accepted: 1 } });
    expect(stored()).toMatchObject([{ keyTime: order.timestamp }]);
  });

  test.each<[string, Sent]>([
    [
      'text, with the key in the body',
      post('/v1/batch', { writeKey: PUBLISHABLE, batch: [{ type: 'track', ...order }] }, { 'content-type': 'text/plain' }),
    ],
    [
      'a blob without a type, with the key in the query',
      { ...post('/v1/t', order, {}), query: `writeKey=${PUBLISHABLE}`, body: Buffer.from(JSON.stringify(order)) },
    ],
    [
      'RudderStack’s, to an address of its own',
      {
        ...post('/beacon/v1/batch', { batch: [{ type: 'track', ...order }] }, { 'content-type': 'text/plain' }),
        query: `writeKey=${PUBLISHABLE}`,
      },
    ],
  ])('a beacon is taken: %s', async (_, call) => {
    const { send, stored } = capturing();
    expect((await send(call)).status).toBe(200);
    expect(stored()).toMatchObject([{ name: 'Order Completed', trust: 'publishable' }]);
  });

  test('a browser of another site sends nothing with a publishable key, not even where nobody asks first', async () => {
    const { send, stored } = capturing();
    const from = (origin: string, key = PUBLISHABLE) =>
      send(post('/v1/t', { ...order, writeKey: key }, { origin, 'content-type': 'text/plain' }));
    expect(await from('https://evil.example')).toMatchObject({
      status: 403,
      json: { detail: expect.stringContaining('origins') },
    });
    expect(await from('null')).toMatchObject({ status: 403 });
    expect(stored()).toEqual([]);
    expect(await from('https://api.test')).toMatchObject({ status: 200 });
    expect(await from('https://evil.example', SECRET)).toMatchObject({ status: 200 });
  });

  test('a client’s figures about itself are dropped', async () => {
    const { send, stored } = capturing();
    expect(await send(post('/v1/m', { series: [] }, {}))).toMatchObject({ status: 200 });
    expect(stored()).toEqual([]);
  });

  test.each<[string, Record<string, string>, object, string, string]>([
    ['Basic, as user name', basic(`${PUBLISHABLE}:`), {}, '', 'publishable'],
    ['Basic, without the colon', basic(SECRET), {}, '', 'secret'],
    ['Bearer', { authorization: `Bearer ${SECRET}` }, {}, '', 'secret'],
    ['the body', {}, { writeKey: PUBLISHABLE }, '', 'publishable'],
    [
      'the body, beside somebody else’s token',
      { authorization: 'Bearer eyJhbGciOi' },
      { writeKey: PUBLISHABLE },
      '',
      'publishable',
    ],
    ['the query', {}, {}, `writeKey=${PUBLISHABLE}`, 'publishable'],
    ['the header, before the body', basic(`${SECRET}:`), { writeKey: PUBLISHABLE }, '', 'secret'],
  ])('the key may stand in %s', async (_, headers, more, query, trust) => {
    const { send, stored } = capturing();
    expect((await send({ ...post('/v1/track', { ...order, ...more }, headers), query })).status).toBe(200);
    expect(stored()).toMatchObject([{ trust }]);
  });

  test.each<[string, Sent, number, string[] | undefined]>([
    ['no key', post('/v1/track', order, {}), 401, undefined],
    ['a wrong key', post('/v1/track', order, basic('wk_wrong:')), 401, undefined],
    ['a wrong key in the body', post('/v1/batch', { writeKey: 'x', batch: [] }, {}), 401, undefined],
    ['a wrong key, before anything else is looked at', post('/v1/track', '{', basic('wk_wrong:')), 401, undefined],
    ['a key without the scope', post('/v1/track', order, basic(`${READER}:`)), 403, undefined],
    ['broken JSON', post('/v1/track', '{"a":'), 400, undefined],
    ['a call without a name', post('/v1/track', { userId: 'u' }), 400, ['event']],
    ['a call of nobody', post('/v1/page', {}), 400, ['userId']],
    ['a batch that is none', post('/v1/batch', { events: [] }), 400, ['batch']],
    ['a call of more than 32 KB', post('/v1/track', { ...order, properties: { text: 'x'.repeat(33_000) } }), 413, ['']],
    ['a batch of more than 500 KB', post('/v1/batch', { batch: [{ text: 'x'.repeat(512_001) }] }), 413, undefined],
    ['a packed batch of more than 500 KB', post('/v1/batch', gzipSync(`{"batch":["${'x'.repeat(512_001)}"]}`)), 413, undefined],
    ['too many calls', post('/v1/batch', { batch: Array.from({ length: 2501 }, () => 0) }), 413, ['batch']],
    ['another packing', post('/v1/track', order, { ...basic(`${SECRET}:`), 'content-encoding': 'br' }), 415, undefined],
    ['an unknown call', post('/v1/trakc', order), 404, undefined],
    ['another method', { method: 'GET', path: '/v1/track' }, 405, undefined],
  ])('%s is refused', async (_, call, status, paths) => {
    const { send, stored } = capturing();
    const answer = await send(call);
    expect(answer.status).toBe(status);
    expect(answer.headers['content-type']).toBe('application/problem+json');
    expect(answer.json).toMatchObject({ type: 'about:blank', status });
    expect(answer.json.errors?.map(({ path }: { path: string }) => path)).toEqual(paths);
    expect(stored()).toEqual([]);
  });

  test('a table that cannot be written to for now is a 503 with a time to wait, and never a 4xx', async () => {
    vi.spyOn(console, 'error').mockImplementation(() => {});
    const { send, table } = capturing();
    table.write = () => Promise.reject(Object.assign(new Error('slow down'), { name: 'ThrottlingException' }));
    const answer = await send(post('/v1/track', order));
    expect(answer).toMatchObject({ status: 503, headers: { 'retry-after': '2' } });
    vi.restoreAllMocks();
  });

  test('a browser of an allowed origin may ask, send, and read answers and refusals', async () => {
    const { send } = capturing();
    const from = { origin: 'https://site.example' };
    const allowed = { 'access-control-allow-origin': 'https://site.example' };
    expect(await send({ method: 'OPTIONS', path: '/v1/t', headers: from })).toMatchObject({ status: 204, headers: allowed });
    expect(await send(post('/v1/t', order, { ...from, ...basic(`${PUBLISHABLE}:`) }))).toMatchObject({
      status: 200,
      headers: allowed,
    });
    expect(await send(post('/v1/t', order, from))).toMatchObject({ status: 401, headers: allowed });
  });

  test('the settings tell Segment’s clients to send here', async () => {
    const { send } = capturing();
    const headers = { host: 'events.example', 'x-forwarded-proto': 'http' };
    const answer = await send({ path: `/v1/projects/${PUBLISHABLE}/settings`, headers });
    expect(answer.json).toEqual({
      integrations: { 'Segment.io': { apiKey: PUBLISHABLE, apiHost: 'events.example/v1', protocol: 'http' } },
      metrics: { sampleRate: 0 },
    });
    expect(await send({ path: `/v1/projects/${SECRET}/settings` })).toMatchObject({ status: 404 });
    expect(await send({ path: '/v1/projects/wk_wrong/settings' })).toMatchObject({ status: 404 });
  });
});

describe('a pixel', () => {
  const data = (call: object) => Buffer.from(JSON.stringify(call)).toString('base64url');
  const opened = { writeKey: PUBLISHABLE, userId: 'u1', event: 'Letter Opened', properties: { subject: 'Hi & bye' } };
  const get = (path: string, query: string, method = 'GET'): Sent => ({ method, path, query });
  const quietly = () => vi.spyOn(console, 'warn').mockImplementation(() => {});
  afterEach(() => vi.restoreAllMocks());

  test.each<[string, Sent]>([
    ['JSON in base64', get('/v1/pixel/track', `data=${data(opened)}`)],
    [
      'JSON in base64, beside the key',
      get('/v1/pixel/t', `writeKey=${PUBLISHABLE}&data=${data({ ...opened, writeKey: undefined })}`),
    ],
    [
      'dotted names',
      get('/v1/pixel/track', `writeKey=${PUBLISHABLE}&userId=u1&event=Letter%20Opened&properties.subject=Hi+%26+bye`),
    ],
    ['RudderStack’s address', get('/pixel/v1/track', `data=${data(opened)}`)],
  ])('is a call: %s', async (_, call) => {
    const { send, stored } = capturing();
    const answer = await send(call);
    expect(answer).toMatchObject({ status: 200, headers: { 'content-type': 'image/gif', 'cache-control': 'no-store' } });
    expect(Buffer.from(answer.text, 'base64').subarray(0, 10)).toEqual(Buffer.from('GIF89a\u0001\0\u0001\0', 'latin1'));
    expect(stored()).toMatchObject([
      {
        kind: 'track',
        name: 'Letter Opened',
        properties: { subject: 'Hi & bye' },
        trust: 'publishable',
        context: { ip: '203.0.113.7' },
      },
    ]);
  });

  test.each<[string, Sent]>([
    ['with a secret key', get('/v1/pixel/track', `data=${data({ ...opened, writeKey: SECRET })}`)],
    ['with a wrong key', get('/v1/pixel/track', `data=${data({ ...opened, writeKey: 'wk_wrong' })}`)],
    ['without a key', get('/v1/pixel/track', 'userId=u1&event=E')],
    ['about nobody', get('/v1/pixel/page', `writeKey=${PUBLISHABLE}`)],
    ['with data that are none', get('/v1/pixel/track', `writeKey=${PUBLISHABLE}&data=%00`)],
    ['of a call that there is not', get('/v1/pixel/constructor', `data=${data(opened)}`)],
    ['nested too deep', get('/v1/pixel/track', `writeKey=${PUBLISHABLE}&userId=u&event=E&${'properties.'.repeat(40)}a=1`)],
    ['of which only the headers are asked', get('/v1/pixel/track', `data=${data(opened)}`, 'HEAD')],
  ])('comes also %s, and nothing is stored', async (_, call) => {
    quietly();
    const { send, stored } = capturing();
    expect(await send(call)).toMatchObject({ status: 200, headers: { 'content-type': 'image/gif' } });
    expect(stored()).toEqual([]);
  });

  test('comes also while the table does not answer, and the log says so', async () => {
    const warned = quietly();
    const { send, table } = capturing();
    table.write = () => Promise.reject(new Error('gone'));
    expect(await send(get('/v1/pixel/track', `data=${data(opened)}`))).toMatchObject({ status: 200 });
    expect(String(warned.mock.calls[0])).toContain('gone');
  });

  test('that is broken is logged without what stands in it', async () => {
    const warned = quietly();
    const broken = Buffer.from('ann@example.com').toString('base64url');
    await capturing().send(get('/v1/pixel/track', `writeKey=${PUBLISHABLE}&data=${broken}`));
    expect(warned).toHaveBeenCalledTimes(1);
    expect(String(warned.mock.calls[0])).not.toContain('ann@');
  });

  test('cannot touch what all objects share', async () => {
    const { send, stored } = capturing();
    await send(
      get('/v1/pixel/track', `writeKey=${PUBLISHABLE}&userId=u&event=E&__proto__.polluted=1&properties.__proto__.polluted=1`),
    );
    expect(Object.hasOwn(Object.prototype, 'polluted')).toBe(false);
    expect(stored()).toHaveLength(1);
  });
});

const urlencoded = { 'content-type': 'application/x-www-form-urlencoded' };
const json = { 'content-type': 'application/json' };

describe('forms', () => {
  test('a plain HTML form leads on to the thanks', async () => {
    const { send, stored } = capturing();
    const answer = await send(post('/f/newsletter', 'email=ann%40example.com&firstName=Ann&consent=on', urlencoded));
    expect(answer).toMatchObject({ status: 303, headers: { location: '/f/newsletter?thanks=1' } });
    expect(stored()).toMatchObject([
      { kind: 'form', origin: 'form', identities: { email: 'ann@example.com' }, properties: { consent: { topics: ['news'] } } },
    ]);
    const thanks = await send({ path: '/f/newsletter', query: 'thanks=1' });
    expect(thanks.text).toContain('Thank you.');
    expect(thanks.text).not.toContain('<form');
  });

  test('or to where the form says', async () => {
    const { send } = capturing();
    const answer = await send(post('/f/away', 'email=a%40b.pt&consent=on', urlencoded));
    expect(answer).toMatchObject({ status: 303, headers: { location: 'https://shop.example/thanks' } });
  });

  test('a JSON post gets JSON', async () => {
    const { send, stored } = capturing();
    expect(await send(post('/f/newsletter', { email: 'a@b.pt', consent: true }, json))).toMatchObject({
      status: 200,
      json: { ok: true },
    });
    expect(stored()).toHaveLength(1);
  });

  test('so does a post that asks for it', async () => {
    const { send } = capturing();
    const answer = await send(post('/f/newsletter', 'email=a%40b.pt&consent=on', { ...urlencoded, accept: 'application/json' }));
    expect(answer).toMatchObject({ status: 200, json: { ok: true } });
  });

  test('what is wrong is named, to programs in JSON', async () => {
    const { send, stored } = capturing();
    const answer = await send(post('/f/newsletter', { email: 'a@', firstName: 'x'.repeat(21) }, json));
    expect(answer).toMatchObject({
      status: 422,
      headers: { 'content-type': 'application/problem+json' },
      json: { errors: [{ path: 'email' }, { path: 'firstName' }, { path: 'consent' }] },
    });
    expect(stored()).toEqual([]);
  });

  test('and to people in the form itself, with what they wrote, as text', async () => {
    const { send } = capturing();
    const answer = await send(post('/f/newsletter', 'email=a%40&firstName=%22%3E%3Cscript%3E&consent=on', urlencoded));
    expect(answer.status).toBe(422);
    expect(answer.text).toContain('aria-describedby="f-email-error"');
    expect(answer.text).toContain('id="f-email-error"');
    expect(answer.text).toContain('value="a@"');
    expect(answer.text).toContain('value="&#34;&gt;&lt;script&gt;"');
    expect(answer.text).toContain(' checked');
    expect(answer.text).not.toContain('<script');
  });

  test('a robot is thanked, and nothing is stored', async () => {
    const { send, stored } = capturing();
    expect(await send(post('/f/newsletter', 'email=a%40b.pt&consent=on&website=x', urlencoded))).toMatchObject({ status: 303 });
    expect(await send(post('/f/newsletter', { website: 'x' }, json))).toMatchObject({ status: 200, json: { ok: true } });
    expect(stored()).toEqual([]);
  });

  test.each<[string, Sent, number]>([
    ['an unknown form', post('/f/unknown', { email: 'a@b.pt' }, json), 404],
    ['a form’s page that is not there', { path: '/f/unknown' }, 404],
    [
      'an origin that the form does not name',
      post('/f/closed', { email: 'a@b.pt', consent: true }, { ...json, origin: 'https://evil.example' }),
      403,
    ],
    ['plain text', post('/f/newsletter', 'email=a@b.pt', { 'content-type': 'text/plain' }), 415],
    ['broken JSON', post('/f/newsletter', '{', json), 400],
    ['more than 32 KB', post('/f/newsletter', `email=${'x'.repeat(33_000)}`, urlencoded), 413],
    ['another method', { method: 'DELETE', path: '/f/newsletter' }, 405],
  ])('%s is refused', async (_, call, status) => {
    const { send, stored } = capturing();
    const answer = await send(call);
    expect(answer).toMatchObject({ status, headers: { 'content-type': 'application/problem+json' }, json: { status } });
    expect(stored()).toEqual([]);
  });

  test('somebody who looks for a form that is gone gets a page', async () => {
    const answer = await capturing().send({ path: '/f/unknown', headers: { accept: 'text/html,*/*;q=0.8' } });
    expect(answer).toMatchObject({ status: 404, headers: { 'content-type': 'text/html; charset=utf-8' } });
    expect(answer.text).toContain('No such form');
  });

  test('the page has labels, the words of the consent, a hidden trap and no script', async () => {
    const { send } = capturing();
    const { status, headers, text } = await send({ path: '/f/newsletter', query: 'firstName=Ann&utm_source=flyer' });
    expect(status).toBe(200);
    expect(headers['content-security-policy']).toContain("form-action 'self'");
    for (const { name } of form.fields) expect(text).toContain(`<label for="f-${name}">`);
    expect(text).toContain('Yes, send me news.');
    expect(text).toContain('autocomplete="given-name"');
    expect(text).toContain('value="Ann"');
    expect(text).toMatch(/aria-hidden="true"><label for="f-website">.*tabindex="-1"/);
    expect(text).toContain('Newsletter &lt;b&gt;');
    expect(text).not.toContain('<script');
  });

  test('an address may fill fields in, but never tick the consent', async () => {
    const { text } = await capturing().send({ path: '/f/newsletter', query: 'firstName=Ann&consent=on' });
    expect(text).toContain('value="Ann"');
    expect(text).not.toContain(' checked');
  });

  test('the page’s policy lets a browser follow the form’s redirect', async () => {
    const { headers } = await capturing().send({ path: '/f/away' });
    expect(headers['content-security-policy']).toContain("form-action 'self' https://shop.example;");
  });

  test('the campaign of the page’s own address is kept, and a page sent twice is one post', async () => {
    const { send, stored } = capturing();
    const { text } = await send({ path: '/f/newsletter', query: 'utm_source=flyer' });
    const [, messageId] = /name="_messageId" value="([^"]+)"/.exec(text) ?? [];
    const [, timestamp = ''] = /name="_timestamp" value="([^"]+)"/.exec(text) ?? [];
    const body = `email=a%40b.pt&consent=on&_messageId=${messageId}&_timestamp=${encodeURIComponent(timestamp)}`;
    const again = { ...post('/f/newsletter', body, urlencoded), query: 'utm_source=flyer' };
    await send(again);
    await send(again);
    expect(stored()).toMatchObject([{ keyTime: '2026-11-20T12:00:00.000Z', context: { campaign: { source: 'flyer' } } }]);
  });

  test('who sends the page too fast finds everything in it still, and is taken the second time', async () => {
    const { send, stored } = capturing();
    const shown = await send({ path: '/f/slow', headers: { accept: 'text/html' } });
    const stamp = /name="_stamp" value="([^"]+)"/.exec(shown.text)?.[1] ?? '';
    const body = new URLSearchParams({ email: 'ann@example.com', firstName: 'Ann', consent: 'on', _stamp: stamp }).toString();
    const headers = { 'content-type': 'application/x-www-form-urlencoded', accept: 'text/html' };
    const answer = await send({ method: 'POST', path: '/f/slow', headers, body });
    expect(answer.status).toBe(422);
    expect(answer.text).toContain('Please send it once more');
    expect(answer.text).toContain('value="ann@example.com"');
    expect(answer.text).toContain(`name="_stamp" value="${stamp}"`);
    expect(stored()).toEqual([]);
  });

  test('too many from one address are refused with a time to wait, to people in words', async () => {
    const { send, stored } = capturing();
    const form = { email: 'ann@example.com', firstName: 'Ann', consent: true };
    expect((await send(post('/f/limited', form, { 'content-type': 'application/json' }))).status).toBe(200);
    const refused = await send(post('/f/limited', form, { 'content-type': 'application/json' }));
    expect(refused).toMatchObject({ status: 429, headers: { 'retry-after': '600' }, json: { title: 'Too Many Requests' } });
    const body = 'email=ann%40example.com&firstName=Ann&consent=on';
    const headers = { 'content-type': 'application/x-www-form-urlencoded', accept: 'text/html' };
    const page = await send({ method: 'POST', path: '/f/limited', headers, body });
    expect(page.status).toBe(429);
    expect(page.text).toContain('<h1>Please try again later</h1>');
    expect(page.text).toContain('in 10 minutes');
    expect(stored()).toHaveLength(1);
  });

  test('a form that names its origins may be posted from these, and from no other', async () => {
    const { send } = capturing();
    const ask = (path: string, origin: string) => send({ method: 'OPTIONS', path, headers: { origin } });
    const shop = await ask('/f/closed', 'https://shop.example');
    expect(shop.headers['access-control-allow-origin']).toBe('https://shop.example');
    expect((await ask('/f/closed', 'https://site.example')).headers['access-control-allow-origin']).toBeUndefined();
    expect((await ask('/f/newsletter', 'https://site.example')).headers['access-control-allow-origin']).toBe(
      'https://site.example',
    );
  });
});

describe('a form with a captcha', () => {
  const page = { ...urlencoded, accept: 'text/html' };
  const fields = 'email=ann%40example.com&firstName=Ann&consent=on';

  test('shows the widget, and lets a browser load that provider’s and nothing else', async () => {
    const { headers, text } = await capturing().send({ path: '/f/checked' });
    expect(text).toContain('<div class="cf-turnstile" data-sitekey="0x4AAA-key"');
    expect(text.match(/<script[^>]*>/g)).toEqual([
      '<script src="https://challenges.cloudflare.com/turnstile/v0/api.js" async defer>',
    ]);
    expect(text).toMatch(/<noscript>.*JavaScript/);
    const policy = String(headers['content-security-policy']);
    expect(policy.split('; ')).toEqual(
      expect.arrayContaining([
        "default-src 'none'",
        'script-src https://challenges.cloudflare.com',
        'frame-src https://challenges.cloudflare.com',
        "style-src 'unsafe-inline'",
      ]),
    );
    expect(policy).not.toContain('hcaptcha');
  });

  test('has hCaptcha’s widget and origins where that is the provider', async () => {
    const { headers, text } = await capturing().send({ path: '/f/h-checked' });
    expect(text).toContain('<div class="h-captcha" data-sitekey="h-key"');
    expect(text).toContain('<script src="https://js.hcaptcha.com/1/api.js"');
    const policy = String(headers['content-security-policy']);
    for (const name of ['script', 'frame', 'connect'])
      expect(policy).toContain(`${name}-src https://hcaptcha.com https://*.hcaptcha.com`);
    expect(policy).toContain("style-src 'unsafe-inline' https://hcaptcha.com https://*.hcaptcha.com");
    expect(policy).not.toContain('cloudflare');
  });

  test('and no other page lets anything be loaded', async () => {
    const { headers, text } = await capturing().send({ path: '/f/newsletter' });
    expect(headers['content-security-policy']).not.toMatch(/script-src|frame-src|connect-src/);
    expect(text).not.toContain('<script');
  });

  test('comes back filled in, in words, where the check was not passed', async () => {
    const { send, stored, fake } = capturing();
    fake.change({ answer: { outcome: 'refused', reason: 'invalid-input-response' } });
    for (const body of [fields, `${fields}&cf-turnstile-response=bad`]) {
      const answer = await send(post('/f/checked', body, page));
      expect(answer.status).toBe(422);
      expect(answer.text).toMatch(/href="#f-captcha">[^<]*check that you are a person/i);
      expect(answer.text).toContain('value="ann@example.com"');
      expect(answer.text).toContain(' checked');
      expect(answer.text).toContain('class="cf-turnstile"');
      expect(answer.headers['content-security-policy']).toContain('script-src https://challenges.cloudflare.com');
    }
    expect(stored()).toEqual([]);
  });

  test.each([
    ['urlencoded', `${fields}&cf-turnstile-response=tok`, urlencoded],
    ['JSON', { email: 'ann@example.com', consent: true, 'cf-turnstile-response': 'tok' }, json],
    [
      'multipart',
      [
        ['email', 'ann@example.com'],
        ['consent', 'on'],
        ['cf-turnstile-response', 'tok'],
      ]
        .map(([name, value]) => `--b\r\ncontent-disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`)
        .join('')
        .concat('--b--\r\n'),
      { 'content-type': 'multipart/form-data; boundary=b' },
    ],
  ])('takes the token in %s', async (_, body, headers) => {
    const { send, stored, fake } = capturing();
    expect([200, 303]).toContain((await send(post('/f/checked', body, headers))).status);
    expect(fake.asked).toMatchObject([{ token: 'tok' }]);
    expect(stored()).toMatchObject([{ properties: { captcha: { result: 'passed' } } }]);
  });

  test('tells programs the field', async () => {
    const answer = await capturing().send(post('/f/checked', { email: 'a@b.pt', consent: true }, json));
    expect(answer).toMatchObject({ status: 422, json: { errors: [{ path: 'cf-turnstile-response' }] } });
  });

  test('that must be checked is a 503 while nobody can, with everything still in it', async () => {
    const { send, stored, fake } = capturing();
    fake.change({ answer: { outcome: 'unreachable', reason: 'it took too long' } });
    const answer = await send(post('/f/checked', `${fields}&cf-turnstile-response=tok`, page));
    expect(answer).toMatchObject({ status: 503, headers: { 'retry-after': '60' } });
    expect(answer.text).toContain('Please send it once more in a minute');
    expect(answer.text).toContain('value="ann@example.com"');
    const program = { email: 'a@b.pt', consent: true, 'cf-turnstile-response': 'tok' };
    expect(await send(post('/f/checked', program, json))).toMatchObject({ status: 503, json: { status: 503 } });
    expect(stored()).toEqual([]);
  });
});

describe('health', () => {
  test('is good when the table answers', async () => {
    expect(await capturing().send({ path: '/health' })).toMatchObject({ status: 200, json: { status: 'ok' } });
  });

  test('is a 503 when it does not', async () => {
    vi.spyOn(console, 'error').mockImplementation(() => {});
    const { send, table } = capturing();
    table.get = () => Promise.reject(new Error('gone'));
    expect(await send({ path: '/health' })).toMatchObject({ status: 503 });
    vi.restoreAllMocks();
  });
});
