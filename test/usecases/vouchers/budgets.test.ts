import { describe, expect, test } from 'vitest';
import type { OfferBudget, Release, Step } from '#core/catalogue.ts';
import type { TimelineEvent } from '#core/event.ts';
import { customerIdOfEmail } from '#core/identity.ts';
import { linkRelease } from '#core/linked.ts';
import type { VoucherPool } from '#core/vouchers.ts';
import { evaluate } from '#usecases/evaluate.ts';
import type { Table } from '#usecases/ports.ts';
import { releaseItems } from '#usecases/store/catalogue.ts';
import { loadPerson } from '#usecases/store/customers.ts';
import { append } from '#usecases/store/events.ts';
import { currentKey } from '#usecases/store/keys.ts';
import { linkedCatalogues } from '#usecases/store/linked-catalogues.ts';
import { levelWrites, readAccount, termsOf } from '#usecases/vouchers/budget-account.ts';
import { budgetLevels } from '#usecases/vouchers/budget-levels.ts';
import { memoryTable } from '../../support/memory-table.ts';
import { random } from '../../support/random.ts';
import { event, instant, journey, mail, release } from '../../support/shop.ts';

const back: VoucherPool = { id: 'back', name: 'Back', description: '20 % off', codes: 'generated', prefix: 'BACK' };
const fifteen: VoucherPool = { ...back, id: 'fifteen', value: { amount: 15, currency: 'EUR' } };

const issue = (pool: string): Step => ({
  id: 'code',
  type: 'issue_voucher',
  pool,
  onIssued: [mail('offer', 'gift')],
  onRefused: [mail('update', 'news')],
});
const releaseWith = (id: string, offerBudget: OfferBudget | undefined, pool = 'back'): Release =>
  release({
    id,
    vouchers: [back, fifteen],
    journeys: [
      journey({
        id: 'gift',
        trigger: { type: 'event', event: 'Gift Wanted' },
        reentry: { mode: 'always' },
        ...(offerBudget && { offerBudget }),
        steps: [issue(pool)],
      }),
    ],
  });

/** A shop whose workers have their own memory of releases, over one table; `through` may make the table fail. */
async function shop(
  budget: OfferBudget | undefined,
  { pool = 'back', through = (table: Table): Table => table, workersMax = 100 } = {},
) {
  const told: string[] = [];
  const memory = memoryTable();
  const table = through(memory);
  let now = instant('2026-03-14');
  let current = releaseWith('rel_1', budget, pool);
  const newWorker = () => {
    // Each with a memory of its own.
    const own = { ...table };
    const onUsedUp = (name: string, until: number) => told.push(`${name} until ${new Date(until).toISOString()}`);
    const random = (bytes: number) => new Uint8Array(bytes).fill(5);
    return { table: own, catalogues: linkedCatalogues(own), now: () => now, random, onUsedUp };
  };
  const workers = new Map<number, ReturnType<typeof newWorker>>();
  const worker = (index: number) => {
    const known = workers.get(index % workersMax) ?? newWorker();
    workers.set(index % workersMax, known);
    return known;
  };
  const publish = async (next: Release): Promise<void> => {
    for (const item of releaseItems(next)) await memory.write({ put: item });
    await memory.write({ put: { ...currentKey, release: next.id } });
    current = next;
  };
  await publish(current);
  const wish = (name: string): TimelineEvent =>
    event(
      'Gift Wanted',
      new Date(now).toISOString(),
      {},
      { identities: { email: `${name}@example.com` }, id: `wish-${name}-${now}` },
    );
  /** All at once, in batches of ten by as many workers; what failed comes again, as from a queue. */
  const want = async (events: readonly TimelineEvent[]): Promise<void> => {
    await append(memory, events);
    let open = events;
    for (let delivery = 0; open.length > 0; delivery += 1) {
      if (delivery === 50) throw new Error(`still open: ${open.length}`);
      const batches = Array.from({ length: Math.ceil(open.length / 10) }, (_, index) => open.slice(index * 10, index * 10 + 10));
      const failed = await Promise.all(
        batches.map((batch, index) =>
          evaluate(
            worker(index),
            batch.map((one) => ({ id: one.id, customer: one.customer, event: one })),
          ),
        ),
      );
      open = open.filter(({ id }) => failed.some((one) => one.has(id)));
    }
  };
  const names = (count: number, prefix = 'p'): string[] => Array.from({ length: count }, (_, index) => `${prefix}${index}`);
  const stored = (prefix: string) => [...memory.items.values()].filter(({ sk }) => sk.startsWith(prefix));
  return {
    told,
    memory,
    table,
    publish,
    wish,
    want,
    wantAll: (count: number, prefix?: string) => want(names(count, prefix).map(wish)),
    pass: (to: string) => {
      now = instant(to);
    },
    now: () => now,
    vouchers: () => stored('V#').length,
    mails: (template: string) => stored('M#').filter(({ body }) => JSON.parse(String(body)).template === template).length,
    level: async () => (await budgetLevels(memory, current, now))[0],
    notes: async (name: string) => {
      const person = await loadPerson(memory, customerIdOfEmail(`${name}@example.com`));
      return [...memory.items.values()]
        .filter(({ pk, sk }) => pk === `C#${person.id}` && sk.startsWith('D#'))
        .flatMap(({ body }) => (JSON.parse(String(body)) as { notes: { what: string; why: string }[] }).notes)
        .flatMap(({ what, why }) => (what === 'step' ? [why] : []));
    },
  };
}

const month = (max: number): OfferBudget => ({ max, per: 'P1M' });

test.each([
  [1, 30],
  [37, 120],
  [64, 64],
  [100, 150],
  [200, 90],
])('of a budget of %i, wanted by %i people at once, nobody gets one too many, and none is left lying', async (max, people) => {
  const one = await shop(month(max));
  await one.wantAll(people);
  const used = Math.min(max, people);
  expect(one.vouchers()).toBe(used);
  expect([one.mails('gift'), one.mails('news')]).toEqual([used, people - used]);
  expect(await one.level()).toMatchObject({
    vouchers: { max, used, left: max - used },
    from: '2026-03-01T00:00:00.000Z',
    to: '2026-03-31T23:00:00.000Z',
    usedUp: used === max,
  });
});

test('who comes too late reads why, and until when', async () => {
  const one = await shop(month(1));
  await one.wantAll(1);
  await one.want([one.wish('late')]);
  expect((await one.notes('late'))[0]).toBe('no voucher: the budget of 1 voucher for the month to 2026-03-31 is used up');
});

test('an event that comes again counts once', async () => {
  const one = await shop(month(5));
  const wish = one.wish('ann');
  await Promise.all([one.want([wish]), one.want([wish]), one.want([wish, wish])]);
  await one.want([wish]);
  expect(one.vouchers()).toBe(1);
  expect((await one.level())?.vouchers.used).toBe(1);
});

/** Transactions fail before or after they took effect, as a line that breaks does. */
function breaking(seed: number): (table: Table) => Table {
  const { next } = random(seed);
  return (table) => ({
    ...table,
    transact: async (writes) => {
      const chance = next();
      if (chance < 0.2) throw new Error('the line broke before');
      const written = await table.transact(writes);
      if (chance < 0.4) throw new Error('the line broke after');
      return written;
    },
  });
}

test.each([1, 2, 3, 4, 5])(
  'transactions that break, before or after they took effect, lose and double nothing (%i)',
  async (seed) => {
    const one = await shop(month(40), { through: breaking(seed) });
    await one.wantAll(70);
    expect([one.vouchers(), one.mails('gift'), one.mails('news')]).toEqual([40, 40, 30]);
    expect((await one.level())?.vouchers).toEqual({ max: 40, used: 40, left: 0 });
  },
);

test('a budget in money gives as many vouchers as it has money for, to the last', async () => {
  const one = await shop({ value: { amount: 1000, currency: 'EUR' }, per: 'P1M' }, { pool: 'fifteen' });
  await one.wantAll(90);
  expect(one.vouchers()).toBe(66);
  expect(await one.level()).toMatchObject({
    vouchers: { max: null, used: 66, left: null },
    value: { amount: 1000, currency: 'EUR', used: 990, left: 10 },
    usedUp: true,
  });
});

test('of two limits the one that is reached first counts', async () => {
  const one = await shop({ max: 3, value: { amount: 1000, currency: 'EUR' } }, { pool: 'fifteen' });
  await one.wantAll(10);
  expect(one.vouchers()).toBe(3);
  expect(await one.level()).toMatchObject({ per: null, from: null, to: null, value: { used: 45, left: 955 }, usedUp: true });
});

test('the next period begins anew, to the millisecond, and knows what was given in the one before', async () => {
  const one = await shop(month(7));
  await one.wantAll(10);
  one.pass('2026-03-31T22:59:59.999Z');
  await one.wantAll(2, 'late');
  expect(one.vouchers()).toBe(7);
  one.pass('2026-03-31T23:00:00Z');
  expect(await one.level()).toMatchObject({ vouchers: { used: 0, left: 7 }, usedBefore: 7, usedUp: false });
  await one.wantAll(3, 'next');
  expect(await one.level()).toMatchObject({ vouchers: { used: 3, left: 4 }, usedBefore: 7 });
  await one.wantAll(9, 'more');
  expect(one.vouchers()).toBe(14);
  one.pass('2026-06-15');
  expect(await one.level()).toMatchObject({ vouchers: { used: 0 }, usedBefore: 0 });
});

describe('a release that changes the budget', () => {
  test.each<[string, OfferBudget | undefined, number]>([
    ['raises it: the rest is given', month(30), 30],
    ['lowers it, and some are left', month(25), 25],
    ['lowers it below what was given: nothing more', month(10), 20],
    ['counts by the quarter: what was given this month counts', { max: 30, per: 'P3M' }, 30],
    ['counts by the day: what was given this month counts', { max: 22, per: 'P1D' }, 22],
    ['counts without end: what was given counts', { max: 21 }, 21],
    ['counts money: the vouchers stay counted', { max: 24, value: { amount: 5, currency: 'EUR' }, per: 'P1M' }, 24],
    ['has none any more: everybody gets one', undefined, 70],
  ])('%s', async (_, budget, vouchers) => {
    const one = await shop(month(90));
    await one.wantAll(20);
    await one.publish(releaseWith('rel_2', budget));
    await one.wantAll(50, 'then');
    expect(one.vouchers()).toBe(vouchers);
    if (budget !== undefined) expect((await one.level())?.vouchers.used).toBe(vouchers);
  });

  test('back and forth, what was given stays counted', async () => {
    const one = await shop(month(10));
    await one.wantAll(20);
    await one.publish(releaseWith('rel_2', month(15)));
    await one.wantAll(20, 'more');
    await one.publish(releaseWith('rel_3', month(10)));
    await one.wantAll(20, 'again');
    await one.publish(releaseWith('rel_4', month(18)));
    await one.wantAll(20, 'last');
    expect(one.vouchers()).toBe(18);
  });

  test('while people come: they get no more than the present release allows', async () => {
    const one = await shop(month(500));
    await one.wantAll(12);
    const meanwhile = one.wantAll(100, 'meanwhile');
    await one.publish(releaseWith('rel_2', month(60)));
    await meanwhile;
    await one.wantAll(60, 'then');
    expect(one.vouchers()).toBe(60);
  });

  test('cannot be undone by somebody who still has the former one', async () => {
    const one = await shop(month(5));
    const former = releaseWith('rel_1', month(500));
    const catalogue = linkRelease(former);
    const budget = former.journeys[0]?.offerBudget ?? {};
    const account = await readAccount(one.memory, termsOf(catalogue, { journey: 'gift', budget, now: one.now() }), one.now());
    await one.publish(releaseWith('rel_2', month(5)));
    expect(await one.memory.transact(levelWrites(account, 'rel_1', one.now()))).toMatchObject({ ok: false });
    expect(await one.memory.transact(levelWrites(account, 'rel_2', one.now()))).toMatchObject({ ok: true });
  });
});

test('a budget that is known to be used up costs no further read, until its period ends', async () => {
  let reads = 0;
  const counting = (table: Table): Table => ({
    ...table,
    query: (pk, options) => {
      if (pk.startsWith('BUDGET#')) reads += 1;
      return table.query(pk, options);
    },
  });
  const one = await shop(month(2), { through: counting, workersMax: 1 });
  await one.wantAll(10);
  reads = 0;
  await one.wantAll(40, 'late');
  expect(reads).toBe(0);
  one.pass('2026-04-02');
  await one.wantAll(1, 'next');
  expect(reads).toBeGreaterThan(0);
  expect(one.vouchers()).toBe(3);
  // Somebody hears of it, once for each period.
  await one.wantAll(10, 'others');
  expect(one.told).toEqual(['gift until 2026-03-31T23:00:00.000Z', 'gift until 2026-04-30T23:00:00.000Z']);
});
