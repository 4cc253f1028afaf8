import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { readFields, readJson } from '#functions/edge/body.ts';
import type { Request } from '#functions/edge/http.ts';
import { Problem } from '#functions/edge/problem.ts';

const limits = { bytesMax: 1000 };

function request(body: string | Uint8Array, headers: Record<string, string> = {}): Request {
  return {
    method: 'POST',
    path: '/',
    params: {},
    query: {},
    headers,
    body: Buffer.from(body),
    ip: '203.0.113.7',
    userAgent: '',
    host: 'api.test',
    origin: 'https://api.test',
    id: 'r',
  };
}

/** The status and detail of the problem that reading ends with. */
function refused(read: () => unknown): { status: number; detail: string | undefined } {
  try {
    read();
  } catch (error) {
    if (error instanceof Problem) return { status: error.status, detail: error.options.detail };
    throw error;
  }
  throw new Error('it was read');
}

describe('JSON', () => {
  test.each([
    ['plain', '{"a":1}', {}],
    ['with a byte order mark', '\ufeff{"a":1}', { 'content-type': 'application/json' }],
    ['as text/plain', '{"a":1}', { 'content-type': 'text/plain' }],
    [
      'packed, with a form’s type',
      gzipSync('{"a":1}'),
      { 'content-type': 'application/x-www-form-urlencoded', 'content-encoding': 'gzip' },
    ],
    ['packed, without saying so', gzipSync('{"a":1}'), {}],
    ['not packed, though the header says so', '{"a":1}', { 'content-encoding': 'gzip' }],
  ])('%s is read', (_, body, headers: Record<string, string>) => {
    expect(readJson(request(body, headers), limits)).toEqual({ a: 1 });
  });

  test.each([
    ['nothing', '', {}, 400, 'empty'],
    ['broken JSON', '{"a":1,\n b:2}', {}, 400, 'line 2, column 2'],
    ['JSON that breaks off', '{"a":', {}, 400, 'not JSON'],
    ['bytes that are no UTF-8', new Uint8Array([0x22, 0xff, 0x22]), {}, 400, 'UTF-8'],
    ['broken gzip', gzipSync('{"a":1}').subarray(0, 12), {}, 400, 'gzip'],
    ['another packing', '{}', { 'content-encoding': 'br' }, 415, 'gzip only'],
    ['too much', `"${'x'.repeat(1000)}"`, {}, 413, '1000 bytes'],
    ['too much, packed', gzipSync(`"${'x'.repeat(5_000_000)}"`), {}, 413, '1000 bytes'],
  ])('%s is refused', (_, body, headers: Record<string, string>, status, detail) => {
    const answer = refused(() => readJson(request(body, headers), limits));
    expect(answer.status).toBe(status);
    expect(answer.detail).toContain(detail);
  });

  test('a refusal does not repeat what was sent', () => {
    expect(refused(() => readJson(request('{"password":hunter2}'), limits)).detail).not.toContain('hunter2');
  });
});

const multipart = (...parts: string[]) => [...parts.map((part) => `--XyZ\r\n${part}\r\n`), '--XyZ--\r\n'].join('');
const multipartType = { 'content-type': 'multipart/form-data; boundary=XyZ' };

describe('the fields of a form', () => {
  test.each([
    [
      'urlencoded',
      'email=a%40b.pt&name=Jo%C3%A3o+S',
      { 'content-type': 'application/x-www-form-urlencoded; charset=UTF-8' },
      'form',
    ],
    ['JSON', '{"email":"a@b.pt","name":"João S"}', { 'content-type': 'application/json; charset=utf-8' }, 'json'],
    [
      'multipart',
      multipart(
        'Content-Disposition: form-data; name="email"\r\n\r\na@b.pt',
        'content-disposition: form-data; name="name"\r\nContent-Type: text/plain\r\n\r\nJoão S',
      ),
      { 'content-type': 'multipart/form-data; charset=utf-8; boundary="XyZ"' },
      'form',
    ],
  ])('arrive %s', (_, body, headers: Record<string, string>, type) => {
    expect(readFields(request(body, headers), limits)).toEqual({ type, values: { email: 'a@b.pt', name: 'João S' } });
  });

  test('of a repeated field the last value counts, so that a hidden "off" may stand before a box', () => {
    const { values } = readFields(request('c=off&c=on', { 'content-type': 'application/x-www-form-urlencoded' }), limits);
    expect(values).toEqual({ c: 'on' });
  });

  test('a multipart value keeps its line ends and dashes, and a name its quote', () => {
    const { values } = readFields(
      request(multipart('Content-Disposition: form-data; name="a%22b"\r\n\r\n1\r\n--X\r\n'), multipartType),
      limits,
    );
    expect(values).toEqual({ 'a"b': '1\r\n--X\r\n' });
  });

  test('the empty part of a file input is left out', () => {
    const body = multipart(
      'Content-Disposition: form-data; name="f"; filename=""\r\nContent-Type: application/octet-stream\r\n\r\n',
    );
    expect(readFields(request(body, multipartType), limits).values).toEqual({});
  });

  test.each([
    ['no type', 'a=1', {}, 415],
    ['plain text', 'a=1', { 'content-type': 'text/plain' }, 415],
    ['XML', '<a/>', { 'content-type': 'application/xml' }, 415],
    ['a file', multipart('Content-Disposition: form-data; name="f"; filename="a.txt"\r\n\r\nx'), multipartType, 415],
    ['multipart without a boundary', '', { 'content-type': 'multipart/form-data' }, 400],
    [
      'multipart that breaks off',
      multipart('Content-Disposition: form-data; name="a"\r\n\r\n1').slice(0, -6),
      multipartType,
      400,
    ],
    ['a part without a name', multipart('Content-Disposition: form-data\r\n\r\n1'), multipartType, 400],
    ['a part without headers', multipart('1'), multipartType, 400],
    ['a JSON list', '[]', { 'content-type': 'application/json' }, 400],
    ['too much', 'a='.padEnd(1100, 'x'), { 'content-type': 'application/x-www-form-urlencoded' }, 413],
    ['too many fields', 'a1=&'.repeat(101), { 'content-type': 'application/x-www-form-urlencoded' }, 413],
    [
      'too many fields in JSON',
      JSON.stringify(Object.fromEntries(Array.from({ length: 101 }, (_, n) => [n, 0]))),
      { 'content-type': 'application/json' },
      413,
    ],
  ])('%s is refused', (_, body, headers: Record<string, string>, status) => {
    expect(refused(() => readFields(request(body, headers), limits)).status).toBe(status);
  });
});
