/** I8: reports add up to the timelines, when everything went wrong that may. */
import { expect, test } from 'vitest';
import type { Customer } from '#core/customer.ts';
import type { Decision } from '#core/decision.ts';
import { HELD_OUT_OF_ALL, HELD_OUT_OF_JOURNEY } from '#core/journey/start.ts';
import { erase, eraseStep } from '#usecases/erase.ts';
import type { Item } from '#usecases/ports.ts';
import { journeyReports, kpiReport } from '#usecases/report/views.ts';
import { startReport, stepReport } from '#usecases/report.ts';
import { eventOf } from '#usecases/store/events.ts';
import { customerPk } from '#usecases/store/keys.ts';
import { linkedCatalogues } from '#usecases/store/linked-catalogues.ts';
import { redeemVoucher } from '#usecases/vouchers/redeem.ts';
import { customersOf } from './invariants.ts';
import { live, shopRelease, start } from './shop-year.ts';
import { rough, type World, world } from './world.ts';

test.each([1, 2, 3])('a report is the sum of the timelines, seed %i', { timeout: 60_000 }, async (seed) => {
  const lives = await world(seed, rough, shopRelease(), start);
  await live(lives, 6, 120);
  const dependencies = { table: lives.table, catalogues: linkedCatalogues(lives.table), now: lives.now };
  let state = await startReport(dependencies, {});
  while (state.status === 'running') state = (await stepReport(dependencies, state.id)) ?? state;
  const report = await journeyReports(dependencies);
  const items = [...lives.table.items.values()];
  const mails = items.filter(({ sk }) => sk.startsWith('M#'));
  const notes = items.flatMap(({ sk, body }) => (sk.startsWith('D#') ? (JSON.parse(String(body)) as Decision).notes : []));
  expect(report?.known).toBe(customersOf(lives).length);
  expect(mails.length).toBeGreaterThan(10);
  for (const { journey, entries, mails: told } of report?.journeys ?? []) {
    const own = mails.filter(({ body }) => (JSON.parse(String(body)) as { journey: string }).journey === journey);
    const entered = notes.filter((note) => note.what === 'entered' && note.journey === journey);
    expect(told.decided, journey).toBe(own.length);
    expect(told.skipped, journey).toBe(own.filter(({ status }) => status === 'skipped').length);
    expect(told.failed, journey).toBe(own.filter(({ status }) => status === 'failed').length);
    expect(told.underWay, journey).toBe(0);
    expect(told.sent + told.skipped + told.failed, journey).toBe(own.length);
    expect(entries, journey).toBe(new Set(entered.map(({ run }) => run)).size);
  }
  expect(report?.journeys.reduce((sum, one) => sum + one.mails.decided, 0)).toBe(mails.length);
});

/** Half of those with a basket are held out of its reminder, and a seventh of all people of all marketing. */
function heldOutRelease() {
  const release = shopRelease();
  return {
    ...release,
    policy: { ...release.policy, holdout: { percent: 15 } },
    journeys: release.journeys.map((one) => (one.id === 'cart' ? { ...one, holdout: { percent: 50 } } : one)),
  };
}

/** After a rough year some vouchers are used, each told twice, and some people are erased, with all of their ids. */
async function livedToTheEnd(seed: number) {
  const lives = await world(seed, rough, heldOutRelease(), start);
  await live(lives, 14, 160);
  const catalogues = linkedCatalogues(lives.table);
  const dependencies = {
    table: lives.table,
    catalogues,
    now: lives.now,
    bus: { publish: async () => [] },
    pause: async () => {},
    random: (bytes: number) => new Uint8Array(bytes).fill(7),
  };
  const vouchers = itemsOf(lives, 'V#').filter(({ code }) => code !== undefined);
  for (const { code, sk, at } of vouchers.filter((_, index) => index % 2 === 0)) {
    const use = { code: String(code), key: sk, order: sk, at: Date.parse(String(at)) };
    // At the time of its issue, when it was still good.
    for (let told = 0; told < 2; told += 1) await redeemVoucher({ ...dependencies, now: () => use.at }, use);
  }
  const before = customersOf(lives);
  const folded = before.find(({ merged }) => merged.length > 0);
  const erased = [folded, before.find(({ id }) => id !== folded?.id)].filter((one) => one !== undefined);
  for (const { id } of erased) {
    const begun = await erase(dependencies, id, 'ann');
    for (let step = 0; step < 3; step += 1) await eraseStep(dependencies, begun?.id ?? '');
  }
  let state = await startReport(dependencies, {});
  while (state.status === 'running') state = (await stepReport(dependencies, state.id)) ?? state;
  return { lives, dependencies, erased };
}

const itemsOf = (lives: World, prefix: string): Item[] =>
  [...lives.table.items.values()].filter(({ pk, sk }) => pk.startsWith('C#') && sk.startsWith(prefix));

type Person = { readonly customer: Customer; readonly items: readonly Item[] };

/** Everybody, with all that stands under any of their ids. */
function peopleOf(lives: World): Person[] {
  return customersOf(lives).map((customer) => {
    const pks = new Set([customer.id, ...customer.merged].map(customerPk));
    return { customer, items: itemsOf(lives, '').filter(({ pk }) => pks.has(pk)) };
  });
}

/** What remains of somebody's orders in cents, by order: read off the timeline, event by event. */
function ordersOnTimeline({ items }: Person): number[] {
  const events = items.filter(({ sk }) => sk.startsWith('E#')).map(eventOf);
  const named = (name: string) => events.filter((one) => one.name === name);
  const worth = new Map(
    named('Order Completed').map(({ properties }) => [properties.order_id, 100 * Number(properties.revenue)]),
  );
  for (const { properties } of named('Order Refunded')) {
    const paid = worth.get(properties.order_id);
    const back = properties.revenue === undefined ? paid : 100 * Number(properties.revenue);
    if (paid !== undefined) worth.set(properties.order_id, paid - Math.min(paid, back ?? 0));
  }
  return [...worth.values()].filter((cents) => cents > 0);
}

const notesOf = (items: readonly Item[]) =>
  items.flatMap(({ sk, body }) => (sk.startsWith('D#') ? (JSON.parse(String(body)) as Decision).notes : []));

test.each([1, 2, 3])(
  'holdouts, refunds, vouchers, merged and erased people: every figure is that of the timelines, seed %i',
  { timeout: 120_000 },
  async (seed) => {
    const { lives, dependencies, erased } = await livedToTheEnd(seed);
    const people = peopleOf(lives);
    const [journeys, kpis] = [await journeyReports(dependencies), await kpiReport(dependencies)];
    const sum = (numbers: readonly number[]): number => numbers.reduce((all, one) => all + one, 0);

    expect(erased).toHaveLength(2);
    for (const { id, merged } of erased)
      for (const one of [id, ...merged]) expect(itemsOf(lives, '').filter(({ pk }) => pk === customerPk(one))).toEqual([]);
    expect(kpis?.known).toBe(people.length);
    expect(people.some(({ customer }) => customer.merged.length > 0)).toBe(true);

    const orders = people.map(ordersOnTimeline);
    const customers = orders.filter((own) => own.length > 0).length;
    const revenue = sum(orders.flat()) / 100;
    expect(itemsOf(lives, 'E#').some((item) => eventOf(item).name === 'Order Refunded')).toBe(true);
    expect(kpis?.customers).toMatchObject({ customers, orders: orders.flat().length, revenue: expect.closeTo(revenue, 6) });
    expect(kpis?.customers.repeatCustomers).toBe(orders.filter((own) => own.length > 1).length);
    expect(sum(kpis?.customers.cohorts.map((one) => one.customers) ?? [])).toBe(customers);
    for (const list of [kpis?.sources ?? [], kpis?.sourcesByMonth ?? []]) {
      expect(sum(list.map(({ leads }) => leads))).toBe(people.length);
      expect(sum(list.map((one) => one.customers))).toBe(customers);
      expect(sum(list.map((one) => one.revenue))).toBeCloseTo(revenue, 6);
    }

    const vouchers = people.flatMap(({ items }) => items.filter(({ sk }) => sk.startsWith('V#')));
    const used = vouchers.filter(({ status }) => status === 'used').length;
    const uses = people.flatMap(({ items }) =>
      items.filter((item) => item.sk.startsWith('E#') && eventOf(item).name === 'Voucher Used'),
    );
    expect(used).toBeGreaterThan(0);
    expect(uses).toHaveLength(used);
    const [tea] = kpis?.vouchers ?? [];
    expect(tea).toMatchObject({ pool: 'tea', decided: vouchers.length, used });
    expect((tea?.used ?? 0) + (tea?.open ?? 0) + (tea?.lapsed ?? 0) + (tea?.withoutCode ?? 0)).toBe(vouchers.length);

    let heldOutAll = 0;
    for (const { journey, entries, heldOutEntries, people: entered, effect, without, success } of journeys?.journeys ?? []) {
      const runs = people.map(({ items }) => {
        const own = notesOf(items).filter((note) => note.journey === journey && note.run !== undefined);
        const out = own.filter(
          ({ what, why }) => what === 'left' && (why.endsWith(HELD_OUT_OF_ALL) || why.endsWith(HELD_OUT_OF_JOURNEY)),
        );
        return {
          entered: new Set(own.filter(({ what }) => what === 'entered').map(({ run }) => run)),
          out: new Set(out.map(({ run }) => run)),
        };
      });
      const whoEntered = runs.filter((one) => one.entered.size > 0);
      const out = sum(runs.map((one) => one.out.size));
      heldOutAll += out;
      expect([entries, heldOutEntries, entered], journey).toEqual([
        sum(runs.map((one) => one.entered.size)),
        out,
        whoEntered.length,
      ]);
      const compared = effect === null ? 0 : sum([...Object.values(effect.people), ...Object.values(effect.open)]);
      expect(compared + without.noHoldout + without.outOfAll, journey).toBe(whoEntered.length);
      expect(success.people, journey).toBeLessThanOrEqual(whoEntered.length);
    }
    expect(heldOutAll).toBeGreaterThan(0);
    expect(sum(journeys?.journeys.map(({ mails }) => mails.decided) ?? [])).toBe(
      people.flatMap(({ items }) => items.filter(({ sk }) => sk.startsWith('M#'))).length,
    );
  },
);
