import { createHash } from 'node:crypto';
import { canonical, type Json } from '#core/json.ts';

/** Sixteen hexadecimal digits that equal content, in whatever order its keys stand, has in common. */
export function hash(content: object): string {
  return createHash('sha256')
    .update(canonical(content as Json))
    .digest('hex')
    .slice(0, 16);
}
