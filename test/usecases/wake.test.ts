import { expect, test } from 'vitest';
import { DAY_MS, MINUTE_MS, toIso } from '#core/instant.ts';
import type { Published } from '#usecases/ports.ts';
import { stateItem } from '#usecases/store/customers.ts';
import { LEASE_MAX_MS, LEASE_MS, wake } from '#usecases/wake.ts';
import { memoryTable } from '../support/memory-table.ts';
import { ann, instant } from '../support/shop.ts';

const due = instant('2026-01-01T10:00:00Z');

async function setUp() {
  const table = memoryTable();
  const item = stateItem(ann({ flips: { segment: due } }), 1);
  await table.write({ put: item });
  const published: Published[] = [];
  const bus = {
    publish: async (entries: readonly Published[]) => {
      published.push(...entries);
      return [];
    },
  };
  const at = (now: number) => wake({ table, bus, now: () => now, pause: async () => {} });
  const wakeAt = async () => (await table.get(item))?.wakeAt;
  return { table, published, at, wakeAt, item };
}

test('nobody is woken before their time, and once it has come, once', async () => {
  const { at, published } = await setUp();
  expect(await at(due - 1)).toBe(0);
  expect(await at(due)).toBe(1);
  expect(await at(due + MINUTE_MS)).toBe(0);
  expect(published).toMatchObject([{ source: 'rekindle.internal', type: 'Wake Due', detail: { due: toIso(due) } }]);
});

test('an evaluation that was lost on its way is asked for again after the lease', async () => {
  const { at } = await setUp();
  await at(due);
  expect(await at(due + LEASE_MS - 1)).toBe(0);
  expect(await at(due + LEASE_MS)).toBe(1);
});

test('one that always fails is asked for at growing intervals, a day apart in the end', async () => {
  const { at, wakeAt } = await setUp();
  const claims: number[] = [];
  for (let now = due; now < due + 7 * DAY_MS; now += MINUTE_MS) if ((await at(now)) === 1) claims.push(now - due);
  expect(claims.length).toBeLessThan(16);
  expect((claims.at(-1) ?? 0) - (claims.at(-2) ?? 0)).toBe(LEASE_MAX_MS);
  expect(await wakeAt()).not.toBe(toIso(due));
});

test('of two that wake at the same time one claims', async () => {
  const { at } = await setUp();
  expect((await Promise.all([at(due), at(due)])).sort()).toEqual([0, 1]);
});

test('a claim leaves the version of the customer as it is', async () => {
  const { at, table, item } = await setUp();
  await at(due);
  expect((await table.get(item))?.version).toBe(1);
});
