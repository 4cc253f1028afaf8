import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { catalogueFiles } from '../support/catalogue-files.ts';
import { commandLine } from '../support/command-line.ts';

let cli: ReturnType<typeof commandLine>;
beforeEach(() => {
  cli = commandLine();
  put('shop', present);
  put('draft', draft);
  put('rich', rich);
  cli.write({ 'history.ndjson': history.map((line) => JSON.stringify(line)).join('\n') });
});
afterEach(() => cli.remove());

const put = (folder: string, parts: Record<string, object>): void => {
  const files = catalogueFiles(parts);
  cli.write(Object.fromEntries(Object.entries(files).map(([path, text]) => [`${folder}/${path}`, text])));
};
const run = (line: string) => cli.run(line, { REKINDLE_URL: 'http://127.0.0.1:1' });

const tiers = [
  { id: 'silver', name: 'Silver', spend: 100 },
  { id: 'gold', name: 'Gold', spend: 500 },
];
const present = {
  'catalogue/loyalty.json': { currency: 'EUR', earn: { event: 'Order Completed', amount: 'revenue', pointsPerUnit: 1 }, tiers },
};
const draft = {
  'catalogue/loyalty.json': {
    currency: 'EUR',
    combine: 'sum',
    earn: [
      { id: 'orders', event: 'Order Completed', per: { points: 2 }, pending: { for: 'P14D' } },
      { id: 'review', name: 'A review', event: 'Product Reviewed', points: 10 },
    ],
    expiry: { after: 'P90D' },
    rewards: [{ id: 'five', name: 'Five euros', points: 250, pool: 'five' }],
    tiers: [{ id: 'silver', name: 'Silver', spend: 300 }],
  },
  'catalogue/vouchers.json': {
    pools: [{ id: 'five', name: 'Five', description: '5 EUR off', codes: 'generated', value: { amount: 5 } }],
  },
};
const rich = {
  'catalogue/loyalty.json': {
    ...present['catalogue/loyalty.json'],
    rewards: [
      { id: 'five', name: 'Five euros', points: 250, pool: 'five' },
      { id: 'dollars', name: 'Dollars', points: 1, pool: 'dollars' },
    ],
  },
  'catalogue/vouchers.json': {
    pools: [
      { id: 'five', name: 'Five', description: '5 EUR off', codes: 'generated', value: { amount: 5, currency: 'EUR' } },
      { id: 'dollars', name: 'Dollars', description: 'Dollars off', codes: 'generated', value: { amount: 5, currency: 'USD' } },
    ],
  },
};

const call = (email: string, event: string, timestamp: string, properties: object) => ({
  type: 'track',
  event,
  properties,
  timestamp,
  context: { traits: { email } },
});
const history = [
  call('ann@example.com', 'Order Completed', '2026-01-01T10:00:00Z', { order_id: 'a1', revenue: 120, currency: 'EUR' }),
  call('ann@example.com', 'Points Redeemed', '2026-02-01T10:00:00Z', { points: 50, reward: 'gone by now' }),
  call('bob@example.com', 'Order Completed', '2026-02-02T10:00:00Z', { order_id: 'b1', revenue: 600, currency: 'EUR' }),
  call('bob@example.com', 'Order Refunded', '2026-02-05T10:00:00Z', { order_id: 'b1', revenue: 100, currency: 'EUR' }),
  call('cid@example.com', 'Product Reviewed', '2026-04-01T10:00:00Z', { product_id: 'P1' }),
  call('cid@example.com', 'Order Completed', '2026-04-20T10:00:00Z', { order_id: 'c1', revenue: 30, currency: 'EUR' }),
];

describe('loyalty plan', () => {
  test('replays the past under both rules: points, worth, rules and tiers side by side', async () => {
    const { code, out } = await run('loyalty plan draft --against shop --history history.ndjson --json');
    expect(code).toBe(0);
    const { before, after, moves, customers, until } = JSON.parse(out);
    expect({ customers, until }).toEqual({ customers: 3, until: '2026-04-20T10:00:00.000Z' });
    expect(before.totals).toEqual({
      members: 3,
      issued: 120 + 600 + 30,
      reversed: 100,
      redeemed: 50,
      expired: 0,
      adjusted: 0,
      pending: 0,
      outstanding: 600,
    });
    // Ann's points lapse on 1 April, the 50 that she spent excepted; Bob's 1,200 less a sixth are confirmed; the latest order is pending.
    expect(after.totals).toEqual({
      members: 3,
      issued: 240 + 1200 + 10 + 60,
      reversed: 200,
      redeemed: 50,
      expired: 190,
      adjusted: 0,
      pending: 60,
      outstanding: 1010,
    });
    expect(before.pointValue).toEqual({ value: 0.01, by: 'assumed: no reward says what it is worth in money' });
    expect(before.liability).toEqual({ outstanding: 6, pending: 0 });
    expect(after.pointValue).toMatchObject({ value: 0.02, by: 'by the reward Five euros: 5 EUR for 250 points' });
    expect(after.liability).toEqual({ outstanding: 20.2, pending: 1.2 });
    expect(after.rules).toEqual([
      { rule: 'orders', name: 'orders', points: 1500, times: 3 },
      { rule: 'review', name: 'A review', points: 10, times: 1 },
    ]);
    expect(moves).toEqual([
      { from: 'silver', to: null, direction: 'down', customers: 1, first: ['ann@example.com'] },
      // The draft has no gold, so that nobody can say which of the two is the higher one.
      { from: 'gold', to: 'silver', direction: 'other', customers: 1, first: ['bob@example.com'] },
    ]);
    for (const { totals: t } of [before, after])
      expect(t.issued - t.reversed - t.redeemed - t.expired + t.adjusted).toBe(t.outstanding + t.pending);
  });

  test('is a table for people', async () => {
    const { code, out } = await run('loyalty plan draft --against shop --history history.ndjson');
    expect(code).toBe(0);
    expect(out).toMatch(/^ {2}issued +750 +1510 +\+760$/m);
    expect(out).toMatch(/^ {2}review +0 +10 +\+10$/m);
    expect(out).toMatch(/^ {2}gold +1 +0 +-1$/m);
    expect(out).toContain('draft: 20.2 EUR outstanding, 1.2 EUR pending; a point at 0.02 EUR, by the reward Five euros');
    expect(out).toContain('silver → none (down): 1 customer: ann@example.com');
  });

  test('takes the value of a point as told, or of the best reward in the currency of the programme', async () => {
    const told = JSON.parse(
      (await run('loyalty plan draft --against rich --history history.ndjson --point-value 0.05 --json')).out,
    );
    expect(told.after).toMatchObject({ pointValue: { value: 0.05, by: 'as you said' }, liability: { outstanding: 50.5 } });
    const best = JSON.parse((await run('loyalty plan rich --against shop --history history.ndjson --json')).out);
    expect(best.after.pointValue.value).toBe(0.02);
  });

  test('ends where it is told', async () => {
    const { after } = JSON.parse(
      (await run('loyalty plan draft --against shop --history history.ndjson --until 2026-01-10 --json')).out,
    );
    expect(after.totals).toMatchObject({ issued: 240, pending: 240, outstanding: 0 });
  });

  test('says why nothing was booked, and which lines it could not read', async () => {
    const bad = call('dan@example.com', 'Order Completed', '2026-04-20T11:00:00Z', { revenue: 30 });
    cli.write({ 'history.ndjson': `${JSON.stringify(bad)}\n{"no":"message"}` });
    const { out } = await run('loyalty plan draft --against shop --history history.ndjson');
    expect(out).toContain('1 ×: no points: the event has no “order_id”, so that a repeat of it could not be told');
    expect(out).toContain('1 of the lines cannot be read and were skipped');
    expect(out).toContain('history.ndjson:2');
  });

  test.each([
    ['loyalty', 2, 'say what to do'],
    ['loyalty plan draft --against shop', 2, '--history is missing'],
    ['loyalty plan draft --history history.ndjson --point-value much', 2, 'not an amount of money'],
    ['loyalty plan draft --history history.ndjson --until soon', 2, 'not a time'],
    ['loyalty plan draft --history none.ndjson --against shop', 1, 'cannot be read'],
    ['loyalty plan plain --history history.ndjson --against shop', 1, 'no catalogue/loyalty.json'],
  ])('%s ends with %i', async (line, code, why) => {
    put('plain', {});
    expect(await run(line)).toMatchObject({ code, complaints: expect.stringContaining(why) });
  });
});
