import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Context } from 'aws-lambda';
import type { HttpFunction } from '#functions/edge/http.ts';
import { httpEvent } from '../functions/edge/http-event.ts';

/** A function's handler at an address of its own. */
export async function serve(handler: HttpFunction): Promise<{ readonly url: string; close(): Promise<void> }> {
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const { pathname, search } = new URL(request.url ?? '/', 'http://here');
    const headers = Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, String(value)]));
    const event = httpEvent({
      method: request.method ?? 'GET',
      path: decodeURIComponent(pathname),
      query: search.slice(1),
      headers,
      body: Buffer.concat(chunks),
    });
    const { statusCode = 500, headers: answered = {}, body = '' } = await handler(event, {} as Context);
    response
      .writeHead(statusCode, Object.fromEntries(Object.entries(answered).map(([name, value]) => [name, String(value)])))
      .end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
