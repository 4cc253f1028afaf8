import type { Server } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import type { Email } from 'aws-ses-v2-local/dist/store.js';

// Loaded as the CommonJS package that it is: loaders do not agree on what its default export is for an ES module.
const load = createRequire(import.meta.url);
const { default: startServer } = load('aws-ses-v2-local') as typeof import('aws-ses-v2-local', { with: {
  'resolution-mode': 'require',
}});
const { getStoreReadonly } = load('aws-ses-v2-local/dist/store.js') as typeof import('aws-ses-v2-local/dist/store.js');

export type Mail = Email;

/** aws-ses-v2-local, which reads requests, renders templates and parses raw mail. */
export type MailEngine = {
  /** Hands a request on as it came. */
  ask(request: { method: string; path: string; body: string | undefined }): Promise<{ status: number; body: string }>;
  /** Takes a mail that was accepted out of the engine's memory, which would grow for ever otherwise. */
  take(messageId: string): Mail | undefined;
  close(): Promise<void>;
};

export async function startMailEngine(): Promise<MailEngine> {
  // With this variable set the engine would send captured mail on to a mail server, and so to real people.
  delete process.env.SMTP_TRANSPORT;
  const server = await startServer({ host: '127.0.0.1', port: 0 });
  await listening(server);
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    async ask({ method, path, body }) {
      const headers = { 'content-type': 'application/json', authorization: 'AWS4-HMAC-SHA256 local' };
      const response = await fetch(`${url}${path}`, { method, headers, ...(body ? { body } : {}) });
      return { status: response.status, body: await response.text() };
    },
    take(messageId) {
      const { emails } = getStoreReadonly();
      const index = emails.findLastIndex((email) => email.messageId === messageId);
      return index < 0 ? undefined : emails.splice(index, 1)[0];
    },
    close: () =>
      new Promise((resolve, reject) => {
        server.close((error) => (error ? reject(error) : resolve()));
        server.closeAllConnections();
      }),
  };
}

function listening(server: Server): Promise<void> {
  if (server.listening) return Promise.resolve();
  return new Promise((resolve, reject) => server.once('listening', resolve).once('error', reject));
}
