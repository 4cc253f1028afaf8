import type { MiddlewareObj } from '@middy/core';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import type { Reply, Request } from './http.ts';

/** The outermost middleware: API Gateway's event becomes our request, our reply becomes API Gateway's answer. */
export function gateway(): MiddlewareObj<Request, Reply> {
  return {
    before: (request) => {
      request.event = requestOf(request.event as unknown as APIGatewayProxyEventV2);
    },
    after: answer,
    onError: answer,
  };
}

function answer(request: { event: Request; response: Reply | null | undefined }): void {
  if (request.response) request.response = resultOf(request.response, request.event.method) as unknown as Reply;
}

function requestOf(event: APIGatewayProxyEventV2): Request {
  const { http, domainName, requestId } = event.requestContext;
  const headers = Object.fromEntries(Object.entries(event.headers).map(([name, value]) => [name.toLowerCase(), value ?? '']));
  const host = headers.host ?? domainName;
  return {
    method: http.method,
    path: event.rawPath,
    params: {},
    query: firstValues(event.rawQueryString),
    headers,
    ...(event.cookies && { cookies: event.cookies }),
    body: Buffer.from(event.body ?? '', event.isBase64Encoded ? 'base64' : 'utf8'),
    ip: http.sourceIp,
    userAgent: http.userAgent,
    origin: `${headers['x-forwarded-proto'] === 'http' ? 'http' : 'https'}://${host}`,
    host,
    id: requestId,
  };
}

/** Read from the raw text: in API Gateway's own map a repeated parameter and one with a comma look the same. */
function firstValues(raw: string): Record<string, string> {
  const values = new Map<string, string>();
  for (const [name, value] of new URLSearchParams(raw)) if (!values.has(name)) values.set(name, value);
  return Object.fromEntries(values);
}

/** The answer in API Gateway's format. A HEAD gets the headers of the GET. */
export function resultOf({ status, headers = {}, body }: Reply, method: string): APIGatewayProxyStructuredResultV2 {
  if (body === undefined) return { statusCode: status, headers };
  const { type, ...content } = contentOf(body);
  const result = { statusCode: status, headers: { 'content-type': type, ...headers } };
  return method === 'HEAD' ? result : { ...result, ...content };
}

function contentOf(body: string | object | Uint8Array): { type: string; body: string; isBase64Encoded?: boolean } {
  if (typeof body === 'string') return { type: 'text/plain; charset=utf-8', body };
  if (!(body instanceof Uint8Array)) return { type: 'application/json', body: JSON.stringify(body) };
  return { type: 'application/octet-stream', body: Buffer.from(body).toString('base64'), isBase64Encoded: true };
}
