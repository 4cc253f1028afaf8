/** A report of the running system, as its owner asks for it, against the timelines that the same system shows. */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect } from 'vitest';
import type { JourneyReports, KpiReport } from '#usecases/report/views.ts';
import type { LocalCloud } from './support/cloud.ts';
import { order, signUp } from './support/people.ts';
import { test } from './support/test.ts';

const PROJECT = fileURLToPath(new URL('../../', import.meta.url));
const people = ['ann@example.com', 'bo@example.com', 'cleo@example.com'];

async function report<T>(cloud: LocalCloud, ...args: readonly string[]): Promise<T> {
  const env = { ...process.env, REKINDLE_URL: cloud.url, REKINDLE_FOLDER: cloud.folder };
  const line = ['cli/rekindle.ts', 'report', ...args, '--json'];
  const { stdout } = await promisify(execFile)(process.execPath, line, { cwd: PROJECT, env });
  return JSON.parse(stdout) as T;
}

test('rekindle report adds up to the timelines, mail by mail', async ({ cloud }) => {
  for (const who of people) await signUp(cloud, who);
  await order(cloud, 'ann@example.com', { id: 'A1', revenue: 120 });
  await cloud.settle();
  await cloud.advance('P3D');
  const timelines = (await Promise.all(people.map((who) => cloud.timeline(who)))).flat();
  const messages = timelines.filter(({ type }) => type === 'message');
  const { known, journeys } = await report<JourneyReports>(cloud);
  expect(known).toBe(people.length);
  expect(messages.length).toBeGreaterThan(people.length);
  for (const { journey, mails } of journeys) {
    const own = messages.filter((message) => message.journey === journey);
    expect(mails.decided, journey).toBe(own.length);
    expect(mails.skipped, journey).toBe(own.filter(({ status }) => status === 'skipped').length);
    expect(mails.sent + mails.skipped + mails.failed + mails.underWay, journey).toBe(own.length);
  }
  expect(journeys.reduce((sum, { mails }) => sum + mails.decided, 0)).toBe(messages.length);
  const kpis = await report<KpiReport>(cloud, 'kpis');
  expect(kpis.customers).toMatchObject({ customers: 1, orders: 1, revenue: 120 });
  expect(kpis.sources.reduce((sum, { leads }) => sum + leads, 0)).toBe(people.length);
});

test('a newer report is there after two nights, though nobody asked for one', async ({ cloud }) => {
  await signUp(cloud, 'dora@example.com');
  await cloud.settle();
  const before = (await cloud.admin('GET', '/reports/kpis')).body as KpiReport;
  // A report of this very day, by anybody, is today's.
  await cloud.advance('P2D');
  const after = (await cloud.admin('GET', '/reports/kpis')).body as KpiReport;
  expect(after).toMatchObject({ known: people.length + 1, from: null, to: null });
  expect(after.at > before.at).toBe(true);
  expect(await cloud.deadLetters('rekindle-dev-report-dead')).toEqual([]);
});
