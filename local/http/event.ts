import { randomBytes, randomUUID } from 'node:crypto';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { account } from '../stack/names.ts';
import type { FrontRequest } from './front.ts';
import { decode, type RouteMatch } from './match-route.ts';

export type EventOptions = { readonly apiId: string; readonly now: number };

/** The event that an HTTP API makes of a request, payload format 2.0. Keys that have no value are left out, as there. */
export function toEvent(
  request: FrontRequest,
  { route, pathParameters }: RouteMatch,
  { apiId, now }: EventOptions,
): APIGatewayProxyEventV2 {
  const { cookie, ...headers } = request.headers;
  const rawPath = decode(request.path);
  const query = queryParameters(request.query);
  return {
    version: '2.0',
    routeKey: route.routeKey,
    rawPath,
    rawQueryString: request.query,
    ...(cookie === undefined ? {} : { cookies: cookie.split(/;\s*/).filter((one) => one !== '') }),
    headers: { ...headers, ...gatewayHeaders(request) },
    ...(query === undefined ? {} : { queryStringParameters: query }),
    requestContext: requestContext(request, { routeKey: route.routeKey, rawPath, apiId, now }),
    ...(Object.keys(pathParameters).length === 0 ? {} : { pathParameters }),
    ...bodyOf(request),
  };
}

function gatewayHeaders({ headers, sourceIp }: FrontRequest): Record<string, string> {
  const forwarded = headers['x-forwarded-for'];
  return {
    'x-forwarded-for': forwarded === undefined ? sourceIp : `${forwarded}, ${sourceIp}`,
    'x-forwarded-port': headers.host?.split(':')[1] ?? '80',
    'x-forwarded-proto': 'http',
    'x-amzn-trace-id':
      headers['x-amzn-trace-id'] ?? `Root=1-${randomBytes(4).toString('hex')}-${randomBytes(12).toString('hex')}`,
  };
}

type Route = EventOptions & { readonly routeKey: string; readonly rawPath: string };

function requestContext(
  request: FrontRequest,
  { routeKey, rawPath, apiId, now }: Route,
): APIGatewayProxyEventV2['requestContext'] {
  return {
    accountId: account,
    apiId,
    domainName: request.headers.host ?? '127.0.0.1',
    domainPrefix: apiId,
    http: {
      method: request.method,
      path: rawPath,
      protocol: 'HTTP/1.1',
      sourceIp: request.sourceIp,
      userAgent: request.headers['user-agent'] ?? '',
    },
    requestId: randomUUID(),
    routeKey,
    stage: '$default',
    time: clfTime(now),
    timeEpoch: now,
  };
}

/** `12/Mar/2020:19:03:58 +0000` */
function clfTime(now: number): string {
  const [, day, month, year, time] = /^\w+, (\d+) (\w+) (\d+) ([\d:]+)/.exec(new Date(now).toUTCString()) ?? [];
  return `${day}/${month}/${year}:${time} +0000`;
}

/** Values of a repeated parameter are joined by commas. */
function queryParameters(query: string): Record<string, string> | undefined {
  if (query === '') return undefined;
  const found: Record<string, string> = {};
  for (const [name, value] of new URLSearchParams(query)) {
    found[name] = Object.hasOwn(found, name) ? `${found[name]},${value}` : value;
  }
  return found;
}

/** Only these arrive as text; everything else is base64, also a form's `application/x-www-form-urlencoded` and a body without a type. */
const TEXT_TYPE = /^(?:text\/.*|application\/(?:json|xml|javascript))$/i;

function bodyOf({ headers, body }: FrontRequest): { body?: string; isBase64Encoded: boolean } {
  if (body.length === 0) return { isBase64Encoded: false };
  const type = (headers['content-type'] ?? '').split(';')[0]?.trim() ?? '';
  const isText = TEXT_TYPE.test(type) && (headers['content-encoding'] ?? 'identity') === 'identity';
  return { body: body.toString(isText ? 'utf8' : 'base64'), isBase64Encoded: !isText };
}
