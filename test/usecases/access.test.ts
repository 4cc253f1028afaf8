import { describe, expect, test } from 'vitest';
import { memoryTable } from '#test/support/memory-table.ts';
import { cachedAccess, createKey, findAccess, listKeys, mayUse, revokeKey } from '#usecases/access.ts';

function keys() {
  const table = memoryTable();
  let at = Date.parse('2026-01-01T00:00:00Z');
  let seed = 0;
  const random = (bytes: number) => {
    seed += 1;
    return new Uint8Array(bytes).fill(seed);
  };
  const now = () => at;
  const pass = (ms: number) => {
    at += ms;
  };
  return { table, now, random, pass };
}

describe('a key', () => {
  test('is found by itself, and stands nowhere in the table', async () => {
    const dependencies = keys();
    const { key, access } = await createKey(dependencies, { kind: 'publishable', label: 'Shop' });
    expect(key).toMatch(/^wk_[\w-]{32}$/);
    expect(await findAccess(dependencies.table, key)).toEqual(access);
    expect(access).toMatchObject({
      kind: 'publishable',
      scopes: ['events:write'],
      label: 'Shop',
      createdAt: '2026-01-01T00:00:00.000Z',
    });
    expect(JSON.stringify([...dependencies.table.items])).not.toContain(key);
  });

  test('a secret key may do what its scopes say, or everything', async () => {
    const dependencies = keys();
    const { access: some } = await createKey(dependencies, {
      kind: 'secret',
      scopes: ['customers:read', 'events:write'],
      label: 'CRM',
    });
    expect([mayUse(some, 'customers:read'), mayUse(some, 'events:write'), mayUse(some, 'keys:write')]).toEqual([
      true,
      true,
      false,
    ]);
    const { access: all } = await createKey(dependencies, { kind: 'secret', label: 'Ops' });
    expect(mayUse(all, 'keys:write')).toBe(true);
  });

  test('a publishable key gets no more than events, whatever was asked for', async () => {
    const { access } = await createKey(keys(), { kind: 'publishable', scopes: ['*'], label: 'Shop' });
    expect(mayUse(access, 'customers:read')).toBe(false);
  });

  test('that was revoked is not found, but still listed', async () => {
    const dependencies = keys();
    const { key, access } = await createKey(dependencies, { kind: 'secret', label: 'Ops' });
    expect(await revokeKey(dependencies, access.id)).toBe(true);
    expect(await revokeKey(dependencies, access.id)).toBe(true);
    expect(await findAccess(dependencies.table, key)).toBeUndefined();
    expect(await listKeys(dependencies.table)).toMatchObject([{ id: access.id, revokedAt: '2026-01-01T00:00:00.000Z' }]);
  });

  test.each([
    '',
    'wk_',
    'wk_short',
    'xx_aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa',
    `wk_${'a'.repeat(200)}`,
    'wk_aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa#',
  ])('%j is none, and costs no read', async (key) => {
    const table = { ...memoryTable(), get: () => Promise.reject(new Error('read')) };
    expect(await findAccess(table, key)).toBeUndefined();
  });

  test('an id that names no key revokes nothing', async () => {
    const dependencies = keys();
    expect(await revokeKey(dependencies, 'key_0123456789abcdef')).toBe(false);
    expect(await revokeKey(dependencies, 'K#')).toBe(false);
  });
});

describe('remembered keys', () => {
  test('a known one for a minute, an unknown one for five seconds', async () => {
    const dependencies = keys();
    const reads: string[] = [];
    const counted = {
      ...dependencies.table,
      get: (key: { pk: string; sk: string }) => {
        reads.push(key.sk);
        return dependencies.table.get(key);
      },
    };
    const find = cachedAccess({ table: counted, now: dependencies.now });
    const { key, access } = await createKey(dependencies, { kind: 'secret', label: 'Ops' });
    await find(key);
    dependencies.pass(59_999);
    await revokeKey(dependencies, access.id);
    expect([(await find(key))?.id, reads.length]).toEqual([access.id, 1]);
    dependencies.pass(1);
    expect([await find(key), reads.length]).toEqual([undefined, 2]);
    dependencies.pass(4999);
    await find(key);
    expect(reads).toHaveLength(2);
    dependencies.pass(1);
    await find(key);
    expect(reads).toHaveLength(3);
  });

  test('a flood of made-up keys does not grow the memory without end, nor forget how to find a good one', async () => {
    const dependencies = keys();
    const find = cachedAccess(dependencies);
    const { key } = await createKey(dependencies, { kind: 'publishable', label: 'Shop' });
    for (let one = 0; one < 1500; one += 1) await find(`wk_${String(one).padStart(32, '0')}`);
    expect((await find(key))?.kind).toBe('publishable');
  });
});
