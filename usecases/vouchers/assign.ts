/** Gives vouchers their codes, in the transaction of the decision that issues them. */
import type { Effect } from '#core/decision.ts';
import type { CustomerId } from '#core/event.ts';
import { digest } from '#core/hash.ts';
import { toIso } from '#core/instant.ts';
import type { Voucher, VoucherPool } from '#core/vouchers.ts';
import type { Item, Random, Table, Write } from '../ports.ts';
import { freeCodesPk, referralKey, voucherCodeKey, voucherKey } from '../store/keys.ts';
import { tokenSecret } from '../tokens.ts';
import { codeOf, referralCode } from './code.ts';

export type AssignDependencies = {
  readonly table: Table;
  /** Makes the secret that codes are derived from, where there is none yet. */
  readonly random?: Random;
};

/** Free codes that are looked at: as many senders may draw at the same time without getting in each other's way. */
const LOOKED_AT = 25;

/**
 * The writes by which vouchers come into being: the voucher beside its customer, and the code, so that it is found and used
 * once. A voucher of a pool that has run dry is written without a code, and mails that show it are not sent.
 */
export async function voucherWrites(
  dependencies: AssignDependencies,
  effects: readonly Effect[],
  { pools, attempt }: { readonly pools: ReadonlyMap<string, VoucherPool>; readonly attempt: number },
): Promise<Write[]> {
  const writes: Write[] = [];
  const drawn = new Set<string>();
  for (const effect of effects) {
    if (effect.type === 'referral') writes.push(await referralWrite(dependencies, effect.customer));
    if (effect.type !== 'voucher') continue;
    const { voucher } = effect;
    const pool = pools.get(voucher.pool);
    if (pool === undefined) continue;
    if (pool.codes === 'generated') {
      const secret = await tokenSecret(dependencies.table, dependencies.random ?? noChance);
      writes.push(
        ...withCode(voucher, codeOf(secret, voucher.id, { attempt, ...(pool.prefix !== undefined && { prefix: pool.prefix }) })),
      );
    } else {
      const free = await freeCode(dependencies.table, voucher, { attempt, drawn });
      if (free !== undefined) drawn.add(free.sk);
      writes.push(...(free === undefined ? [withoutCode(voucher)] : drawnCode(voucher, free)));
    }
  }
  return writes;
}

/** Whose code it is, so that a friend who has it can be told from one who has not. The same code whenever it is asked for. */
async function referralWrite({ table, random = noChance }: AssignDependencies, customer: CustomerId): Promise<Write> {
  return { put: { ...referralKey(referralCode(await tokenSecret(table, random), customer)), customer } };
}

function noChance(): never {
  throw new Error('there is no secret yet that codes of vouchers could be derived from');
}

function withCode(voucher: Voucher, code: string): Write[] {
  const times = timesOf(voucher);
  const { id, customer, pool } = voucher;
  return [
    { put: { ...voucherKey(customer, id), status: 'issued', code, pool, ...times, body: JSON.stringify(voucher) }, if: 'absent' },
    { put: { ...voucherCodeKey(code), code, customer, voucher: id, pool, version: 1, uses: 0, ...times }, if: 'absent' },
  ];
}

/** An imported code is known already: it gets its owner. One that somebody used or drew meanwhile is not ours. */
function drawnCode(voucher: Voucher, free: Item): Write[] {
  const { id, customer, pool } = voucher;
  const code = String(free.code);
  const times = timesOf(voucher);
  return [
    { delete: { pk: free.pk, sk: free.sk }, if: { code } },
    { put: { ...voucherKey(customer, id), status: 'issued', code, pool, ...times, body: JSON.stringify(voucher) }, if: 'absent' },
    { update: voucherCodeKey(code), set: { customer, voucher: id, version: 2, ...times }, if: { version: 1 } },
  ];
}

function withoutCode(voucher: Voucher): Write {
  return {
    put: {
      ...voucherKey(voucher.customer, voucher.id),
      status: 'unavailable',
      ...timesOf(voucher),
      body: JSON.stringify(voucher),
    },
    if: 'absent',
  };
}

function timesOf({ at, validUntil }: Voucher): { at: string; validUntil?: string } {
  return { at: toIso(at), ...(validUntil !== null && { validUntil: toIso(validUntil) }) };
}

/** One of the free codes, another for each voucher and each attempt: those who draw at the same time rarely meet. */
async function freeCode(
  table: Table,
  { id, pool }: Voucher,
  { attempt, drawn }: { readonly attempt: number; readonly drawn: ReadonlySet<string> },
): Promise<Item | undefined> {
  const { items } = await table.query(freeCodesPk(pool), { limit: LOOKED_AT + drawn.size });
  const left = items.filter(({ sk }) => !drawn.has(sk));
  return left[Number.parseInt(digest(8, id, String(attempt)), 16) % Math.max(1, left.length)];
}
