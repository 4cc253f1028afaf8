import { expect, test } from 'vitest';
import type { Release } from '#core/catalogue.ts';
import type { TimelineEvent } from '#core/event.ts';
import { customerIdOfEmail } from '#core/identity.ts';
import type { VoucherPool } from '#core/vouchers.ts';
import { record } from '#usecases/evaluate.ts';
import { releaseItems } from '#usecases/store/catalogue.ts';
import { loadPerson } from '#usecases/store/customers.ts';
import { readEvents } from '#usecases/store/events.ts';
import { currentKey, voucherKey } from '#usecases/store/keys.ts';
import { linkedCatalogues } from '#usecases/store/linked-catalogues.ts';
import { importCodes, poolLevels } from '#usecases/vouchers/pools.ts';
import { checkVoucher, redeemVoucher } from '#usecases/vouchers/redeem.ts';
import { memoryTable } from '../../support/memory-table.ts';
import { event, instant, journey, mail, release } from '../../support/shop.ts';

const generated: VoucherPool = {
  id: 'back',
  name: 'Back',
  description: '20 % off',
  codes: 'generated',
  prefix: 'BACK',
  validFor: 'P14D',
  value: { percent: 20 },
};
const imported: VoucherPool = { id: 'cards', name: 'Cards', description: 'A gift card', codes: 'imported', lowAt: 3 };
const shared: VoucherPool = {
  id: 'summer',
  name: 'Summer',
  description: 'Free delivery',
  codes: 'imported',
  bound: false,
  uses: 2,
};

const ann = customerIdOfEmail('ann@example.com');
const gift = (pool: string) =>
  journey({
    id: `gift-${pool}`,
    trigger: { type: 'event', event: `${pool} wanted` },
    reentry: { mode: 'always' },
    steps: [{ id: 'voucher', type: 'issue_voucher', pool }, mail('offer')],
  });

async function shop() {
  const table = memoryTable();
  let now = instant('2026-01-01');
  const dependencies = {
    table,
    catalogues: linkedCatalogues(table),
    now: () => now,
    random: (bytes: number) => new Uint8Array(bytes).fill(5),
  };
  const released: Release = release({ vouchers: [generated, imported, shared], journeys: [gift('back'), gift('cards')] });
  for (const item of releaseItems(released)) await table.write({ put: item });
  await table.write({ put: { ...currentKey, release: released.id } });
  const take = (...events: readonly TimelineEvent[]): Promise<void> => record(dependencies, events);
  const codes = async (email = 'ann@example.com'): Promise<(string | undefined)[]> => {
    const id = customerIdOfEmail(email);
    const { customer } = await loadPerson(table, id);
    const items = await Promise.all((customer?.vouchers ?? []).map((held) => table.get(voucherKey(held.customer, held.id))));
    return items.map((item) => (item?.code === undefined ? undefined : String(item.code)));
  };
  return {
    ...dependencies,
    take,
    codes,
    pass: (to: string) => {
      now = instant(to);
    },
    used: async () =>
      (await readEvents(table, ann))
        .filter(({ name }) => name.startsWith('Voucher '))
        .map(({ name, properties }) => [name, properties.reason ?? properties.remaining]),
  };
}

test('a generated code is found, is worth what the pool says, works once, and is gone from its owner', async () => {
  const one = await shop();
  await one.take(event('back wanted', '2026-01-01'));
  const [code = ''] = await one.codes();
  expect(code).toMatch(/^BACK-/);
  const spoken = code.toLowerCase().replace('-', ' - ');
  expect(await checkVoucher(one, spoken)).toEqual({
    code,
    status: 'valid',
    pool: 'back',
    description: '20 % off',
    value: { percent: 20 },
    validUntil: '2026-01-15T00:00:00.000Z',
    remaining: 1,
  });
  expect(await redeemVoucher(one, { code, key: 'order-1', order: 'order-1' })).toMatchObject({ redeemed: true, repeated: false });
  expect(await redeemVoucher(one, { code, key: 'order-1', order: 'order-1' })).toMatchObject({ redeemed: true, repeated: true });
  expect(await redeemVoucher(one, { code, key: 'order-2' })).toMatchObject({ redeemed: false, voucher: { status: 'used' } });
  const [told] = (await readEvents(one.table, ann)).filter(({ name }) => name === 'Voucher Used');
  expect(told?.properties).toMatchObject({ code, pool: 'back', order_id: 'order-1', remaining: 0 });
  await one.take(told as TimelineEvent);
  expect((await loadPerson(one.table, ann)).customer?.vouchers).toEqual([]);
});

test('of ten who use one code at the same instant one succeeds', async () => {
  const one = await shop();
  await one.take(event('back wanted', '2026-01-01'));
  const [code = ''] = await one.codes();
  const answers = await Promise.all(
    Array.from({ length: 10 }, (_, index) => redeemVoucher(one, { code, key: `order-${index}` })),
  );
  expect(answers.filter(({ redeemed }) => redeemed)).toHaveLength(1);
  expect(await one.used()).toHaveLength(1);
});

test.each<[string, (code: string) => string, object, string]>([
  ['a wrong last character', (code) => `${code.slice(0, -1)}${code.endsWith('7') ? '8' : '7'}`, {}, 'mistyped'],
  ['a code that never was', () => 'NOTHING', {}, 'unknown'],
  ['no code', () => ' ', {}, 'unknown'],
  ['a code without end', () => 'X'.repeat(10_000), {}, 'unknown'],
  ["somebody else's code", (code) => code, { customer: customerIdOfEmail('bob@example.com') }, 'of_another_customer'],
])('%s is not taken', async (_, change, who, status) => {
  const one = await shop();
  await one.take(event('back wanted', '2026-01-01'));
  const [code = ''] = await one.codes();
  expect((await redeemVoucher(one, { code: change(code), key: 'k', ...who })).voucher.status).toBe(status);
});

test('a voucher that has lapsed is not taken, from the very instant on', async () => {
  const one = await shop();
  await one.take(event('back wanted', '2026-01-01'));
  const [code = ''] = await one.codes();
  one.pass('2026-01-14T23:59:59.999Z');
  expect((await checkVoucher(one, code)).status).toBe('valid');
  one.pass('2026-01-15');
  expect((await redeemVoucher(one, { code, key: 'k' })).voucher.status).toBe('expired');
});

test('imported codes are given out once each; a list that comes twice adds nothing; a dry pool gives no code', async () => {
  const one = await shop();
  expect(await importCodes(one.table, 'cards', ['card 1', 'CARD2', '', 'card1', 'käse'])).toEqual({
    added: 2,
    known: 1,
    refused: [{ line: 5, why: 'a code is made of printable ASCII characters' }],
  });
  expect(await importCodes(one.table, 'cards', ['CARD1'])).toMatchObject({ added: 0, known: 1 });
  expect((await checkVoucher(one, 'CARD1')).status).toBe('not_issued');
  await Promise.all(
    ['ann', 'bob', 'cid'].map((name) =>
      one.take(event('cards wanted', '2026-01-01', {}, { identities: { email: `${name}@example.com` }, id: name })),
    ),
  );
  const given = (await Promise.all(['ann', 'bob', 'cid'].map((name) => one.codes(`${name}@example.com`)))).flat();
  expect(given.filter((code) => code !== undefined).sort()).toEqual(['CARD1', 'CARD2']);
  expect(given).toHaveLength(3);
  expect(await poolLevels(one.table, [generated, imported])).toEqual([
    { pool: 'back', name: 'Back', codes: 'generated', free: null, low: false },
    { pool: 'cards', name: 'Cards', codes: 'imported', free: 0, low: true },
  ]);
});

test('a code for everybody works without being issued, as often as the pool says', async () => {
  const one = await shop();
  await importCodes(one.table, 'summer', ['SUMMER']);
  const use = async (key: string) => (await redeemVoucher(one, { code: 'summer', key, customer: ann })).voucher;
  expect(await use('a')).toMatchObject({ status: 'valid', remaining: 1 });
  expect(await use('b')).toMatchObject({ status: 'valid', remaining: 0 });
  expect(await use('c')).toMatchObject({ status: 'used' });
  expect((await one.used()).sort()).toEqual([
    ['Voucher Used', 0],
    ['Voucher Used', 1],
  ]);
});

test('a shop tells of it by an event, once however often it is sent; what cannot be used is said on the timeline', async () => {
  const one = await shop();
  await one.take(event('back wanted', '2026-01-01'));
  const [code = ''] = await one.codes();
  const told = event('Voucher Redeemed', '2026-01-02', { code, order_id: '7' });
  await one.take(told);
  await one.take({ ...told, id: 'sent-again' });
  await one.take(event('Voucher Redeemed', '2026-01-03', { code, order_id: '8' }));
  await one.take({ ...event('Voucher Redeemed', '2026-01-04', { code: 'NOTHING' }), trust: 'publishable' });
  expect(await one.used()).toEqual([
    ['Voucher Redeemed', undefined],
    ['Voucher Redeemed', undefined],
    ['Voucher Used', 0],
    ['Voucher Redeemed', undefined],
    ['Voucher Refused', 'the code was used before'],
    ['Voucher Redeemed', undefined],
  ]);
});
