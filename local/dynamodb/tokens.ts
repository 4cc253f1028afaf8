import { createHash } from 'node:crypto';
import { canonical, type Json } from '#core/json.ts';
import type { Parts, Request } from './engine-parts.ts';
import { constraintError, serviceError } from './errors.ts';

const VALID_MS = 10 * 60_000;
const TOKEN_LENGTH_MAX = 36;

export type Tokens = {
  /** The request that a token stood for in the last ten minutes. */
  find(token: string): string | undefined;
  /** Within the sqlite transaction of the write. */
  remember(token: string, request: string): void;
  readonly underWay: Set<string>;
};

/**
 * A transaction that comes again with its token within ten minutes is answered without being done again. `work` is
 * given the function that remembers the token, for the transaction in which its changes are committed.
 */
export async function idempotent<T extends object>(
  parts: Parts,
  request: Request,
  work: (remember: () => void) => Promise<T>,
): Promise<T | Record<string, never>> {
  const token = request.ClientRequestToken;
  if (token === undefined || token === null) return work(() => {});
  if (typeof token !== 'string' || token.length < 1 || token.length > TOKEN_LENGTH_MAX) {
    throw constraintError('clientRequestToken', `have length between 1 and ${TOKEN_LENGTH_MAX}`, `'${String(token)}'`);
  }
  const digest = createHash('sha256')
    .update(canonical(request.TransactItems as Json))
    .digest('base64');
  const known = parts.tokens.find(token);
  if (known !== undefined) {
    if (known === digest) return {};
    throw serviceError(
      'IdempotentParameterMismatchException',
      'The request uses the same client token as another request that differs from it.',
    );
  }
  if (parts.tokens.underWay.has(token)) {
    throw serviceError('TransactionInProgressException', 'The transaction with the given request token is already in progress.');
  }
  parts.tokens.underWay.add(token);
  try {
    return await work(() => parts.tokens.remember(token, digest));
  } finally {
    parts.tokens.underWay.delete(token);
  }
}

export function createTokens(db: Parts['db'], now: () => number): Tokens {
  const select = db.prepare('SELECT request FROM dynamodb_token WHERE token = ? AND at > ?');
  const insert = db.prepare('INSERT OR REPLACE INTO dynamodb_token (token, request, at) VALUES (?, ?, ?)');
  const drop = db.prepare('DELETE FROM dynamodb_token WHERE at <= ?');
  return {
    find(token) {
      const row = select.get(token, now() - VALID_MS);
      return row && String(row.request);
    },
    remember(token, request) {
      drop.run(now() - VALID_MS);
      insert.run(token, request, now());
    },
    underWay: new Set(),
  };
}
