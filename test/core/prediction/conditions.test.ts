import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { backfill, newOrders } from '#core/backfill.ts';
import type { Release, Segment } from '#core/catalogue.ts';
import type { Condition } from '#core/condition.ts';
import { type Customer, wakeAt } from '#core/customer.ts';
import { fold } from '#core/fold.ts';
import { add, DAY_MS, NEVER } from '#core/instant.ts';
import { type Catalogue, mentionedEvents } from '#core/linked.ts';
import type { LinkedPrediction } from '#core/prediction/linked.ts';
import { given } from '../../support/given.ts';
import { predictionModel } from '../../support/model.ts';
import { ann, catalogue, event, instant, release } from '../../support/shop.ts';

const plain: Condition = {
  all: [{ event: 'Order Completed' }, { not: { event: 'Order Completed', within: 'P60D' } }],
};
const gone = (when: Condition): Segment => ({ id: 'gone', name: 'Gone', when, fallback: plain });
const alive: Condition = { attribute: 'prediction.pAlive', lt: 0.5 };
const shopOf = (parts: Partial<Release>): Catalogue => catalogue(parts);
const settings = { maxAge: 'P1Y' } as const;
const shop = (when: Condition, model = predictionModel()): Catalogue =>
  shopOf({ segments: [gone(when)], prediction: { settings, model } });

const order = (at: string, id: string, revenue = 40) => event('Order Completed', at, { order_id: id, revenue });
const weekly = ['2026-01-05', '2026-01-12', '2026-01-19', '2026-01-26', '2026-02-02'].map((at, i) => order(at, `w${i}`));

const predictionOf = ({ prediction }: Catalogue): LinkedPrediction => {
  if (prediction === undefined) throw new Error('the catalogue has predictions');
  return prediction;
};
const ask = (linked: Catalogue, customer: Customer, now: number) =>
  linked.segments.get('gone')?.test({ customer, now, properties: {}, trigger: {} });

describe('a condition on a forecast', () => {
  const conditions: readonly Condition[] = [
    alive,
    { attribute: 'prediction.pAlive', lte: 0.4 },
    { attribute: 'prediction.pAlive', gte: 0.7 },
    { attribute: 'prediction.pAlive', gt: 0.2, lt: 0.6 },
    { attribute: 'prediction.pOrder90Days', lt: 0.4 },
    { attribute: 'prediction.expectedOrders12Months', lt: 1 },
    { attribute: 'clv.next12Months', gte: 25 },
    { attribute: 'prediction.nextOrderAt', within: 'P3D' },
    { attribute: 'rfm.group', is: 'lost' },
    { attribute: 'rfm.group', in: ['at-risk', 'lost'] },
    { attribute: 'rfm.score', startsWith: '1' },
    { not: { any: [alive, { attribute: 'rfm.group', is: 'champions' }] } },
  ];

  test.each(conditions)('%j changes at the instant that it says, and not a millisecond before', (when) => {
    const linked = shop(when);
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.integer({ min: 0, max: 200 }), { minLength: 1, maxLength: 8 }),
        fc.integer({ min: 0, max: 60 * DAY_MS }),
        (days, wait) => {
          const orders = days.map((day) => order(new Date(instant('2026-01-01') + day * DAY_MS).toISOString(), `o${day}`));
          const { customer } = given(ann(), linked).when(...orders.toSorted((a, b) => a.at - b.at));
          let now = instant('2026-01-01') + Math.max(...days) * DAY_MS + wait;
          for (let flips = 0; flips < 6; flips += 1) {
            const truth = ask(linked, customer, now);
            if (truth === undefined || truth.until === NEVER) break;
            expect(truth.until).toBeGreaterThan(now);
            expect(ask(linked, customer, truth.until - 1)?.is).toBe(truth.is);
            for (const part of [0.1, 0.5, 0.9])
              expect(ask(linked, customer, Math.floor(now + (truth.until - now) * part))?.is).toBe(truth.is);
            now = truth.until;
          }
        },
      ),
      { numRuns: 40 },
    );
  });

  test('wakes a weekly buyer early and a yearly one late', () => {
    const linked = shop(alive);
    const yearly = ['2023-02-02', '2024-02-02', '2025-02-02', '2026-02-02'].map((at, i) => order(at, `y${i}`));
    const left = (orders: readonly ReturnType<typeof order>[]): number =>
      (given(ann(), linked)
        .when(...orders)
        .until('2026-12-31').customer.segments.gone ?? NEVER) - instant('2026-02-02');
    expect(left(weekly)).toBeLessThan(60 * DAY_MS);
    expect(left(yearly)).toBeGreaterThan(150 * DAY_MS);
  });

  test('is entered exactly when the probability falls below the line, and left with the next order', () => {
    const linked = shop(alive);
    const silent = given(ann(), linked).when(...weekly);
    const at = wakeAt(silent.customer);
    const values = (customer: Customer, now: number) => predictionOf(linked).values(customer, now)['prediction.pAlive'];
    expect(values(silent.customer, at)).toBeLessThan(0.5);
    expect(values(silent.customer, at - 1)).toBeGreaterThanOrEqual(0.5);
    const entered = silent.until(new Date(at).toISOString());
    expect(entered.customer.segments).toEqual({ gone: at });
    expect(entered.when(order(new Date(at + DAY_MS).toISOString(), 'again')).customer.segments).toEqual({});
  });
});

describe('without a forecast the plain rule counts, and the decision says why', () => {
  const sixtyDays = instant('2026-02-02') + 60 * DAY_MS;

  test.each([
    ['no model was learnt', { settings }, 'no model has been learnt yet'],
    [
      'the model is stale',
      { settings: { maxAge: 'P10D' }, model: predictionModel({ fittedAt: '2025-12-01T00:00:00.000Z' }) },
      'the model of 2025-12-01 is older than P10D',
    ],
    ['there are no settings any more', undefined, 'the release has no prediction.json'],
  ])('where %s', (_, prediction, why) => {
    const linked = shopOf({ segments: [gone(alive)], ...(prediction && { prediction }) });
    const story = given(ann(), linked)
      .when(...weekly)
      .until('2026-12-31');
    expect(story.customer.segments).toEqual({ gone: sixtyDays });
    expect(story.noted('segment_entered')).toEqual([
      `segment_entered gone its condition became true, by its plain rule: no forecast, because ${why}`,
    ]);
  });

  test('from the instant on at which the model gets stale', () => {
    const model = predictionModel({ fittedAt: '2026-02-01T00:00:00.000Z' });
    const linked = shopOf({ segments: [gone({ not: alive })], prediction: { settings: { maxAge: 'P10D' }, model } });
    const story = given(ann(), linked).when(...weekly);
    expect(story.customer.segments).toHaveProperty('gone');
    expect(wakeAt(story.customer)).toBe(add(instant('2026-02-01'), 'P10D'));
    const stale = story.until('2026-02-12');
    expect(stale.customer.segments).toEqual({});
    expect(wakeAt(stale.customer)).toBe(sixtyDays);
  });

  test('where the model does not tell that very forecast', () => {
    const { calibration: _, ...model } = predictionModel();
    const linked = shop({ attribute: 'prediction.pOrder90Days', lt: 0.9 }, model);
    const story = given(ann(), linked).when(...weekly);
    expect(wakeAt(story.customer)).toBe(sixtyDays);
    expect(Object.keys(predictionOf(linked).values(story.customer, story.customer.clock))).not.toContain(
      'prediction.pOrder90Days',
    );
  });

  test('for somebody without orders, who is asked again with the first one', () => {
    const linked = shop({ attribute: 'prediction.pAlive', gt: 0.1 });
    const before = given(ann(), linked).when(event('Page', '2026-01-02'));
    expect(before.customer.segments).toEqual({});
    expect(before.when(order('2026-01-03', '1')).customer.segments).toHaveProperty('gone');
  });
});

describe('orders', () => {
  const linked = shop(alive);
  const stream = [
    ...weekly,
    event('Order Refunded', '2026-02-03', { order_id: 'w1', total: 15 }),
    event('Order Cancelled', '2026-02-04', { order_id: 'w3' }),
    order('2026-02-02T18:00:00Z', 'evening', 10),
  ];

  test('are the same history in whatever order they arrive, and however often', () => {
    const timely = given(ann(), linked).arriving('2026-03-01', ...stream).customer.orders;
    expect(timely?.history).toMatchObject({ orderDays: 5, revenue: 155, firstDayRevenue: 40 });
    fc.assert(
      fc.property(fc.shuffledSubarray(stream, { minLength: stream.length }), (shuffled) => {
        const repeated = shuffled.slice(0, 3).map((one, i) => ({ ...one, id: `${one.id}-again-${i}` }));
        const isOrder = ({ name }: { name: string }): boolean => name === 'Order Completed';
        const { customer } = shuffled
          .concat(repeated.filter(isOrder))
          .reduce((story, one) => story.arriving('2026-03-01', one), given(ann(), linked));
        expect(customer.orders).toEqual(timely);
      }),
      { numRuns: 30 },
    );
  });

  test('of a publishable key say nothing, since anybody can send them', () => {
    const story = given(ann(), linked).when({ ...order('2026-01-05', '1'), trust: 'publishable' });
    expect(story.customer.orders).toBeUndefined();
    expect(story.noted('refused')).toEqual(['refused forecasts: it came with a publishable key, which anybody can use']);
  });

  test('with a negative amount, or in a currency without a rate, are orders of no value', () => {
    const euros = shopOf({ segments: [gone(alive)], prediction: { settings: { currency: 'EUR', rates: { USD: 0.5 } } } });
    const story = given(ann(), euros).when(
      order('2026-01-05', '1', -5),
      event('Order Completed', '2026-01-06', { order_id: '2', revenue: 10, currency: 'GBP' }),
      event('Order Completed', '2026-01-07', { order_id: '3', revenue: 10, currency: 'USD' }),
    );
    expect(story.customer.orders?.history).toMatchObject({ orderDays: 3, revenue: 5 });
    expect(story.noted('refused')).toHaveLength(2);
  });

  test('of two who are one person are one history', () => {
    const [mine, theirs] = [stream.slice(0, 4), stream.slice(3)].map(
      (part) => given(ann(), linked).arriving('2026-03-01', ...part).customer,
    ) as [Customer, Customer];
    const all = given(ann(), linked).arriving('2026-03-01', ...stream).customer.orders;
    const { orderDays, firstDay, lastDay, recentDays } = all?.history ?? {};
    expect(fold(mine, theirs).orders?.history).toMatchObject({ orderDays, firstDay, lastDay, recentDays, firstDayRevenue: 40 });
  });

  test('are filled from the timeline where prediction.json is new, and an order under way counts once', () => {
    const before = given(ann(), catalogue()).when(...weekly).customer;
    expect(before.orders).toBeUndefined();
    expect(newOrders(linked, linked)).toBeUndefined();
    const last = order('2026-02-05', 'under-way');
    const orders = newOrders(linked, catalogue());
    const filled = backfill(before, [...weekly, last], { metrics: [], orders, touches: false, open: new Set(), now: last.at });
    expect(filled.orders?.history).toMatchObject({ orderDays: 6, revenue: 240 });
    expect(given(filled, linked).when(last).customer.orders).toEqual(filled.orders);
  });

  test('are not kept, nor listened for, without prediction.json', () => {
    expect(given(ann(), catalogue()).when(...weekly).customer).not.toHaveProperty('orders');
    expect(mentionedEvents(release())).not.toContain('Order Refunded');
    expect(mentionedEvents(release({ prediction: { settings: {} } }))).toEqual(
      expect.arrayContaining(['Order Completed', 'Order Refunded', 'Order Cancelled']),
    );
  });
});
