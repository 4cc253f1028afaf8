import type { CorsPlan } from '../stack/routes.ts';
import type { FrontRequest } from './front.ts';
import type { Reply } from './problem.ts';

/** True for a browser's question whether it may send a request. An HTTP API with a CORS configuration answers it by itself. */
export function isPreflight({ method, headers }: FrontRequest): boolean {
  return method === 'OPTIONS' && headers.origin !== undefined && headers['access-control-request-method'] !== undefined;
}

export function preflightReply(cors: CorsPlan, request: FrontRequest): Reply {
  const allowed = originHeaders(cors, request.headers.origin);
  if (allowed === undefined) return { status: 204, headers: {}, body: '' };
  const headers = {
    ...allowed,
    ...(cors.methods.length === 0 ? {} : { 'access-control-allow-methods': cors.methods.join(',') }),
    ...(cors.headers.length === 0 ? {} : { 'access-control-allow-headers': cors.headers.join(',') }),
    ...(cors.maxAgeSeconds === undefined ? {} : { 'access-control-max-age': String(cors.maxAgeSeconds) }),
  };
  return { status: 204, headers, body: '' };
}

/** The reply with the configuration's headers. What the function says itself about CORS is dropped, as in AWS. */
export function withCors(cors: CorsPlan, request: FrontRequest, reply: Reply): Reply {
  const own = Object.entries(reply.headers).filter(([name]) => !name.toLowerCase().startsWith('access-control-'));
  const exposed = cors.exposed.length === 0 ? {} : { 'access-control-expose-headers': cors.exposed.join(',') };
  const allowed = originHeaders(cors, request.headers.origin);
  return { ...reply, headers: { ...Object.fromEntries(own), ...(allowed === undefined ? {} : { ...allowed, ...exposed }) } };
}

function originHeaders({ origins, credentials }: CorsPlan, origin: string | undefined): Record<string, string> | undefined {
  if (origin === undefined) return undefined;
  const allowed = origins.includes('*')
    ? '*'
    : origins.find((one) => one === origin || (one.endsWith('://*') && origin.startsWith(one.slice(0, -1))));
  if (allowed === undefined) return undefined;
  const varying = allowed === '*' ? {} : { vary: 'origin' };
  const headers = { 'access-control-allow-origin': allowed === '*' ? '*' : origin, ...varying };
  return credentials ? { ...headers, 'access-control-allow-credentials': 'true' } : headers;
}
