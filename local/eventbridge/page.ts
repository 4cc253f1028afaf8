import type { Input } from './aws-json.ts';
import { invalid, optionalText } from './input.ts';

const LIMIT_MAX = 100;

/** One page of a list that is sorted by `key`; the token names the last key seen, so that it survives changes to the list. */
export function page<T>(all: readonly T[], input: Input, key: (item: T) => string): { items: T[]; next: { NextToken?: string } } {
  const limit = input.Limit ?? LIMIT_MAX;
  if (typeof limit !== 'number' || !Number.isInteger(limit) || limit < 1 || limit > LIMIT_MAX) {
    throw invalid('Limit', `Member must be between 1 and ${LIMIT_MAX}`);
  }
  const token = optionalText(input, 'NextToken', { max: 2048 });
  const after = token === undefined ? undefined : Buffer.from(token, 'base64url').toString('utf8');
  const rest = after === undefined ? all : all.filter((item) => key(item) > after);
  const items = rest.slice(0, limit);
  const last = items.at(-1);
  if (last === undefined || rest.length <= limit) return { items, next: {} };
  return { items, next: { NextToken: Buffer.from(key(last)).toString('base64url') } };
}
