import type { CallType } from '#schemas/call.ts';
import { type CaptureDependencies, capture } from '#usecases/capture.ts';
import type { Handler, Reply, Request } from '../edge/http.ts';
import { log } from '../edge/log.ts';
import { problem } from '../edge/problem.ts';
import { authorise, keyInside, type WriteKeyDependencies } from './write-key.ts';

export type PixelDependencies = CaptureDependencies & WriteKeyDependencies;

/** One transparent point. */
const GIF = Buffer.from('R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7', 'base64');

/**
 * A call as the address of an image, for mails and pages that run no scripts: JSON in base64 as `data`, or dotted names
 * (`properties.subject=…`). The image always comes: a broken one in a mail helps nobody, so a refusal is only logged.
 */
export function pixel(dependencies: PixelDependencies, types: ReadonlyMap<string, CallType>): Handler {
  return async (request) => {
    // Whoever asks for the headers alone has not looked at the image.
    if (request.method === 'GET') {
      const refusal = await refusalOf(dependencies, request, types.get(request.params.type ?? ''));
      if (refusal !== undefined) log('warn', 'a pixel was not recorded', { refusal });
    }
    return image();
  };
}

/** Records the call; answers why not. */
async function refusalOf(dependencies: PixelDependencies, request: Request, type: CallType | undefined): Promise<unknown> {
  if (type === undefined) return 'there is no such call';
  try {
    const body = callOf(request.query);
    const { kind } = await authorise(dependencies, request.query.writeKey || keyInside(body), request);
    // The address stands in every copy of the mail: a secret key there is a mistake that must not pass for working.
    if (kind !== 'publishable') return 'it takes a publishable key only';
    const { ip, userAgent, id: requestId } = request;
    const { refused } = await capture(dependencies, { type, body, trust: kind, ip, userAgent, requestId });
    return refused[0]?.errors;
  } catch (error) {
    return error;
  }
}

function image(): Reply {
  const headers = { 'content-type': 'image/gif', 'cross-origin-resource-policy': 'cross-origin' };
  return { status: 200, headers, body: GIF };
}

type Branch = { [name: string]: Branch | string };

function callOf({ data, writeKey: _, ...rest }: Request['query']): unknown {
  if (data !== undefined) return parsed(data);
  // Without a prototype a name such as `__proto__` is a name like any other.
  const call: Branch = Object.create(null);
  for (const [name, value] of Object.entries(rest)) place(call, name.split('.'), value);
  return call;
}

/** The error of JSON itself repeats a piece of what was sent, and would be logged. */
function parsed(data: string): unknown {
  try {
    return JSON.parse(Buffer.from(data, 'base64').toString('utf8'));
  } catch {
    throw problem(400, 'Bad Request', { detail: '"data" is not JSON in base64.' });
  }
}

function place(call: Branch, parts: readonly string[], value: string): void {
  let branch = call;
  for (const part of parts.slice(0, -1)) {
    const known = branch[part];
    const next = typeof known === 'object' ? known : (Object.create(null) as Branch);
    branch[part] = next;
    branch = next;
  }
  branch[parts.at(-1) ?? ''] = value;
}
