/** Reports that are gathered by themselves, night after night. */
import { expect, test } from 'vitest';
import { DAY_MS, toIso } from '#core/instant.ts';
import type { Published } from '#usecases/ports.ts';
import { gatherDue, noteSeen } from '#usecases/report/schedule.ts';
import { latestReport, startReport } from '#usecases/report.ts';
import { of, reportShop, thanking } from '../support/report-shop.ts';
import { instant } from '../support/shop.ts';

type Every = NonNullable<ReturnType<typeof thanking>['policy']['reports']>['every'];

async function shopOf(every?: Every) {
  const { policy } = thanking();
  const shop = await reportShop(thanking({ policy: { ...policy, ...(every && { reports: { every } }) } }));
  const published: Published[] = [];
  const bus = {
    publish: async (entries: readonly Published[]) => {
      published.push(...entries);
      return [];
    },
  };
  await shop.take([of(1, 'Signed Up', '2026-01-01T10:00:00Z')]);
  return { ...shop, bus, published };
}

/** The days, of so many nights at ten to four, on which a report was gathered; each tick some seconds off. */
async function nights(shop: Awaited<ReturnType<typeof shopOf>>, count: number, from = 0): Promise<number[]> {
  const gathered: number[] = [];
  for (let night = from; night < from + count; night += 1) {
    const at = instant('2026-01-02T03:50:00Z') + night * DAY_MS + ((night * 7) % 13) * 1000;
    shop.at(toIso(at));
    const { outcome } = await gatherDue(shop, { until: at + DAY_MS });
    if (outcome === 'done') gathered.push(night);
    else expect(outcome).toBe('not due');
  }
  return gathered;
}

test('a report is gathered each night while somebody looks at reports', async () => {
  const shop = await shopOf();
  await noteSeen(shop);
  expect(await nights(shop, 10)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  expect(await latestReport(shop)).toMatchObject({ at: instant('2026-01-11T03:50:11Z'), tally: { people: 1 } });
});

test('where nobody has looked for two weeks one a week is enough, and the next look brings the nights back', async () => {
  const shop = await shopOf();
  expect(await nights(shop, 20)).toEqual([0, 7, 14]);
  await noteSeen(shop);
  expect(await nights(shop, 20, 20)).toEqual([20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31, 32, 39]);
});

test.each([
  ['P7D', [0, 7, 14]],
  ['P2D', [0, 2, 4, 6, 8, 10, 12, 14]],
  ['P1D', Array.from({ length: 15 }, (_, night) => night)],
] as const)('the policy says how often: %s', async (every, expected) => {
  const shop = await shopOf(every);
  await noteSeen(shop);
  const gathered = await nights(shop, 15);
  expect(gathered.filter((night) => night < 14)).toEqual(expected.filter((night) => night < 14));
});

test('the policy switches it off', async () => {
  const shop = await shopOf('never');
  expect(await gatherDue(shop, { until: shop.now() + DAY_MS })).toEqual({ outcome: 'off' });
  expect(await latestReport(shop)).toBeUndefined();
});

test('a report of another period is no report of everything, and one that somebody gathers is left to them', async () => {
  const shop = await shopOf();
  await shop.gather({ from: '2026-01-01' });
  expect(await gatherDue(shop, { until: shop.now() + DAY_MS })).toMatchObject({ outcome: 'done' });
  shop.at('2026-02-01');
  await startReport(shop, { from: '2026-01-15' });
  expect(await gatherDue(shop, { until: shop.now() + DAY_MS })).toEqual({ outcome: 'somebody else is at it' });
});

test('what one run of the function does not manage the next one goes on with, and nobody is counted twice', async () => {
  const shop = await shopOf();
  const begun = await gatherDue(shop, { until: shop.now() });
  expect(begun).toMatchObject({ outcome: 'half-way', report: { status: 'running' } });
  const [word] = shop.published;
  const { report } = (word as Published).detail as { report: string };
  expect(word).toMatchObject({ source: 'rekindle.internal', type: 'Report Due' });
  expect(await gatherDue(shop, { until: shop.now() + DAY_MS, resumed: report })).toMatchObject({
    outcome: 'done',
    report: { id: report, people: 1 },
  });
  expect(await latestReport(shop)).toMatchObject({ id: report, tally: { people: 1 } });
});

test('looks are noted once a day', async () => {
  const shop = await shopOf();
  const seen = () => shop.table.items.get(JSON.stringify(['REPORT', 'SEEN']))?.at;
  await noteSeen(shop);
  const first = seen();
  shop.at('2026-01-01T22:00:00Z');
  await noteSeen(shop);
  expect(seen()).toBe(first);
  shop.at('2026-01-02T11:00:00Z');
  await noteSeen(shop);
  expect(seen()).toBe(instant('2026-01-02T11:00:00Z'));
});
