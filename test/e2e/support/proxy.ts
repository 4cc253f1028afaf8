/** A way to the local cloud that fails as told, and then no more. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';

/**
 * What becomes of one POST: it is refused before it arrives, or (`arrives`) only its answer is replaced on the way back, or
 * lost with the connection. Chromium repeats the last by itself where the connection was used before.
 */
export type Fault =
  | { readonly status: number; readonly headers?: Readonly<Record<string, string>>; readonly arrives?: true }
  | 'answer lost';

export type FailingProxy = {
  readonly url: string;
  /** The POSTs that came, in order, and what they were answered with. */
  readonly posts: readonly { readonly path: string; readonly answer: number | 'lost' }[];
};

/** Serves until the test ends; each POST takes one fault from the list while there are any. */
export async function failingProxy(target: string, faults: Fault[]): Promise<FailingProxy> {
  const posts: { path: string; answer: number | 'lost' }[] = [];
  const server = createServer((request, response) => {
    const fault = request.method === 'POST' ? faults.shift() : undefined;
    const note = (answer: number | 'lost') => {
      if (request.method === 'POST') posts.push({ path: request.url ?? '', answer });
    };
    pass(target, { request, response, fault, note }).catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, posts };
}

type Passing = {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly fault: Fault | undefined;
  readonly note: (answer: number | 'lost') => void;
};

async function pass(target: string, { request, response, fault, note }: Passing): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
  const refusal = typeof fault === 'object' ? fault : undefined;
  const answer = refusal === undefined || refusal.arrives ? await forward(target, request, Buffer.concat(chunks)) : undefined;
  if (fault === 'answer lost') {
    note('lost');
    response.destroy();
  } else if (refusal !== undefined) {
    note(refusal.status);
    response.writeHead(refusal.status, { 'access-control-allow-origin': '*', ...refusal.headers }).end();
  } else if (answer !== undefined) {
    note(answer.status);
    response.writeHead(answer.status, answer.headers).end(answer.body);
  }
}

async function forward(target: string, request: IncomingMessage, body: Buffer) {
  const { host = '', ...headers } = request.headers as Record<string, string>;
  const answer = await fetch(`${target}${request.url}`, {
    method: request.method ?? 'GET',
    headers: without(headers, ['content-length', 'transfer-encoding', 'connection', 'expect']),
    redirect: 'manual',
    ...(body.length > 0 && { body: new Uint8Array(body) }),
  });
  const bytes = Buffer.from(await answer.arrayBuffer());
  const isJson = answer.headers.get('content-type') === 'application/json';
  return {
    status: answer.status,
    // `fetch` has unpacked the body.
    headers: without(Object.fromEntries(answer.headers), ['content-length', 'content-encoding', 'connection', 'keep-alive']),
    // The settings name the address that was asked: here it is this one, so that what follows comes this way too.
    body: isJson ? bytes.toString('utf8').replaceAll(new URL(target).host, host) : bytes,
  };
}

function without(headers: Readonly<Record<string, string>>, names: readonly string[]): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !names.includes(name)));
}
