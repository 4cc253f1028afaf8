import type { MiddlewareObj } from '@middy/core';
import { resultOf } from './gateway.ts';
import type { Reply, Request } from './http.ts';

type Origins = readonly string[];

export type CorsOptions = {
  /** Origins that a browser may call from, `*` for all; or how to find them for a request. It must not throw. */
  readonly origins: Origins | ((request: Request) => Origins | Promise<Origins>);
  readonly methods?: readonly string[];
  readonly headers?: readonly string[];
};

/** A preflight's answer may be kept for a day; browsers that allow less take what they allow. */
const MAX_AGE_SECONDS = 86_400;

/** Answers preflights, and lets a browser read the other answers, `retry-after` too, without which it could not back off. */
export function cors(options: CorsOptions): MiddlewareObj<Request, Reply> {
  const allow = async (request: { event: Request; response: Reply | null | undefined }): Promise<void> => {
    if (request.response) request.response = withHeaders(request.response, await allowed(options, request.event));
  };
  return {
    before: async ({ event }) => {
      if (event.method !== 'OPTIONS') return undefined;
      // An early answer goes past the middlewares that are still to come, so it leaves in API Gateway's format.
      return resultOf(withHeaders(preflight(options), await allowed(options, event)), event.method);
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

async function allowed({ origins }: CorsOptions, request: Request): Promise<Record<string, string>> {
  const { origin } = request.headers;
  const listed = typeof origins === 'function' ? await origins(request) : origins;
  const exposed = { 'access-control-expose-headers': 'retry-after' };
  if (listed.includes('*')) return { 'access-control-allow-origin': '*', ...exposed };
  if (origin === undefined || !listed.includes(origin)) return { vary: 'origin' };
  return { 'access-control-allow-origin': origin, vary: 'origin', ...exposed };
}

function withHeaders(reply: Reply, headers: Readonly<Record<string, string>>): Reply {
  return { ...reply, headers: { ...headers, ...reply.headers } };
}
