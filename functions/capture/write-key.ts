import { type Access, type FindAccess, mayUse } from '#usecases/access.ts';
import type { Request } from '../edge/http.ts';
import { problem } from '../edge/problem.ts';

export type WriteKeyDependencies = {
  readonly findAccess: FindAccess;
  /** Origins that may call from a browser; `*` for all. */
  readonly origins: readonly string[];
};

/** Who sends: a key that may write events, and a browser of a site that may use it. Throws the refusal. */
export async function authorise(
  { findAccess, origins }: WriteKeyDependencies,
  key: string | undefined,
  request: Pick<Request, 'headers' | 'origin'>,
): Promise<Access> {
  const access = key === undefined ? undefined : await findAccess(key);
  if (access === undefined) {
    const detail =
      key === undefined
        ? 'Send a key: by Basic authentication, or as "writeKey" in the body.'
        : 'The key is not known, or was revoked.';
    throw problem(401, 'Unauthorized', { detail, headers: { 'www-authenticate': 'Bearer realm="rekindle"' } });
  }
  if (!mayUse(access, 'events:write')) throw problem(403, 'Forbidden', { detail: 'The key lacks the scope events:write.' });
  if (access.kind === 'publishable' && !isWelcome(origins, request))
    throw problem(403, 'Forbidden', { detail: 'Calls may not be sent from that site: it is not among the allowed origins.' });
  return access;
}

/** A beacon is sent without a preflight, so what CORS would stop is stopped here. Without an origin it was no browser. */
function isWelcome(origins: readonly string[], { headers, origin: own }: Pick<Request, 'headers' | 'origin'>): boolean {
  const { origin } = headers;
  return origin === undefined || origin === own || origins.includes('*') || origins.includes(origin);
}

/** The key of the Authorization header (as user name, or as bearer), or of the query. */
export function keyOutside({ headers, query }: Pick<Request, 'headers' | 'query'>): string | undefined {
  const [, scheme, value = ''] = /^(basic|bearer)\s+(\S+)\s*$/i.exec(headers.authorization ?? '') ?? [];
  // A bearer token that is none of our keys belongs to somebody's own proxy; the key then stands in the body.
  if (scheme?.toLowerCase() === 'bearer' && /^[ws]k_/.test(value)) return value;
  if (scheme?.toLowerCase() === 'basic') {
    const user = Buffer.from(value, 'base64').toString('utf8').split(':', 1)[0];
    if (user) return user;
  }
  return query.writeKey || undefined;
}

export function keyInside(body: unknown): string | undefined {
  if (typeof body !== 'object' || body === null || !('writeKey' in body)) return undefined;
  return typeof body.writeKey === 'string' && body.writeKey !== '' ? body.writeKey : undefined;
}
