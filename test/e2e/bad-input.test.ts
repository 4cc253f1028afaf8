/** What cannot be processed is refused with the name of the field, or ends in a dead-letter queue with its cause. */
import { gzipSync } from 'node:zlib';
import { chromium } from 'playwright-core';
import { expect } from 'vitest';
import { chromiumPath } from './support/browser.ts';
import type { LocalCloud } from './support/cloud.ts';
import { signUp } from './support/people.ts';
import type { Answer, Body } from './support/request.ts';
import { test } from './support/test.ts';

type Case = {
  readonly what: string;
  readonly method?: string;
  readonly path: string;
  readonly body?: Body;
  readonly headers?: Readonly<Record<string, string>>;
  /** Which key is sent; the secret one to the Segment API unless told. */
  readonly key?: 'secret' | 'publishable' | 'wrong' | 'none';
  readonly status: number;
  /** The fields that the problem document names. */
  readonly paths?: readonly string[];
};

const JSON_TYPE = { 'content-type': 'application/json' };
const KB = 1024;
const text = (length: number): string => 'x'.repeat(length);
const track = (properties: object = {}): object => ({ type: 'track', userId: 'bad-input', event: 'Page Read', properties });
const nested = (levels: number): string => `${'{"a":'.repeat(levels)}1${'}'.repeat(levels)}`;

const forms: readonly Case[] = [
  { what: 'a form that there is not', path: '/f/nope', body: {}, status: 404 },
  { what: 'a form without its fields', path: '/f/newsletter', body: {}, status: 422, paths: ['email', 'consent'] },
  {
    what: 'a form with a bad address',
    path: '/f/newsletter',
    body: { email: 'ann@', consent: true },
    status: 422,
    paths: ['email'],
  },
  {
    what: 'a form with a list in a field, and consent in other words',
    path: '/f/newsletter',
    body: { email: 'ann@example.com', firstName: ['Ann'], consent: 'maybe' },
    status: 422,
    paths: ['firstName', 'consent'],
  },
  {
    what: 'a form with a name that is too long',
    path: '/f/newsletter',
    body: { email: 'ann@example.com', firstName: text(81), consent: true },
    status: 422,
    paths: ['firstName'],
  },
  { what: 'a form post that is no JSON', path: '/f/newsletter', body: '{"email":', headers: JSON_TYPE, status: 400 },
  { what: 'a form post that is a list', path: '/f/newsletter', body: [1], status: 400 },
  { what: 'an empty form post', path: '/f/newsletter', body: '', headers: JSON_TYPE, status: 400 },
  {
    what: 'a form post of another type',
    path: '/f/newsletter',
    body: '<a/>',
    headers: { 'content-type': 'text/xml' },
    status: 415,
  },
  {
    what: 'a form post of more than 32 KB',
    path: '/f/newsletter',
    body: { email: 'a@example.com', x: text(33 * KB) },
    status: 413,
  },
  {
    what: 'a form post with too many fields',
    path: '/f/newsletter',
    body: Object.fromEntries(Array.from({ length: 101 }, (_, n) => [`f${n}`, n])),
    status: 413,
  },
  { what: 'a method that forms do not have', method: 'PUT', path: '/f/newsletter', body: {}, status: 405 },
];

const calls: readonly Case[] = [
  { what: 'a call that is no JSON', path: '/v1/track', body: '{"userId":"x",,}', headers: JSON_TYPE, status: 400 },
  { what: 'a call that is a text', path: '/v1/track', body: '"hello"', headers: JSON_TYPE, status: 400, paths: [''] },
  { what: 'a call without the name of its event', path: '/v1/track', body: { userId: 'x' }, status: 400, paths: ['event'] },
  { what: 'a call about nobody', path: '/v1/track', body: { event: 'A' }, status: 400, paths: ['userId'] },
  {
    what: 'a call with fields of other kinds',
    path: '/v1/track',
    body: { userId: { a: 1 }, event: 'A', properties: [1] },
    status: 400,
    paths: ['userId', 'properties'],
  },
  {
    what: 'a call with a time that is none',
    path: '/v1/track',
    body: { userId: 'x', event: 'A', timestamp: 'yesterday' },
    status: 400,
    paths: ['timestamp'],
  },
  {
    what: 'an event name of more than 128 characters',
    path: '/v1/track',
    body: { userId: 'x', event: text(129) },
    status: 400,
    paths: ['event'],
  },
  {
    what: 'a control character in an identity',
    path: '/v1/track',
    body: { userId: 'x\u0000y', event: 'A' },
    status: 400,
    paths: ['userId'],
  },
  {
    what: 'an order of 100,000 products',
    path: '/v1/track',
    body: { userId: 'x', event: 'Order Completed', properties: { products: Array(100_000).fill({ name: 'a' }) } },
    status: 413,
  },
  {
    what: 'half a surrogate pair in an identity',
    path: '/v1/track',
    body: { userId: 'x\ud83d', event: 'A' },
    status: 400,
    paths: ['userId'],
  },
  {
    what: 'a call that is nested too deep',
    path: '/v1/track',
    body: `{"userId":"x","event":"A","properties":${nested(40)}}`,
    headers: JSON_TYPE,
    status: 400,
    paths: [''],
  },
  { what: 'an alias without the id from before', path: '/v1/alias', body: { userId: 'x' }, status: 400, paths: ['previousId'] },
  { what: 'a call of more than 32 KB', path: '/v1/track', body: track({ a: text(33 * KB) }), status: 413, paths: [''] },
  { what: 'a batch that is no list', path: '/v1/batch', body: { batch: {} }, status: 400, paths: ['batch'] },
  {
    what: 'a batch of too many calls',
    path: '/v1/batch',
    body: { batch: Array(2501).fill(track()) },
    status: 413,
    paths: ['batch'],
  },
  {
    what: 'a batch of more than 500 KB',
    path: '/v1/batch',
    body: { batch: Array(20).fill(track({ a: text(26 * KB) })) },
    status: 413,
  },
  {
    what: 'a batch of more than 500 KB once it is unpacked',
    path: '/v1/batch',
    body: gzipSync(JSON.stringify({ batch: [], x: text(600 * KB) })),
    headers: { ...JSON_TYPE, 'content-encoding': 'gzip' },
    status: 413,
  },
  {
    what: 'a body that says it is gzip and breaks off',
    path: '/v1/track',
    body: Uint8Array.of(0x1f, 0x8b, 1, 2),
    headers: { ...JSON_TYPE, 'content-encoding': 'gzip' },
    status: 400,
  },
  {
    what: 'a packing that is not known',
    path: '/v1/track',
    body: '{}',
    headers: { ...JSON_TYPE, 'content-encoding': 'br' },
    status: 415,
  },
  { what: 'a body of more than 10 MB', path: '/v1/batch', body: text(11 * KB * KB), headers: JSON_TYPE, status: 413 },
  { what: 'a call without a key', path: '/v1/track', body: track(), key: 'none', status: 401 },
  { what: 'a call with a key that is not known', path: '/v1/track', body: track(), key: 'wrong', status: 401 },
  { what: 'a call that there is not', path: '/v1/nope', body: {}, status: 404 },
  { what: 'a method that calls do not have', method: 'DELETE', path: '/v1/track', status: 405 },
];

const administration: readonly Case[] = [
  { what: 'a question without a key', path: '/admin/v1/customers/ann', method: 'GET', key: 'none', status: 401 },
  { what: 'a question with a key that is not known', path: '/admin/v1/customers/ann', method: 'GET', key: 'wrong', status: 401 },
  { what: 'a question with a publishable key', path: '/admin/v1/customers/ann', method: 'GET', key: 'publishable', status: 403 },
  { what: 'a question about nobody', path: '/admin/v1/customers/nobody', method: 'GET', status: 404 },
  { what: 'a timeline of nobody', path: '/admin/v1/customers/nobody/timeline', method: 'GET', status: 404 },
  { what: 'a limit of none', path: '/admin/v1/customers/a/timeline?limit=0', method: 'GET', status: 400, paths: ['limit'] },
  {
    what: 'a cursor of a timeline that is none',
    path: '/admin/v1/customers/a/timeline?cursor=abc',
    method: 'GET',
    status: 400,
    paths: ['cursor'],
  },
  {
    what: 'a cursor of releases that is none',
    path: '/admin/v1/releases?cursor=abc',
    method: 'GET',
    status: 400,
    paths: ['cursor'],
  },
  {
    what: 'a release with a key that is not known',
    path: '/admin/v1/releases',
    body: { file: {} },
    status: 400,
    paths: ['files', 'file'],
  },
  { what: 'a release that is no JSON', path: '/admin/v1/releases', body: '{', headers: JSON_TYPE, status: 400 },
  { what: 'a release without files', path: '/admin/v1/releases', body: { files: {} }, status: 422 },
  { what: 'going back to a release that there is not', path: '/admin/v1/releases/rel_none/rollback', status: 404 },
  { what: 'an address that there is not', path: '/admin/v1/nope', method: 'GET', status: 404 },
  { what: 'a method that releases do not have', path: '/admin/v1/releases', method: 'PATCH', status: 405 },
];

const elsewhere: readonly Case[] = [
  { what: 'an address that nobody answers', path: '/nope', method: 'GET', status: 404 },
  { what: 'a clock that is set back', path: '/_local/clock', body: { advance: '-P1D' }, status: 400 },
  { what: 'a clock without a wish', path: '/_local/clock', body: {}, status: 400 },
  { what: 'a clock beyond the calendar', path: '/_local/clock', body: { advance: 'P9999Y' }, status: 400 },
];

test.for([...forms, ...calls, ...administration, ...elsewhere])('$what is answered with $status', async (wrong, { cloud }) => {
  const answer = await ask(cloud, wrong);
  expect([answer.status, answer.type]).toEqual([wrong.status, 'application/problem+json']);
  expect(answer.body).toMatchObject({ status: wrong.status, title: expect.stringMatching(/./) });
  if (wrong.paths !== undefined) expect(pathsOf(answer)).toEqual([...wrong.paths].sort());
});

test.for(['u', 'p', 'v', 'c'])(
  'a link of kind /%s whose token is cut off or made up gets a page that says so',
  async (kind, { cloud }) => {
    for (const token of ['x', 'abc.def', `abcd.${text(120)}`, '%00', '%E0%A4%A']) {
      for (const method of kind === 'u' || kind === 'p' ? ['GET', 'POST'] : ['GET']) {
        const answer = await ask(cloud, { what: '', method, path: `/${kind}/${token}`, key: 'none', status: 404 });
        expect([token, answer.status, answer.type]).toEqual([token, 404, 'text/html']);
        expect(answer.text).toContain('This link does not work');
      }
    }
  },
);

test('a browser that sends the form with errors gets the page again, with the errors and what was filled in', async ({
  cloud,
}) => {
  const fields = new URLSearchParams({ email: 'not "an" address', firstName: '<Ann>' });
  const page = await cloud.post('/f/newsletter', fields, { headers: { accept: 'text/html' } });
  expect([page.status, page.type]).toEqual([422, 'text/html']);
  expect(page.text).toContain('value="not &#34;an&#34; address"');
  expect(page.text).toContain('value="&lt;Ann&gt;"');
  expect(page.text).toContain('id="f-email-error">This is not an e-mail address.');
  expect(page.text).toContain('id="f-consent-error"');
});

test('of a batch the good calls are kept, and the bad ones are reported one by one', async ({ cloud }) => {
  const batch = [
    { type: 'track', messageId: 'good-1', userId: 'batch', event: 'Page Read' },
    { type: 'track', messageId: 'bad-1', event: 'Page Read' },
    3,
    { type: 'wave', userId: 'batch' },
    { type: 'track', userId: 'batch', event: 'Page Read', properties: { a: text(33 * KB) } },
    { type: 'track', messageId: 'good-2', userId: 'batch', event: 'Page Read' },
  ];
  const answer = await cloud.post('/v1/batch', { batch }, { key: cloud.keys.publishable });
  expect(answer.status).toBe(200);
  const { rejected, ...rest } = answer.body as { rejected: { index: number; messageId?: string; errors: { path: string }[] }[] };
  expect(rest).toEqual({ success: true, accepted: 2 });
  expect(rejected.map(({ index, messageId, errors }) => [index, messageId, errors.map(({ path }) => path)])).toEqual([
    [1, 'bad-1', ['userId']],
    [2, undefined, ['']],
    [3, undefined, ['type']],
    [4, undefined, ['']],
  ]);
  const again = await cloud.post('/v1/batch', { batch }, { key: cloud.keys.publishable });
  expect(again.status).toBe(200);
  // No rule mentions the event, so it starts nothing: the customer comes into being with the first one that does.
  await cloud.call('track', {
    userId: 'batch',
    messageId: 'order',
    event: 'Order Completed',
    properties: { order_id: 'B1', revenue: 1, currency: 'EUR' },
  });
  await cloud.settle();
  const events = (await cloud.timeline('batch')).filter(({ type }) => type === 'event');
  expect(events.map(({ id }) => id).sort()).toEqual(['good-1', 'good-2', 'order']);
});

test('a name with headers, markup and Liquid in it is a name, in the mail as its reader’s program reads it', async ({
  cloud,
}) => {
  const firstName = '{{ 7 | times: 7 }}"><img src=x onerror=alert(1)>{% raw %}\u202e';
  expect((await cloud.post('/f/newsletter', { email: 'hostile@example.com', firstName, consent: true })).status).toBe(200);
  await cloud.settle();
  const [mail] = await cloud.inbox('hostile@example.com');
  const shown = '{{ 7 | times: 7 }}"><img src=x onerror=alert(1)>{% raw %}';
  expect(mail?.text).toContain(shown);
  expect(mail?.html).toContain(shown.replace('"><', '&#34;&gt;&lt;').replace('1)>', '1)&gt;'));
  if (chromiumPath !== undefined) expect(await readInBrowser(mail?.html ?? '', shown)).toEqual({ elements: 0, isText: true });
  expect(Object.keys(mail?.headers ?? {}).filter((name) => /^bcc$/i.test(name))).toEqual([]);
});

test('texts of all kinds reach the timeline, and what is no character becomes one', async ({ cloud }) => {
  const properties = {
    half: 'a\ud83d',
    '\udc00key': 1,
    marks: `e${'\u0301'.repeat(1000)}`,
    nothing: '\u0000\u200b\u202e',
    huge: 1e308,
  };
  const order = { order_id: 'unicode', revenue: 1, currency: 'EUR' };
  await cloud.call('track', { userId: 'unicode', event: 'Order Completed', properties: { ...order, ...properties } });
  await cloud.settle();
  const events = (await cloud.timeline('unicode')).filter(({ type }) => type === 'event');
  expect(events.map((one) => (one as { properties?: object }).properties)).toEqual([
    expect.objectContaining({ half: 'a\ufffd', '\ufffdkey': 1, nothing: '\u0000\u200b\u202e', huge: 1e308 }),
  ]);
});

test('keys by which objects are bent are data like others, and equal keys are not mixed up', async ({ cloud }) => {
  const body = `{"userId":"proto","event":"Order Completed","__proto__":{"admin":true},"properties":{"order_id":"1","order_id":"2",
    "revenue":1,"currency":"EUR","__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}}},
    "context":{"traits":{"__proto__":{"polluted":true},"constructor":"x","firstName":"Ann"}}}`;
  expect((await cloud.post('/v1/track', body, { key: cloud.keys.secret, headers: JSON_TYPE })).status).toBe(200);
  await cloud.settle();
  const { attributes } = (await cloud.customer('proto')) as unknown as { attributes: Record<string, unknown> };
  expect(Object.keys(attributes).filter((name) => /proto|constructor|polluted/.test(name))).toEqual([]);
  const [event] = (await cloud.timeline('proto')).filter(({ type }) => type === 'event');
  expect((event as { properties?: object }).properties).toMatchObject({ order_id: '2' });
});

test.for(['next', 'url', 'redirect', 'returnTo'])('nobody is sent elsewhere by ?%s=', async (name, { cloud }) => {
  for (const to of ['//evil.example', 'https://evil.example', '/\\evil.example', 'javascript:alert(1)']) {
    const query = `?${name}=${encodeURIComponent(to)}`;
    const fields = new URLSearchParams({ email: `away-${name}@example.com`, firstName: 'A', consent: 'on', [name]: to });
    const form = await cloud.post(`/f/newsletter${query}`, fields, { headers: { accept: 'text/html' } });
    expect([form.status, form.headers.get('location') ?? '']).toEqual([303, expect.not.stringContaining('evil')]);
    for (const path of ['/u/x', '/p/x', '/c/x', '/v/x', '/f/newsletter']) {
      const page = await cloud.get(path + query);
      expect([path, page.headers.get('location')]).toEqual([path, null]);
      expect(page.text).not.toContain('evil.example');
    }
  }
});

test.for(['evaluate', 'send', 'feedback', 'deliver'])(
  'a poison message in the queue of %s ends among the dead letters with its cause, and holds nobody up',
  async (queue, { cloud }) => {
    const poison = [`{"not":"for ${queue}"}`, 'no JSON'];
    for (const body of poison) await cloud.sendMessage(`rekindle-dev-${queue}`, body);
    const email = `beside-${queue}@example.com`;
    await signUp(cloud, email);
    await cloud.settle();
    expect(await cloud.inbox(email)).toHaveLength(1);
    await cloud.advance('PT2H');
    const dead = await cloud.deadLetters(`rekindle-dev-${queue}-dead`);
    expect(dead.map(({ body }) => body).sort()).toEqual(poison.sort());
    expect(dead.map(({ cause }) => cause?.split(':', 1)[0]).sort()).toEqual(['BadRecord', 'SyntaxError']);
    for (const { cause } of dead) expect(cause).toMatch(/^(?:BadRecord: (?:source|detail)[^:]*: invalid_\w+|SyntaxError: .)/);
  },
);

/** What a parser makes of a mail: elements that came out of the name, and whether the name stands there as text. */
async function readInBrowser(html: string, name: string): Promise<{ elements: number; isText: boolean }> {
  const browser = await chromium.launch({
    executablePath: chromiumPath ?? '',
    args: ['--headless', '--no-sandbox', '--disable-gpu'],
  });
  try {
    const page = await browser.newPage();
    await page.setContent(html, { waitUntil: 'domcontentloaded' });
    const elements = await page.locator('[onerror], script, img[src="x"]').count();
    return { elements, isText: (await page.innerText('body')).includes(name) };
  } finally {
    await browser.close();
  }
}

async function ask(cloud: LocalCloud, { method = 'POST', path, body, headers = {}, key = 'secret' }: Case): Promise<Answer> {
  const keys = { ...cloud.keys, wrong: 'sk_wrong00000000000000000000000000', none: undefined };
  const authorization = keys[key] === undefined ? {} : { authorization: `Bearer ${keys[key]}` };
  return cloud.request(method, path, { headers: { ...authorization, ...headers }, ...(body !== undefined && { body }) });
}

function pathsOf({ body }: Answer): string[] {
  return (body as { errors: { path: string }[] }).errors.map(({ path }) => path).sort();
}
