import type { MiddlewareObj } from '@middy/core';
import { resultOf } from './gateway.ts';
import type { Reply, Request } from './http.ts';

export type CorsOptions = {
  /** Origins that a browser may call from; `*` for all. */
  readonly origins: readonly string[];
  readonly methods?: readonly string[];
  readonly headers?: readonly string[];
};

/** A preflight's answer may be kept for a day; browsers that allow less take what they allow. */
const MAX_AGE_SECONDS = 86_400;

/** Answers preflights, and lets a browser read the other answers, `retry-after` too, without which it could not back off. */
export function cors(options: CorsOptions): MiddlewareObj<Request, Reply> {
  const allow = (request: { event: Request; response: Reply | null | undefined }): void => {
    if (request.response) request.response = withHeaders(request.response, allowed(options, request.event.headers.origin));
  };
  return {
    before: ({ event }) => {
      if (event.method !== 'OPTIONS') return undefined;
      // An early answer goes past the middlewares that are still to come, so it leaves in API Gateway's format.
      return resultOf(withHeaders(preflight(options), allowed(options, event.headers.origin)), event.method);
    },
    after: allow,
    onError: allow,
  };
}

/** `ALLOWED_ORIGINS` as infra gives it: origins separated by commas; without it nobody but the own pages. */
export function originsOf(text: string | undefined): string[] {
  return (text ?? '')
    .split(',')
    .map((one) => one.trim())
    .filter((one) => one !== '');
}

function preflight({
  methods = ['GET', 'POST', 'OPTIONS'],
  headers = ['authorization', 'content-type', 'x-retry-count'],
}: CorsOptions): Reply {
  return {
    status: 204,
    headers: {
      'access-control-allow-methods': methods.join(', '),
      'access-control-allow-headers': headers.join(', '),
      'access-control-max-age': String(MAX_AGE_SECONDS),
    },
  };
}

function allowed({ origins }: CorsOptions, origin: string | undefined): Record<string, string> {
  const exposed = { 'access-control-expose-headers': 'retry-after' };
  if (origins.includes('*')) return { 'access-control-allow-origin': '*', ...exposed };
  if (origin === undefined || !origins.includes(origin)) return { vary: 'origin' };
  return { 'access-control-allow-origin': origin, vary: 'origin', ...exposed };
}

function withHeaders(reply: Reply, headers: Readonly<Record<string, string>>): Reply {
  return { ...reply, headers: { ...headers, ...reply.headers } };
}
