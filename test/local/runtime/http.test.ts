import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { expect, test } from 'vitest';
import { httpRoutes, runCloud, workspace } from './support.ts';

const echo = {
  code: 'return { statusCode: 200, headers: { "content-type": "application/json" }, body: JSON.stringify(event) };',
};

test('a route hands its function the event that an HTTP API makes, payload format 2.0', async () => {
  const cloud = await runCloud(workspace({ Echo: echo }, httpRoutes({ 'POST /f/{form}': 'Echo' })));
  const response = await fetch(`${cloud.url}/f/news%20letter?tag=a&tag=b%20c&empty`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', Cookie: 'a=1; b=2', 'X-Twice': 'one, two', 'User-Agent': 'test' },
    body: '{"email":"ana@example.com"}',
  });
  const event = (await response.json()) as APIGatewayProxyEventV2;
  expect(response.status).toBe(200);
  expect(event).toMatchObject({
    version: '2.0',
    routeKey: 'POST /f/{form}',
    rawPath: '/f/news letter',
    rawQueryString: 'tag=a&tag=b%20c&empty',
    cookies: ['a=1', 'b=2'],
    headers: { 'content-type': 'application/json', 'x-twice': 'one, two', 'x-forwarded-proto': 'http' },
    queryStringParameters: { tag: 'a,b c', empty: '' },
    pathParameters: { form: 'news letter' },
    body: '{"email":"ana@example.com"}',
    isBase64Encoded: false,
    requestContext: {
      accountId: '000000000000',
      routeKey: 'POST /f/{form}',
      stage: '$default',
      http: { method: 'POST', path: '/f/news letter', protocol: 'HTTP/1.1', sourceIp: '127.0.0.1', userAgent: 'test' },
    },
  });
  expect(event.headers).not.toHaveProperty('cookie');
  expect(event.requestContext.time).toMatch(/^\d\d\/[A-Z][a-z]{2}\/\d{4}:\d\d:\d\d:\d\d \+0000$/);
});

test.each([
  ['application/json', false],
  ['text/plain; charset=utf-8', false],
  ['application/x-www-form-urlencoded', true],
  ['multipart/form-data; boundary=x', true],
  ['application/octet-stream', true],
])('a body of type %s arrives as base64: %s', async (type, isBase64Encoded) => {
  const cloud = await runCloud(workspace({ Echo: echo }, httpRoutes({ 'ANY /': 'Echo', 'POST /b': 'Echo' })));
  const response = await fetch(`${cloud.url}/b`, { method: 'POST', headers: { 'content-type': type }, body: 'a=é' });
  const body = isBase64Encoded ? Buffer.from('a=é').toString('base64') : 'a=é';
  expect(await response.json()).toMatchObject({ body, isBase64Encoded });
});

test('a request without query, cookies, path parameters and body has no such keys', async () => {
  const cloud = await runCloud(workspace({ Echo: echo }, httpRoutes({ 'GET /plain': 'Echo' })));
  const event = (await (await fetch(`${cloud.url}/plain`)).json()) as APIGatewayProxyEventV2;
  for (const key of ['body', 'cookies', 'pathParameters', 'queryStringParameters']) expect(event).not.toHaveProperty(key);
  expect(event.rawQueryString).toBe('');
});

test('what a function answers becomes the reply: status, cookies, base64 bodies, plain values', async () => {
  const routes = httpRoutes({ 'GET /binary': 'Binary', 'GET /plain': 'Plain', 'GET /bad': 'Bad' });
  const functions = {
    Binary: {
      code: `return { statusCode: 201, headers: { 'Content-Type': 'image/png' }, cookies: ['a=1', 'b=2'],
        body: Buffer.from([1, 2, 255]).toString('base64'), isBase64Encoded: true };`,
    },
    Plain: { code: 'return { ok: true };' },
    Bad: { code: 'return { statusCode: "soon" };' },
  };
  const cloud = await runCloud(workspace(functions, routes));
  const binary = await fetch(`${cloud.url}/binary`);
  expect(binary.status).toBe(201);
  expect(binary.headers.get('content-type')).toBe('image/png');
  expect(binary.headers.getSetCookie()).toEqual(['a=1', 'b=2']);
  expect([...new Uint8Array(await binary.arrayBuffer())]).toEqual([1, 2, 255]);
  const plain = await fetch(`${cloud.url}/plain`);
  expect([plain.status, plain.headers.get('content-type'), await plain.json()]).toEqual([200, 'application/json', { ok: true }]);
  expect((await fetch(`${cloud.url}/bad`)).status).toBe(500);
});

test('an unknown path is 404, a wrong method of a local page 405, a body above 10 MB 413, each with a problem document', async () => {
  const cloud = await runCloud(workspace({ Echo: echo }, httpRoutes({ 'POST /known': 'Echo' })));
  const replies = await Promise.all([
    fetch(`${cloud.url}/unknown`),
    fetch(`${cloud.url}/known`),
    fetch(`${cloud.url}/inbox`, { method: 'POST' }),
    fetch(`${cloud.url}/known`, { method: 'POST', body: Buffer.alloc(10 * 1024 * 1024 + 1) }),
  ]);
  expect(replies.map(({ status }) => status)).toEqual([404, 404, 405, 413]);
  for (const reply of replies) {
    expect(reply.headers.get('content-type')).toBe('application/problem+json');
    expect(await reply.json()).toMatchObject({ status: reply.status, message: expect.any(String) });
  }
});

test('a CORS configuration answers preflights by itself and speaks for the functions', async () => {
  const cors = {
    CorsConfiguration: {
      AllowOrigins: ['https://shop.example'],
      AllowMethods: ['POST'],
      AllowHeaders: ['content-type'],
      MaxAge: 60,
    },
  };
  const cloud = await runCloud(workspace({ Echo: echo }, httpRoutes({ 'POST /x': 'Echo' }, cors)));
  const asked = { origin: 'https://shop.example', 'access-control-request-method': 'POST' };
  const preflight = await fetch(`${cloud.url}/x`, { method: 'OPTIONS', headers: asked });
  expect(preflight.status).toBe(204);
  expect(preflight.headers.get('access-control-allow-origin')).toBe('https://shop.example');
  expect(preflight.headers.get('access-control-max-age')).toBe('60');
  const stranger = await fetch(`${cloud.url}/x`, { method: 'POST', headers: { origin: 'https://evil.example' } });
  expect(stranger.headers.get('access-control-allow-origin')).toBeNull();
});

test('the local pages are there', async () => {
  const cloud = await runCloud(workspace({ Echo: echo }, httpRoutes({ 'GET /x': 'Echo' })));
  for (const path of ['/', '/inbox']) {
    const page = await fetch(cloud.url + path);
    expect(page.headers.get('content-type')).toContain('text/html');
    expect(await page.text()).toContain('<!doctype html>');
  }
  expect(await (await fetch(`${cloud.url}/_local/inbox?to=nobody@example.com&limit=5`)).json()).toEqual({ messages: [] });
  expect((await fetch(`${cloud.url}/_local/inbox`, { method: 'DELETE' })).status).toBe(204);
  expect(await (await fetch(`${cloud.url}/_local/dead-letters`)).json()).toEqual({ queues: [] });
});
