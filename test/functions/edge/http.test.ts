import type { APIGatewayProxyEventV2, Context } from 'aws-lambda';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { type Handler, type HttpOptions, html, httpHandler, type Request, type Routes } from '#functions/edge/http.ts';
import { problem } from '#functions/edge/problem.ts';
import { httpEvent } from './http-event.ts';

const run = (routes: Routes | Handler, event: APIGatewayProxyEventV2, options?: HttpOptions) =>
  httpHandler(routes, options)(event, {} as Context);

const logged: string[] = [];
beforeEach(() => {
  logged.length = 0;
  vi.spyOn(console, 'error').mockImplementation((line: string) => void logged.push(line));
});
afterEach(() => vi.restoreAllMocks());

describe('a request', () => {
  test('arrives with decoded body, lower-case headers, first query values and the parts of the path', async () => {
    let seen: Request | undefined;
    const event = httpEvent({
      method: 'POST',
      path: '/v1/track',
      query: 'a=1,2&b=%20x&a=3&__proto__=4',
      headers: { 'Content-Type': 'text/plain', Host: 'example.test' },
      body: Buffer.from([0x1f, 0x8b, 0xff]),
    });
    await run(
      {
        'POST /v1/{call}': (request) => {
          seen = request;
          return { status: 200 };
        },
      },
      event,
    );
    expect(seen).toMatchObject({
      method: 'POST',
      path: '/v1/track',
      params: { call: 'track' },
      headers: { 'content-type': 'text/plain', host: 'example.test' },
      ip: '203.0.113.7',
      userAgent: 'test',
      origin: 'https://example.test',
      id: 'r',
    });
    expect(seen?.query.a).toBe('1,2');
    expect(seen?.query.b).toBe(' x');
    expect(Object.hasOwn(seen?.query ?? {}, '__proto__')).toBe(true);
    expect([...(seen?.body ?? [])]).toEqual([0x1f, 0x8b, 0xff]);
  });
});

describe('a route', () => {
  const routes: Routes = {
    'GET /admin/{rest+}': ({ params }) => ({ status: 200, body: { rest: params.rest } }),
    'GET /admin/keys': () => ({ status: 200, body: { fixed: true } }),
    'POST /admin/{one}': ({ params }) => ({ status: 200, body: { one: params.one } }),
  };

  test.each([
    ['GET', '/admin/keys', { fixed: true }],
    ['GET', '/admin/keys/', { fixed: true }],
    ['GET', '/admin/a/b', { rest: 'a/b' }],
    ['POST', '/admin/a+b@example.com', { one: 'a+b@example.com' }],
    ['POST', '/admin/keys', { one: 'keys' }],
  ])('%s %s leads to the most specific handler', async (method, path, body) => {
    const answer = await run(routes, httpEvent({ method, path }));
    expect(JSON.parse(answer.body ?? '')).toEqual(body);
  });

  test('a HEAD gets the headers of the GET and no body', async () => {
    const answer = await run(routes, httpEvent({ method: 'HEAD', path: '/admin/keys' }));
    expect(answer).toMatchObject({ statusCode: 200, headers: { 'content-type': 'application/json' } });
    expect(answer.body).toBeUndefined();
  });

  test('an unknown path is a 404, a known path with another method a 405 that names the methods', async () => {
    expect(await run(routes, httpEvent({ path: '/elsewhere' }))).toMatchObject({ statusCode: 404 });
    const answer = await run(routes, httpEvent({ method: 'DELETE', path: '/admin/keys' }));
    expect(answer).toMatchObject({ statusCode: 405, headers: { 'content-type': 'application/problem+json' } });
    expect(String(answer.headers?.allow).split(', ').sort()).toEqual(['GET', 'HEAD', 'POST']);
  });
});

describe('what goes wrong', () => {
  test('a thrown problem is the answer', async () => {
    const answer = await run(() => {
      throw problem(422, 'Not valid', { detail: 'see', errors: [{ path: 'email', message: 'is missing' }] });
    }, httpEvent());
    expect(answer).toMatchObject({ statusCode: 422, headers: { 'content-type': 'application/problem+json' } });
    expect(JSON.parse(answer.body ?? '')).toEqual({
      type: 'about:blank',
      title: 'Not valid',
      status: 422,
      detail: 'see',
      errors: [{ path: 'email', message: 'is missing' }],
    });
    expect(logged).toEqual([]);
  });

  test('another exception is logged and answered with a 500 that says nothing of it', async () => {
    const answer = await run(
      async () => {
        throw new Error('table rekindle-7 is gone');
      },
      httpEvent({ path: '/u/a-token/of-somebody' }),
    );
    expect(answer).toMatchObject({ statusCode: 500, headers: { 'content-type': 'application/problem+json' } });
    expect(answer.body).not.toContain('rekindle-7');
    expect(logged[0]).toContain('rekindle-7');
    expect(logged[0]).not.toContain('of-somebody');
  });

  test.each([
    ['a throttle', Object.assign(new Error(), { name: 'ThrottlingException' })],
    ['a fault of the service', Object.assign(new Error(), { $fault: 'server' })],
    ['a broken line', Object.assign(new Error(), { code: 'ECONNRESET' })],
    ['a time-out below another error', new Error('write', { cause: Object.assign(new Error(), { name: 'TimeoutError' }) })],
  ])('%s is a 503 with a time to wait', async (_, error) => {
    const answer = await run(async () => {
      throw error;
    }, httpEvent());
    expect(answer).toMatchObject({ statusCode: 503, headers: { 'retry-after': '2' } });
  });
});

describe('headers', () => {
  test('a page may load and run nothing, and tells its address to nobody', async () => {
    const { headers } = await run(() => html(200, '<p>'), httpEvent());
    expect(headers?.['content-security-policy']).toContain("default-src 'none'");
    expect(headers?.['content-security-policy']).not.toContain('script-src');
    expect(headers).toMatchObject({ 'x-content-type-options': 'nosniff', 'referrer-policy': 'same-origin' });
  });

  test('a page may state a policy of its own', async () => {
    const { headers } = await run(() => html(200, '<p>', { 'content-security-policy': 'mine' }), httpEvent());
    expect(headers?.['content-security-policy']).toBe('mine');
  });

  const options = { cors: { origins: ['https://shop.example'] } };
  const from = (origin: string, method = 'GET') => httpEvent({ method, headers: { origin } });

  test('a preflight is answered without the handler', async () => {
    const handler = vi.fn<Handler>();
    const answer = await run(handler, from('https://shop.example', 'OPTIONS'), options);
    expect(answer).toMatchObject({
      statusCode: 204,
      headers: {
        'access-control-allow-origin': 'https://shop.example',
        'access-control-allow-methods': 'GET, POST, OPTIONS',
        'access-control-allow-headers': 'authorization, content-type, x-retry-count',
        'access-control-max-age': '86400',
        vary: 'origin',
      },
    });
    expect(handler).not.toHaveBeenCalled();
  });

  test('an allowed origin may read answers and refusals, another one neither', async () => {
    const refuse: Handler = () => {
      throw problem(400, 'Bad Request');
    };
    const good = await run(refuse, from('https://shop.example'), options);
    expect(good.headers).toMatchObject({
      'access-control-allow-origin': 'https://shop.example',
      'access-control-expose-headers': 'retry-after',
    });
    const bad = await run(refuse, from('https://other.example'), options);
    expect(bad.statusCode).toBe(400);
    expect(bad.headers?.['access-control-allow-origin']).toBeUndefined();
    const any = await run(refuse, from('https://other.example'), { cors: { origins: ['*'] } });
    expect(any.headers?.['access-control-allow-origin']).toBe('*');
  });
});
