/** DynamoDB's protocol: AWS JSON 1.0 over POST, the operation in `X-Amz-Target`, errors as a body with `__type`. */
import { randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { crc32 } from 'node:zlib';
import type { Request } from './engine-parts.ts';
import { isServiceError, serializationError } from './errors.ts';

const BODY_BYTES_MAX = 16 * 1024 * 1024;
/** Longer than any client keeps an idle connection, so that no request meets a connection that is just closing. */
const KEEP_ALIVE_MS = 600_000;

export type Handler = (target: string, request: Request) => Promise<object>;

export async function serve(handle: Handler, port: number): Promise<{ url: string; close(): Promise<void> }> {
  const server = createServer({ keepAliveTimeout: KEEP_ALIVE_MS }, (request, response) => {
    respond(handle, request).then(
      (reply) => {
        // A connection that outlives its last answer would hold up the closing.
        response.shouldKeepAlive &&= server.listening;
        send(response, reply);
      },
      () => response.destroy(),
    );
  });
  server.listen(port, '127.0.0.1');
  await new Promise<void>((resolve, reject) => {
    server.once('listening', resolve);
    server.once('error', reject);
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, close: () => closed(server) };
}

type Reply = { readonly status: number; readonly body: string };

async function respond(handle: Handler, request: IncomingMessage): Promise<Reply> {
  if (request.method === 'GET') return { status: 200, body: '"healthy"' };
  const body = await bodyOf(request);
  if (body === undefined) return failure(413, 'com.amazon.coral.service#RequestTooLarge', 'The request is too large');
  try {
    const data = parsed(body);
    if (data === undefined) throw serializationError('The body is no JSON object');
    return { status: 200, body: JSON.stringify(await handle(String(request.headers['x-amz-target'] ?? ''), data)) };
  } catch (error) {
    if (isServiceError(error)) return { status: error.statusCode, body: JSON.stringify(error.body) };
    console.error('dynamodb:', error);
    return failure(500, 'com.amazonaws.dynamodb.v20120810#InternalServerError', 'The engine failed; its log says why');
  }
}

function send(response: ServerResponse, { status, body }: Reply): void {
  response.writeHead(status, {
    'content-type': 'application/x-amz-json-1.0',
    'content-length': Buffer.byteLength(body),
    'x-amz-crc32': crc32(body),
    'x-amzn-requestid': randomBytes(26).toString('hex').toUpperCase(),
  });
  response.end(body);
}

async function bodyOf(request: IncomingMessage): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size <= BODY_BYTES_MAX) chunks.push(chunk);
  }
  return size > BODY_BYTES_MAX ? undefined : Buffer.concat(chunks).toString();
}

function parsed(body: string): Request | undefined {
  try {
    const data: unknown = JSON.parse(body);
    return typeof data === 'object' && data !== null && !Array.isArray(data) ? (data as Request) : undefined;
  } catch {
    return undefined;
  }
}

function failure(status: number, type: string, message: string): Reply {
  return { status, body: JSON.stringify({ __type: type, message }) };
}

/** Answers what has begun, then ends the connections that clients keep open. */
function closed(server: Server): Promise<void> {
  return new Promise((resolve, reject) => {
    server.close((error) => (error ? reject(error) : resolve()));
    server.closeIdleConnections();
  });
}
