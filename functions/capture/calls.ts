import type { CallType } from '#schemas/call.ts';
import type { Access, FindAccess } from '#usecases/access.ts';
import { mayUse } from '#usecases/access.ts';
import { BATCH_BYTES_MAX, type CaptureDependencies, type Captured, capture, type Refusal } from '#usecases/capture.ts';
import { readJson } from '../edge/body.ts';
import type { Handler, Reply, Request, Routes } from '../edge/http.ts';
import { type FieldError, problem } from '../edge/problem.ts';

export type CallDependencies = CaptureDependencies & { readonly findAccess: FindAccess };

/** The long paths of the documented API, and the short ones that Segment's own browser client uses. */
const CALLS: Readonly<Record<string, CallType>> = {
  track: 'track',
  t: 'track',
  identify: 'identify',
  i: 'identify',
  page: 'page',
  p: 'page',
  screen: 'screen',
  s: 'screen',
  group: 'group',
  g: 'group',
  alias: 'alias',
  a: 'alias',
};

/** The Segment HTTP API. */
export function callRoutes(dependencies: CallDependencies): Routes {
  const single = Object.entries(CALLS).map(([path, type]) => [`POST /v1/${path}`, singleCall(dependencies, type)] as const);
  return {
    ...Object.fromEntries(single),
    'POST /v1/batch': batch(dependencies),
    'POST /v1/b': batch(dependencies),
    // A client's figures about itself: no business of ours, and an error would make it try again.
    'POST /v1/m': () => ({ status: 200, body: { success: true } }),
    'GET /v1/projects/{key}/settings': (request) => settings(dependencies, request),
  };
}

function singleCall(dependencies: CallDependencies, type: CallType): Handler {
  return async (request) => {
    const { refused } = await take(dependencies, request, type);
    const [refusal] = refused;
    if (refusal !== undefined) throw refusedCall(refusal);
    return { status: 200, body: { success: true } };
  };
}

function batch(dependencies: CallDependencies): Handler {
  return async (request) => {
    const { accepted, refused } = await take(dependencies, request);
    const whole = refused.find(({ index }) => index === undefined);
    if (whole !== undefined) throw refusedCall(whole);
    const rejected = refused.map(({ index, id, errors }) => ({ index, ...(id !== undefined && { messageId: id }), errors }));
    return { status: 200, body: { success: true, accepted, rejected } };
  };
}

async function take(dependencies: CallDependencies, request: Request, type?: CallType): Promise<Captured> {
  const given = keyOutside(request);
  const known = given === undefined ? undefined : await authorise(dependencies, given);
  const body = readJson(request, { bytesMax: BATCH_BYTES_MAX });
  const { kind } = known ?? (await authorise(dependencies, keyInside(body)));
  const { ip, userAgent, id: requestId } = request;
  return capture(dependencies, { ...(type && { type }), body, trust: kind, ip, userAgent, requestId });
}

async function authorise({ findAccess }: CallDependencies, key: string | undefined): Promise<Access> {
  const access = key === undefined ? undefined : await findAccess(key);
  if (access === undefined) {
    const detail =
      key === undefined
        ? 'Send a key: by Basic authentication, or as "writeKey" in the body.'
        : 'The key is not known, or was revoked.';
    throw problem(401, 'Unauthorized', { detail, headers: { 'www-authenticate': 'Bearer realm="rekindle"' } });
  }
  if (!mayUse(access, 'events:write')) throw problem(403, 'Forbidden', { detail: 'The key lacks the scope events:write.' });
  return access;
}

/** The key of the Authorization header (as user name, or as bearer), or of the query. */
function keyOutside({ headers, query }: Request): string | undefined {
  const [, scheme, value = ''] = /^(basic|bearer)\s+(\S+)\s*$/i.exec(headers.authorization ?? '') ?? [];
  // A bearer token that is none of our keys belongs to somebody's own proxy; the key then stands in the body.
  if (scheme?.toLowerCase() === 'bearer' && /^[ws]k_/.test(value)) return value;
  if (scheme?.toLowerCase() === 'basic') {
    const user = Buffer.from(value, 'base64').toString('utf8').split(':', 1)[0];
    if (user) return user;
  }
  return query.writeKey || undefined;
}

function keyInside(body: unknown): string | undefined {
  if (typeof body !== 'object' || body === null || !('writeKey' in body)) return undefined;
  return typeof body.writeKey === 'string' && body.writeKey !== '' ? body.writeKey : undefined;
}

function refusedCall({ tooLarge, errors }: Refusal): Error {
  const detail = summary(errors);
  return tooLarge ? problem(413, 'Content Too Large', { detail, errors }) : problem(400, 'Bad Request', { detail, errors });
}

function summary(errors: readonly FieldError[]): string {
  return errors.map(({ path, message }) => `${path === '' ? 'The call' : path} ${message}.`).join(' ');
}

/** What Segment's clients ask for at their start: where to send to. */
async function settings({ findAccess }: CallDependencies, { params, host, origin }: Request): Promise<Reply> {
  const access = await findAccess(params.key ?? '');
  if (access?.kind !== 'publishable') throw problem(404, 'Not Found', { detail: 'There is no such publishable key.' });
  const segment = { apiKey: params.key, apiHost: `${host}/v1`, protocol: origin.split(':', 1)[0] };
  return {
    status: 200,
    headers: { 'cache-control': 'public, max-age=300' },
    body: { integrations: { 'Segment.io': segment }, metrics: { sampleRate: 0 } },
  };
}
