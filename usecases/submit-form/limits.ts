/** How many posts a form takes: counted in the table, so that all copies of the function count together. */
import type { Form, Limit } from '#core/catalogue.ts';
import { digest } from '#core/hash.ts';
import { add, HOUR_MS, type Instant } from '#core/instant.ts';
import type { Table } from '../ports.ts';
import { limitKey } from '../store/keys.ts';

const PER_ADDRESS: Limit = { max: 30, per: 'PT10M' };
const PER_FORM: Limit = { max: 10_000, per: 'PT1H' };

/** Counters of a whole form are written once for so many posts that it is wrong by one in a hundred at the most. */
const EXACTNESS = 100;

export type Post = { readonly form: Form; readonly ip: string | undefined; readonly requestId: string; readonly now: Instant };

/**
 * Counts a post; answers after how many seconds to try again where there were too many. Windows are fixed and begin at
 * whole multiples of their length. Whoever is refused counts on, until the window ends.
 */
export async function tooMany(table: Table, { form, ip, requestId, now }: Post): Promise<number | undefined> {
  const { perAddress = PER_ADDRESS, perForm = PER_FORM } = form.limits ?? {};
  const network = networkOf(ip);
  const key = network && `${form.id} ${digest(16, network)}`;
  const wait = key === undefined ? undefined : await count(table, { key, by: 1, limit: perAddress, now });
  // One address alone must not use up what is there for all.
  if (wait !== undefined) return wait;
  const every = Math.max(1, Math.floor(perForm.max / EXACTNESS));
  const isCounted = Number.parseInt(digest(8, 'sample', requestId), 16) % every === 0;
  return isCounted ? count(table, { key: form.id, by: every, limit: perForm, now }) : undefined;
}

type Counter = { readonly key: string; readonly by: number; readonly limit: Limit; readonly now: Instant };

async function count(table: Table, { key, by, limit, now }: Counter): Promise<number | undefined> {
  const lengthMs = add(0, limit.per);
  const begin = now - (now % lengthMs);
  const expiresAt = Math.ceil((begin + lengthMs + HOUR_MS) / 1000);
  const written = await table.write({ update: limitKey(key, begin), set: { expiresAt }, add: { posts: by } });
  const posts = written.ok ? Number(written.item?.posts ?? 0) : 0;
  return posts > limit.max ? Math.ceil((begin + lengthMs - now) / 1000) : undefined;
}

/**
 * What counts as one address: of IPv6 the first 64 bits, for a household has all that follow. This machine's own is none,
 * since whoever develops here comes from it.
 */
function networkOf(ip: string | undefined): string | undefined {
  if (ip === undefined || /^(?:127\.|::1$)/.test(ip)) return undefined;
  if (!ip.includes(':')) return ip;
  const [head = '', tail] = ip.toLowerCase().split('::');
  const before = head.split(':').filter(Boolean);
  const after = tail === undefined ? [] : tail.split(':').filter(Boolean);
  const middle = tail === undefined ? [] : Array.from({ length: Math.max(0, 8 - before.length - after.length) }, () => '0');
  return [...before, ...middle, ...after].slice(0, 4).join(':');
}
