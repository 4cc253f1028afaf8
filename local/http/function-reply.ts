import { isRecord } from '../stack/template.ts';
import { problem, type Reply } from './problem.ts';

/**
 * What an HTTP API makes of a function's answer, payload format 2.0: an object with a `statusCode` is the reply, anything
 * else is the body of a 200 in JSON.
 */
export function replyOf(payload: string): Reply {
  const answer: unknown = JSON.parse(payload);
  if (!isRecord(answer) || answer.statusCode === undefined) {
    const body = typeof answer === 'string' ? answer : answer === null ? '' : payload;
    return { status: 200, headers: { 'content-type': 'application/json' }, body };
  }
  const status = Number(answer.statusCode);
  if (!Number.isInteger(status) || status < 100 || status > 599) return problem(500, 'Internal Server Error');
  return { status, headers: headersOf(answer), body: bodyOf(answer) };
}

function headersOf(answer: Readonly<Record<string, unknown>>): Record<string, string | string[]> {
  const given = isRecord(answer.headers) ? Object.entries(answer.headers) : [];
  const headers: Record<string, string | string[]> = { 'content-type': 'text/plain;charset=UTF-8' };
  for (const [name, value] of given) {
    if (value !== undefined && value !== null) headers[name.toLowerCase()] = String(value);
  }
  const cookies = Array.isArray(answer.cookies) ? answer.cookies.map(String) : [];
  return cookies.length === 0 ? headers : { ...headers, 'set-cookie': cookies };
}

function bodyOf({ body, isBase64Encoded }: Readonly<Record<string, unknown>>): string | Buffer {
  if (body === undefined || body === null) return '';
  if (isBase64Encoded === true) return Buffer.from(String(body), 'base64');
  return typeof body === 'string' ? body : JSON.stringify(body);
}
