import type { Scope } from '#schemas/scopes.ts';
import { type Access, type FindAccess, mayUse } from '#usecases/access.ts';
import type { Request } from '../edge/http.ts';
import { problem } from '../edge/problem.ts';

/** Whose key it is. */
export type Authorised = { readonly id: string; readonly name: string; readonly scopes: Access['scopes'] };

export type Authorise = (request: Request, scope: Scope) => Promise<Authorised>;

/** Lets in who holds a secret key with the scope; others get 401 or 403, with the way out. */
export function bearer(find: FindAccess): Authorise {
  return async ({ headers }, scope) => {
    const [, key] = /^Bearer +(\S+) *$/i.exec(headers.authorization ?? '') ?? [];
    if (key === undefined) throw unknown('Send a secret key: "Authorization: Bearer sk_…".');
    const access = await find(key);
    if (access === undefined) throw unknown('The key is not known, or was revoked.');
    if (access.kind !== 'secret')
      throw problem(403, 'Forbidden', { detail: 'A publishable key (wk_…) may only write events. Use a secret key (sk_…).' });
    if (!mayUse(access, scope))
      throw problem(403, 'Forbidden', { detail: `The key “${access.label}” lacks the scope ${scope}.` });
    return { id: access.id, name: access.label, scopes: access.scopes };
  };
}

function unknown(detail: string): Error {
  return problem(401, 'Unauthorized', { detail, headers: { 'www-authenticate': 'Bearer realm="rekindle"' } });
}
