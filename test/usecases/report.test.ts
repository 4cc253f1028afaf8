import { expect, test } from 'vitest';
import { share } from '#core/hash.ts';
import { journeyReports, kpiReport } from '#usecases/report/views.ts';
import { latestReport, ReportRunning, startReport, stepReport } from '#usecases/report.ts';
import { idOf, of, reportShop, thanking } from '../support/report-shop.ts';

const PEOPLE = 120;
const people = Array.from({ length: PEOPLE }, (_, index) => index);
const isHeldOut = (person: number): boolean => share('holdout', 'thank', idOf(person)) < 0.5;

/** Everybody signs up; every third of those who are thanked orders, and every sixth of the others. */
const orders = (person: number): boolean => person % (isHeldOut(person) ? 6 : 3) === 0;
const events = people.flatMap((person) => [
  of(person, 'Signed Up', '2026-01-02T10:00:00Z'),
  ...(orders(person) ? [of(person, 'Order Completed', '2026-01-12', { order_id: `o${person}`, revenue: 30 })] : []),
]);

async function lived(times = 1) {
  const shop = await reportShop();
  await shop.take(events, times);
  shop.at('2026-02-01');
  await shop.gather();
  return shop;
}

const thank = async (shop: Awaited<ReturnType<typeof lived>>) => (await journeyReports(shop))?.journeys[0];

test('those who were held out are compared with all others, by what they did in the window', async () => {
  const report = await thank(await lived());
  const treated = people.filter((person) => !isHeldOut(person));
  const heldOut = people.filter(isHeldOut);
  expect(heldOut.length).toBeGreaterThan(40);
  expect(report).toMatchObject({
    journey: 'thank',
    comparedWith: 'held out of this journey',
    entries: PEOPLE,
    heldOutEntries: heldOut.length,
    people: PEOPLE,
    effect: {
      people: { treated: treated.length, heldOut: heldOut.length },
      converted: { treated: treated.filter(orders).length, heldOut: heldOut.filter(orders).length },
      open: { treated: 0, heldOut: 0 },
    },
  });
  expect(report?.effect?.revenue.treated).toBeCloseTo((30 * treated.filter(orders).length) / treated.length, 9);
  expect(report?.effect?.revenue.heldOut).toBeCloseTo((30 * heldOut.filter(orders).length) / heldOut.length, 9);
});

test('deliveries that come three times change no figure', async () => {
  const [once, thrice] = [await lived(1), await lived(3)];
  expect((await latestReport(thrice))?.tally).toEqual((await latestReport(once))?.tally);
});

test('the mails of a report are those that are stored, each under one status', async () => {
  const shop = await lived(2);
  const stored = [...shop.table.items.values()].filter(({ sk }) => sk.startsWith('M#'));
  const mails = (await thank(shop))?.mails;
  expect(stored.length).toBeGreaterThan(60);
  expect(mails?.decided).toBe(stored.length);
  expect(mails?.skipped).toBe(stored.filter(({ status }) => status === 'skipped').length);
  expect((mails?.sent ?? 0) + (mails?.skipped ?? 0) + (mails?.failed ?? 0) + (mails?.underWay ?? 0)).toBe(stored.length);
  expect(Object.values(mails?.whySkipped ?? {}).reduce((sum, one) => sum + one, 0)).toBe(mails?.skipped);
  const topics = (await latestReport(shop))?.tally.mails.topics ?? {};
  expect(Object.values(topics).reduce((sum, { decided }) => sum + decided, 0)).toBe(stored.length);
});

test('what is too small for the goal, too late, or before entering is no conversion; a second entry is not another person', async () => {
  const shop = await reportShop();
  const treated = people.filter((person) => !isHeldOut(person)).slice(0, 4) as [number, number, number, number];
  const heldOut = people.find(isHeldOut) ?? 0;
  await shop.take([
    ...[...treated, heldOut].map((person) => of(person, 'Signed Up', '2026-01-02T10:00:00Z')),
    of(treated[0], 'Order Completed', '2026-01-01T09:00:00Z', { order_id: 'before', revenue: 50 }),
    of(treated[1], 'Order Completed', '2026-01-10', { order_id: 'small', revenue: 9 }),
    of(treated[2], 'Order Completed', '2026-01-16T10:00:00Z', { order_id: 'late', revenue: 50 }),
    of(treated[3], 'Order Completed', '2026-01-16T09:59:59Z', { order_id: 'in time', revenue: 50 }),
    of(treated[3], 'Signed Up', '2026-01-17'),
    of(heldOut, 'Order Completed', '2026-01-16T09:59:59Z', { order_id: 'in time, too', revenue: 50 }),
  ]);
  shop.at('2026-01-20');
  await shop.gather();
  const report = await thank(shop);
  expect(report).toMatchObject({ entries: 6, people: 5, effect: { converted: { treated: 1, heldOut: 1 } } });
  expect(report?.effect?.revenue).toMatchObject({ treated: (50 + 9) / 4, heldOut: 50 });
});

test('people whose time is not over are open, and do not count yet', async () => {
  const shop = await reportShop();
  await shop.take(people.slice(0, 20).map((person) => of(person, 'Signed Up', '2026-01-02T10:00:00Z')));
  shop.at('2026-01-16T09:59:00Z');
  await shop.gather();
  const report = await thank(shop);
  const heldOut = people.slice(0, 20).filter(isHeldOut).length;
  expect(report?.effect).toMatchObject({ people: { treated: 0, heldOut: 0 }, open: { treated: 20 - heldOut, heldOut } });
  expect(report?.effect?.conversion.verdict).toBe('inconclusive');
});

test('who entered before there was a holdout is not compared; who is held out of all marketing is the comparison where there is no other', async () => {
  const [one] = thanking().journeys;
  if (one === undefined) throw new Error('the shop has a journey');
  const { holdout: _, ...open } = one;
  const shop = await reportShop(thanking({ id: 'rel_1', journeys: [open] }));
  await shop.take(people.slice(0, 30).map((person) => of(person, 'Signed Up', '2026-01-02')));
  await shop.publish(thanking({ id: 'rel_2', journeys: [open], policy: { ...thanking().policy, holdout: { percent: 40 } } }));
  await shop.take(people.slice(30, 90).map((person) => of(person, 'Signed Up', '2026-01-03')));
  shop.at('2026-02-01');
  await shop.gather();
  const heldOut = people.slice(30, 90).filter((person) => share('holdout', idOf(person)) < 0.4).length;
  expect(await thank(shop)).toMatchObject({
    comparedWith: 'held out of all marketing',
    without: { noHoldout: 30 },
    effect: { people: { treated: 60 - heldOut, heldOut }, percents: [40] },
  });
});

test('a period takes entries and mails that begin in it', async () => {
  const shop = await reportShop();
  await shop.take([of(1, 'Signed Up', '2026-01-02'), of(2, 'Signed Up', '2026-01-05'), of(3, 'Signed Up', '2026-01-09')]);
  shop.at('2026-02-01');
  await shop.gather({ from: '2026-01-05', to: '2026-01-09' });
  expect(await thank(shop)).toMatchObject({ entries: 1, people: 1 });
});

test('steps that are cut off, or done by two at once, count nobody twice', async () => {
  const shop = await lived();
  const expected = (await latestReport(shop))?.tally;
  shop.at('2026-02-02');
  const { id } = await startReport(shop, {});
  let cut = false;
  const { transact } = shop.table;
  const shaky = {
    ...shop,
    table: {
      ...shop.table,
      transact: async (writes: Parameters<typeof transact>[0]) => {
        cut = !cut;
        if (cut) throw new Error('cut off');
        return transact(writes);
      },
    },
  };
  await expect(stepReport(shaky, id)).rejects.toThrow('cut off');
  const both = await Promise.all([stepReport(shop, id), stepReport(shop, id)]);
  expect(both.map((state) => state?.status)).toEqual(['done', 'done']);
  expect((await latestReport(shop))?.id).toBe(id);
  expect((await latestReport(shop))?.tally).toEqual(expected);
});

test('a report that was left half-way is gone on with; one of another period waits until nobody is at it', async () => {
  const shop = await reportShop();
  const begun = await startReport(shop, { from: '2026-01-01' });
  expect((await startReport(shop, { from: '2026-01-01' })).id).toBe(begun.id);
  await expect(startReport(shop, {})).rejects.toThrow(ReportRunning);
  shop.at('2026-01-01T00:03:00Z');
  const other = await startReport(shop, {});
  expect(other.id).not.toBe(begun.id);
  expect(await stepReport(shop, begun.id)).toBeUndefined();
});

test('key figures add up to the timelines: customers, orders, revenue, leads, measures', async () => {
  const shop = await lived(2);
  const kpis = await kpiReport(shop);
  const buyers = people.filter(orders).length;
  expect(kpis?.customers).toMatchObject({ customers: buyers, orders: buyers, revenue: 30 * buyers, valuePerCustomer: 30 });
  expect(kpis?.sources.reduce((sum, { leads }) => sum + leads, 0)).toBe(kpis?.known);
  expect(kpis?.sources.reduce((sum, { customers }) => sum + customers, 0)).toBe(buyers);
  const treated = people.filter((person) => !isHeldOut(person));
  expect(kpis?.measures).toMatchObject([{ journey: 'thank', people: treated.length, converted: treated.filter(orders).length }]);
  const stored = [...shop.table.items.values()].filter(({ sk }) => sk.startsWith('M#'));
  expect(Object.values(kpis?.mails.topics ?? {}).reduce((sum, one) => sum + one.decided, 0)).toBe(stored.length);
});

test('a step that is done when another report was begun meanwhile leaves that one alone', async () => {
  const shop = await lived();
  shop.at('2026-02-02');
  const slow = await startReport(shop, {});
  const { transact } = shop.table;
  let other: string | undefined;
  const late = {
    ...shop.table,
    transact: async (writes: Parameters<typeof transact>[0]) => {
      if (other === undefined) {
        shop.at('2026-02-02T00:03:00Z');
        other = (await startReport(shop, { from: '2026-01-01' })).id;
      }
      return transact(writes);
    },
  };
  expect(await stepReport({ ...shop, table: late }, slow.id)).toBeUndefined();
  expect(await startReport(shop, { from: '2026-01-01' })).toMatchObject({
    id: other,
    status: 'running',
    people: 0,
    shardsDone: 0,
  });
});
