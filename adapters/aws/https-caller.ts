import { lookup as systemLookup } from 'node:dns';
import type { IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { isIP, type LookupFunction } from 'node:net';
import { AddressRefused } from '#usecases/deliver.ts';
import type { Caller } from '#usecases/ports.ts';
import { isPublicAddress } from './public-address.ts';

/** How long a call may take in all, and how much of an answer is kept. */
const TIMEOUT_MS = 10_000;
export const ANSWER_BYTES_MAX = 64 * 1024;

export type HttpsCallerOptions = {
  readonly request?: typeof httpsRequest;
  readonly lookup?: typeof systemLookup;
  readonly isAllowed?: (address: string) => boolean;
};

/**
 * Posts over https to addresses of the public internet only. The address is judged after its name was resolved, on the very
 * one that is connected to, so a name that changes in between gains nothing. Redirects are answers: nobody follows them.
 */
export function httpsCaller({
  request = httpsRequest,
  lookup = systemLookup,
  isAllowed = isPublicAddress,
}: HttpsCallerOptions = {}): Caller {
  return {
    post: async (address, body, headers) => {
      const url = urlOf(address);
      const host = url.hostname.replace(/^\[|\]$/g, '');
      // An address that stands in the URL itself is never looked up.
      if (isIP(host) !== 0 && !isAllowed(host)) throw new AddressRefused(`${host} is not an address of the public internet`);
      const answer = await new Promise<IncomingMessage>((resolve, reject) => {
        const call = request({
          method: 'POST',
          host,
          port: url.port === '' ? 443 : Number(url.port),
          path: `${url.pathname}${url.search}`,
          headers: {
            host: url.host,
            'content-type': 'application/json',
            'content-length': Buffer.byteLength(body),
            'user-agent': 'Rekindle',
            ...headers,
          },
          agent: false,
          lookup: guarded(lookup, isAllowed),
          signal: AbortSignal.timeout(TIMEOUT_MS),
        });
        call.once('response', resolve).once('error', reject).end(body);
      });
      return { status: answer.statusCode ?? 0, body: await readSome(answer) };
    },
  };
}

function urlOf(address: string): URL {
  const url = URL.parse(address);
  if (url === null) throw new AddressRefused('the address is not a URL');
  if (url.protocol !== 'https:') throw new AddressRefused('only https addresses are called');
  if (url.username !== '' || url.password !== '') throw new AddressRefused('an address with a user name is not called');
  return url;
}

/** Resolves a name, and gives only addresses that may be connected to. */
function guarded(lookup: typeof systemLookup, isAllowed: (address: string) => boolean): LookupFunction {
  return (host, options, done) => {
    lookup(host, { ...options, all: true }, (fault, found) => {
      if (fault !== null) return done(fault, '');
      const allowed = found.filter(({ address }) => isAllowed(address));
      const [first] = allowed;
      if (first === undefined) return done(new AddressRefused(`${host} does not lead to the public internet`), '');
      return options.all === true ? done(null, allowed) : done(null, first.address, first.family);
    });
  };
}

/** The start of an answer as text; the rest is not even received. */
async function readSome(answer: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of answer as AsyncIterable<Buffer>) {
    chunks.push(chunk);
    bytes += chunk.length;
    if (bytes >= ANSWER_BYTES_MAX) break;
  }
  return Buffer.concat(chunks).subarray(0, ANSWER_BYTES_MAX).toString('utf8');
}
