import { describe, expect, test } from 'vitest';
import type { LedgerEntry } from '#core/decision.ts';
import type { JsonObject } from '#core/json.ts';
import type { Loyalty } from '#core/loyalty/programme.ts';
import { given, type Story } from '../../support/given.ts';
import { ann, catalogue, event, journey, mail } from '../../support/shop.ts';

const base: Loyalty = { currency: 'EUR', earn: [{ id: 'orders', event: 'Order Completed', per: { points: 1 } }], tiers: [] };
const shop = (parts: Partial<Loyalty> = {}) => catalogue({ loyalty: { ...base, ...parts } });

const order = (at: string, id: string, revenue: number, more: JsonObject = {}) =>
  event('Order Completed', at, { order_id: id, revenue, currency: 'EUR', ...more });
const refund = (at: string, id: string, more: JsonObject = {}) => event('Order Refunded', at, { order_id: id, ...more });
const loyalty = (name: string, at: string, properties: JsonObject) =>
  event(name, at, properties, { origin: 'loyalty', trust: 'system' });

const entries = (story: Story): LedgerEntry[] =>
  story.effects.flatMap((effect) => (effect.type === 'ledger' ? [effect.entry] : []));
const lines = (story: Story): string[] =>
  entries(story).map(({ type, points, pending, balance, at }) =>
    [
      new Date(at).toISOString().slice(0, 10),
      type,
      points,
      ...(pending === undefined ? [] : [`(${pending})`]),
      '→',
      balance,
    ].join(' '),
  );
const balance = (story: Story): [number, number] => [story.customer.loyalty?.points ?? 0, story.customer.loyalty?.pending ?? 0];

describe('earning', () => {
  test.each<[string, JsonObject, Loyalty['earn'], number]>([
    ['a point for each euro, rounded down', { revenue: 19.99 }, base.earn, 19],
    ['rounded up where the rule says so', { revenue: 19.01 }, [rule({ points: 1, rounding: 'up' })], 20],
    ['five for each ten euros, in proportion', { revenue: 19 }, [rule({ points: 5, unit: 10 })], 9],
    ['nothing below the minimum', { revenue: 9.99 }, [rule({ points: 1, minimum: 10 })], 0],
    ['all of it from the minimum on', { revenue: 10 }, [rule({ points: 1, minimum: 10 })], 10],
    [
      'not for excluded categories',
      {
        revenue: 50,
        products: [
          { category: 'gift cards', price: 15, quantity: 2 },
          { category: 'tea', price: 20 },
        ],
      },
      [rule({ points: 1, exclude: { categories: ['gift cards'] } })],
      20,
    ],
    [
      'not for excluded articles',
      { revenue: 50, products: [{ sku: 'X1', price: '12.50' }] },
      [rule({ points: 1, exclude: { skus: ['X1'] } })],
      37,
    ],
    ['the subtotal where there is no revenue', { revenue: null, subtotal: 12 }, base.earn, 12],
    ['the total less shipping and tax where there is neither', { revenue: null, total: 20, shipping: 3, tax: 2 }, base.earn, 15],
    ['converted by the rate of the programme', { revenue: 100, currency: 'usd' }, base.earn, 92],
  ])('%s', (_, properties, earn, points) => {
    const story = given(ann(), shop({ earn, rates: { USD: 0.92 } })).when(order('2026-01-01', '1', 0, properties));
    expect(balance(story)).toEqual([points, 0]);
  });

  test('a foreign amount is kept as it was paid', () => {
    const story = given(ann(), shop({ rates: { JPY: 0.0062 } })).when(order('2026-01-01', '1', 5000, { currency: 'JPY' }));
    expect(story.customer.loyalty?.bookings[0]).toMatchObject({ minor: 3100, paid: { minor: 5000, currency: 'JPY' } });
  });

  test('of two rules the best one counts, and both where the programme says so', () => {
    const earn: Loyalty['earn'] = [
      ...rules(base),
      { id: 'large', event: 'Order Completed', where: { property: 'revenue', gte: 100 }, points: 30 },
    ];
    expect(balance(given(ann(), shop({ earn })).when(order('2026-01-01', '1', 100)))).toEqual([100, 0]);
    expect(balance(given(ann(), shop({ earn, combine: 'sum' })).when(order('2026-01-01', '1', 100)))).toEqual([130, 0]);
  });

  test('a rule about the customer sees the order that is being booked', () => {
    const first = { id: 'first', event: 'Order Completed', when: { event: 'Order Completed', count: { is: 1 } }, points: 200 };
    const story = given(ann(), shop({ earn: [...rules(base), first] })).when(
      order('2026-01-01', '1', 10),
      order('2026-01-02', '2', 10),
    );
    expect(balance(story)).toEqual([210, 0]);
  });

  test.each<[string, JsonObject, string, number]>([
    ['on a day', { days: ['friday'] }, '2026-01-02', 30],
    ['not on another', { days: ['friday'] }, '2026-01-03', 10],
    ['within dates', { from: '2026-01-01', to: '2026-01-03' }, '2026-01-02T23:59:59Z', 30],
    ['not from the end on', { from: '2026-01-01', to: '2026-01-03' }, '2026-01-03', 10],
    ['for a segment', { segment: 'locals' }, '2026-01-03', 30],
    ['not for others', { segment: 'tourists' }, '2026-01-03', 10],
    ['not for a tier that nobody is in', { tiers: ['gold'] }, '2026-01-03', 10],
  ])('a multiplier counts %s', (_, when, at, points) => {
    const earn = [{ id: 'orders', event: 'Order Completed', per: { points: 1 }, multipliers: [{ factor: 3, ...when }] }];
    const there = catalogue({
      loyalty: { ...base, earn },
      segments: [
        { id: 'locals', name: 'Locals', when: { attribute: 'city', is: 'Porto' } },
        { id: 'tourists', name: 'Tourists', when: { attribute: 'city', isNot: 'Porto' } },
      ],
    });
    const story = given(ann(), there).when(
      event('Identify', '2025-12-01', {}, { traits: { city: 'Porto' } }),
      order(at, '1', 10),
    );
    expect(balance(story)).toEqual([points, 0]);
  });

  test('the multiplier of a tier counts from the next order on', () => {
    const earn = [{ id: 'orders', event: 'Order Completed', per: { points: 1 }, multipliers: [{ factor: 2, tiers: ['gold'] }] }];
    const tiers: Loyalty['tiers'] = [{ id: 'gold', name: 'Gold', spend: 100 }];
    const story = given(ann(), shop({ earn, tiers })).when(order('2026-01-01', '1', 100), order('2026-01-02', '2', 100));
    expect(lines(story)).toEqual(['2026-01-01 earn 100 → 100', '2026-01-02 earn 200 → 300']);
  });

  test('limits count for ever, or by the calendar of the programme', () => {
    const review = (limit: { max: number; per?: 'day' }) => [{ id: 'review', event: 'Product Reviewed', points: 10, limit }];
    const reviews = ['2026-01-01T10:00:00Z', '2026-01-01T23:00:00Z', '2026-01-02T01:00:00Z'].map((at) =>
      event('Product Reviewed', at),
    );
    expect(balance(given(ann(), shop({ earn: review({ max: 1 }) })).when(...reviews))).toEqual([10, 0]);
    expect(balance(given(ann(), shop({ earn: review({ max: 1, per: 'day' }) })).when(...reviews))).toEqual([20, 0]);
    // In Auckland the first of January ends at 11:00 UTC: the two later reviews are of one day.
    expect(
      balance(given(ann(), shop({ earn: review({ max: 1, per: 'day' }), zone: 'Pacific/Auckland' })).when(...reviews)),
    ).toEqual([20, 0]);
  });

  test('events with the same key earn once, whatever their ids', () => {
    const earn = [{ id: 'review', event: 'Product Reviewed', points: 10, key: 'review_id' }];
    const story = given(ann(), shop({ earn })).when(
      event('Product Reviewed', '2026-01-01', { review_id: 7 }),
      event('Product Reviewed', '2026-01-02', { review_id: 7 }),
    );
    expect(balance(story)).toEqual([10, 0]);
    expect(story.noted('refused')).toEqual(['refused no points: “7” has earned already']);
  });

  test('what a web page sends earns nothing, unless the programme trusts it', () => {
    const forged = { ...order('2026-01-01', '1', 1000), trust: 'publishable' as const };
    const story = given(ann(), shop()).when(forged);
    expect(balance(story)).toEqual([0, 0]);
    expect(story.noted('refused')).toEqual(['refused no points: the order came with a publishable key, which anybody can use']);
    expect(balance(given(ann(), shop({ orders: { from: 'anyone' } })).when(forged))).toEqual([1000, 0]);
  });
});

describe('pending points', () => {
  const pending = shop({ pending: { for: 'P14D', event: 'Order Delivered' } });

  test('are confirmed when the time for returns is over', () => {
    const story = given(ann(), pending).when(order('2026-01-01', '1', 50));
    expect(balance(story)).toEqual([0, 50]);
    expect(lines(story.until('2026-02-01'))).toEqual(['2026-01-01 earn 0 (50) → 0', '2026-01-15 confirm 50 (-50) → 50']);
  });

  test('or by an event about the same order, and by no other', () => {
    const other = given(ann(), pending).when(
      order('2026-01-01', '1', 50),
      event('Order Delivered', '2026-01-03', { order_id: '2' }),
    );
    expect(balance(other)).toEqual([0, 50]);
    const same = given(ann(), pending).when(
      order('2026-01-01', '1', 50),
      event('Order Delivered', '2026-01-03', { order_id: '1' }),
    );
    expect(lines(same.until('2026-02-01'))).toEqual(['2026-01-01 earn 0 (50) → 0', '2026-01-03 confirm 50 (-50) → 50']);
  });

  test('cannot be spent, and are gone when the order is given back', () => {
    const story = given(ann(), pending).when(
      order('2026-01-01', '1', 50),
      loyalty('Points Redeemed', '2026-01-02', { points: 10 }),
      refund('2026-01-03', '1'),
    );
    expect(story.noted('refused')).toEqual(['refused 10 points cannot be redeemed: the balance is 0']);
    expect(lines(story.until('2026-02-01'))).toEqual(['2026-01-01 earn 0 (50) → 0', '2026-01-03 reverse 0 (-50) → 0']);
  });
});

describe('refunds', () => {
  test('take back in proportion, and in the end all of it', () => {
    const story = given(ann(), shop()).when(
      order('2026-01-01', '1', 99.5),
      refund('2026-01-02', '1', { revenue: 33 }),
      refund('2026-01-03', '1', { revenue: 33 }),
      refund('2026-01-04', '1', { revenue: 33.5 }),
    );
    expect(lines(story)).toEqual([
      '2026-01-01 earn 99 → 99',
      '2026-01-02 reverse -32 → 67',
      '2026-01-03 reverse -33 → 34',
      '2026-01-04 reverse -34 → 0',
    ]);
    expect(story.customer.loyalty).toMatchObject({ spendMinor: 0, earned: 0, orders: 0 });
  });

  test('by products, by cancelling, and of more than was paid', () => {
    const partly = given(ann(), shop()).when(
      order('2026-01-01', '1', 100),
      refund('2026-01-02', '1', { products: [{ price: 10, quantity: 3 }] }),
    );
    expect(balance(partly)).toEqual([70, 0]);
    expect(balance(partly.when(event('Order Cancelled', '2026-01-03', { order_id: '1', revenue: 5 })))).toEqual([0, 0]);
    expect(balance(partly.when(refund('2026-01-03', '1', { revenue: 5000 })))).toEqual([0, 0]);
  });

  test('count once, known by their own id', () => {
    const twice = [
      refund('2026-01-02', '1', { revenue: 10, refund_id: 'r' }),
      refund('2026-01-03', '1', { revenue: 10, refund_id: 'r' }),
    ];
    const story = given(ann(), shop()).when(order('2026-01-01', '1', 100), ...twice);
    expect(balance(story)).toEqual([90, 0]);
  });

  test('never take more than is there, and say so; unless debt is allowed, which the next points pay', () => {
    const spent = [
      order('2026-01-01', '1', 100),
      loyalty('Points Redeemed', '2026-01-02', { points: 80 }),
      refund('2026-01-03', '1'),
    ];
    const story = given(ann(), shop()).when(...spent);
    expect(balance(story)).toEqual([0, 0]);
    expect(story.noted('points').at(-1)).toBe('points 80 points of it are spent or lapsed already, and are not taken back');
    const indebted = given(ann(), shop({ allowDebt: true })).when(...spent);
    expect(balance(indebted)).toEqual([-80, 0]);
    const paid = indebted.when(order('2026-01-04', '2', 100));
    expect(balance(paid)).toEqual([20, 0]);
    expect(paid.customer.loyalty?.lots).toEqual([{ left: 20, expiresAt: null }]);
  });

  test('that come before their order are taken off when it comes', () => {
    const story = given(ann(), shop()).when(refund('2026-01-01', '1', { revenue: 40 }), order('2026-01-02', '1', 100));
    expect(lines(story)).toEqual(['2026-01-02 earn 100 → 100', '2026-01-01 reverse -40 → 60']);
  });

  test.each<[string, JsonObject, string]>([
    ['without an order id', {}, 'the event has no “order_id”'],
    [
      'of an unknown order',
      { order_id: '9' },
      'no such order of this customer is known; one that comes later is booked less this',
    ],
    ['of a negative amount', { order_id: '1', revenue: -5 }, 'an amount of -5 is out of bounds'],
    [
      'in a currency without a rate',
      { order_id: '1', revenue: 5, currency: 'CHF' },
      'it is in CHF, and the programme counts EUR and has no rate for that',
    ],
  ])('%s book nothing and say why', (_, properties, why) => {
    const story = given(ann(), shop()).when(order('2026-01-01', '1', 100), event('Order Refunded', '2026-01-02', properties));
    expect(balance(story)).toEqual([100, 0]);
    expect(story.noted('refused')).toEqual([`refused no points are taken back: ${why}`]);
  });
});

describe('expiry', () => {
  test('points lapse a year after they were earned, those that come first go first', () => {
    const story = given(ann(), shop({ expiry: { after: 'P1Y' } })).when(
      order('2026-01-01', '1', 100),
      order('2026-03-01', '2', 50),
      loyalty('Points Redeemed', '2026-04-01', { points: 30 }),
    );
    expect(lines(story.until('2027-06-01'))).toEqual([
      '2026-01-01 earn 100 → 100',
      '2026-03-01 earn 50 → 150',
      '2026-04-01 redeem -30 → 120',
      '2027-01-01 expire -70 → 50',
      '2027-03-01 expire -50 → 0',
    ]);
  });

  test('at the end of the calendar year in the zone of the programme', () => {
    const story = given(ann(), shop({ expiry: { endOf: 'year' }, zone: 'America/New_York' })).when(
      order('2026-03-01', '1', 10),
      order('2027-01-01T04:59:59Z', '2', 5),
      order('2027-01-01T05:00:00Z', '3', 7),
    );
    expect(entries(story.until('2027-06-01')).filter(({ type }) => type === 'expire')).toMatchObject([
      { points: -15, at: Date.parse('2027-01-01T05:00:00Z') },
    ]);
  });

  test('after inactivity, which every order puts off', () => {
    const story = given(ann(), shop({ expiry: { inactivity: 'P6M' } })).when(
      order('2026-01-01', '1', 10),
      order('2026-06-01', '2', 10),
    );
    expect(lines(story.until('2027-06-01')).at(-1)).toBe('2026-12-01 expire -20 → 0');
  });

  test('a journey is warned a fortnight before, once for what lapses then', () => {
    const warned = journey({
      id: 'warned',
      trigger: { type: 'points', expiring: 'P14D' },
      reentry: { mode: 'always' },
      steps: [mail('warning')],
    });
    const there = catalogue({ journeys: [warned], loyalty: { ...base, expiry: { after: 'P1Y', endOf: 'month' } } });
    const story = given(ann(), there).when(
      order('2026-01-05', '1', 10),
      order('2026-01-20', '2', 10),
      order('2026-05-01', '3', 5),
    );
    expect(story.until('2027-06-30').mails).toEqual(['2027-01-18T00:00 hello queued', '2027-05-17T23:00 hello queued']);
  });
});

describe('tiers', () => {
  const levels = [
    { id: 'silver', name: 'Silver', from: 100 },
    { id: 'gold', name: 'Gold', from: 300 },
  ];
  const tierLines = (story: Story) =>
    story.decisions.flatMap(({ notes }) =>
      notes.filter(({ what }) => what === 'tier').map(({ at, why }) => `${new Date(at).toISOString().slice(0, 10)} ${why}`),
    );

  test('in a rolling year: up at once, down after the grace, to what was earned meanwhile', () => {
    const there = shop({ tiers: { by: 'spend', window: { rolling: 'P365D' }, grace: 'P30D', levels } });
    const story = given(ann(), there).when(
      order('2026-01-01', '1', 250),
      order('2026-02-01', '2', 60),
      order('2026-12-01', '3', 120),
    );
    expect(tierLines(story.until('2028-06-01'))).toEqual([
      '2026-01-01 no tier → silver: 100 EUR are spent',
      '2026-02-01 silver → gold: 300 EUR are spent',
      '2027-01-01 gold is kept until 2027-01-31T00:00:00.000Z, though it is not earned any more',
      '2027-01-31 gold → silver: it was not earned any more',
      '2027-12-01 silver is kept until 2027-12-31T00:00:00.000Z, though it is not earned any more',
      '2027-12-31 silver → no tier: it was not earned any more',
    ]);
  });

  test('what is missing to the next tier and to keep this one is always known', () => {
    const there = shop({ tiers: { by: 'spend', window: { rolling: 'P365D' }, grace: 'P30D', levels } });
    const story = given(ann(), there).when(order('2026-01-01', '1', 120.5));
    expect(story.customer.loyalty).toMatchObject({ tier: 'silver', next: { tier: 'gold', missing: 179.5 } });
    const below = story.until('2027-01-02').customer.loyalty;
    expect(below).toMatchObject({ tier: 'silver', keep: { missing: 100, until: Date.parse('2027-01-31') } });
    expect(story.until('2027-01-02').when(order('2027-01-10', '2', 100)).customer.loyalty?.keep).toBeUndefined();
  });

  test('by the calendar year: kept for the grace after the year in which it was earned', () => {
    const there = shop({ tiers: { by: 'points', window: { calendar: 'year' }, grace: 'P1Y', levels } });
    const story = given(ann(), there).when(order('2026-05-01', '1', 300), order('2027-05-01', '2', 150));
    expect(tierLines(story.until('2029-06-01'))).toEqual([
      '2026-05-01 no tier → gold: 300 points are reached',
      '2027-01-01 gold is kept until 2028-01-01T00:00:00.000Z, though it is not earned any more',
      '2028-01-01 gold → silver: it was not earned any more',
      '2029-01-01 silver → no tier: it was not earned any more',
    ]);
  });

  test('by orders, those given back not counted', () => {
    const there = shop({ tiers: { by: 'orders', levels: [{ id: 'regular', name: 'Regular', from: 2 }] } });
    const story = given(ann(), there).when(order('2026-01-01', '1', 5), order('2026-01-02', '2', 5));
    expect(story.customer.loyalty?.tier).toBe('regular');
    const back = story.when(refund('2026-01-03', '2'));
    expect(back.customer.loyalty?.tier).toBeUndefined();
    expect(back.customer.loyalty?.next).toEqual({ tier: 'regular', missing: 1 });
  });

  test('a segment of those who are near the next tier is exact', () => {
    const there = catalogue({
      loyalty: { ...base, tiers: { by: 'spend', levels } },
      segments: [{ id: 'near', name: 'Near', when: { attribute: 'loyalty.next.missing', lte: 20 } }],
    });
    const story = given(ann(), there).when(order('2026-01-01', '1', 79.99));
    expect(story.customer.segments).toEqual({});
    expect(Object.keys(story.when(order('2026-01-02', '2', 0.01)).customer.segments)).toEqual(['near']);
  });
});

describe('by hand', () => {
  test('points are adjusted with a reason and an author, never below zero', () => {
    const story = given(ann(), shop()).when(
      loyalty('Points Adjusted', '2026-01-01', { points: 50, reason: 'a late parcel', author: 'Eva' }),
      loyalty('Points Adjusted', '2026-01-02', { points: -60, reason: 'a mistake', author: 'Eva' }),
    );
    expect(entries(story)).toMatchObject([{ type: 'adjust', points: 50, reason: 'a late parcel', author: 'Eva' }]);
    expect(story.noted('refused')).toEqual(['refused 60 points cannot be taken away: the balance is 50']);
  });

  test.each([[0], [-5], [2.5], ['many'], [1e12]])('%s points cannot be redeemed', (points) => {
    const story = given(ann(), shop()).when(order('2026-01-01', '1', 100), loyalty('Points Redeemed', '2026-01-02', { points }));
    expect(balance(story)).toEqual([100, 0]);
    expect(story.noted('refused')).toHaveLength(1);
  });

  test('an event of the same name from outside moves nothing', () => {
    const story = given(ann(), shop()).when(event('Points Adjusted', '2026-01-01', { points: 50 }, { trust: 'secret' }));
    expect(balance(story)).toEqual([0, 0]);
  });
});

function rule(per: NonNullable<Extract<Loyalty['earn'], readonly unknown[]>[number]['per']>) {
  return { id: 'orders', event: 'Order Completed', per };
}

function rules({ earn }: Loyalty) {
  return 'event' in earn ? [] : earn;
}
