/** Marks of people who were erased. Each is a keyed hash of an id: without the secret not even a good guess finds anybody. */
import { createHmac } from 'node:crypto';
import type { CustomerId, TimelineEvent } from '#core/event.ts';
import { customerIdOfEmail, customerIdOfUser } from '#core/identity.ts';
import { fromIso, type Instant } from '#core/instant.ts';
import { at } from '#core/json.ts';
import type { Item, Key, Random, Table } from '../ports.ts';

/** `at`: what happened until then stays out for good. `lifted`: the person signed up anew since. */
export type Tombstone = { readonly at: Instant; readonly lifted: boolean; readonly job: string };

export const erasureSecretKey: Key = { pk: 'SECRET', sk: 'ERASURES' };

/** Tombstones are spread over so many partitions: they are read with each event. */
export const TOMBSTONE_SHARDS = [...'0123456789abcdef'];

const secrets = new WeakMap<Table, string>();

/** The secret as far as it was read already. There is none before the first erasure. */
export const rememberedSecret = (table: Table): string | undefined => secrets.get(table);

/** Takes the secret out of its item, and remembers it: it never changes. */
export function rememberSecret(table: Table, item: Item | undefined): string | undefined {
  if (item === undefined) return undefined;
  const secret = String(item.secret);
  secrets.set(table, secret);
  return secret;
}

/** The secret, or undefined where nobody was ever erased. */
export async function readErasureSecret(table: Table): Promise<string | undefined> {
  return rememberedSecret(table) ?? rememberSecret(table, await table.get(erasureSecretKey));
}

/** The secret; the first erasure makes it. */
export async function erasureSecret(table: Table, random: Random): Promise<string> {
  const known = await readErasureSecret(table);
  if (known !== undefined) return known;
  const secret = Buffer.from(random(32)).toString('base64url');
  await table.write({ put: { ...erasureSecretKey, secret }, if: 'absent' });
  const stands = await readErasureSecret(table);
  if (stands === undefined) throw new Error('the secret of erasures was there a moment ago, and is gone');
  return stands;
}

export function tombstoneHash(secret: string, id: CustomerId): string {
  return createHmac('sha256', secret).update(id).digest('hex').slice(0, 40);
}

export const shardPk = (shard: string): string => `ERASED#${shard}`;

export function tombstoneKey(secret: string, id: CustomerId): Key {
  const hash = tombstoneHash(secret, id);
  return { pk: shardPk(hash.charAt(0)), sk: hash };
}

export function tombstoneOf(item: Item): Tombstone {
  return { at: fromIso(String(item.at)) ?? 0, lifted: item.lifted === true, job: String(item.job) };
}

/** Whether somebody was erased and did not sign up anew. One or two reads: for places that seldom ask. */
export async function isErased(table: Table, id: CustomerId): Promise<boolean> {
  const secret = await readErasureSecret(table);
  const item = secret === undefined ? undefined : await table.get(tombstoneKey(secret, id));
  return item !== undefined && !tombstoneOf(item).lifted;
}

/** What becomes of an event: `fresh` is a new sign-up by the person, which lifts the tombstones of these ids. */
export type Verdict = { readonly type: 'kept' | 'dropped' } | { readonly type: 'fresh'; readonly ids: readonly CustomerId[] };

/**
 * An event whose person, user id or address was erased is dropped, unless the person signed up anew since: by a form post
 * with consent. With one id of theirs the others come back that the same erasure took, as soon as an event names both. An
 * erased browser beside somebody else's name is that person's browser now.
 */
export function verdict(event: TimelineEvent, tombstone: (id: CustomerId) => Tombstone | undefined): Verdict {
  const found = judgedIds(event).flatMap((id) => {
    const one = tombstone(id);
    return one === undefined ? [] : [{ id, ...one }];
  });
  if (found.some(({ at }) => Math.min(event.at, event.receivedAt) <= at)) return { type: 'dropped' };
  const barred = found.filter(({ lifted }) => !lifted);
  if (barred.length === 0) return { type: 'kept' };
  const isBack = (job: string): boolean => found.some((one) => one.lifted && one.job === job);
  if (!isSignUp(event) && !barred.every(({ job }) => isBack(job))) return { type: 'dropped' };
  return { type: 'fresh', ids: barred.map(({ id }) => id) };
}

/** The ids of an event that tell whether its person was erased. */
export function judgedIds({ customer, identities: { userId, email } }: TimelineEvent): CustomerId[] {
  return [
    ...new Set([
      customer,
      ...(userId === undefined ? [] : [customerIdOfUser(userId)]),
      ...(email === undefined ? [] : [customerIdOfEmail(email)]),
    ]),
  ];
}

function isSignUp({ origin, properties: { consent } }: TimelineEvent): boolean {
  if (origin !== 'form') return false;
  const topics = at(consent ?? null, 'topics');
  return Array.isArray(topics) && topics.length > 0;
}
