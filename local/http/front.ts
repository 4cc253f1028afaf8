import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { problem, type Reply } from './problem.ts';

/** A request with its whole body. */
export type FrontRequest = {
  readonly method: string;
  /** As sent, still encoded. */
  readonly path: string;
  readonly query: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
  readonly sourceIp: string;
};

export type Front = {
  readonly url: string;
  /** From now on requests get real answers; before that, 503. */
  open(answer: (request: FrontRequest) => Promise<Reply>): void;
  /** Takes no new connections; requests that are being answered go on. */
  stop(): void;
  close(): Promise<void>;
};

/** What API Gateway takes. */
const BODY_BYTES_MAX = 10 * 1024 * 1024;

/** Listens at once, so that the address is known before the stack is read, and on 127.0.0.1 only. */
export async function openFront(port: number, report: (line: string) => void): Promise<Front> {
  let answer: ((request: FrontRequest) => Promise<Reply>) | undefined;
  const server = createServer({ maxHeaderSize: 64 * 1024 }, (request, response) => {
    respond(request, response, answer).catch((thrown) => {
      report(`[http] ${request.method} ${request.url}: ${String(thrown)}`);
      send(response, problem(500, 'Internal Server Error'));
    });
  });
  // Longer than clients keep an idle connection, so that none is closed in the moment in which it is used again.
  server.keepAliveTimeout = 120_000;
  await listen(server, port);
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    open(given) {
      answer = given;
    },
    stop() {
      server.close();
      server.closeIdleConnections();
    },
    close: () =>
      new Promise((resolve) => {
        if (server.listening) server.close();
        server.closeAllConnections();
        resolve();
      }),
  };
}

async function listen(server: Server, port: number): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const taken = error.code === 'EADDRINUSE';
      reject(
        taken ? new Error(`Port ${port} is in use. Set PORT to another one, or end what runs there.`, { cause: error }) : error,
      );
    });
    server.listen(port, '127.0.0.1', resolve);
  });
}

async function respond(
  request: IncomingMessage,
  response: ServerResponse,
  answer: Parameters<Front['open']>[0] | undefined,
): Promise<void> {
  const body = await readBody(request);
  if (body === undefined)
    return send(response, problem(413, 'Request Entity Too Large', `A body may have ${BODY_BYTES_MAX} bytes.`));
  if (answer === undefined) return send(response, problem(503, 'Service Unavailable', 'The local cloud is starting.'));
  send(response, await answer(parse(request, body)));
}

/** A body that is too long is read to its end and thrown away, so that the client gets to see the answer. */
async function readBody(request: IncomingMessage): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes <= BODY_BYTES_MAX) chunks.push(chunk);
  }
  return bytes > BODY_BYTES_MAX ? undefined : Buffer.concat(chunks);
}

function parse(request: IncomingMessage, body: Buffer): FrontRequest {
  const target = request.url ?? '/';
  const mark = target.indexOf('?');
  return {
    method: request.method ?? 'GET',
    path: mark < 0 ? target : target.slice(0, mark),
    query: mark < 0 ? '' : target.slice(mark + 1),
    headers: joinedHeaders(request.rawHeaders),
    body,
    sourceIp: (request.socket.remoteAddress ?? '127.0.0.1').replace(/^::ffff:/, ''),
  };
}

/** Small letters, and the values of a repeated header joined by commas (cookies by semicolons). */
function joinedHeaders(raw: readonly string[]): Record<string, string> {
  const headers: Record<string, string> = Object.create(null);
  for (let index = 0; index + 1 < raw.length; index += 2) {
    const name = (raw[index] ?? '').toLowerCase();
    const value = raw[index + 1] ?? '';
    headers[name] = headers[name] === undefined ? value : `${headers[name]}${name === 'cookie' ? '; ' : ','}${value}`;
  }
  return headers;
}

function send(response: ServerResponse, { status, headers, body }: Reply): void {
  if (response.headersSent || response.destroyed) return;
  const empty = status === 204 || status === 304;
  response.writeHead(status, empty ? headers : { ...headers, 'content-length': Buffer.byteLength(body) });
  response.end(response.req.method === 'HEAD' ? undefined : body);
}
