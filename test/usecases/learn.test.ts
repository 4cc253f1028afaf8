import { describe, expect, test } from 'vitest';
import type { TimelineEvent } from '#core/event.ts';
import { customerIdOfEmail } from '#core/identity.ts';
import { DAY_MS, HOUR_MS } from '#core/instant.ts';
import { compileCatalogue } from '#usecases/compile-catalogue.ts';
import { evaluate } from '#usecases/evaluate.ts';
import { fill } from '#usecases/fill.ts';
import { type GatherLimits, gatherHistories } from '#usecases/learn/gather.ts';
import { learn, learnIfDue, learnState, requestLearn } from '#usecases/learn.ts';
import { planRelease } from '#usecases/plan-release.ts';
import type { Published } from '#usecases/ports.ts';
import { publish, rollback } from '#usecases/publish.ts';
import { readCustomer } from '#usecases/read-customer.ts';
import { contentOf } from '#usecases/read-release.ts';
import { loadPerson } from '#usecases/store/customers.ts';
import { append } from '#usecases/store/events.ts';
import { linkedCatalogues } from '#usecases/store/linked-catalogues.ts';
import { catalogueFiles } from '../support/catalogue-files.ts';
import { memoryTable } from '../support/memory-table.ts';
import { event, instant } from '../support/shop.ts';

const START = instant('2024-11-01');
const gone = {
  id: 'gone',
  name: 'Gone',
  when: { attribute: 'prediction.pAlive', lt: 0.3 },
  fallback: { all: [{ event: 'Order Completed' }, { not: { event: 'Order Completed', within: 'P60D' } }] },
};
const predicting = { 'catalogue/prediction.json': {}, 'catalogue/segments/gone.json': gone };

/** A shop of people with rhythms of 3 to 42 days, who leave after one to nine orders; the bus is worked off by hand. */
async function shop(customers = 150) {
  const table = memoryTable();
  const published: Published[] = [];
  let now = instant('2026-03-01');
  const bus = {
    publish: async (entries: readonly Published[]) => {
      published.push(...entries);
      return [];
    },
  };
  const dependencies = {
    table,
    bus,
    rules: { replace: async () => {} },
    catalogues: linkedCatalogues(table),
    now: () => now,
    pause: async () => {},
  };
  const takeIn = async (list: readonly TimelineEvent[]): Promise<void> => {
    await append(table, list);
    const failed = await evaluate(
      dependencies,
      list.map((one) => ({ id: one.id, customer: one.customer, event: one })),
    );
    for (const cause of failed.values()) throw cause;
  };
  return {
    ...dependencies,
    published,
    pass: (ms: number) => {
      now += ms;
    },
    publish: async (files: Parameters<typeof catalogueFiles>[0] = {}) =>
      publish(dependencies, { files: catalogueFiles(files), author: 'ann' }),
    open: async (): Promise<void> => {
      for (let i = 0; i < customers; i += 1) await takeIn(ordersOf(i));
    },
    /** Brings the current release to everybody. */
    settle: async (): Promise<void> => {
      for (let next = published.shift(); next !== undefined; next = published.shift()) {
        const detail = next.detail as { release: string; customer: `cus_${string}` };
        if (next.type === 'Fill Due') await fill(dependencies, detail.release);
        if (next.type === 'Wake Due')
          for (const cause of (await evaluate(dependencies, [{ id: 'wake', customer: detail.customer }])).values()) throw cause;
      }
    },
    person: async (i: number) => (await loadPerson(table, customerIdOfEmail(`buyer${i}@example.com`))).customer,
  };
}

function ordersOf(i: number): TimelineEvent[] {
  const [rhythm, orders, first] = [3 + (i % 40), 1 + ((i * 7) % 9), (i * 13) % 90];
  return Array.from({ length: orders }, (_, n) =>
    event(
      'Order Completed',
      new Date(START + (first + n * rhythm) * DAY_MS).toISOString(),
      { order_id: `o${i}-${n}`, revenue: 20 + (i % 5) * 10 + n },
      { identities: { email: `buyer${i}@example.com` } },
    ),
  );
}

describe('learning', () => {
  test('reads the orders of existing customers, and its model reaches everybody with a release', async () => {
    const place = await shop();
    await place.publish();
    await place.open();
    const before = await place.publish(predicting);
    await place.settle();
    // Everybody has been silent for more than sixty days, and that is all that is known.
    expect((await place.person(8))?.segments).toHaveProperty('gone');
    expect((await place.person(8))?.orders?.history).toMatchObject({ orderDays: 3 });

    const state = await learn(place, 'ann');
    expect(state).toMatchObject({ status: 'published', by: 'ann', customers: 150 });
    await place.settle();
    const current = await place.catalogues.current();
    expect(current).toBe(state?.release);
    expect((await place.catalogues.release(current ?? '')).prediction?.model).toMatchObject({ kind: 'mbgnbd', customers: 150 });
    const linked = await place.catalogues.linked(current ?? '');
    for (const i of [1, 8, 22, 60, 99, 149]) {
      const customer = await place.person(i);
      if (customer === undefined) throw new Error('everybody is known');
      const alive = linked.prediction?.values(customer, place.now())['prediction.pAlive'];
      expect(alive, `buyer ${i}`).toBeTypeOf('number');
      expect('gone' in customer.segments, `buyer ${i}`).toBe(Number(alive) < 0.3);
      expect(customer.release).toBe(current);
    }
    const view = await readCustomer(place, 'buyer8@example.com');
    expect(Object.keys(view?.forecasts ?? {})).toEqual(expect.arrayContaining(['prediction.pAlive', 'rfm.group']));
    if (before.outcome !== 'published') throw new Error('the catalogue is published');
    await rollback(place, before.release.id, 'ann');
    await place.settle();
    expect((await place.person(8))?.segments).toHaveProperty('gone');
  });

  test('refuses a shop of few buyers with the reason, and changes no release', async () => {
    const place = await shop(20);
    await place.publish(predicting);
    await place.open();
    const current = await place.catalogues.current();
    expect(await learn(place, 'ann')).toMatchObject({ status: 'refused', reason: expect.stringContaining('50') });
    expect(await learnState(place.table)).toMatchObject({ status: 'refused', reason: expect.stringContaining('50') });
    expect(await place.catalogues.current()).toBe(current);
  });

  test('has nothing to do without prediction.json', async () => {
    const place = await shop(0);
    expect(await learn(place, 'ann')).toBeUndefined();
    await place.publish();
    expect(await learn(place, 'ann')).toBeUndefined();
    expect(await learnState(place.table)).toBeUndefined();
  });

  test('is done once where it is asked for twice, and again where the one that was at it is gone', async () => {
    const place = await shop(60);
    await place.publish(predicting);
    await place.open();
    const [one, other] = await Promise.all([learn(place, 'ann'), learn(place, 'bob')]);
    expect([one, other].filter((state) => state !== undefined)).toHaveLength(1);
    await place.table.write({ put: { pk: 'JOB', sk: 'LEARN', status: 'running', movedAt: place.now(), body: '{}' } });
    expect(await learn(place, 'ann')).toBeUndefined();
    place.pass(17 * 60_000);
    expect(await learn(place, 'ann')).toMatchObject({ status: 'published' });
  });

  test.each([
    [{}, [0, 7, 14]],
    [{ learnEvery: 'P2D' }, [0, 2, 4, 6, 8, 10, 12, 14]],
    [{ learnEvery: 'P1M' }, [0]],
  ])('is done by the schedule as often as prediction.json says: %j', async (settings, expected) => {
    const place = await shop(60);
    await place.publish({ ...predicting, 'catalogue/prediction.json': settings });
    await place.open();
    place.pass(3 * HOUR_MS);
    const learnt: number[] = [];
    for (let night = 0; night < 15; night += 1) {
      if ((await learnIfDue(place))?.status === 'published') learnt.push(night);
      place.pass(DAY_MS + (night % 2 === 0 ? -5000 : 5000));
    }
    expect(learnt).toEqual(expected);
    expect(await learnState(place.table)).toMatchObject({ by: 'the schedule' });
  });

  test('is tried again the next night after a failure, and after a refusal when it is due', async () => {
    const few = await shop(5);
    await few.publish(predicting);
    await few.open();
    expect(await learnIfDue(few)).toMatchObject({ status: 'refused' });
    few.pass(DAY_MS);
    expect(await learnIfDue(few)).toBeUndefined();
    const place = await shop(60);
    await place.publish(predicting);
    await place.open();
    const broken = { ...place.table, customers: () => Promise.reject(new Error('the index is away')) };
    await expect(learnIfDue({ ...place, table: broken })).rejects.toThrow('the index is away');
    expect(await learnState(place.table)).toMatchObject({ status: 'failed', reason: 'the index is away' });
    place.pass(DAY_MS);
    expect(await learnIfDue(place)).toMatchObject({ status: 'published' });
  });

  test('is asked for by the bus, and says so until it begins', async () => {
    const place = await shop(0);
    await place.publish(predicting);
    place.published.length = 0;
    expect(await requestLearn(place, 'ann')).toMatchObject({ status: 'requested' });
    expect(place.published).toMatchObject([{ type: 'Learn Due', detail: { by: 'ann' } }]);
    expect(await learnState(place.table)).toMatchObject({ status: 'requested', by: 'ann' });
  });

  test('reads an even sample where there are very many customers', async () => {
    const place = await shop(30);
    await place.publish(predicting);
    await place.open();
    const told: number[] = [];
    const gather = (limits: GatherLimits) => gatherHistories(place, async (read) => void told.push(read), limits);
    const some = await gather({ customersMax: 10, readMs: DAY_MS });
    expect(some.customers).toBeGreaterThan(3);
    expect(some.customers).toBeLessThanOrEqual(10);
    expect([some.histories.size(), told.at(-1)]).toEqual([some.customers, some.customers]);
    expect(some).toMatchObject({ partsAll: 16 });
    expect(some.parts).toBeLessThan(10);
    expect(await gather({ customersMax: 1000, readMs: DAY_MS })).toMatchObject({ customers: 30, parts: 16 });
  });

  test('reads one item of each customer, and no timeline', async () => {
    const place = await shop(40);
    await place.publish(predicting);
    await place.open();
    const read: string[] = [];
    const never = () => Promise.reject(new Error('learning needs nothing but what stands on the customers'));
    const table = {
      ...place.table,
      get: never,
      query: never,
      batchGet: async (keys: Parameters<typeof place.table.batchGet>[0]) => {
        read.push(...keys.map(({ sk }) => sk));
        return place.table.batchGet(keys);
      },
    };
    const gathered = await gatherHistories({ table, now: place.now }, async () => {});
    expect(gathered.histories.size()).toBe(40);
    expect(read).toEqual(Array.from({ length: 40 }, () => 'STATE'));
  });

  test('reads as many as there is time for, and says of how many it knows', async () => {
    const place = await shop(400);
    await place.publish(predicting);
    await place.open();
    const { customers } = place.table;
    const slow = {
      ...place.table,
      customers: async (...page: Parameters<typeof customers>) => {
        place.pass(60_000);
        return customers(...page);
      },
    };
    const state = await learn({ ...place, table: slow }, 'ann');
    expect(state).toMatchObject({ status: 'published' });
    const { notes } = (await place.catalogues.release(state?.release ?? '')).prediction?.model ?? {};
    // Nine minutes, a part a minute.
    expect(notes?.at(-1)).toMatch(/^Learnt from 2\d\d of about [34]\d\d customers, an even sample\.$/);
  });
});

describe('a model that was learnt', () => {
  test('goes on with the next catalogue, and ends with one that reads orders otherwise', async () => {
    const place = await shop(60);
    await place.publish(predicting);
    await place.open();
    await learn(place, 'ann');
    const current = async () => place.catalogues.release((await place.catalogues.current()) ?? '');
    const { model } = (await current()).prediction ?? {};
    expect(model?.customers).toBe(60);

    expect(await place.publish(predicting)).toMatchObject({ outcome: 'unchanged' });
    const { compiled } = await compileCatalogue(catalogueFiles(predicting));
    if (compiled === undefined) throw new Error('the catalogue compiles');
    const now = await current();
    expect(
      planRelease({ id: now.id, release: now, templates: contentOf(compiled).templates }, contentOf(compiled)),
    ).toMatchObject({
      unchanged: true,
    });

    await place.publish({ ...predicting, 'catalogue/prediction.json': { margin: 0.4 } });
    expect((await current()).prediction).toEqual({ settings: { margin: 0.4 }, model });
    await place.publish({ ...predicting, 'catalogue/prediction.json': { orders: { event: 'Purchase' } } });
    expect((await current()).prediction).toEqual({ settings: { orders: { event: 'Purchase' } } });
  });

  test('is published on top of what somebody else published meanwhile', async () => {
    const place = await shop(60);
    await place.publish(predicting);
    await place.open();
    const { customers, ...table } = place.table;
    let isFirst = true;
    const slow = {
      ...table,
      customers: async (...page: Parameters<typeof customers>) => {
        if (isFirst) {
          isFirst = false;
          await place.publish({ ...predicting, 'catalogue/prediction.json': { margin: 0.5 } });
        }
        return customers(...page);
      },
    };
    const state = await learn({ ...place, table: slow }, 'ann');
    expect(state).toMatchObject({ status: 'published' });
    expect((await place.catalogues.release(state?.release ?? '')).prediction).toMatchObject({
      settings: { margin: 0.5 },
      model: { customers: 60 },
    });
  });
});
