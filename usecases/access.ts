import { digest } from '#core/hash.ts';
import { type Instant, toIso } from '#core/instant.ts';
import { type Scope, scopes } from '#schemas/scopes.ts';
import type { Clock, Item, Random, Table } from './ports.ts';
import { allItems } from './store/all-items.ts';
import { accessKey } from './store/keys.ts';

type AccessKind = 'publishable' | 'secret';

export type Access = {
  /** Names the key where the key itself must not be shown. */
  readonly id: string;
  readonly kind: AccessKind;
  readonly scopes: readonly Scope[];
  readonly label: string;
  readonly createdAt: string;
  readonly revokedAt?: string;
};

export type AccessDependencies = { readonly table: Table; readonly now: Clock };
export type NewKey = { readonly kind: AccessKind; readonly scopes?: readonly Scope[]; readonly label: string };

/** Makes a key. The answer is the only place where the key itself ever stands: the table keeps its hash. */
export async function createKey(
  { table, now, random }: AccessDependencies & { readonly random: Random },
  { kind, scopes: wanted = ['*'], label }: NewKey,
): Promise<{ readonly key: string; readonly access: Access }> {
  const key = `${PREFIX[kind]}${Buffer.from(random(KEY_BYTES)).toString('base64url')}`;
  const granted = kind === 'publishable' ? ['events:write'] : wanted;
  const item: Item = { ...accessKey(hashOf(key)), kind, scopes: granted.join(','), label, createdAt: toIso(now()) };
  const written = await table.write({ put: item, if: 'absent' });
  if (!written.ok) throw new Error('a key was made that exists already: the random bytes are not random');
  return { key, access: accessOf(item) };
}

/** Who a key belongs to; undefined where it is unknown or revoked. */
export async function findAccess(table: Table, key: string): Promise<Access | undefined> {
  if (!KEY.test(key)) return undefined;
  const item = await table.get(accessKey(hashOf(key)));
  if (item === undefined || item.revokedAt !== undefined) return undefined;
  return accessOf(item);
}

export function mayUse({ scopes: granted }: Access, scope: Scope): boolean {
  return granted.includes(scope) || granted.includes('*');
}

/** All keys, also revoked ones, without what would let anybody use them. */
export async function listKeys(table: Table): Promise<Access[]> {
  const items = await allItems(table, PARTITION, { prefix: 'K#' });
  return items.map(accessOf).sort((one, other) => (one.createdAt < other.createdAt ? -1 : 1));
}

/** Revokes a key by its id; false where there is none. A container that has just seen the key takes it for a minute more. */
export async function revokeKey({ table, now }: AccessDependencies, id: string): Promise<boolean> {
  const [, start] = /^key_([0-9a-f]{16})$/.exec(id) ?? [];
  if (start === undefined) return false;
  const [item] = (await table.query(PARTITION, { prefix: `K#${start}`, limit: 1 })).items;
  if (item === undefined) return false;
  if (item.revokedAt !== undefined) return true;
  await table.write({
    update: { pk: item.pk, sk: item.sk },
    set: { revokedAt: toIso(now()) },
    if: { createdAt: String(item.createdAt) },
  });
  return true;
}

export type FindAccess = (key: string) => Promise<Access | undefined>;

const KNOWN_MS = 60_000;
const UNKNOWN_MS = 5_000;
const KEPT_MAX = 1000;

/** `findAccess` that remembers: what it found for a minute, what it did not find for five seconds. */
export function cachedAccess({ table, now }: AccessDependencies): FindAccess {
  const kept = new Map<string, { readonly access: Access | undefined; readonly until: Instant; readonly since: Instant }>();
  return async (key) => {
    if (!KEY.test(key)) return undefined;
    const hash = hashOf(key);
    const at = now();
    const known = kept.get(hash);
    // A clock that was set back must not keep a key alive.
    if (known !== undefined && at < known.until && at >= known.since) return known.access;
    const access = await findAccess(table, key);
    kept.delete(hash);
    if (kept.size >= KEPT_MAX) kept.delete(kept.keys().next().value ?? '');
    kept.set(hash, { access, since: at, until: at + (access === undefined ? UNKNOWN_MS : KNOWN_MS) });
    return access;
  };
}

const PREFIX = { publishable: 'wk_', secret: 'sk_' } as const;
const KEY_BYTES = 24;
const KEY = /^[ws]k_[A-Za-z0-9_-]{24,128}$/;
const PARTITION = accessKey('').pk;

function hashOf(key: string): string {
  return digest(64, key);
}

function accessOf(item: Item): Access {
  return {
    id: `key_${item.sk.slice(2, 18)}`,
    kind: item.kind === 'secret' ? 'secret' : 'publishable',
    scopes: String(item.scopes)
      .split(',')
      .filter((one): one is Scope => (scopes as readonly string[]).includes(one)),
    label: String(item.label),
    createdAt: String(item.createdAt),
    ...(item.revokedAt !== undefined && { revokedAt: String(item.revokedAt) }),
  };
}
