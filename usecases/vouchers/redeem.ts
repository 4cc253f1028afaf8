/** Codes are checked by the shop's till, and used once each time, whoever asks again. */
import type { Release } from '#core/catalogue.ts';
import type { CustomerId, TimelineEvent } from '#core/event.ts';
import { digest } from '#core/hash.ts';
import { fromIso, type Instant, toIso } from '#core/instant.ts';
import type { VoucherPool } from '#core/vouchers.ts';
import type { Clock, Item, Table, Write } from '../ports.ts';
import { type Catalogues, currentRelease } from '../store/catalogue.ts';
import { loadPerson } from '../store/customers.ts';
import { eventItem } from '../store/events.ts';
import { voucherCodeKey, voucherKey } from '../store/keys.ts';
import { isWellFormed, normalCode } from './code.ts';

export type RedeemDependencies = {
  readonly table: Table;
  readonly catalogues: Pick<Catalogues, 'current' | 'release'>;
  readonly now: Clock;
};

export type CheckedVoucher = {
  readonly code: string;
  /** Why a code may not be used now; `valid` where it may. */
  readonly status: 'valid' | 'used' | 'expired' | 'not_issued' | 'of_another_customer' | 'unknown' | 'mistyped';
  readonly pool?: string;
  readonly description?: string;
  readonly value?: VoucherPool['value'];
  readonly validUntil?: string;
  /** How often it may still be used; null for any number of times. */
  readonly remaining?: number | null;
};

export type Redemption = {
  readonly code: string;
  /** The same for a repeat of the same use: an order's id, an event's id. */
  readonly key: string;
  readonly order?: string | undefined;
  /** Who uses it, where that is known: a bound code works for its owner only. */
  readonly customer?: CustomerId | undefined;
  readonly at?: Instant;
};

/** `repeated`: this use was recorded before, and counts once. */
export type Redeemed = { readonly redeemed: boolean; readonly repeated: boolean; readonly voucher: CheckedVoucher };

/** Uses of a code that are remembered, so that a repeat is known as one. */
const KEYS_MAX = 500;

/** Lost races in a row before somebody else has to try again. */
const ATTEMPTS_MAX = 8;

/** What a code is worth now. Changes nothing. */
export async function checkVoucher(
  dependencies: RedeemDependencies,
  text: string,
  customer?: CustomerId,
): Promise<CheckedVoucher> {
  return (await look(dependencies, normalCode(text), customer)).checked;
}

/** Uses a code, if it may be used. The owner's timeline gets the event "Voucher Used" in the same transaction. */
export async function redeemVoucher(dependencies: RedeemDependencies, redemption: Redemption): Promise<Redeemed> {
  const code = normalCode(redemption.code);
  const key = digest(16, redemption.key);
  for (let attempt = 0; attempt < ATTEMPTS_MAX; attempt += 1) {
    const { item, pool, checked } = await look(dependencies, code, redemption.customer);
    if (item !== undefined && keysOf(item).includes(key)) return { redeemed: true, repeated: true, voucher: checked };
    if (item === undefined || pool === undefined || checked.status !== 'valid') {
      return { redeemed: false, repeated: false, voucher: checked };
    }
    const remaining = checked.remaining == null ? null : checked.remaining - 1;
    const used = { ...redemption, key, at: redemption.at ?? dependencies.now() };
    const written = await dependencies.table.transact(writes(item, used, remaining));
    if (written.ok) return { redeemed: true, repeated: false, voucher: { ...checked, remaining } };
  }
  throw new Error(`the code is being used elsewhere: ${ATTEMPTS_MAX} races in a row were lost`);
}

type Looked = { readonly item?: Item; readonly pool?: VoucherPool; readonly checked: CheckedVoucher };

async function look(
  { table, catalogues, now }: RedeemDependencies,
  code: string,
  customer: CustomerId | undefined,
): Promise<Looked> {
  const item = code === '' || code.length > 100 ? undefined : await table.get(voucherCodeKey(code));
  const release = await currentRelease(catalogues);
  if (item === undefined) return { checked: { code, status: isMistyped(code, release) ? 'mistyped' : 'unknown' } };
  const pool = release?.vouchers?.find(({ id }) => id === item.pool);
  const uses = pool?.uses ?? 1;
  const validUntil = item.validUntil === undefined ? undefined : String(item.validUntil);
  const remaining = uses === 'any' ? null : Math.max(0, uses - Number(item.uses));
  const about = {
    code,
    pool: String(item.pool),
    ...(pool && { description: pool.description }),
    ...(pool?.value && { value: pool.value }),
    ...(validUntil !== undefined && { validUntil }),
    remaining,
  };
  const answer = (status: CheckedVoucher['status']): Looked => ({ item, ...(pool && { pool }), checked: { ...about, status } });
  if (pool === undefined) return answer('unknown');
  if (item.customer === undefined && pool.bound !== false) return answer('not_issued');
  if (validUntil !== undefined && (fromIso(validUntil) ?? 0) <= now()) return answer('expired');
  if (remaining === 0) return answer('used');
  if (pool.bound !== false && customer !== undefined && !(await isSame(table, customer, item.customer))) {
    return answer('of_another_customer');
  }
  return answer('valid');
}

/** A code that has our form, and not the right last character: somebody misread it. */
function isMistyped(code: string, release: Release | undefined): boolean {
  return (release?.vouchers ?? []).some(({ codes, prefix }) => {
    const form = new RegExp(`^${prefix === undefined ? '' : `${prefix}-`}[0-9A-Z]{5}-[0-9A-Z]{5}-[0-9A-Z]$`);
    return codes === 'generated' && form.test(code) && !isWellFormed(code, prefix);
  });
}

async function isSame(table: Table, one: CustomerId, other: Item[string]): Promise<boolean> {
  if (other === undefined) return false;
  if (one === other) return true;
  const [a, b] = await Promise.all([loadPerson(table, one), loadPerson(table, other as CustomerId)]);
  return a.id === b.id;
}

function keysOf({ keys }: Item): string[] {
  return keys === undefined ? [] : (JSON.parse(String(keys)) as string[]);
}

function writes(item: Item, used: Redemption & { readonly at: Instant }, remaining: number | null): Write[] {
  const version = Number(item.version);
  const keys = JSON.stringify([...keysOf(item), used.key].slice(-KEYS_MAX));
  const counted: Write = {
    update: { pk: item.pk, sk: item.sk },
    set: { uses: Number(item.uses) + 1, version: version + 1, keys },
    if: { version },
  };
  const owner = (item.customer ?? used.customer) as CustomerId | undefined;
  if (owner === undefined) return [counted];
  const event: Write = { put: eventItem(usedEvent(owner, item, used, remaining)), if: 'absent' };
  if (remaining !== 0 || item.voucher === undefined) return [counted, event];
  return [counted, event, { update: voucherKey(owner, String(item.voucher)), set: { status: 'used', usedAt: toIso(used.at) } }];
}

function usedEvent(
  customer: CustomerId,
  { code, pool, voucher }: Item,
  { key, order, at }: Redemption & { readonly at: Instant },
  remaining: number | null,
): TimelineEvent {
  return {
    id: `voucher-${digest(24, String(code), key)}`,
    customer,
    kind: 'track',
    name: 'Voucher Used',
    at,
    receivedAt: at,
    keyTime: toIso(at),
    identities: {},
    properties: {
      code: String(code),
      pool: String(pool),
      voucher: String(voucher ?? ''),
      remaining,
      ...(order !== undefined && { order_id: order }),
    },
    trust: 'system',
    origin: 'voucher',
  };
}
