import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { customerIdOfEmail } from '#core/identity.ts';
import { itemKey, stateKey } from '#usecases/store/keys.ts';
import { adminShop } from '../support/admin-shop.ts';
import { catalogueFiles } from '../support/catalogue-files.ts';
import { commandLine } from '../support/command-line.ts';
import { serve } from '../support/serve.ts';
import { event } from '../support/shop.ts';

let cli: ReturnType<typeof commandLine>;
let shop: Awaited<ReturnType<typeof adminShop>>;
let server: Awaited<ReturnType<typeof serve>>;

const loyalty = { currency: 'EUR', earn: { event: 'Order Completed', amount: 'revenue', pointsPerUnit: 1 }, tiers: [] };
const ann = customerIdOfEmail('ann@example.com');

beforeEach(async () => {
  cli = commandLine();
  shop = await adminShop();
  server = await serve(shop.handler);
  cli.write(catalogueFiles({ 'catalogue/loyalty.json': loyalty }));
  expect((await run('publish')).code).toBe(0);
  await shop.take(event('Order Completed', '2026-03-01T10:00:00Z', { order_id: '1', revenue: 100 }));
  for (let index = 0; index < 60; index += 1) {
    const identities = { email: `shopper-${index}@example.com` };
    await shop.take(event('Order Completed', '2026-03-01T10:00:00Z', { order_id: `o${index}`, revenue: index }, { identities }));
  }
});
afterEach(async () => {
  await server.close();
  cli.remove();
});

const run = (line: string) => cli.run(line, { REKINDLE_URL: server.url, REKINDLE_KEY: shop.key });

describe('ledger verify', () => {
  test('looks at everybody, page by page, and says that all is well', async () => {
    // An order of nothing earns nothing: 60 of the 61 customers have an entry.
    expect(await run('ledger verify')).toEqual({
      code: 0,
      out: '61 customers with 60 entries checked: every balance is the sum of its ledger.',
      complaints: '',
    });
    expect(JSON.parse((await run('ledger verify --json')).out)).toEqual({ customers: 61, entries: 60, differing: [] });
  });

  test('names whoever differs, with what differs, and ends with 1', async () => {
    const { items } = await shop.table.query(stateKey(ann).pk, { prefix: 'L#' });
    const [entry] = items;
    if (entry === undefined) throw new Error('Ann has no entry');
    await shop.table.write({ put: { ...entry, body: String(entry.body).replace('"points":100', '"points":90') } });
    await shop.table.write({ put: { ...entry, ...itemKey(ann, 'L#2026-03-02T00:00:00.000Z#led_x') } });
    const { code, out } = await run('ledger verify');
    expect(code).toBe(1);
    expect(out.split('\n')).toEqual([
      `${ann}  ann@example.com`,
      '  balance   the balance is 100, and the ledger adds up to 190',
      expect.stringMatching(/^ {2}twice {5}\w+:orders has earned 2 times: led_\w+, led_\w+$/),
      '',
      '61 customers with 61 entries checked: 1 differs.',
    ]);
    const differing = JSON.parse((await run('ledger verify --json')).out).differing;
    expect(differing).toMatchObject([{ customer: ann, points: 100, differences: [{ rule: 'balance' }, { rule: 'twice' }] }]);
  });

  test('needs the scope loyalty:read, and a cursor that it gave', async () => {
    const key = await shop.keyWith('customers:read');
    expect(await run(`ledger verify --key ${key}`)).toMatchObject({
      code: 1,
      complaints: expect.stringContaining('loyalty:read'),
    });
    const asked = await fetch(`${server.url}/admin/v1/loyalty/verification?cursor=x&shard=16`, {
      headers: { authorization: `Bearer ${shop.key}` },
    });
    expect(await asked.json()).toMatchObject({ status: 400, errors: [{ path: 'shard' }, { path: 'cursor' }] });
  });

  test.each(['ledger', 'ledger prove', 'ledger verify all'])('%s is not understood', async (line) => {
    expect(await run(line)).toMatchObject({ code: 2, out: '' });
  });
});
