/** A way to the local cloud that fails as told, and then no more. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';

/** What becomes of one POST: it is refused before it arrives, or it arrives and its answer is lost on the way back. */
export type Fault = { readonly status: number; readonly headers?: Readonly<Record<string, string>> } | 'answer lost';

export type FailingProxy = {
  readonly url: string;
  /** The POSTs that came, in order, and what they were answered with. */
  readonly posts: readonly { readonly path: string; readonly answer: number | 'lost' }[];
};

/** Serves until the test ends; a fault for each of the first POSTs. */
export async function failingProxy(target: string, faults: readonly Fault[]): Promise<FailingProxy> {
  const posts: { path: string; answer: number | 'lost' }[] = [];
  const left = [...faults];
  const server = createServer((request, response) => {
    const fault = request.method === 'POST' ? left.shift() : undefined;
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
  if (typeof fault === 'object') {
    note(fault.status);
    response.writeHead(fault.status, { 'access-control-allow-origin': '*', ...fault.headers }).end();
    return;
  }
  const { host = '', connection: _, ...headers } = request.headers as Record<string, string>;
  const answer = await fetch(`${target}${request.url}`, {
    method: request.method ?? 'GET',
    headers: withoutLengths(headers),
    redirect: 'manual',
    ...(chunks.length > 0 && { body: Buffer.concat(chunks) }),
  });
  const body = Buffer.from(await answer.arrayBuffer());
  if (fault === 'answer lost') {
    note('lost');
    response.destroy();
    return;
  }
  note(answer.status);
  // The settings name the address that was asked: here it is this one, so that what follows comes this way too.
  const own = new URL(target).host;
  const text = answer.headers.get('content-type') === 'application/json' ? body.toString('utf8').replaceAll(own, host) : body;
  response.writeHead(answer.status, withoutLengths(Object.fromEntries(answer.headers))).end(text);
}

function withoutLengths(headers: Readonly<Record<string, string>>): Record<string, string> {
  const dropped = new Set(['content-length', 'transfer-encoding', 'keep-alive', 'connection', 'expect']);
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !dropped.has(name)));
}
