import { gunzipSync } from 'node:zlib';
import type { Request } from './http.ts';
import { multipartFields } from './multipart.ts';
import { problem } from './problem.ts';

type BodyLimits = { readonly bytesMax: number };

/** Fields of one form post. */
const FIELDS_MAX = 100;

/** The body as JSON, whatever its content type says: browsers send text/plain, some clients a form's type around gzip. */
export function readJson(request: Request, limits: BodyLimits): unknown {
  return parseJson(readText(request, limits));
}

export type Posted = { readonly type: 'json' | 'form'; readonly values: Readonly<Record<string, unknown>> };

/** What a form sent: JSON, urlencoded or multipart without files. Of a repeated field the last value counts. */
export function readFields(request: Request, limits: BodyLimits): Posted {
  const type = (request.headers['content-type'] ?? '').split(';')[0]?.trim().toLowerCase() ?? '';
  if (type === 'application/json' || type.endsWith('+json'))
    return { type: 'json', values: jsonFields(readText(request, limits)) };
  if (type === 'application/x-www-form-urlencoded')
    return { type: 'form', values: bounded([...new URLSearchParams(readText(request, limits))]) };
  if (type === 'multipart/form-data') {
    return { type: 'form', values: bounded(multipartFields(readBytes(request, limits), request.headers['content-type'] ?? '')) };
  }
  throw problem(415, 'Unsupported Media Type', {
    detail: 'Send the form as application/x-www-form-urlencoded, multipart/form-data or application/json.',
    headers: { accept: 'application/x-www-form-urlencoded, multipart/form-data, application/json' },
  });
}

/** The body's bytes, unpacked. The limit is on what comes out, and unpacking stops there. */
function readBytes({ body, headers }: Request, { bytesMax }: BodyLimits): Uint8Array {
  const encoding = headers['content-encoding']?.trim().toLowerCase() || 'identity';
  if (!['identity', 'gzip', 'x-gzip'].includes(encoding)) {
    throw problem(415, 'Unsupported Media Type', {
      detail: 'A body may be packed with gzip only.',
      headers: { 'accept-encoding': 'gzip' },
    });
  }
  // Some way to us may have unpacked it already and left the header; others pack and do not say so.
  const bytes = body[0] === 0x1f && body[1] === 0x8b ? unpacked(body, bytesMax) : body;
  if (bytes.length > bytesMax) throw tooLarge(bytesMax);
  return bytes;
}

function tooLarge(bytesMax: number): Error {
  return problem(413, 'Content Too Large', { detail: `At most ${bytesMax} bytes are taken here, unpacked.` });
}

function unpacked(body: Uint8Array, bytesMax: number): Uint8Array {
  try {
    return gunzipSync(body, { maxOutputLength: bytesMax });
  } catch (error) {
    if ((error as { code?: unknown }).code === 'ERR_BUFFER_TOO_LARGE') throw tooLarge(bytesMax);
    throw problem(400, 'Bad Request', { detail: 'The body is not whole gzip.' });
  }
}

function readText(request: Request, limits: BodyLimits): string {
  const bytes = readBytes(request, limits);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw problem(400, 'Bad Request', { detail: 'The body is not text in UTF-8.' });
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    const detail = text.trim() === '' ? 'The body is empty.' : `The body is not JSON: ${placeOf(error, text)}`;
    throw problem(400, 'Bad Request', { detail });
  }
}

/** Where the text stops being JSON, without repeating what somebody sent. */
function placeOf(error: unknown, text: string): string {
  const [, position] = /position (\d+)/.exec(String(error)) ?? [];
  if (position === undefined) return 'it breaks off or holds something else.';
  const before = text.slice(0, Number(position)).split('\n');
  return `look at line ${before.length}, column ${(before.at(-1)?.length ?? 0) + 1}.`;
}

function jsonFields(text: string): Record<string, unknown> {
  const value = parseJson(text);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw problem(400, 'Bad Request', { detail: 'The body is not a JSON object.' });
  }
  return bounded(Object.entries(value));
}

function bounded(entries: readonly (readonly [string, unknown])[]): Record<string, unknown> {
  if (entries.length > FIELDS_MAX)
    throw problem(413, 'Content Too Large', { detail: `A form has at most ${FIELDS_MAX} fields.` });
  return Object.fromEntries(entries);
}
