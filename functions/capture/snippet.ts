import { gzipSync } from 'node:zlib';
import { digest } from '#core/hash.ts';
import type { Handler, Reply, Request } from '../edge/http.ts';
import { minified } from './snippet/minified.ts';

/** Changes with the script; weak, because packed and not packed it is the same. */
const TAG = `W/"${digest(16, minified)}"`;

/** Kept for an hour, and shown for a day more while a newer one is fetched. Any site may load it, as any site may a script. */
const HEADERS = {
  'content-type': 'text/javascript; charset=utf-8',
  'cache-control': 'public, max-age=3600, stale-while-revalidate=86400',
  'cross-origin-resource-policy': 'cross-origin',
  etag: TAG,
  vary: 'accept-encoding, origin',
};

let packed: Uint8Array | undefined;

/** The script for sites without Segment. An HTTP API packs nothing by itself. */
export const snippet: Handler = ({ headers }) => {
  if (knows(headers)) return { status: 304, headers: HEADERS };
  if (!takesGzip(headers)) return { status: 200, headers: HEADERS, body: minified };
  packed ??= gzipSync(minified, { level: 9 });
  return { status: 200, headers: { ...HEADERS, 'content-encoding': 'gzip' }, body: packed } satisfies Reply;
};

function knows(headers: Request['headers']): boolean {
  return headers['if-none-match']?.split(',').some((tag) => [TAG, TAG.slice(2), '*'].includes(tag.trim())) ?? false;
}

function takesGzip(headers: Request['headers']): boolean {
  return /\bgzip\b(?!\s*;\s*q=0(?:\.0*)?\s*(?:,|$))/i.test(headers['accept-encoding'] ?? '');
}
