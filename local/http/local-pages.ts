import { type Advanced, TooManySteps } from '../advance.ts';
import type { DeadLetters } from '../dead-letters.ts';
import { inboxPage } from '../pages/inbox.ts';
import { indexPage } from '../pages/start.ts';
import type { InboxMessage } from '../ports.ts';
import { isRecord } from '../stack/template.ts';
import { ClockRefused, type ClockWish, readClockWish } from './clock-wish.ts';
import type { FrontRequest } from './front.ts';
import { json, problem, type Reply } from './problem.ts';

/** What the local-only addresses show and move. */
export type LocalParts = {
  now(): number;
  move(wish: ClockWish): Promise<Advanced>;
  inbox(filter: { to?: string; limit?: number }): readonly InboxMessage[];
  clearInbox(): void;
  deadLetters(limit: number): readonly DeadLetters[];
};

const INBOX_LIMIT_MAX = 1000;
const DEAD_LETTERS_LIMIT = 100;

/** Answers the addresses that exist on this machine only; undefined for all others, which are the stack's. */
export function localPages(parts: LocalParts): (request: FrontRequest) => Promise<Reply | undefined> {
  const answers: Readonly<Record<string, Readonly<Record<string, (request: FrontRequest) => Reply | Promise<Reply>>>>> = {
    '/': { GET: () => html(indexPage()) },
    '/inbox': { GET: () => html(inboxPage()) },
    '/_local/inbox': {
      GET: (request) => listInbox(parts, request),
      DELETE: () => {
        parts.clearInbox();
        return { status: 204, headers: {}, body: '' };
      },
    },
    '/_local/clock': {
      GET: () => json(200, { now: new Date(parts.now()).toISOString() }),
      POST: (request) => moveClock(parts, request),
    },
    '/_local/dead-letters': { GET: () => json(200, { queues: parts.deadLetters(DEAD_LETTERS_LIMIT) }) },
  };
  return async (request) => {
    const methods = Object.hasOwn(answers, request.path) ? answers[request.path] : undefined;
    if (methods === undefined) return request.path.startsWith('/_local/') ? problem(404, 'Not Found') : undefined;
    const answer = methods[request.method === 'HEAD' ? 'GET' : request.method];
    if (answer === undefined) return notAllowed(Object.keys(methods));
    if (request.method !== 'GET' && request.headers['sec-fetch-site'] === 'cross-site')
      return problem(403, 'Forbidden', 'Not from other sites.');
    return answer(request);
  };
}

function listInbox(parts: LocalParts, { query }: FrontRequest): Reply {
  const parameters = new URLSearchParams(query);
  const to = parameters.get('to');
  const limit = Number(parameters.get('limit') ?? INBOX_LIMIT_MAX);
  if (!Number.isInteger(limit) || limit < 1) return problem(400, 'Bad Request', '"limit" must be a whole number from 1.');
  const messages = parts.inbox({ ...(to === null ? {} : { to }), limit: Math.min(limit, INBOX_LIMIT_MAX) });
  return json(200, { messages });
}

async function moveClock(parts: LocalParts, { body }: FrontRequest): Promise<Reply> {
  try {
    return json(200, await parts.move(readClockWish(parseJson(body))));
  } catch (thrown) {
    if (thrown instanceof ClockRefused) return problem(400, 'Bad Request', thrown.message);
    if (thrown instanceof TooManySteps) return problem(500, 'The clock stopped on its way', thrown.message);
    throw thrown;
  }
}

function parseJson(body: Buffer): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(body.toString('utf8'));
    if (isRecord(value)) return value;
  } catch {
    // Refused below, like JSON that is no object.
  }
  throw new ClockRefused('The body must be a JSON object.');
}

function notAllowed(methods: readonly string[]): Reply {
  const refused = problem(405, 'Method Not Allowed', `Allowed here: ${methods.join(', ')}.`);
  return { ...refused, headers: { ...refused.headers, allow: methods.join(', ') } };
}

function html({ body, policy }: { body: string; policy: string }): Reply {
  const headers = { 'content-type': 'text/html; charset=utf-8', 'content-security-policy': policy, 'cache-control': 'no-store' };
  return { status: 200, headers: { ...headers, 'x-content-type-options': 'nosniff' }, body };
}
