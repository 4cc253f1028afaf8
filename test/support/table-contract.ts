/** What every `Table` must promise; run on the one in memory and on whatever DynamoDB the SDK's variables name. */
import { beforeAll, describe, expect, test } from 'vitest';
import type { Item, Table, Write } from '#usecases/ports.ts';

export function tableContract(name: string, open: () => Promise<Table>): void {
  describe(`the table ${name}`, () => {
    let table: Table;
    let count = 0;
    const fresh = (): string => `T#${name}-${++count}`;
    const put = (item: Item): Promise<unknown> => table.write({ put: item });

    beforeAll(async () => {
      table = await open();
    });

    test('gives back what was put, with text, numbers, booleans and bytes', async () => {
      const item = { pk: fresh(), sk: 'A', text: 'ä“', number: 1.5, yes: true, bytes: new Uint8Array([0, 127, 128, 255]) };
      await put(item);
      expect(await table.get(item)).toEqual(item);
      expect((await table.query(item.pk)).items).toEqual([item]);
      expect(await table.get({ pk: fresh(), sk: 'A' })).toBeUndefined();
    });

    test('a write whose condition fails changes nothing and answers what stands there', async () => {
      const item = { pk: fresh(), sk: 'A', version: 1 };
      expect(await table.write({ put: item, if: 'absent' })).toMatchObject({ ok: true });
      expect(await table.write({ put: { ...item, version: 2 }, if: 'absent' })).toEqual({
        ok: false,
        failed: [{ index: 0, item }],
      });
      expect(await table.write({ put: { ...item, version: 3 }, if: { version: 2 } })).toMatchObject({ ok: false });
      expect(await table.write({ delete: item, if: { version: 2 } })).toMatchObject({ ok: false });
      expect(await table.get(item)).toEqual(item);
    });

    test('an update sets and removes attributes, of a list of values any will do, and it answers the new item', async () => {
      const key = { pk: fresh(), sk: 'A' };
      await put({ ...key, status: 'queued', old: 1 });
      const written = await table.write({
        update: key,
        set: { status: 'claimed' },
        remove: ['old'],
        if: { status: ['waiting', 'queued'] },
      });
      expect(written).toEqual({ ok: true, item: { ...key, status: 'claimed' } });
      expect(await table.write({ update: key, set: { status: 'x' }, if: { status: ['waiting', 'queued'] } })).toMatchObject({
        ok: false,
      });
    });

    test('an empty text is a value like any other, and 0 is a number', async () => {
      const key = { pk: fresh(), sk: 'A' };
      await put({ ...key, cursor: '', shard: 0 });
      expect(await table.get(key)).toEqual({ ...key, cursor: '', shard: 0 });
      const written = await table.write({ update: key, set: { shard: 1, cursor: 'x' }, if: { shard: 0, cursor: '' } });
      expect(written).toEqual({ ok: true, item: { ...key, shard: 1, cursor: 'x' } });
      expect(await table.write({ update: key, set: { cursor: '' }, if: { cursor: 'x' } })).toMatchObject({ ok: true });
    });

    test('an update adds to numbers, from 0 where there is none, and loses nothing to whoever adds at the same time', async () => {
      const key = { pk: fresh(), sk: 'A' };
      const count = () => table.write({ update: key, set: { kind: 'counter' }, add: { n: 2 } });
      expect(await count()).toMatchObject({ ok: true, item: { n: 2, kind: 'counter' } });
      await Promise.all(Array.from({ length: 10 }, count));
      expect(await table.get(key)).toMatchObject({ n: 22 });
    });

    test('a number that must be enough is taken from until it is not, and never below, whoever takes at the same time', async () => {
      const key = { pk: fresh(), sk: 'A' };
      await put({ ...key, left: 5, of: 'x' });
      const take = () => table.transact([{ update: key, set: {}, add: { left: -2 }, if: { of: 'x', left: { atLeast: 2 } } }]);
      const taken = await Promise.all(Array.from({ length: 4 }, take));
      expect(taken.filter(({ ok }) => ok)).toHaveLength(2);
      expect(await table.get(key)).toMatchObject({ left: 1 });
      expect(await table.write({ update: key, set: { n: 1 }, if: { missing: { atLeast: 0 } } })).toMatchObject({ ok: false });
    });

    test('an update with a condition makes no item', async () => {
      const key = { pk: fresh(), sk: 'A' };
      expect(await table.write({ update: key, set: { a: 1 }, if: { status: 'queued' } })).toEqual({
        ok: false,
        failed: [{ index: 0 }],
      });
      expect(await table.get(key)).toBeUndefined();
    });

    test('a transaction is all or nothing, and names each write that failed', async () => {
      const pk = fresh();
      await put({ pk, sk: 'A', version: 1 });
      const writes = (version: number): Write[] => [
        { put: { pk, sk: 'A', version: 2 }, if: { version } },
        { put: { pk, sk: 'B' }, if: 'absent' },
        { update: { pk, sk: 'C' }, set: { n: 1 } },
      ];
      expect(await table.transact(writes(7))).toEqual({ ok: false, failed: [{ index: 0, item: { pk, sk: 'A', version: 1 } }] });
      expect((await table.query(pk)).items).toHaveLength(1);
      expect(await table.transact(writes(1))).toEqual({ ok: true });
      expect((await table.query(pk)).items.map(({ sk }) => sk)).toEqual(['A', 'B', 'C']);
    });

    test('a check holds a transaction to what stands elsewhere, and changes nothing there', async () => {
      const pk = fresh();
      const checked = (condition: 'absent' | { at: string }): Write[] => [
        { put: { pk, sk: 'B' } },
        { check: { pk, sk: 'A' }, if: condition },
      ];
      expect(await table.transact(checked({ at: '1' }))).toEqual({ ok: false, failed: [{ index: 1 }] });
      expect(await table.get({ pk, sk: 'B' })).toBeUndefined();
      await put({ pk, sk: 'A', at: '1' });
      expect(await table.transact(checked('absent'))).toMatchObject({ ok: false, failed: [{ index: 1 }] });
      expect(await table.transact(checked({ at: '1' }))).toEqual({ ok: true });
      expect((await table.query(pk)).items).toEqual([
        { pk, sk: 'A', at: '1' },
        { pk, sk: 'B' },
      ]);
    });

    test('of many transactions on one version exactly one goes through', async () => {
      const pk = fresh();
      await put({ pk, sk: 'STATE', version: 1 });
      const race = Array.from({ length: 10 }, (_, index) =>
        table.transact([
          { put: { pk, sk: 'STATE', version: 2 }, if: { version: 1 } },
          { put: { pk, sk: `D#${index}` }, if: 'absent' },
        ]),
      );
      const won = (await Promise.all(race)).filter(({ ok }) => ok);
      expect(won).toHaveLength(1);
      expect((await table.query(pk, { prefix: 'D#' })).items).toHaveLength(1);
    });

    test('reads many at once, and leaves out what is not there', async () => {
      const pk = fresh();
      const keys = Array.from({ length: 100 }, (_, index) => ({ pk, sk: String(index) }));
      await Promise.all(keys.slice(0, 60).map(put));
      expect(await table.batchGet(keys)).toHaveLength(60);
    });

    test('pages through a partition in both directions', async () => {
      const pk = fresh();
      for (const sk of ['E#1', 'E#2', 'E#3', 'M#1']) await put({ pk, sk });
      const first = await table.query(pk, { prefix: 'E#', limit: 2 });
      expect(first.items.map(({ sk }) => sk)).toEqual(['E#1', 'E#2']);
      const second = await table.query(pk, { prefix: 'E#', limit: 2, ...(first.cursor !== null && { cursor: first.cursor }) });
      expect(second.items.map(({ sk }) => sk)).toEqual(['E#3']);
      expect((await table.query(pk, { prefix: 'E#', descending: true, limit: 1 })).items[0]?.sk).toBe('E#3');
    });

    test('knows who is due, earliest first, and forgets who waits for nothing', async () => {
      const shard = `s-${fresh()}`;
      const at = (n: number): string => new Date(n * 1000).toISOString();
      for (const n of [3, 1, 2]) await put({ pk: fresh(), sk: 'STATE', wakeShard: shard, wakeAt: at(n) });
      expect((await table.due(shard, 2000, 10)).map(({ wakeAt }) => wakeAt)).toEqual([at(1), at(2)]);
      const [first] = await table.due(shard, 2000, 1);
      expect((await table.customers(shard, undefined, 10)).pks).toHaveLength(3);
      const page = await table.customers(shard, undefined, 2);
      const rest = await table.customers(shard, page.cursor ?? undefined, 2);
      expect(new Set([...page.pks, ...rest.pks]).size).toBe(3);
      await put({ pk: first?.pk ?? '', sk: 'STATE' });
      expect((await table.due(shard, 3000, 10)).map(({ wakeAt }) => wakeAt)).toEqual([at(2), at(3)]);
    });
  });
}
