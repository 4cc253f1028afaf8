/** Removes what stands under the ids of an erasure, and finds ids that only their events tell of. */

import type { CustomerId, TimelineEvent } from '#core/event.ts';
import { customerIdOfAnonymous, customerIdsOf } from '#core/identity.ts';
import { toIso } from '#core/instant.ts';
import type { Item, Key, Table, Write } from '../ports.ts';
import { allPages } from '../store/all-items.ts';
import { personOf } from '../store/customers.ts';
import { eventOf } from '../store/events.ts';
import { customerPk, stateKey, voucherCodeKey } from '../store/keys.ts';
import { type Erasure, idsOf, takeId } from './jobs.ts';
import { type Tombstone, tombstoneKey, tombstoneOf, verdict } from './tombstones.ts';

/** Items of one read, and of one transaction that removes them. */
const PAGE = 50;

export type Swept = {
  readonly removed: number;
  /** False where the limit was reached before the end. */
  readonly complete: boolean;
};

/** Removes up to so many items, all in transactions that fail as soon as the person is back. */
export async function sweep(erasure: Erasure, { itemsMax, now }: { itemsMax: number; now: number }): Promise<Swept> {
  const ids = await idsOf(erasure);
  const considered = new Set(ids);
  let removed = 0;
  // Grows while it is gone through: events may tell of further ids.
  for (const id of ids) {
    const mark = await markOf(erasure, id);
    if (mark === undefined) continue;
    removed += await removeState(erasure, id, mark);
    for await (const items of pages(erasure.table, id, mark)) {
      for (const other of mentionedIn(items)) {
        if (considered.has(other.id) || !(await belongs(erasure.table, other, ids))) continue;
        considered.add(other.id);
        await takeId(erasure, other.id, now);
        ids.push(other.id);
      }
      await disown(erasure.table, id, items);
      if (!(await remove(erasure, id, mark, items))) break;
      removed += items.length;
      if (removed >= itemsMax) return { removed, complete: false };
    }
  }
  return { removed, complete: true };
}

/** Whether nothing of the person stands under any of the ids: the read that an erasure is done by. */
export async function isClean(erasure: Erasure): Promise<boolean> {
  for (const id of await idsOf(erasure)) {
    const mark = await markOf(erasure, id);
    if (mark === undefined) continue;
    for await (const items of pages(erasure.table, id, mark)) if (items.length > 0) return false;
  }
  return true;
}

/** The tombstone of an id; undefined where the person signed up anew: what stands there now is theirs to keep. */
async function markOf({ table, secret }: Erasure, id: CustomerId): Promise<Tombstone | undefined> {
  const item = await table.get(tombstoneKey(secret, id));
  const mark = item && tombstoneOf(item);
  return mark?.lifted === false ? mark : undefined;
}

/** Without its state a person cannot be decided on any more: whatever is under way then fails, reads again, and drops it. */
async function removeState(erasure: Erasure, id: CustomerId, mark: Tombstone): Promise<number> {
  const state = await erasure.table.get(stateKey(id));
  return state !== undefined && (await remove(erasure, id, mark, [state])) ? 1 : 0;
}

/** Everything under an id, but a new sign-up that waits to be decided on. */
async function* pages(table: Table, id: CustomerId, mark: Tombstone): AsyncGenerator<readonly Item[], undefined> {
  const isSignUp = (item: Item): boolean =>
    item.sk.startsWith('E#') && verdict(eventOf(item), (one) => (one === id ? mark : undefined)).type === 'fresh';
  for await (const page of allPages(table, customerPk(id), { limit: PAGE })) yield page.filter((item) => !isSignUp(item));
  return undefined;
}

/** False where the person is back: then nothing was removed. */
async function remove({ table, secret }: Erasure, id: CustomerId, { at }: Tombstone, keys: readonly Key[]): Promise<boolean> {
  if (keys.length === 0) return true;
  const barred: Write = { check: tombstoneKey(secret, id), if: { at: toIso(at), lifted: false } };
  const { ok } = await table.transact([barred, ...keys.map(({ pk, sk }): Write => ({ delete: { pk, sk } }))]);
  return ok;
}

/** Codes of vouchers stand for themselves, so that none is given out twice; they lose their owner before the vouchers go. */
async function disown(table: Table, customer: CustomerId, items: readonly Item[]): Promise<void> {
  const codes = items.flatMap(({ sk, code }) => (sk.startsWith('V#') && code !== undefined ? [String(code)] : []));
  const freed = codes.map((code) =>
    table.write({ update: voucherCodeKey(code), set: { erased: true }, remove: ['customer', 'voucher'], if: { customer } }),
  );
  await Promise.all(freed);
}

type Mentioned = { readonly id: CustomerId; readonly anonymous: boolean; readonly trusted: boolean };

function mentionedIn(items: readonly Item[]): Mentioned[] {
  return items.filter(({ sk }) => sk.startsWith('E#')).flatMap((item) => mentioned(eventOf(item)));
}

function mentioned({ identities, trust }: TimelineEvent): Mentioned[] {
  const { anonymousId } = identities;
  const browser = anonymousId === undefined ? undefined : customerIdOfAnonymous(anonymousId);
  return customerIdsOf(identities).map((id) => ({ id, anonymous: id === browser, trusted: trust !== 'publishable' }));
}

/**
 * Whether an id that an event names beside the person's own is the person, too, though nothing was decided on it: nobody
 * else stands there. On the word of a web page that is so for browsers alone.
 */
async function belongs(table: Table, { id, anonymous, trusted }: Mentioned, ids: readonly CustomerId[]): Promise<boolean> {
  if (!anonymous && !trusted) return false;
  const item = await table.get(stateKey(id));
  if (item === undefined) return true;
  const { customer, mergedInto } = personOf(item);
  if (mergedInto !== undefined) return ids.includes(mergedInto);
  return customer?.email === undefined && customer?.userId === undefined;
}
