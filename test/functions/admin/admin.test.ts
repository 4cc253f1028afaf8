import { gzipSync } from 'node:zlib';
import type { Context } from 'aws-lambda';
import { beforeEach, describe, expect, test } from 'vitest';
import { scopes } from '#schemas/scopes.ts';
import { cachedCaptchaSecrets } from '#usecases/captcha-secrets.ts';
import { adminShop, annSignsUp } from '../../support/admin-shop.ts';
import { catalogueFiles, welcome } from '../../support/catalogue-files.ts';
import { event } from '../../support/shop.ts';
import { httpEvent } from '../edge/http-event.ts';

type Shop = Awaited<ReturnType<typeof adminShop>>;
// biome-ignore lint/suspicious/noExplicitAny: answers are looked into as any client would
type Answer = { readonly status: number; readonly headers: Record<string, unknown>; readonly body: any };

let shop: Shop;
beforeEach(async () => {
  shop = await adminShop();
});

async function call(
  method: string,
  path: string,
  { key = shop.key as string | null, body = undefined as object | string | Uint8Array | undefined, query = '' } = {},
): Promise<Answer> {
  const headers = { 'content-type': 'application/json', ...(key !== null && { authorization: `Bearer ${key}` }) };
  const sent = body === undefined || typeof body === 'string' || body instanceof Uint8Array ? body : JSON.stringify(body);
  const reply = await shop.handler(
    httpEvent({ method, path, query, headers, ...(sent !== undefined && { body: sent }) }),
    {} as Context,
  );
  return {
    status: reply.statusCode ?? 0,
    headers: reply.headers ?? {},
    body: reply.body ? JSON.parse(String(reply.body)) : undefined,
  };
}

const publish = (changes: Parameters<typeof catalogueFiles>[0] = {}, more = {}) =>
  call('POST', '/admin/v1/releases', { body: { files: catalogueFiles(changes), ...more } });

describe('a request', () => {
  const routes = [
    ['GET', '/admin/v1/releases', 'releases:read'],
    ['POST', '/admin/v1/releases', 'releases:write'],
    ['POST', '/admin/v1/releases/rel_1/rollback', 'releases:write'],
    ['GET', '/admin/v1/customers/x', 'customers:read'],
    ['GET', '/admin/v1/customers/x/timeline', 'customers:read'],
    ['POST', '/admin/v1/customers/x/suppression', 'customers:write'],
    ['DELETE', '/admin/v1/customers/x/suppression', 'customers:write'],
    ['GET', '/admin/v1/customers/x/export', 'customers:read'],
    ['GET', '/admin/v1/customers/x/erasure', 'customers:erase'],
    ['POST', '/admin/v1/customers/x/erasure', 'customers:erase'],
    ['GET', '/admin/v1/erasures/era_x', 'customers:erase'],
    ['POST', '/admin/v1/mails/preview', 'customers:read'],
    ['POST', '/admin/v1/mails/test', 'mails:test'],
    ['GET', '/admin/v1/customers/x/loyalty', 'loyalty:read'],
    ['POST', '/admin/v1/customers/x/loyalty/token', 'loyalty:read'],
    ['POST', '/admin/v1/customers/x/loyalty/redemptions', 'loyalty:write'],
    ['POST', '/admin/v1/customers/x/loyalty/adjustments', 'loyalty:write'],
    ['POST', '/admin/v1/vouchers/x/redemptions', 'loyalty:write'],
    ['POST', '/admin/v1/pools/x/codes', 'loyalty:write'],
    ['POST', '/admin/v1/reports', 'reports:read'],
    ['POST', '/admin/v1/reports/rep_x/steps', 'reports:read'],
    ['GET', '/admin/v1/reports/journeys', 'reports:read'],
    ['GET', '/admin/v1/reports/journeys/x', 'reports:read'],
    ['GET', '/admin/v1/reports/kpis', 'reports:read'],
    ['GET', '/admin/v1/costs', 'reports:read'],
    ['POST', '/admin/v1/costs', 'costs:write'],
    ['PUT', '/admin/v1/costs', 'costs:write'],
    ['DELETE', '/admin/v1/costs', 'costs:write'],
    ['GET', '/admin/v1/keys', 'keys:write'],
    ['POST', '/admin/v1/keys', 'keys:write'],
    ['DELETE', '/admin/v1/keys/key_1', 'keys:write'],
    ['GET', '/admin/v1/webhook-secret', 'keys:write'],
    ['GET', '/admin/v1/captcha-secrets', 'keys:write'],
    ['POST', '/admin/v1/captcha-secrets', 'keys:write'],
    ['DELETE', '/admin/v1/captcha-secrets/turnstile', 'keys:write'],
  ] as const;

  test.each(routes)('%s %s needs a key with the scope %s', async (method, path, scope) => {
    expect(await call(method, path, { key: null })).toMatchObject({
      status: 401,
      headers: { 'www-authenticate': expect.stringContaining('Bearer') },
    });
    expect(await call(method, path, { key: 'sk_aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa' })).toMatchObject({ status: 401 });
    expect(await call(method, path, { key: shop.publishable })).toMatchObject({
      status: 403,
      body: { detail: expect.stringContaining('sk_') },
    });
    const others = scopes.filter((one) => one !== scope && one !== '*');
    expect(await call(method, path, { key: await shop.keyWith(...others) })).toMatchObject({
      status: 403,
      body: { detail: expect.stringContaining(scope) },
    });
    const allowed = await call(method, path, {
      key: await shop.keyWith(scope),
      body: ['POST', 'PUT'].includes(method) ? {} : undefined,
    });
    expect([200, 201, 400, 404]).toContain(allowed.status);
  });

  test('with a key that was revoked is refused', async () => {
    const { body } = await call('POST', '/admin/v1/keys', { body: { kind: 'secret', label: 'ci' } });
    expect((await call('GET', '/admin/v1/releases', { key: body.key })).status).toBe(200);
    expect((await call('DELETE', `/admin/v1/keys/${body.id}`)).status).toBe(204);
    expect((await call('GET', '/admin/v1/releases', { key: body.key })).status).toBe(401);
  });

  test('to nowhere is a problem document', async () => {
    expect(await call('GET', '/admin/v1/nothing')).toMatchObject({
      status: 404,
      headers: { 'content-type': 'application/problem+json' },
    });
    expect(await call('PUT', '/admin/v1/releases')).toMatchObject({ status: 405, headers: { allow: 'POST, GET, HEAD' } });
  });
});

describe('releases', () => {
  test('are published, listed and rolled back', async () => {
    const first = await publish({}, { note: 'first' });
    expect(first).toMatchObject({ status: 201, body: { id: expect.stringMatching(/^rel_/), unchanged: false, problems: [] } });
    expect(await publish()).toMatchObject({ status: 200, body: { id: first.body.id, unchanged: true } });
    const second = await publish({ 'catalogue/segments/big-spenders.json': undefined });
    const listed = await call('GET', '/admin/v1/releases');
    expect(listed.body).toMatchObject({
      items: [
        { id: second.body.id, current: true, author: 'key for *', counts: { segments: 0 } },
        { id: first.body.id, current: false, note: 'first', at: expect.stringMatching(/^2026-03-02T08:00:00\.\d{3}Z$/) },
      ],
      cursor: null,
    });
    expect(await call('POST', `/admin/v1/releases/${first.body.id}/rollback`)).toMatchObject({
      status: 201,
      body: { id: first.body.id },
    });
    expect(await call('POST', `/admin/v1/releases/${first.body.id}/rollback`)).toMatchObject({
      status: 200,
      body: { unchanged: true },
    });
    expect(await call('POST', '/admin/v1/releases/rel_none/rollback')).toMatchObject({ status: 404 });
  });

  test('with errors are refused with all problems, by file and path', async () => {
    const broken = {
      ...welcome,
      trigger: { type: 'evnt', event: 'Signed Up' },
      steps: [{ id: 'hello', type: 'send_email', template: 'welcome', topic: 'nothing' }],
    };
    const { status, headers, body } = await publish({ 'catalogue/journeys/welcome.json': broken, 'catalogue/topics.json': '{' });
    expect(status).toBe(422);
    expect(headers['content-type']).toBe('application/problem+json');
    expect(body.problems.map(({ file, path, severity }: Record<string, string>) => `${file} ${path} ${severity}`)).toEqual(
      expect.arrayContaining(['catalogue/journeys/welcome.json trigger.type error', 'catalogue/topics.json  error']),
    );
    expect((await call('GET', '/admin/v1/releases')).body.items).toEqual([]);
  });

  test('from an outdated base are a conflict', async () => {
    const first = await publish();
    const second = await publish({ 'catalogue/segments/big-spenders.json': undefined });
    expect(await publish({}, { base: first.body.id })).toMatchObject({ status: 409, body: { current: second.body.id } });
  });

  test.each([
    ['no JSON', '{"files":', 400],
    ['an empty body', '', 400],
    ['no files', {}, 400],
    ['a file that is no text', { files: { 'catalogue/topics.json': { topics: [] } } }, 400],
    ['a key that is not known', { files: {}, Note: 'x' }, 400],
    ['too much', { files: {}, note: 'x'.repeat(9_000_000) }, 413],
  ])('with %s are refused before anything is looked at', async (_, body, status) => {
    expect(await call('POST', '/admin/v1/releases', { body })).toMatchObject({
      status,
      headers: { 'content-type': 'application/problem+json' },
    });
  });

  test('may come packed with gzip', async () => {
    const packed = gzipSync(JSON.stringify({ files: catalogueFiles() }));
    expect((await call('POST', '/admin/v1/releases', { body: packed })).status).toBe(201);
  });
});

describe('a customer', () => {
  beforeEach(async () => {
    await publish();
    await shop.take(...annSignsUp());
    await shop.take(
      event(
        'Order Completed',
        '2026-03-01T10:00:00Z',
        { revenue: 600 },
        { identities: { userId: 'user-1', email: 'ann@example.com' } },
      ),
    );
  });

  test.each(['ann@example.com', ' ANN@Example.com', 'user-1'])('is found by %s', async (id) => {
    const { status, body } = await call('GET', `/admin/v1/customers/${id}`);
    expect(status).toBe(200);
    expect(body).toMatchObject({
      email: 'ann@example.com',
      userId: 'user-1',
      attributes: { firstName: 'Ann' },
      consents: { newsletter: { status: 'subscribed', at: '2026-03-01T08:00:00.000Z' } },
      segments: [{ id: 'big-spenders', name: 'Big spenders', since: '2026-03-01T10:00:00.000Z' }],
    });
  });

  test('whom nobody knows is a 404, also for the timeline', async () => {
    expect(await call('GET', '/admin/v1/customers/nobody@example.com')).toMatchObject({
      status: 404,
      body: { title: 'No such customer' },
    });
    expect((await call('GET', '/admin/v1/customers/nobody@example.com/timeline')).status).toBe(404);
  });

  test('has a timeline, page by page', async () => {
    const all = await call('GET', '/admin/v1/customers/ann@example.com/timeline', { query: 'limit=200' });
    expect(all.body.cursor).toBeNull();
    const one = await call('GET', '/admin/v1/customers/ann@example.com/timeline', { query: 'limit=2' });
    expect(one.body.items).toEqual(all.body.items.slice(0, 2));
    const two = await call('GET', '/admin/v1/customers/ann@example.com/timeline', { query: `limit=3&cursor=${one.body.cursor}` });
    expect(two.body.items).toEqual(all.body.items.slice(2, 5));
  });

  test.each(['limit=0', 'limit=201', 'limit=x', 'cursor=x', 'cursor=WzFd'])('has no page for %s', async (query) => {
    const { status, body } = await call('GET', '/admin/v1/customers/ann@example.com/timeline', { query });
    expect(status).toBe(400);
    expect(body.errors).toMatchObject([{ path: query.split('=')[0] }]);
  });
});

describe('keys', () => {
  test('are shown only once, and afterwards by their ids', async () => {
    const made = await call('POST', '/admin/v1/keys', { body: { kind: 'secret', label: 'ci', scopes: ['releases:read'] } });
    expect(made).toMatchObject({
      status: 201,
      body: { key: expect.stringMatching(/^sk_/), kind: 'secret', scopes: ['releases:read'], label: 'ci' },
    });
    const listed = await call('GET', '/admin/v1/keys');
    expect(JSON.stringify(listed.body)).not.toContain(made.body.key);
    expect(listed.body.items.map(({ id }: { id: string }) => id)).toContain(made.body.id);
    expect((await call('DELETE', '/admin/v1/keys/key_0000000000000000')).status).toBe(404);
  });

  test('cannot grant what they lack themselves', async () => {
    const key = await shop.keyWith('keys:write', 'releases:read');
    const grant = (granted?: string[]) =>
      call('POST', '/admin/v1/keys', { key, body: { kind: 'secret', label: 'x', ...(granted && { scopes: granted }) } });
    expect((await grant(['releases:read'])).status).toBe(201);
    expect(await grant(['releases:write'])).toMatchObject({
      status: 403,
      body: { detail: expect.stringContaining('releases:write') },
    });
    expect((await grant()).status).toBe(403);
  });

  test.each([{}, { kind: 'secret' }, { kind: 'other', label: 'x' }, { kind: 'secret', label: 'x', scopes: ['all'] }])(
    'are not made of %j',
    async (body) => {
      expect((await call('POST', '/admin/v1/keys', { body })).status).toBe(400);
    },
  );
});

describe('the secret of a captcha', () => {
  test('is stored, told of without itself, and removed', async () => {
    const secret = '0x4AAAAAAA-secret_of_ours';
    const stored = await call('POST', '/admin/v1/captcha-secrets', { body: { provider: 'turnstile', secret } });
    expect(stored).toMatchObject({ status: 201, body: { provider: 'turnstile', storedBy: expect.stringContaining('key for') } });
    const listed = await call('GET', '/admin/v1/captcha-secrets');
    expect(listed.body.items).toEqual([stored.body]);
    expect(JSON.stringify([stored.body, listed.body])).not.toContain(secret);
    const find = cachedCaptchaSecrets({ table: shop.table, now: shop.now });
    expect([await find('turnstile'), await find('hcaptcha')]).toEqual([secret, undefined]);
    expect((await call('DELETE', '/admin/v1/captcha-secrets/turnstile')).status).toBe(204);
    expect((await call('DELETE', '/admin/v1/captcha-secrets/turnstile')).status).toBe(404);
    expect((await call('GET', '/admin/v1/captcha-secrets')).body.items).toEqual([]);
  });

  test('that is missing is told of by whoever publishes a form that needs it, until it is there', async () => {
    const captcha = { provider: 'turnstile', siteKey: '0x4AAAAAAA' };
    const form = {
      id: 'sign-up',
      name: 'Sign up',
      fields: [{ name: 'email', type: 'email', label: 'E-mail', required: true }],
      captcha,
    };
    const first = await publish({ 'catalogue/forms/sign-up.json': form });
    const notices = [expect.stringMatching(/turnstile.* sign-up cannot.*rekindle captcha set --provider turnstile/)];
    expect(first).toMatchObject({ status: 201, body: { problems: [], notices } });
    expect(await publish({ 'catalogue/forms/sign-up.json': form })).toMatchObject({ status: 200, body: { notices } });
    const other = await publish();
    expect(other.body.notices).toEqual([]);
    const back = () => call('POST', `/admin/v1/releases/${first.body.id}/rollback`);
    expect((await back()).body.notices).toEqual(notices);
    await call('POST', '/admin/v1/captcha-secrets', { body: { provider: 'turnstile', secret: '0x4AAAAAAA-secret' } });
    expect((await back()).body.notices).toEqual([]);
  });

  test('is read again after a minute', async () => {
    let at = 0;
    const find = cachedCaptchaSecrets({ table: shop.table, now: () => at });
    expect(await find('hcaptcha')).toBeUndefined();
    await call('POST', '/admin/v1/captcha-secrets', { body: { provider: 'hcaptcha', secret: 'ES_0123456789' } });
    at = 59_999;
    expect(await find('hcaptcha')).toBeUndefined();
    at = 60_000;
    expect(await find('hcaptcha')).toBe('ES_0123456789');
  });

  test.each([{}, { provider: 'recaptcha', secret: 'x'.repeat(20) }, { provider: 'turnstile', secret: 'a b' }])(
    'is not made of %j',
    async (body) => {
      expect((await call('POST', '/admin/v1/captcha-secrets', { body })).status).toBe(400);
    },
  );
});

describe('the OpenAPI document', () => {
  test('needs no key, and describes each route with its scope, and what it takes and answers', async () => {
    const { status, body } = await call('GET', '/admin/v1/openapi.json', { key: null });
    expect(status).toBe(200);
    expect(Object.keys(body.paths)).toEqual([
      '/admin/v1/releases',
      '/admin/v1/releases/{id}',
      '/admin/v1/releases/{id}/rollback',
      '/admin/v1/fill',
      '/admin/v1/prediction',
      '/admin/v1/prediction/learn',
      '/admin/v1/customers/{id}',
      '/admin/v1/customers/{id}/timeline',
      '/admin/v1/customers/{id}/suppression',
      '/admin/v1/customers/{id}/export',
      '/admin/v1/customers/{id}/erasure',
      '/admin/v1/erasures/{id}',
      '/admin/v1/mails/preview',
      '/admin/v1/mails/test',
      '/admin/v1/customers/{id}/loyalty',
      '/admin/v1/customers/{id}/loyalty/ledger',
      '/admin/v1/customers/{id}/loyalty/token',
      '/admin/v1/customers/{id}/loyalty/referral',
      '/admin/v1/loyalty/quote',
      '/admin/v1/customers/{id}/loyalty/redemptions',
      '/admin/v1/customers/{id}/loyalty/adjustments',
      '/admin/v1/loyalty/verification',
      '/admin/v1/vouchers/{code}',
      '/admin/v1/vouchers/{code}/redemptions',
      '/admin/v1/pools',
      '/admin/v1/budgets',
      '/admin/v1/pools/{pool}/codes',
      '/admin/v1/reports',
      '/admin/v1/reports/{id}/steps',
      '/admin/v1/reports/journeys',
      '/admin/v1/reports/journeys/{id}',
      '/admin/v1/reports/kpis',
      '/admin/v1/costs',
      '/admin/v1/keys',
      '/admin/v1/keys/{id}',
      '/admin/v1/webhook-secret',
      '/admin/v1/captcha-secrets',
      '/admin/v1/captcha-secrets/{provider}',
      '/admin/v1/openapi.json',
    ]);
    expect(body.paths['/admin/v1/releases'].post).toMatchObject({
      operationId: 'postReleases',
      description: expect.stringContaining('releases:write'),
      requestBody: { content: { 'application/json': { schema: { $ref: '#/components/schemas/PublishRequest' } } } },
      responses: {
        201: {},
        409: {},
        422: { content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } } },
      },
    });
    expect(body.paths['/admin/v1/openapi.json'].get.security).toEqual([]);
  });

  test('refers only to what is in it', async () => {
    const { body } = await call('GET', '/admin/v1/openapi.json', { key: null });
    const referred = [...JSON.stringify(body).matchAll(/"\$ref":"([^"]+)"/g)].map(([, ref = '']) => ref);
    const missing = referred.filter((ref) => body.components.schemas[ref.replace('#/components/schemas/', '')] === undefined);
    expect(missing).toEqual([]);
    expect(JSON.stringify(body)).not.toContain('$defs');
  });

  test('describes the answers as they are', async () => {
    const { body } = await call('GET', '/admin/v1/openapi.json', { key: null });
    await publish();
    await shop.take(...annSignsUp());
    const described = Object.keys(body.components.schemas.Customer.properties);
    const answered = Object.keys((await call('GET', '/admin/v1/customers/ann@example.com')).body);
    expect(answered.filter((name) => !described.includes(name))).toEqual([]);
  });
});
