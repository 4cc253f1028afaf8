import { hash } from 'node:crypto';

/** The first `length` characters of SHA-256 over the parts, in lower-case hex. Parts are length-prefixed, so that they cannot run together. */
export function digest(length: number, ...parts: readonly string[]): string {
  return hash('sha256', parts.map((part) => `${part.length}:${part};`).join(''), 'hex').slice(0, length);
}

/** A number in [0, 1), always the same for the same parts: the only "chance" that decisions know. */
export function share(...parts: readonly string[]): number {
  return Number.parseInt(digest(12, ...parts), 16) / 2 ** 48;
}
