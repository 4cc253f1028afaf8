import type { MiddlewareObj } from '@middy/core';
import type { Reply, Request } from './http.ts';
import { log } from './log.ts';

export type FieldError = { readonly path: string; readonly message: string };

export type ProblemOptions = {
  readonly detail?: string;
  readonly errors?: readonly FieldError[];
  readonly headers?: Readonly<Record<string, string>>;
  /** HTML that says it to people, instead of the document. */
  readonly page?: string;
};

/** A refusal that is the answer: a problem document of RFC 9457. */
export class Problem extends Error {
  override readonly name = 'Problem';
  readonly status: number;
  readonly options: ProblemOptions;

  constructor(status: number, title: string, options: ProblemOptions = {}) {
    super(title);
    this.status = status;
    this.options = options;
  }
}

/** To be thrown from any handler: `throw problem(404, 'No such form')`. */
export function problem(status: number, title: string, options: ProblemOptions = {}): Problem {
  return new Problem(status, title, options);
}

/** The document as a reply. Its type is `about:blank`: the status says what kind of problem it is, the title which one. */
export function problemReply({ status, message, options: { detail, errors, headers, page } }: Problem): Reply {
  if (page !== undefined) return { status, headers: { 'content-type': 'text/html; charset=utf-8', ...headers }, body: page };
  return {
    status,
    headers: { 'content-type': 'application/problem+json', 'cache-control': 'no-store', ...headers },
    body: {
      type: 'about:blank',
      title: message,
      status,
      ...(detail !== undefined && { detail }),
      ...(errors !== undefined && { errors }),
    },
  };
}

/** Exceptions become answers. What is not a `Problem` is our own fault: it is logged, and the answer says nothing of it. */
export function problems(): MiddlewareObj<Request, Reply> {
  return {
    onError: (request) => {
      request.response = problemReply(problemOf(request.error, request.event));
    },
  };
}

function problemOf(error: unknown, { method, path }: Request): Problem {
  if (error instanceof Problem) return error;
  const temporary = isTemporary(error);
  // The path may hold a recipient's token or an address: only what it starts with is logged.
  log('error', 'a request failed', { method, route: path.split('/', 3).join('/'), temporary, error });
  if (!temporary) return problem(500, 'Internal Server Error', { detail: 'The request could not be handled. It was logged.' });
  return problem(503, 'Service Unavailable', { detail: 'Try again in a moment.', headers: { 'retry-after': '2' } });
}

/** Faults that a repeat can get over: throttles, broken lines, time-outs, faults on the side of AWS. */
function isTemporary(error: unknown): boolean {
  if (typeof error !== 'object' || error === null) return false;
  const { name, code, $retryable, $fault } = error as { name?: unknown; code?: unknown; $retryable?: unknown; $fault?: unknown };
  if ($retryable !== undefined || $fault === 'server') return true;
  if ([name, code].some((one) => typeof one === 'string' && TEMPORARY.test(one))) return true;
  return 'cause' in error && error.cause !== error && isTemporary(error.cause);
}

const TEMPORARY =
  /Throttl|ThroughputExceeded|RequestLimitExceeded|TransactionInProgress|TransactionConflict|TransactionCanceled|Timeout|^ETIMEDOUT$|^ECONN|^EPIPE$|^EAI_AGAIN$|^ENOTFOUND$/;

/** A problem document with members of its own, which RFC 9457 allows. */
export function withMembers(reply: Reply, members: object): Reply {
  return { ...reply, body: { ...(reply.body as object), ...members } };
}
