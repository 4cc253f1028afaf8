import middy from '@middy/core';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2, Context } from 'aws-lambda';
import { type CorsOptions, cors } from './cors.ts';
import { gateway } from './gateway.ts';
import { problems } from './problem.ts';
import { router } from './router.ts';
import { securityHeaders } from './security-headers.ts';

/** A request as handlers get it, whatever API Gateway's format is. */
export type Request = {
  readonly method: string;
  /** Decoded, as API Gateway gives it. */
  readonly path: string;
  /** What the variables of the route's path stand for: `{call}` in `POST /v1/{call}`. */
  readonly params: Readonly<Record<string, string>>;
  /** The first value of each parameter. */
  readonly query: Readonly<Record<string, string>>;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly cookies?: readonly string[];
  readonly body: Uint8Array;
  readonly ip: string;
  readonly userAgent: string;
  readonly host: string;
  /** `https://…` of the address that was called, without a slash at the end. */
  readonly origin: string;
  /** The gateway's id of the request: another one for every request. */
  readonly id: string;
};

/** An object as `body` goes out as JSON. Header names in lower case. */
export type Reply = {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | object | Uint8Array;
};

export type Handler = (request: Request) => Reply | Promise<Reply>;

/** Handlers by method and path: `GET /health`, `POST /v1/{call}`, `GET /admin/v1/{rest+}`. A GET also answers HEAD. */
export type Routes = Readonly<Record<string, Handler>>;

export type HttpOptions = { readonly cors?: CorsOptions };

export type HttpFunction = (event: APIGatewayProxyEventV2, context: Context) => Promise<APIGatewayProxyStructuredResultV2>;

/**
 * A Lambda handler for an HTTP API (payload format 2.0). A thrown `Problem` is the answer; any other exception is logged
 * and answered with a 500, or with a 503 where a repeat can help, without a word about the inside.
 */
export function httpHandler(routes: Routes | Handler, options: HttpOptions = {}): HttpFunction {
  const handle = typeof routes === 'function' ? routes : router(routes);
  const stack = middy<Request, Reply>().use(gateway());
  if (options.cors !== undefined) stack.use(cors(options.cors));
  // The last one that is used is the first to see what the handler gave: so a problem gets the headers of any other reply.
  stack
    .use(securityHeaders())
    .use(problems())
    .handler(handle as never);
  return stack as unknown as HttpFunction;
}

/** The answer that sends a browser on with a GET. */
export function seeOther(location: string): Reply {
  return { status: 303, headers: { location, 'cache-control': 'no-store' } };
}

export function html(status: number, body: string, headers: Readonly<Record<string, string>> = {}): Reply {
  return { status, headers: { 'content-type': 'text/html; charset=utf-8', ...headers }, body };
}
