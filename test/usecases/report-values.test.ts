/** What customers are worth, in a report: the sum of what each customer shows. */
import { expect, test } from 'vitest';
import { DAY_MS, toIso } from '#core/instant.ts';
import type { ReleasedPrediction } from '#core/prediction/settings.ts';
import { readCustomer } from '#usecases/read-customer.ts';
import { kpiReport } from '#usecases/report/views.ts';
import { startReport, stepReport } from '#usecases/report.ts';
import { predictionModel } from '../support/model.ts';
import { of, reportShop, thanking } from '../support/report-shop.ts';
import { instant } from '../support/shop.ts';

const PEOPLE = 60;
const people = Array.from({ length: PEOPLE }, (_, index) => index);
const settings = { margin: 0.4, keepingCostPerYear: 2 };
const learnt = predictionModel({ fittedAt: '2026-01-20T03:00:00.000Z' });

/** Everybody signs up; those whose number is no multiple of five order one to four times, from January to April. */
const events = people.flatMap((person) => [
  of(person, 'Signed Up', '2026-01-02T10:00:00Z'),
  ...Array.from({ length: person % 5 }, (_, n) =>
    of(person, 'Order Completed', toIso(instant('2026-01-05') + (n * (7 + (person % 30)) + (person % 40)) * DAY_MS), {
      order_id: `o${person}-${n}`,
      revenue: 20 + person,
    }),
  ),
]);

async function lived(prediction: ReleasedPrediction | undefined, times = 1) {
  const shop = await reportShop(thanking({ ...(prediction && { prediction }) }));
  await shop.take(events, times);
  shop.at('2026-05-01T12:00:00Z');
  return shop;
}

/** In the order of people's numbers: what `rekindle customer` shows of each. */
const shown = async (shop: Awaited<ReturnType<typeof lived>>) =>
  Promise.all(people.map(async (person) => (await readCustomer(shop, `u${person}`))?.forecasts ?? {}));

test.each([1, 3])('the value foretold in a report is the sum of what customers show, delivered %i times', async (times) => {
  const shop = await lived({ settings: { ...settings, maxAge: 'P150D' }, model: learnt }, times);
  await shop.gather();
  const value = (await kpiReport(shop))?.value;
  const single = await shown(shop);
  const known = single.flatMap(({ 'clv.next12Months': clv, 'rfm.group': group }) =>
    typeof clv === 'number' ? [{ clv: Math.round(100 * clv) / 100, group: String(group) }] : [],
  );
  expect(known).toHaveLength(48);
  const sum = (of: readonly { clv: number }[]): number => of.reduce((all, { clv }) => all + clv, 0);
  expect(value?.all).toMatchObject({ customers: 48, foretold: 48, predicted: expect.closeTo(sum(known), 6) });
  expect(value?.all.predictedMean).toBeCloseTo(sum(known) / 48, 9);
  const sorted = known.map(({ clv }) => clv).sort((one, other) => one - other);
  const middle = sorted[23] as number;
  expect(Math.abs((value?.all.predictedMedian ?? 0) / middle - 1)).toBeLessThanOrEqual(0.005);
  expect(value?.groups.length).toBeGreaterThan(1);
  for (const { group, customers, predicted } of value?.groups ?? []) {
    const own = known.filter((one) => one.group === group);
    expect([customers, predicted], group).toEqual([own.length, expect.closeTo(sum(own), 6)]);
  }
  expect(value?.cohorts.reduce((all, one) => all + one.predicted, 0)).toBeCloseTo(sum(known), 6);
  expect(value?.missing).toEqual({});
  expect(value?.model).toMatchObject({ ageDays: 101, learntAt: learnt.fittedAt, staleAt: '2026-06-19T03:00:00.000Z' });
});

test('what customers have brought so far is margin on orders less the cost of keeping them, discounted to the first order', async () => {
  const shop = await reportShop(thanking({ prediction: { settings: { ...settings, yearlyDiscount: 0.21 } } }));
  await shop.take([
    of(1, 'Order Completed', '2026-01-05', { order_id: 'a', revenue: 100 }),
    of(1, 'Order Completed', '2026-07-06T15:00:00Z', { order_id: 'b', revenue: 110 }),
    of(1, 'Order Refunded', '2026-07-08', { order_id: 'b', revenue: 55 }),
    of(2, 'Order Completed', '2026-01-06', { order_id: 'c', revenue: 70 }),
    of(2, 'Order Cancelled', '2026-01-07', { order_id: 'c' }),
  ]);
  shop.at('2027-01-05T06:00:00Z');
  await shop.gather();
  const value = (await kpiReport(shop))?.value;
  // Half a year later 55 are worth 55 / 1.1; a year of keeping at 2 costs 2 (1 − 1/1.21) / ln 1.21.
  const expected = 0.4 * (100 + 55 / 1.1) - (2 * (1 - 1 / 1.21)) / Math.log(1.21);
  expect(value?.all).toMatchObject({
    customers: 1,
    historic: Math.round(100 * expected) / 100,
    foretold: 0,
    predictedMean: null,
  });
});

test('without a model, with one that is too old, and without prediction.json the report says so', async () => {
  const without = await lived({ settings });
  await without.gather();
  expect((await kpiReport(without))?.value).toMatchObject({
    model: null,
    all: { customers: 48, foretold: 0, predictedMean: null, predictedMedian: null },
    missing: { 'no model has been learnt yet': 48 },
    groups: [],
  });
  const old = await lived({ settings, model: learnt });
  await old.gather();
  expect((await kpiReport(old))?.value).toMatchObject({
    model: { ageDays: 101, staleAt: '2026-03-06T03:00:00.000Z' },
    missing: { 'the model of 2026-01-20 is older than P45D': 48 },
  });
  const none = await lived(undefined);
  await none.gather();
  expect((await kpiReport(none))?.value).toBeNull();
});

test('a model that is published while a report is gathered does not mix with the one that it was begun under', async () => {
  const prediction = { settings: { ...settings, maxAge: 'P150D' }, model: learnt };
  const shop = await lived(prediction);
  await shop.gather();
  const expected = (await kpiReport(shop))?.value;
  shop.at('2026-05-01T12:00:00.001Z');
  const { id } = await startReport(shop, {});
  await shop.publish(thanking({ id: 'rel_2', prediction: { ...prediction, settings: { ...prediction.settings, margin: 0.9 } } }));
  await stepReport(shop, id);
  expect(await kpiReport(shop)).toMatchObject({ report: id, value: expected });
});
