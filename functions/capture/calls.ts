import type { CallType } from '#schemas/call.ts';
import { BATCH_BYTES_MAX, type CaptureDependencies, type Captured, capture, type Refusal } from '#usecases/capture.ts';
import { readJson } from '../edge/body.ts';
import type { Handler, Reply, Request, Routes } from '../edge/http.ts';
import { type FieldError, problem } from '../edge/problem.ts';
import { pixel } from './pixel.ts';
import { authorise, keyInside, keyOutside, type WriteKeyDependencies } from './write-key.ts';

export type CallDependencies = CaptureDependencies & WriteKeyDependencies;

/** The long paths of the documented API, and the short ones that Segment's own browser client uses. */
const CALLS: ReadonlyMap<string, CallType> = new Map([
  ['track', 'track'],
  ['t', 'track'],
  ['identify', 'identify'],
  ['i', 'identify'],
  ['page', 'page'],
  ['p', 'page'],
  ['screen', 'screen'],
  ['s', 'screen'],
  ['group', 'group'],
  ['g', 'group'],
  ['alias', 'alias'],
  ['a', 'alias'],
]);

/** The Segment HTTP API. */
export function callRoutes(dependencies: CallDependencies): Routes {
  const single = [...CALLS].map(([path, type]) => [`POST /v1/${path}`, singleCall(dependencies, type)] as const);
  return {
    ...Object.fromEntries(single),
    'POST /v1/batch': batch(dependencies),
    'POST /v1/b': batch(dependencies),
    'GET /v1/pixel/{type}': pixel(dependencies, CALLS),
    // Where RudderStack's browser client sends its beacons, and its mails their pixels.
    'POST /beacon/v1/batch': batch(dependencies),
    'GET /pixel/v1/{type}': pixel(dependencies, CALLS),
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
  const known = given === undefined ? undefined : await authorise(dependencies, given, request);
  const body = readJson(request, { bytesMax: BATCH_BYTES_MAX });
  const { kind } = known ?? (await authorise(dependencies, keyInside(body), request));
  const { ip, userAgent, id: requestId } = request;
  return capture(dependencies, { ...(type && { type }), body, trust: kind, ip, userAgent, requestId });
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
