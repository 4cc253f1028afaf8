import { createServer, request as httpRequest, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { ANSWER_BYTES_MAX, type HttpsCallerOptions, httpsCaller } from '#adapters/aws/https-caller.ts';
import { isPublicAddress } from '#adapters/aws/public-address.ts';
import { AddressRefused } from '#usecases/deliver.ts';

let server: Server | undefined;
afterEach(() => {
  server?.closeAllConnections();
  server?.close();
});

async function listening(answer: RequestListener): Promise<number> {
  server = createServer(answer);
  await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}

type Lookup = NonNullable<HttpsCallerOptions['lookup']>;
const resolvingTo = (...addresses: string[]): Lookup =>
  ((_host: string, _options: object, done: (fault: null, found: object[]) => void) =>
    done(
      null,
      addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })),
    )) as unknown as Lookup;

/** Without TLS, to a server on this machine, as if that were public. */
const plain = (options: HttpsCallerOptions = {}) =>
  httpsCaller({
    request: httpRequest as NonNullable<HttpsCallerOptions['request']>,
    lookup: resolvingTo('127.0.0.1'),
    isAllowed: () => true,
    ...options,
  });

describe('a call', () => {
  test('posts the body with its headers to the host and path, and gives the answer back', async () => {
    let seen: { url?: string | undefined; method?: string | undefined; headers?: IncomingMessage['headers']; body?: string } = {};
    const port = await listening(async (request, response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk as Buffer);
      seen = { url: request.url, method: request.method, headers: request.headers, body: Buffer.concat(chunks).toString() };
      response.writeHead(201).end('{"ok":true}');
    });
    const answer = await plain().post(`https://hook.example.com:${port}/in/box?a=1#part`, '{"ü":1}', {
      'x-rekindle-call': 'call_1',
    });
    expect(answer).toEqual({ status: 201, body: '{"ok":true}' });
    expect(seen).toMatchObject({ url: '/in/box?a=1', method: 'POST', body: '{"ü":1}' });
    expect(seen.headers).toMatchObject({
      host: `hook.example.com:${port}`,
      'content-type': 'application/json',
      'content-length': '8',
      'x-rekindle-call': 'call_1',
    });
  });

  test('does not follow a redirect', async () => {
    const port = await listening((_, response) => response.writeHead(302, { location: 'https://other.example.com/' }).end());
    expect(await plain().post(`https://hook.example.com:${port}/`, '{}', {})).toEqual({ status: 302, body: '' });
  });

  test('keeps no more than the first 64 KB of an answer, however long it goes on', async () => {
    const port = await listening((_, response) => {
      const more = (): void => {
        while (response.write('x'.repeat(16_384)));
        response.once('drain', more);
      };
      more();
    });
    const { body } = await plain().post(`https://hook.example.com:${port}/`, '{}', {});
    expect(body).toHaveLength(ANSWER_BYTES_MAX);
  });

  test('that finds nobody is a fault, not a refusal', async () => {
    const port = await listening(() => {});
    server?.close();
    await expect(plain().post(`https://hook.example.com:${port}/`, '{}', {})).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  });
});

describe('an address is refused, and nobody is connected to,', () => {
  let connections = 0;
  const guarded = (options: HttpsCallerOptions) =>
    httpsCaller({ request: httpRequest as NonNullable<HttpsCallerOptions['request']>, ...options });
  const counting = async (): Promise<number> => {
    connections = 0;
    return listening((_, response) => {
      connections += 1;
      response.end();
    });
  };

  test.each([
    ['http://hook.example.com/', 'only https'],
    ['ftp://hook.example.com/', 'only https'],
    ['file:///etc/passwd', 'only https'],
    ['not an address', 'not a URL'],
    ['https://user:secret@hook.example.com/', 'user name'],
  ])('that is %s', async (url, reason) => {
    await expect(httpsCaller().post(url, '{}', {})).rejects.toThrow(reason);
    await expect(httpsCaller().post(url, '{}', {})).rejects.toBeInstanceOf(AddressRefused);
  });

  test.each([
    '127.0.0.1',
    '2130706433',
    '0x7f.1',
    '127.1',
    '[::1]',
    '[::ffff:127.0.0.1]',
    '169.254.169.254',
    '[fd00:ec2::254]',
    '10.0.0.1',
  ])('that stands in the URL as %s', async (host) => {
    const port = await counting();
    await expect(guarded({}).post(`https://${host}:${port}/`, '{}', {})).rejects.toBeInstanceOf(AddressRefused);
    expect(connections).toBe(0);
  });

  test('whose name leads to this machine', async () => {
    const port = await counting();
    await expect(
      guarded({ lookup: resolvingTo('127.0.0.1') }).post(`https://hook.example.com:${port}/`, '{}', {}),
    ).rejects.toBeInstanceOf(AddressRefused);
    await expect(guarded({}).post(`https://localhost:${port}/`, '{}', {})).rejects.toBeInstanceOf(AddressRefused);
    expect(connections).toBe(0);
  });

  test('of several only where none may be called: the others are not tried', async () => {
    const port = await counting();
    const isAllowed = (address: string): boolean => address === '127.0.0.1';
    const lookup = resolvingTo('10.255.255.1', '::1', '127.0.0.1');
    expect((await guarded({ lookup, isAllowed }).post(`https://hook.example.com:${port}/`, '{}', {})).status).toBe(200);
    expect(connections).toBe(1);
  });
});

describe('the public internet', () => {
  test.each([
    '93.184.215.14',
    '8.8.8.8',
    '1.1.1.1',
    '172.15.0.1',
    '172.32.0.1',
    '100.63.255.255',
    '100.128.0.0',
    '2606:4700::1111',
    '2a00:1450:4003::200e',
  ])('has %s', (address) => expect(isPublicAddress(address)).toBe(true));

  test.each([
    '0.0.0.0',
    '10.1.2.3',
    '100.64.0.1',
    '100.127.255.255',
    '127.0.0.1',
    '169.254.169.254',
    '172.16.0.1',
    '172.31.255.255',
    '192.0.0.170',
    '192.168.1.1',
    '198.18.0.1',
    '224.0.0.1',
    '255.255.255.255',
    '::',
    '::1',
    '::ffff:10.0.0.1',
    '::ffff:8.8.8.8',
    '64:ff9b::a00:1',
    'fe80::1',
    'fe80::1%eth0',
    'fc00::1',
    'fd00:ec2::254',
    'ff02::1',
    '2001:db8::1',
    '2001::1',
    '2002:7f00:1::',
    'fec0::1',
    'not an address',
    '',
  ])('has not %s', (address) => expect(isPublicAddress(address)).toBe(false));
});
