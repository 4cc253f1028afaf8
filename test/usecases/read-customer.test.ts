import { beforeEach, describe, expect, test } from 'vitest';
import { customerIdOfEmail, customerIdOfUser } from '#core/identity.ts';
import type { Table } from '#usecases/ports.ts';
import { publish } from '#usecases/publish.ts';
import { readCustomer } from '#usecases/read-customer.ts';
import { readTimeline, type TimelineItem } from '#usecases/read-timeline.ts';
import { append } from '#usecases/store/events.ts';
import { adminShop, annSignsUp } from '../support/admin-shop.ts';
import { catalogueFiles, welcome } from '../support/catalogue-files.ts';
import { event } from '../support/shop.ts';

type Shop = Awaited<ReturnType<typeof adminShop>>;

const loyalty = {
  currency: 'EUR',
  earn: { event: 'Order Completed', amount: 'revenue', pointsPerUnit: 1 },
  tiers: [
    { id: 'silver', name: 'Silver', spend: 0 },
    { id: 'gold', name: 'Gold', spend: 1000 },
  ],
};

let shop: Shop;
beforeEach(async () => {
  shop = await adminShop();
  await publish(shop, { files: catalogueFiles({ 'catalogue/loyalty.json': loyalty }), author: 'test' });
  await shop.take(...annSignsUp());
});

const order = (at: string, revenue: number, parts = {}) => event('Order Completed', at, { revenue, order_id: at }, parts);
const asUser = { customer: customerIdOfUser('u1'), identities: { userId: 'u1', email: 'ann@example.com' } };
const line = (item: TimelineItem): string =>
  [item.type, item.name ?? (item.event as { name: string } | undefined)?.name ?? item.template ?? item.points].join(' ');

async function pages(limit: number, id = 'ann@example.com'): Promise<TimelineItem[][]> {
  const all: TimelineItem[][] = [];
  let cursor: string | null | undefined;
  while (cursor !== null) {
    const page = await readTimeline(shop.table, id, { limit, ...(cursor !== undefined && { cursor }) });
    if (page === undefined) throw new Error('nobody');
    all.push([...page.items]);
    cursor = page.cursor;
  }
  return all;
}

describe('a customer', () => {
  test('whose stage was left and whose points have faded shows what is left, and what there was', async () => {
    const scoring = {
      scores: [{ id: 'lead', name: 'Lead', halfLife: 'P1D', rules: [{ id: 'order', event: 'Order Completed', points: 40 }] }],
      stages: [{ id: 'hot', name: 'Hot', when: { score: 'lead', gte: 40 } }],
      stagesGoBack: true,
    };
    await publish(shop, { files: catalogueFiles({ 'catalogue/scoring.json': scoring }), author: 'test' });
    await shop.take(order('2026-03-01T09:30:00Z', 5));
    const ann = await readCustomer({ ...shop, now: () => Date.parse('2026-03-03T09:30:00Z') }, 'ann@example.com');
    expect(ann?.scores).toMatchObject([
      {
        id: 'lead',
        value: 10,
        at: '2026-03-03T09:30:00.000Z',
        rules: [{ id: 'order', points: 10, given: 40, events: [{ points: 10, given: 40 }] }],
      },
    ]);
    expect(ann?.stage).toMatchObject({
      id: null,
      history: [
        { stage: 'hot', name: 'Hot', by: 'Order Completed' },
        { stage: null, by: 'the passage of time' },
      ],
    });
    expect(ann?.stage?.history[0]?.responseMs).toBeUndefined();
  });

  test('who is inside a journey shows the step, since when, and until when', async () => {
    const ann = await readCustomer(shop, 'ann@example.com');
    expect(ann?.runs).toMatchObject([
      {
        journey: 'welcome',
        name: 'Welcome',
        step: 'pause',
        enteredAt: '2026-03-01T09:00:00.000Z',
        since: '2026-03-01T09:00:00.000Z',
        until: '2026-03-02T09:00:00.000Z',
        trigger: { name: 'Signed Up', at: '2026-03-01T09:00:00.000Z' },
      },
    ]);
    expect(ann?.wakeAt).toBe('2026-03-02T09:00:00.000Z');
  });

  test('has points, tier and what is missing to the next one', async () => {
    await shop.take(order('2026-03-01T10:00:00Z', 120.5));
    expect((await readCustomer(shop, 'ann@example.com'))?.loyalty).toEqual({
      points: 120,
      pending: 0,
      spend: 120.5,
      currency: 'EUR',
      tier: { id: 'silver', name: 'Silver', since: '2026-03-01T10:00:00.000Z' },
      nextTier: { name: 'Gold', missing: 879.5 },
    });
  });

  test('about whom nothing is due has no next change', async () => {
    await shop.take(event('Signed Up', '2026-03-01T09:00:00Z', {}, { identities: { email: 'bea@example.com' } }));
    await shop.take(order('2026-03-01T10:00:00Z', 10, { identities: { email: 'bea@example.com' } }));
    expect((await readCustomer(shop, 'bea@example.com'))?.wakeAt).toBeNull();
  });

  test('who was folded into another is found under every id that they ever had', async () => {
    await shop.take(order('2026-03-01T10:00:00Z', 10, asUser));
    const ids = ['u1', 'ann@example.com', customerIdOfUser('u1'), customerIdOfEmail('ann@example.com')];
    const found = await Promise.all(ids.map((id) => readCustomer(shop, id)));
    expect(found.map((one) => one?.id)).toEqual(ids.map(() => customerIdOfUser('u1')));
    expect(found[0]?.mergedIds).toEqual([customerIdOfEmail('ann@example.com')]);
  });

  test('whom nobody knows is undefined', async () => {
    expect(await readCustomer(shop, 'nobody@example.com')).toBeUndefined();
    expect(await readCustomer(shop, '')).toBeUndefined();
  });
});

describe('a timeline', () => {
  test('has events, decisions with their reasons, messages and bookings, newest first', async () => {
    await shop.take(order('2026-03-01T10:00:00Z', 50));
    const [items = []] = await pages(50);
    expect(items.map(line)).toEqual([
      'decision Order Completed',
      'ledger 50',
      'event Order Completed',
      'decision Signed Up',
      'event Signed Up',
      'decision Subscribed',
      'event Subscribed',
    ]);
    expect(items[0]).toMatchObject({
      at: '2026-03-01T10:00:00.000Z',
      notes: expect.arrayContaining([
        expect.objectContaining({
          what: 'left',
          journey: 'welcome',
          at: '2026-03-01T10:00:00.000Z',
          why: expect.stringContaining('Order Completed'),
        }),
      ]),
    });
  });

  test('shows what became of a message, not only what was decided', async () => {
    const direct = { ...welcome, steps: [{ id: 'hello', type: 'send_email', template: 'welcome', topic: 'newsletter' }] };
    await publish(shop, { files: catalogueFiles({ 'catalogue/journeys/welcome.json': direct }), author: 'test' });
    await shop.take(event('Signed Up', '2026-03-01T11:00:00Z', {}, { identities: { email: 'bea@example.com' } }));
    const [items = []] = await pages(50, 'bea@example.com');
    expect(items.find(({ type }) => type === 'message')).toMatchObject({
      status: 'skipped',
      reason: 'no consent to the topic “Newsletter”',
      template: 'welcome',
      journey: 'welcome',
      step: 'hello',
      at: '2026-03-01T11:00:00.000Z',
    });
  });

  test('of somebody who was folded into another is one', async () => {
    await shop.take(order('2026-03-01T10:00:00Z', 50, asUser));
    const [items = []] = await pages(50, 'u1');
    expect(items.filter(({ type }) => type === 'event').map(line)).toEqual([
      'event Order Completed',
      'event Signed Up',
      'event Subscribed',
    ]);
  });

  test.each([1, 2, 3, 7, 100])('in pages of %i is the same as in one', async (limit) => {
    for (let hour = 10; hour < 20; hour += 1) {
      const at = `2026-03-01T${hour}:00:00Z`;
      await shop.take(order(at, 50, hour % 2 === 0 ? asUser : {}), event('Product Viewed', at, {}, hour % 2 === 0 ? {} : asUser));
    }
    const [whole = []] = await pages(1000);
    const cut = await pages(limit);
    expect(cut.flat()).toEqual(whole);
    expect(cut.every((page) => page.length <= limit)).toBe(true);
    expect(whole.length).toBeGreaterThan(40);
    expect(whole.map(({ at }) => at)).toEqual(
      whole
        .map(({ at }) => at)
        .sort()
        .reverse(),
    );
  });

  test('that grows while it is read repeats nothing and leaves nothing out', async () => {
    await shop.take(order('2026-03-01T10:00:00Z', 50));
    const before = (await pages(1000)).flat();
    const first = await readTimeline(shop.table, 'ann@example.com', { limit: 3 });
    await shop.take(order('2026-03-01T11:00:00Z', 50));
    const rest = await readTimeline(shop.table, 'ann@example.com', {
      limit: 1000,
      ...(first?.cursor && { cursor: first.cursor }),
    });
    expect([...(first?.items ?? []), ...(rest?.items ?? [])]).toEqual(before);
  });

  test('costs no more to read on than to begin, however far down', async () => {
    const views = Array.from({ length: 1000 }, (_, index) =>
      event('Product Viewed', new Date(Date.parse('2026-03-01T12:00:00Z') + index * 1000).toISOString()),
    );
    await append(shop.table, views);
    const read = async (cursor?: string | null) => {
      let items = 0;
      const query: Table['query'] = async (...asked) => {
        const page = await shop.table.query(...asked);
        items += page.items.length;
        return page;
      };
      const page = await readTimeline({ ...shop.table, query }, 'ann@example.com', { limit: 50, ...(cursor && { cursor }) });
      return { cursor: page?.cursor, items };
    };
    const first = await read();
    let last = first;
    for (let page = 0; page < 15; page += 1) last = await read(last.cursor);
    expect(last.items).toBeLessThanOrEqual(first.items + 1);
  });

  test('longer than a read of the table comes whole', async () => {
    const views = Array.from({ length: 250 }, (_, index) =>
      event('Product Viewed', new Date(Date.parse('2026-03-01T12:00:00Z') + index * 1000).toISOString()),
    );
    await append(shop.table, views);
    const all = (await pages(120)).flat().filter(({ name }) => name === 'Product Viewed');
    expect(all).toHaveLength(250);
  });
});
