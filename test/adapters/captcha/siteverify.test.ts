import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterEach, describe, expect, test } from 'vitest';
import { siteverify } from '#adapters/captcha/siteverify.ts';

type Answering = (reply: ServerResponse, asked: URLSearchParams, request: IncomingMessage) => void;

const closing: (() => void)[] = [];
afterEach(() => {
  for (const close of closing.splice(0)) close();
});

/** The adapter before a provider on this machine that answers as told. */
async function provider(answering: Answering, timeoutMs = 3_000) {
  const server = createServer((request, reply) => {
    void text(request).then((body) => answering(reply, new URLSearchParams(body), request));
  });
  closing.push(() => {
    server.closeAllConnections();
    server.close();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const captcha = siteverify({ addresses: { turnstile: `${address}/turnstile`, hcaptcha: `${address}/hcaptcha` }, timeoutMs });
  return (token = 'token') => captcha.verify({ provider: 'turnstile', secret: 'our-secret', token, ip: '203.0.113.9' });
}

const json =
  (body: unknown, status = 200): Answering =>
  (reply) => {
    reply.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  };

test('the provider is given the secret, the token and the address, and says where the check was passed', async () => {
  let seen = {};
  const verify = await provider((reply, asked, request) => {
    const { method, url, headers } = request;
    seen = { method, url, type: headers['content-type'], asked: Object.fromEntries(asked) };
    json({ success: true, hostname: 'shop.example', challenge_ts: '2026-11-20T12:00:00Z', 'error-codes': [] })(
      reply,
      asked,
      request,
    );
  });
  expect(await verify('a+b&c')).toEqual({ outcome: 'passed', hostname: 'shop.example' });
  expect(seen).toEqual({
    method: 'POST',
    url: '/turnstile',
    type: expect.stringContaining('application/x-www-form-urlencoded'),
    asked: { secret: 'our-secret', response: 'a+b&c', remoteip: '203.0.113.9' },
  });
});

describe('a check that was not passed', () => {
  // What a sender can bring about has to refuse: it must not look like a fault of the provider.
  test.each([
    'invalid-input-response',
    'timeout-or-duplicate',
    'already-seen-response',
    'expired-input-response',
    'bad-request',
    'sitekey-secret-mismatch',
  ])('%s refuses', async (code) => {
    const verify = await provider(json({ success: false, 'error-codes': [code] }));
    expect(await verify()).toEqual({ outcome: 'refused', reason: code });
  });

  test('refuses with a status of 400 too, and without a reason', async () => {
    expect(await (await provider(json({ success: false, 'error-codes': ['bad-request'] }, 400)))()).toMatchObject({
      outcome: 'refused',
    });
    expect(await (await provider(json({ success: false })))()).toMatchObject({ outcome: 'refused' });
  });
});

describe('nobody knows', () => {
  test.each<[string, Answering, string]>([
    ['our secret is wrong', json({ success: false, 'error-codes': ['invalid-input-secret'] }), 'invalid-input-secret'],
    ['the provider has a fault', json({ success: false, 'error-codes': ['internal-error'] }), 'internal-error'],
    ['it answers 500', json({ success: true }, 500), 'it answered 500'],
    ['it answers no JSON', (reply) => void reply.end('<html>'), 'its answer is not understood'],
    ['it answers something else', json({ ok: true }), 'its answer is not understood'],
    ['it hangs up', (reply) => void reply.destroy(), expect.any(String) as unknown as string],
    [
      'it leads elsewhere',
      (reply) => void reply.writeHead(302, { location: 'http://127.0.0.1:1/' }).end(),
      expect.any(String) as unknown as string,
    ],
  ])('where %s', async (_, answering, reason) => {
    const verify = await provider(answering);
    expect(await verify()).toEqual({ outcome: 'unreachable', reason });
  });

  test('where it takes too long, before or within its answer', async () => {
    const reason = 'it took too long';
    expect(await (await provider(() => {}, 50))()).toEqual({ outcome: 'unreachable', reason });
    const slowly: Answering = (reply) => void reply.writeHead(200).write('{');
    expect(await (await provider(slowly, 50))()).toEqual({ outcome: 'unreachable', reason });
  });

  test('where nobody is at the address', async () => {
    const addresses = { turnstile: 'http://127.0.0.1:1/', hcaptcha: 'http://127.0.0.1:1/' };
    const answer = await siteverify({ addresses }).verify({ provider: 'hcaptcha', secret: 's', token: 't' });
    expect(answer).toMatchObject({ outcome: 'unreachable' });
  });
});
