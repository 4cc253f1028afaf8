/** I8: reports add up to the timelines, when everything went wrong that may. */
import { expect, test } from 'vitest';
import type { Decision } from '#core/decision.ts';
import { journeyReports } from '#usecases/report/views.ts';
import { startReport, stepReport } from '#usecases/report.ts';
import { linkedCatalogues } from '#usecases/store/linked-catalogues.ts';
import { customersOf } from './invariants.ts';
import { live, shopRelease, start } from './shop-year.ts';
import { rough, world } from './world.ts';

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
