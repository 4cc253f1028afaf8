import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Engine } from '../ports.ts';

export type Input = Readonly<Record<string, unknown>>;
export type Operations = Readonly<Record<string, (input: Input) => object | Promise<object>>>;

export type Service = {
  /** What stands before the point in `X-Amz-Target`. */
  readonly target: string;
  readonly version: '1.0' | '1.1';
  readonly port: number;
  /** Before the error's name in `__type`, for services that have it (`com.amazonaws.sqs#`). */
  readonly errorNamespace?: string;
};

const BODY_BYTES_MAX = 16 * 1024 * 1024;

/** An answer with an error type that the AWS SDK turns into the exception of that name. */
export class AwsError extends Error {
  readonly type: string;
  readonly status: number;
  /** The error's older name, which SDKs of services that changed their protocol still report. */
  readonly queryError: string | undefined;

  constructor(type: string, message: string, { status = 400, queryError }: { status?: number; queryError?: string } = {}) {
    super(message);
    this.name = type;
    this.type = type;
    this.status = status;
    this.queryError = queryError;
  }
}

/** Serves an AWS service that speaks AWS JSON 1.0 or 1.1, on 127.0.0.1 only. */
export async function serveAwsJson(service: Service, operations: Operations): Promise<Engine> {
  const server = createServer((request, response) => {
    answer(service, operations, request).then(
      (output) => reply(service, response, 200, output),
      (cause) => refuse(service, response, cause),
    );
  });
  // Above the idle time of the SDK's connections, so that none is closed in the moment in which it is used again.
  server.keepAliveTimeout = 120_000;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(service.port, '127.0.0.1', resolve);
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise((resolve, reject) => {
        server.close((error) => (error ? reject(error) : resolve()));
        server.closeAllConnections();
      }),
  };
}

async function answer(service: Service, operations: Operations, request: IncomingMessage): Promise<object> {
  const body = await read(request);
  const [target, operation = ''] = String(request.headers['x-amz-target'] ?? '').split('.');
  const run = target === service.target && Object.hasOwn(operations, operation) ? operations[operation] : undefined;
  if (request.method !== 'POST' || !run) {
    throw new AwsError('UnknownOperationException', `${service.target} does not know the operation "${operation}" here.`);
  }
  return run(parse(body));
}

async function read(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request) {
    bytes += chunk.length;
    if (bytes > BODY_BYTES_MAX) throw new AwsError('RequestEntityTooLarge', 'The request is too large.', { status: 413 });
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function parse(body: string): Input {
  try {
    const input: unknown = JSON.parse(body || '{}');
    if (input !== null && typeof input === 'object' && !Array.isArray(input)) return input as Input;
  } catch {
    // Refused below, like JSON that is no object.
  }
  throw new AwsError('SerializationException', 'The request is not a JSON object.');
}

function refuse(service: Service, response: ServerResponse, cause: unknown): void {
  const message = cause instanceof Error ? cause.message : String(cause);
  const error = cause instanceof AwsError ? cause : new AwsError('InternalException', message, { status: 500 });
  if (error !== cause) process.emitWarning(cause instanceof Error ? cause : message);
  response.setHeader('x-amzn-errortype', error.type);
  if (error.queryError !== undefined) response.setHeader('x-amzn-query-error', error.queryError);
  reply(service, response, error.status, { __type: `${service.errorNamespace ?? ''}${error.type}`, message: error.message });
}

function reply(service: Service, response: ServerResponse, status: number, output: object): void {
  const body = Buffer.from(JSON.stringify(output));
  response.writeHead(status, {
    'content-type': `application/x-amz-json-${service.version}`,
    'content-length': body.length,
    'x-amzn-requestid': randomUUID(),
  });
  response.end(body);
}
