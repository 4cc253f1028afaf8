import { beforeEach, describe, expect, test } from 'vitest';
import { customerIdOfEmail, customerIdOfUser } from '#core/identity.ts';
import { type ExportItem, type ExportPage, exportCustomer } from '#usecases/export-customer.ts';
import { publish } from '#usecases/publish.ts';
import { BadCursor } from '#usecases/read-timeline.ts';
import { append } from '#usecases/store/events.ts';
import { adminShop } from '../support/admin-shop.ts';
import { catalogueFiles, welcome } from '../support/catalogue-files.ts';
import { event } from '../support/shop.ts';

const origin = 'https://go.example.com';
const byEmail = customerIdOfEmail('ann@example.com');
const byUser = customerIdOfUser('u1');
let shop: Awaited<ReturnType<typeof adminShop>>;

beforeEach(async () => {
  shop = await adminShop();
  const direct = { ...welcome, steps: [{ id: 'hello', type: 'send_email', template: 'welcome', topic: 'newsletter' }] };
  await publish(shop, { files: catalogueFiles({ 'catalogue/journeys/welcome.json': direct }), author: 'test' });
  await shop.take(
    event('Subscribed', '2026-03-01T08:00:00Z', { list_id: 'newsletter' }, { kind: 'consent' }),
    event('Signed Up', '2026-03-01T09:00:00Z'),
  );
  await shop.take(
    event('Identify', '2026-03-01T10:00:00Z', {}, { kind: 'identify', identities: { userId: 'u1', email: 'ann@example.com' } }),
  );
});

async function all(limit: number): Promise<{ pages: ExportPage[]; items: ExportItem[] }> {
  const pages: ExportPage[] = [];
  for (let cursor: string | null | undefined; cursor !== null; ) {
    const page = await exportCustomer(shop, 'ann@example.com', { limit, origin, ...(cursor !== undefined && { cursor }) });
    if (page === undefined) throw new Error('there is no such page');
    pages.push(page);
    cursor = page.cursor;
  }
  return { pages, items: pages.flatMap(({ items }) => items) };
}

describe('an export', () => {
  test('holds every item under all ids, once, whatever the size of its pages', async () => {
    const stored = [...shop.table.items.values()].filter(({ pk }) => pk === `C#${byEmail}` || pk === `C#${byUser}`);
    for (const limit of [1, 2, 3, 200]) {
      const { items } = await all(limit);
      expect(items).toHaveLength(stored.length);
      expect(new Set(items.map((item) => JSON.stringify(item))).size).toBe(stored.length);
    }
    const types = (await all(200)).items.map(({ type, id }) => `${type} ${id === byUser ? 'user' : 'address'}`);
    for (const one of ['state user', 'pointer address', 'event address', 'event user', 'decision user', 'message address'])
      expect(types).toContain(one);
  });

  test('says who it is, and shows a mail by what it was, with the page that renders it', async () => {
    const { pages, items } = await all(200);
    expect(pages[0]).toMatchObject({ customer: { userId: 'u1', email: 'ann@example.com' }, ids: [byUser, byEmail] });
    expect(items.find(({ type }) => type === 'message')).toMatchObject({
      template: 'welcome',
      topic: 'newsletter',
      status: 'queued',
      viewInBrowser: expect.stringMatching(/^https:\/\/go\.example\.com\/v\//),
    });
  });

  test('holds also events of somebody on whom nothing was decided', async () => {
    await append(shop.table, [event('Page', '2026-03-01T10:00:00Z', {}, { kind: 'page', identities: { anonymousId: 'seen' } })]);
    expect(await exportCustomer(shop, 'seen', { limit: 10, origin })).toMatchObject({
      customer: null,
      items: [{ type: 'event' }],
    });
    expect(await exportCustomer(shop, 'nobody', { limit: 10, origin })).toBeUndefined();
  });

  test.each(['x', Buffer.from('{"id":"cus_other"}').toString('base64url'), Buffer.from('null').toString('base64url')])(
    'refuses a cursor that it did not give: %s',
    async (cursor) => {
      await expect(exportCustomer(shop, 'ann@example.com', { limit: 10, cursor, origin })).rejects.toThrow(BadCursor);
    },
  );
});
