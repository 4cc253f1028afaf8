import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { adminShop } from '../support/admin-shop.ts';
import { catalogueFiles } from '../support/catalogue-files.ts';
import { commandLine } from '../support/command-line.ts';
import { serve } from '../support/serve.ts';
import { event } from '../support/shop.ts';

let cli: ReturnType<typeof commandLine>;
let shop: Awaited<ReturnType<typeof adminShop>>;
let server: Awaited<ReturnType<typeof serve>>;

const loyalty = {
  currency: 'EUR',
  earn: [{ id: 'orders', name: 'Your orders', event: 'Order Completed', per: { points: 1 } }],
  expiry: { after: 'P1Y' },
  rewards: [
    { id: 'tea', name: 'A box of tea', points: 60, pool: 'tea' },
    { id: 'card', name: 'A gift card', points: 500, pool: 'cards' },
  ],
  tiers: [
    { id: 'silver', name: 'Silver', spend: 100 },
    { id: 'gold', name: 'Gold', spend: 500 },
  ],
};
const pools = [
  { id: 'tea', name: 'Tea', description: 'A box of tea', codes: 'generated', prefix: 'TEA', value: { article: 'T1' } },
  { id: 'cards', name: 'Cards', description: 'A gift card', codes: 'imported', lowAt: 2 },
];

const gift = {
  id: 'gift',
  name: 'A gift',
  trigger: { type: 'event', event: 'Gift Wanted' },
  reentry: { mode: 'always' },
  offerBudget: { max: 2, value: { amount: 100, currency: 'EUR' }, per: 'P1M' },
  steps: [{ id: 'code', type: 'issue_voucher', pool: 'ten' }],
};
const ten = { id: 'ten', name: 'Ten', description: '€10', codes: 'generated', value: { amount: 10, currency: 'EUR' } };

beforeEach(async () => {
  cli = commandLine();
  shop = await adminShop();
  server = await serve(shop.handler);
  cli.write(catalogueFiles({ 'catalogue/loyalty.json': loyalty, 'catalogue/vouchers.json': { pools } }));
  expect((await run('publish')).code).toBe(0);
  await shop.take(event('Order Completed', '2026-03-01T10:00:00Z', { order_id: '1', revenue: 120 }));
});
afterEach(async () => {
  await server.close();
  cli.remove();
});

const run = (line: string | readonly string[]) => cli.run(line, { REKINDLE_URL: server.url, REKINDLE_KEY: shop.key });
const data = async (line: string) => JSON.parse((await run(`${line} --json`)).out);

describe('loyalty', () => {
  test('shows a balance with lots, tier, progress and rewards', async () => {
    expect((await run('loyalty balance ann@example.com')).out.split('\n')).toEqual([
      '120 points can be spent.',
      'Tier: Silver since 2026-03-01 10:00:00',
      'Next: Gold, 380 EUR to go',
      '',
      'Points by when they lapse',
      '  120  2027-03-01 10:00:00',
      '',
      'Rewards',
      '  tea  60 points  A box of tea',
      '  card  500 points  A gift card  (not enough yet)',
    ]);
    expect(await run('loyalty balance nobody@example.com')).toMatchObject({
      code: 1,
      complaints: expect.stringContaining('Nobody'),
    });
  });

  test('redeems a reward once for one key, which it shows', async () => {
    const { code, out } = await run('loyalty redeem ann@example.com --reward tea');
    expect(code).toBe(0);
    expect(out).toMatch(
      /^Redeemed; 60 points are left\.\nCode: TEA-\S+\nA repeat with --idempotency-key \S+ changes nothing more\.$/,
    );
    const [, key = ''] = /--idempotency-key (\S+)/.exec(out) ?? [];
    expect((await run(`loyalty redeem ann@example.com --reward tea --idempotency-key ${key}`)).out).toBe(out);
    expect(await data('loyalty balance ann@example.com')).toMatchObject({ points: 60 });
    expect(await data('loyalty redeem ann@example.com --points 10')).toMatchObject({ redeemed: true, balance: 50 });
  });

  test('says why points cannot be redeemed, and how to repeat it', async () => {
    const { code, complaints } = await run('loyalty redeem ann@example.com --points 500 --idempotency-key k1');
    expect(code).toBe(1);
    expect(complaints).toContain('500 points cannot be redeemed: the balance is 120');
    expect(complaints).toContain('--idempotency-key k1');
  });

  test('adjusts up and down with a reason, which stands in the history with the author', async () => {
    expect(await run(['loyalty', 'adjust', 'ann@example.com', '--points=-50', '--reason', 'booked twice'])).toMatchObject({
      code: 0,
      out: expect.stringContaining('Adjusted; the balance is 70.'),
    });
    const { out } = await run('loyalty history ann@example.com');
    expect(out).toMatch(/adjust +-50 +70 +booked twice \(by key for \*\)\n.*earn +\+120 +120 +Your orders$/);
  });
});

describe('vouchers', () => {
  test('are checked, and used once for one order', async () => {
    const { voucher } = await data('loyalty redeem ann@example.com --reward tea');
    const checked = await run(`vouchers check ${voucher.code}`);
    expect(checked.code).toBe(0);
    expect(checked.out).toMatch(
      /^TEA-\S+ may be used\.\n {2}Worth +A box of tea\n {2}Value +\{"article":"T1"\}\n {2}Pool +tea\n {2}Uses left +1$/,
    );
    expect((await run(`vouchers use ${voucher.code} --order 7`)).out).toMatch(/^Used for order 7\.\n/);
    expect((await run(`vouchers use ${voucher.code} --order 7`)).out).toMatch(
      /^Was used for order 7 before; nothing has changed\./,
    );
    expect(await run(`vouchers use ${voucher.code} --order 8`)).toMatchObject({
      code: 1,
      complaints: expect.stringContaining('The code is used'),
    });
    expect(await run(`vouchers check ${voucher.code}`)).toMatchObject({
      code: 1,
      out: expect.stringContaining('was used already'),
    });
    expect(await run('vouchers check TEA-XXXXX')).toMatchObject({
      code: 1,
      out: expect.stringMatching(/is mistyped|is not known/),
    });
  });

  test('come in as a list, each once; the pools say what is left', async () => {
    expect((await run('vouchers pools')).out).toMatch(/^cards +imported +0 +LOW +Cards$/m);
    cli.write({
      'plain.csv': 'CARD-1\nCARD-2\nCARD-1\n',
      'table.csv': 'id;code;worth\n1;CARD-3;5\n2;;5\n3;CÄRD;5\n',
      'many.csv': ['code', ...Array.from({ length: 1200 }, (_, index) => `M-${index}`)].join('\r\n'),
    });
    expect(await run('vouchers import cards plain.csv')).toMatchObject({
      code: 0,
      out: '2 added to cards, 1 known already, 0 refused.',
    });
    expect(await run('vouchers import cards table.csv')).toEqual({
      code: 1,
      out: 'table.csv:4  a code is made of printable ASCII characters\n1 added to cards, 0 known already, 1 refused.',
      complaints: '',
    });
    expect(await data('vouchers import cards many.csv')).toMatchObject({ added: 1200, known: 0, refused: [] });
    const { out } = await run('vouchers pools');
    expect(out).toMatch(/^tea +generated +any number +Tea$/m);
    expect(out).toMatch(/^cards +imported +1203 +Cards$/m);
  });

  test('shows what journeys have left to give', async () => {
    expect((await run('vouchers budgets')).out).toBe(
      'No journey of the release has a budget: it is declared as "offerBudget" in catalogue/journeys.',
    );
    const changes = { 'catalogue/journeys/gift.json': gift, 'catalogue/vouchers.json': { pools: [...pools, ten] } };
    cli.write(catalogueFiles({ 'catalogue/loyalty.json': loyalty, ...changes }));
    expect((await run('publish')).code).toBe(0);
    for (const second of [1, 2, 3]) await shop.take(event('Gift Wanted', `2026-03-02T08:00:0${second}Z`));
    expect((await run('vouchers budgets')).out.split('\n')).toEqual([
      'JOURNEY  USED        OF   LEFT           UNTIL                THE PERIOD BEFORE',
      'gift     2 vouchers  2    0     USED UP  2026-03-31 23:00:00  0 vouchers',
      '         20 EUR      100  80',
    ]);
    expect(await data('vouchers budgets')).toMatchObject({ items: [{ journey: 'gift', usedUp: true }], cursor: null });
    expect((await run('timeline ann@example.com')).out).toContain(
      'the budget of 2 vouchers and 100 EUR for the month to 2026-03-31 is used up',
    );
  });

  test('of a file in which the codes cannot be told are not taken', async () => {
    cli.write({ 'table.csv': 'id,voucher\n1,CARD-3\n', 'empty.csv': '' });
    expect(await run('vouchers import cards table.csv')).toMatchObject({
      code: 2,
      complaints: expect.stringContaining('--column'),
    });
    expect((await run('vouchers import cards table.csv --column voucher')).code).toBe(0);
    expect(await run('vouchers import cards table.csv --column vouchr')).toMatchObject({
      code: 2,
      complaints: expect.stringContaining('did you mean "voucher"?'),
    });
    expect(await run('vouchers import cards empty.csv')).toMatchObject({
      code: 1,
      complaints: expect.stringContaining('no codes'),
    });
    expect(await run('vouchers import cards none.csv')).toMatchObject({
      code: 1,
      complaints: expect.stringContaining('cannot be read'),
    });
    expect(await run('vouchers import tea table.csv --column voucher')).toMatchObject({
      code: 1,
      complaints: expect.stringContaining('no pool tea of imported codes'),
    });
  });
});

test.each([
  ['loyalty', 'say what to do'],
  ['loyalty toString ann', 'say what to do'],
  ['loyalty balance', 'CUSTOMER is missing'],
  ['loyalty redeem ann', 'either --reward or --points'],
  ['loyalty redeem ann --reward tea --points 5', 'either --reward or --points'],
  ['loyalty redeem ann --points 1.5', 'not a number of points'],
  ['loyalty adjust ann --reason x', '--points is missing'],
  ['loyalty adjust ann --points 0 --reason x', '--points is missing'],
  ['loyalty adjust ann --points 5', '--reason is missing'],
  ['vouchers', 'say what to do'],
  ['vouchers check', 'CODE is missing'],
  ['vouchers use CODE', '--order is missing'],
  ['vouchers import cards', 'name a pool and a file'],
  ['vouchers pools now', 'now is too much'],
  ['vouchers budgets now', 'now is too much'],
])('%s is not understood', async (line, why) => {
  expect(await run(line)).toMatchObject({ code: 2, out: '', complaints: expect.stringContaining(why) });
});
