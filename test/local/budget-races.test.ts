import { afterAll, expect, test } from 'vitest';
import { customerIdOfEmail } from '#core/identity.ts';
import { evaluate } from '#usecases/evaluate.ts';
import type { Table } from '#usecases/ports.ts';
import { releaseItems } from '#usecases/store/catalogue.ts';
import { append } from '#usecases/store/events.ts';
import { currentKey, customerPk } from '#usecases/store/keys.ts';
import { linkedCatalogues } from '#usecases/store/linked-catalogues.ts';
import { budgetLevels } from '#usecases/vouchers/budget-levels.ts';
import { localTables } from '../support/local-table.ts';
import { event, instant, journey, mail, release } from '../support/shop.ts';

const local = localTables();
afterAll(local.close);

const NOW = instant('2026-03-14');
const gift = (id: string, max: number) =>
  release({
    id,
    vouchers: [{ id: 'five', name: 'Five', description: '€5', codes: 'generated', value: { amount: 5, currency: 'EUR' } }],
    journeys: [
      journey({
        id: 'gift',
        trigger: { type: 'event', event: 'Gift Wanted' },
        offerBudget: { max, value: { amount: 1000, currency: 'EUR' }, per: 'P1M' },
        steps: [
          {
            id: 'code',
            type: 'issue_voucher',
            pool: 'five',
            onIssued: [mail('offer', 'gift')],
            onRefused: [mail('update', 'news')],
          },
        ],
      }),
    ],
  });

async function publish(table: Table, id: string, max: number): Promise<void> {
  for (const item of releaseItems(gift(id, max))) await table.write({ put: item });
  await table.write({ put: { ...currentKey, release: id } });
}

/** Everybody at once, in batches of ten by a worker each; what failed comes again. Answers how many got a voucher. */
async function wanted(table: Table, names: readonly string[]): Promise<number> {
  const events = names.map((name) => event('Gift Wanted', '2026-03-14', {}, { identities: { email: `${name}@x.pt` }, id: name }));
  await append(table, events);
  let open = events;
  for (let delivery = 0; open.length > 0; delivery += 1) {
    if (delivery === 20) throw new Error(`${open.length} are still open`);
    const batches = Array.from({ length: Math.ceil(open.length / 10) }, (_, index) => open.slice(index * 10, index * 10 + 10));
    const failed = await Promise.all(
      batches.map((batch) => {
        // A worker with a memory of its own.
        const own = { ...table };
        const worker = {
          table: own,
          catalogues: linkedCatalogues(own),
          now: () => NOW,
          random: (n: number) => new Uint8Array(n).fill(5),
        };
        return evaluate(
          worker,
          batch.map((one) => ({ id: one.id, customer: one.customer, event: one })),
        );
      }),
    );
    open = open.filter(({ id }) => failed.some((one) => one.has(id)));
  }
  const held = await Promise.all(
    names.map((name) => table.query(customerPk(customerIdOfEmail(`${name}@x.pt`)), { prefix: 'V#' })),
  );
  return held.reduce((sum, { items }) => sum + items.length, 0);
}

const names = (prefix: string, count: number) => Array.from({ length: count }, (_, index) => `${prefix}${index}`);

test('of many who want a voucher at once as many get one as the budget has, on the real engine, also after it changed', async () => {
  const table = await local.table();
  await publish(table, 'rel_1', 23);
  expect(await wanted(table, names('a', 60))).toBe(23);
  await publish(table, 'rel_2', 30);
  expect(await wanted(table, names('b', 40))).toBe(7);
  const [level] = await budgetLevels(table, gift('rel_2', 30), NOW);
  expect(level).toMatchObject({ vouchers: { max: 30, used: 30, left: 0 }, value: { used: 150, left: 850 }, usedUp: true });
});
