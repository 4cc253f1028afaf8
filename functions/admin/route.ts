import type * as z from 'zod';
import type { Scope } from '#schemas/scopes.ts';
import type { Handler, Reply, Request } from '../edge/http.ts';
import { type FieldError, problem } from '../edge/problem.ts';
import type { Authorise, Authorised } from './authorise.ts';

type Answer = { readonly description: string; readonly schema?: z.ZodType };

/** One operation: what it needs and answers stands beside what it does, and the OpenAPI document is made of it. */
export type AdminRoute = {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  readonly path: string;
  readonly summary: string;
  /** Without one, no key is needed. */
  readonly scope?: Scope;
  readonly query?: z.ZodObject;
  readonly request?: z.ZodType;
  readonly answers: Readonly<Record<number, Answer>>;
  readonly handle: (request: Request, who: Authorised) => Reply | Promise<Reply>;
};

const NOBODY: Authorised = { id: '', name: 'nobody', scopes: [] };

/** The handlers of these routes by method and path, each behind its scope. */
export function handlers(routes: readonly AdminRoute[], authorise: Authorise): Readonly<Record<string, Handler>> {
  return Object.fromEntries(
    routes.map(({ method, path, scope, handle }) => [
      `${method} ${path}`,
      async (request: Request) => handle(request, scope === undefined ? NOBODY : await authorise(request, scope)),
    ]),
  );
}

/** A value that came from outside, or a 400 that names each bad field. */
export function checked<T>(schema: z.ZodType<T>, value: unknown): T {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const errors = result.error.issues.flatMap((issue): FieldError[] =>
    issue.code === 'unrecognized_keys'
      ? issue.keys.map((key) => ({ path: [...issue.path, key].join('.'), message: 'is not known here' }))
      : [{ path: issue.path.join('.'), message: issue.message }],
  );
  throw problem(400, 'Bad Request', { detail: 'Some fields are missing or cannot be used.', errors });
}
