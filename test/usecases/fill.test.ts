import { expect, test } from 'vitest';
import type { Release, Scoring, Segment } from '#core/catalogue.ts';
import type { Customer } from '#core/customer.ts';
import type { TimelineEvent } from '#core/event.ts';
import { customerIdOfEmail } from '#core/identity.ts';
import { linkRelease } from '#core/linked.ts';
import { scoreAt } from '#core/scoring.ts';
import { evaluate, type Task } from '#usecases/evaluate.ts';
import { fill, fillOrder, fillState, requestFill, resumeFill } from '#usecases/fill.ts';
import type { Published } from '#usecases/ports.ts';
import { releaseItems } from '#usecases/store/catalogue.ts';
import { loadPerson } from '#usecases/store/customers.ts';
import { append } from '#usecases/store/events.ts';
import { currentKey, releaseListPk } from '#usecases/store/keys.ts';
import { linkedCatalogues } from '#usecases/store/linked-catalogues.ts';
import { memoryTable } from '../support/memory-table.ts';
import { event, instant, release } from '../support/shop.ts';

const frequent: Segment = {
  id: 'frequent',
  name: 'Frequent',
  when: { event: 'Order Completed', count: { gte: 2 }, within: 'P30D' },
};
const viewers: Segment = { id: 'viewers', name: 'Viewers', when: { event: 'Product Viewed' } };

/** A system with a clock, whose bus is worked off by hand. */
async function system() {
  const table = memoryTable();
  const published: Published[] = [];
  let now = instant('2026-03-01');
  const bus = {
    publish: async (entries: readonly Published[]) => {
      published.push(...entries);
      return [];
    },
  };
  const dependencies = { table, bus, now: () => now, pause: async () => {}, catalogues: linkedCatalogues(table) };
  const tasks = async (list: readonly Task[]): Promise<void> => {
    for (const cause of (await evaluate(dependencies, list)).values()) throw cause;
  };
  return {
    table,
    published,
    dependencies,
    pass: (ms: number) => {
      now += ms;
    },
    /** As publishing leaves it. */
    release: async (one: Release): Promise<void> => {
      for (const item of releaseItems(one)) await table.write({ put: item });
      await table.write({ put: { ...currentKey, release: one.id } });
      await table.write({ put: { pk: releaseListPk, sk: `R#${now}#${one.id}`, body: '{}' } });
      await table.write(fillOrder(one.id, now));
    },
    happen: async (...events: readonly TimelineEvent[]): Promise<void> => {
      await append(table, events);
      await tasks(
        events
          .filter(({ name }) => name === 'Order Completed')
          .map((one) => ({ id: one.id, customer: one.customer, event: one })),
      );
    },
    evaluate: tasks,
    /** Works off what is on the bus until it is empty. */
    drain: async (): Promise<void> => {
      for (let one = published.shift(); one !== undefined; one = published.shift()) {
        const detail = one.detail as { release: string; customer: Customer['id'] };
        if (one.type === 'Fill Due') await fill(dependencies, detail.release);
        else await tasks([{ id: 'w', customer: detail.customer }]);
      }
    },
    customer: async (email: string) => (await loadPerson(table, customerIdOfEmail(email))).customer,
  };
}

const order = (email: string, at: string, id: string): TimelineEvent =>
  event('Order Completed', at, {}, { id, identities: { email } });
const view = (email: string, at: string, id: string): TimelineEvent =>
  event('Product Viewed', at, {}, { id, identities: { email } });

test('a segment that a new release brings is right for customers of whom nothing happens', async () => {
  const shop = await system();
  await shop.release(release({ id: 'rel_1', segments: [{ ...frequent, when: { event: 'Order Completed' } }] }));
  await shop.happen(
    order('a@example.com', '2026-02-10', '1'),
    order('a@example.com', '2026-02-20', '2'),
    order('b@example.com', '2026-02-20', '3'),
  );
  await shop.release(release({ id: 'rel_2', segments: [frequent] }));
  await requestFill(shop.dependencies, 'rel_2');
  await shop.drain();
  expect(Object.keys((await shop.customer('a@example.com'))?.segments ?? {})).toEqual(['frequent']);
  expect((await shop.customer('a@example.com'))?.flips.frequent).toBe(instant('2026-03-12'));
  expect(Object.keys((await shop.customer('b@example.com'))?.segments ?? {})).toEqual([]);
  expect(await fillState(shop.table)).toMatchObject({
    release: 'rel_2',
    customers: 2,
    shardsDone: 16,
    shards: 16,
    doneAt: '2026-03-01T00:00:00.000Z',
  });
});

test('events of a name that nothing had mentioned count once it is mentioned', async () => {
  const shop = await system();
  await shop.release(release({ id: 'rel_1' }));
  await shop.happen(view('a@example.com', '2026-01-10', '1'), order('a@example.com', '2026-01-11', '2'));
  await shop.release(release({ id: 'rel_2', segments: [viewers] }));
  await requestFill(shop.dependencies, 'rel_2');
  await shop.drain();
  expect(Object.keys((await shop.customer('a@example.com'))?.segments ?? {})).toEqual(['viewers']);
});

test('somebody new under the second release has the history that the timeline has', async () => {
  const shop = await system();
  await shop.release(release({ id: 'rel_1' }));
  await shop.happen(view('a@example.com', '2026-01-10', '1'));
  await shop.release(release({ id: 'rel_2', segments: [viewers] }));
  await shop.happen(order('a@example.com', '2026-03-01', '2'));
  expect(Object.keys((await shop.customer('a@example.com'))?.segments ?? {})).toEqual(['viewers']);
});

test('an event that is on its way while metrics are filled counts once', async () => {
  const shop = await system();
  await shop.release(release({ id: 'rel_1', segments: [{ ...frequent, when: { attribute: 'city', exists: true } }] }));
  await shop.happen(order('a@example.com', '2026-02-20', '1'));
  await shop.release(release({ id: 'rel_2', segments: [frequent] }));
  const underWay = order('a@example.com', '2026-03-01', '2');
  await append(shop.table, [underWay]);
  await shop.evaluate([{ id: 'w', customer: underWay.customer }]);
  expect(Object.values((await shop.customer('a@example.com'))?.metrics ?? {})[0]?.n).toBe(2);
  await shop.evaluate([{ id: 'e', customer: underWay.customer, event: underWay }]);
  expect(Object.values((await shop.customer('a@example.com'))?.metrics ?? {})[0]?.n).toBe(2);
});

test('the very event that brings somebody to a new release counts once', async () => {
  const shop = await system();
  await shop.release(release({ id: 'rel_1' }));
  await shop.release(release({ id: 'rel_2', segments: [frequent] }));
  await shop.happen(order('a@example.com', '2026-02-20', '1'));
  expect(Object.values((await shop.customer('a@example.com'))?.metrics ?? {})[0]?.n).toBe(1);
});

test('a fill that was cut off goes on after some minutes, and one that is done does not', async () => {
  const shop = await system();
  await shop.release(release({ id: 'rel_1' }));
  await resumeFill(shop.dependencies);
  expect(shop.published).toEqual([]);
  shop.pass(3 * 60_000);
  await resumeFill(shop.dependencies);
  expect(shop.published).toMatchObject([{ type: 'Fill Due', detail: { release: 'rel_1' } }]);
  await shop.drain();
  shop.pass(3 * 60_000);
  await resumeFill(shop.dependencies);
  expect(shop.published).toEqual([]);
});

test('more customers than one page holds are all reached', async () => {
  const shop = await system();
  await shop.release(release({ id: 'rel_1' }));
  const all = Array.from({ length: 40 }, (_, index) => order(`p${index}@example.com`, '2026-02-20', String(index)));
  await shop.happen(...all);
  await shop.release(release({ id: 'rel_2', segments: [viewers] }));
  await requestFill(shop.dependencies, 'rel_2');
  await shop.drain();
  const releases = await Promise.all(all.map(async (_, index) => (await shop.customer(`p${index}@example.com`))?.release));
  expect(new Set(releases)).toEqual(new Set(['rel_2']));
});

test('a score, its stage and where people came from are filled from the timeline', async () => {
  const scoring: Scoring = {
    scores: [{ id: 'lead', name: 'Lead', halfLife: 'P10D', rules: [{ id: 'viewed', event: 'Product Viewed', points: 20 }] }],
    stages: [{ id: 'hot', name: 'Hot', when: { score: 'lead', gte: 25 } }],
  };
  const shop = await system();
  await shop.release(release({ id: 'rel_1' }));
  const campaign = { campaign: { source: 'letter', name: 'spring' } };
  await shop.happen(
    { ...view('a@example.com', '2026-02-19', '1'), context: campaign },
    view('a@example.com', '2026-02-28', '2'),
    order('a@example.com', '2026-02-28', '3'),
  );
  const scored = release({ id: 'rel_2', scoring });
  await shop.release(scored);
  await requestFill(shop.dependencies, 'rel_2');
  await shop.drain();
  const customer = await shop.customer('a@example.com');
  expect(customer?.touches?.first).toMatchObject({ source: 'letter', campaign: 'spring', event: '1' });
  expect(customer?.stage).toMatchObject({ id: 'hot', history: [{ stage: 'hot', by: 'a new release' }] });
  const score = linkRelease(scored).scores.get('lead');
  if (score === undefined || customer === undefined) throw new Error('there is a score, and a customer');
  expect(scoreAt(score, customer, instant('2026-03-01'))).toBe(28.66);
});
