/** Pools of imported codes: filled by lists, watched for running low. */

import { digest } from '#core/hash.ts';
import type { VoucherPool } from '#core/vouchers.ts';
import type { Table, Write } from '../ports.ts';
import { allPages } from '../store/all-items.ts';
import { type Catalogues, currentRelease } from '../store/catalogue.ts';
import { freeCodesPk, voucherCodeKey } from '../store/keys.ts';
import { normalCode } from './code.ts';

export type Imported = {
  /** Codes that came in, codes that were known already, and lines that are none, with their numbers from 1. */
  readonly added: number;
  readonly known: number;
  readonly refused: readonly { readonly line: number; readonly why: string }[];
};

export type PoolLevel = {
  readonly pool: string;
  readonly name: string;
  readonly codes: VoucherPool['codes'];
  /** Codes that nobody has yet; null for generated ones, which do not run out. */
  readonly free: number | null;
  readonly low: boolean;
};

/** Somebody is told below this, where the pool does not say. */
const LOW_AT = 100;

/** Takes codes into a pool, each once, in whatever order and however often the list is sent. */
export async function importCodes(table: Table, pool: string, lines: readonly string[]): Promise<Imported> {
  let added = 0;
  let known = 0;
  const refused: Imported['refused'][number][] = [];
  for (const [index, text] of lines.entries()) {
    const code = normalCode(text);
    if (code === '') continue;
    const why = whyNot(code);
    if (why !== undefined) refused.push({ line: index + 1, why });
    else if (await importOne(table, pool, code)) added += 1;
    else known += 1;
  }
  return { added, known, refused };
}

/** How many codes each pool has left. */
export function poolLevels(table: Table, pools: readonly VoucherPool[]): Promise<PoolLevel[]> {
  return Promise.all(
    pools.map(async ({ id, name, codes, lowAt = LOW_AT }) => {
      const free = codes === 'generated' ? null : await countFree(table, id);
      return { pool: id, name, codes, free, low: free !== null && free < lowAt };
    }),
  );
}

/** Pools of the current release that are nearly empty. */
export async function lowPools({
  table,
  catalogues,
}: {
  readonly table: Table;
  readonly catalogues: Pick<Catalogues, 'current' | 'release'>;
}): Promise<PoolLevel[]> {
  const pools = (await currentRelease(catalogues))?.vouchers ?? [];
  return (await poolLevels(table, pools)).filter(({ low }) => low);
}

/** What is wrong with a code, in words. */
function whyNot(code: string): string | undefined {
  if (code.length > 100) return 'a code has at most 100 characters';
  return /^[\x21-\x7e]+$/.test(code) ? undefined : 'a code is made of printable ASCII characters';
}

async function importOne(table: Table, pool: string, code: string): Promise<boolean> {
  const writes: Write[] = [
    { put: { ...voucherCodeKey(code), code, pool, version: 1, uses: 0 }, if: 'absent' },
    // In the order of a hash: what is given out says nothing about what was given out before.
    { put: { pk: freeCodesPk(pool), sk: `F#${digest(32, code)}`, code }, if: 'absent' },
  ];
  return (await table.transact(writes)).ok;
}

async function countFree(table: Table, pool: string): Promise<number> {
  let count = 0;
  for await (const page of allPages(table, freeCodesPk(pool))) count += page.length;
  return count;
}
