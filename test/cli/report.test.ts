import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { releaseItems } from '#usecases/store/catalogue.ts';
import { currentKey } from '#usecases/store/keys.ts';
import { type adminShop, adminShop as openShop } from '../support/admin-shop.ts';
import { type commandLine, commandLine as openShell } from '../support/command-line.ts';
import { of, thanking } from '../support/report-shop.ts';
import { serve } from '../support/serve.ts';

let shop: Awaited<ReturnType<typeof adminShop>>;
let shell: ReturnType<typeof commandLine>;
let server: Awaited<ReturnType<typeof serve>>;

beforeEach(async () => {
  shell = openShell();
  shop = await openShop();
  server = await serve(shop.handler);
  for (const item of releaseItems(thanking())) await shop.table.write({ put: item });
  await shop.table.write({ put: { ...currentKey, release: 'rel_thanking' } });
  for (let person = 0; person < 40; person += 1) {
    await shop.take(of(person, 'Signed Up', '2026-01-02T10:00:00Z'));
    if (person % 2 === 0) await shop.take(of(person, 'Order Completed', '2026-01-12', { order_id: `o${person}`, revenue: 30 }));
  }
});
afterEach(async () => {
  await server.close();
  shell.remove();
});

const report = (line: string) => shell.run(`report ${line}`, { REKINDLE_URL: server.url, REKINDLE_KEY: shop.key });

test('all journeys: who entered, with and without, and what became of mails', async () => {
  const { code, out } = await report('');
  expect(code).toBe(0);
  expect(out).toMatch(/^40 people known at /m);
  expect(out).toMatch(/^thank +40 +\d+\.\d % +\d+\.\d % +\d+\.\d % .*inconclusive +0 +\d+ +0 +0$/m);
});

test('one journey: both groups, the intervals, what is missing, and why mails were skipped', async () => {
  const { code, out } = await report('journey thank --plot thank.svg');
  expect(code).toBe(0);
  expect(out).toMatch(/^Goal: Order Completed within P14D after entering$/m);
  expect(out).toMatch(/^40 entries of 40 people; \d+ were held out\.$/m);
  expect(out).toMatch(/conversion +\d+\.\d % +\d+\.\d % +[+−]\d+\.\d points +−\d+\.\d points to \+\d+\.\d points$/m);
  expect(out).toMatch(/^ {2}Conversion: inconclusive\./m);
  expect(out).toMatch(/more people are needed/);
  expect(out).toMatch(/^ {2}\d+ × skipped: /m);
  expect(readFileSync(join(shell.folder, 'thank.svg'), 'utf8')).toMatch(
    /^<svg [\s\S]*Thank people who signed up[\s\S]*<\/svg>\n$/,
  );
});

test('--json gives the data, --latest gathers nothing, and a key needs the scope', async () => {
  expect((await report('--latest')).complaints).toMatch(/No report is done yet/);
  const { out } = await report('journey thank --json');
  const first = JSON.parse(out) as { report: string; effect: { people: { treated: number; heldOut: number } } };
  expect(first.effect.people.treated + first.effect.people.heldOut).toBe(40);
  expect(JSON.parse((await report('journey thank --json --latest')).out)).toEqual(first);
  const key = await shop.keyWith('customers:read');
  const refused = await shell.run('report', { REKINDLE_URL: server.url, REKINDLE_KEY: key });
  expect(refused).toMatchObject({ code: 1, complaints: expect.stringContaining('reports:read') });
});

test.each([
  ['journey', 2, 'the ID of the journey is missing'],
  ['journeys', 2, 'there is no report journeys'],
  ['journey nothing', 1, 'There are: thank'],
  ['--from 2026-02-30x', 2, 'is not a time'],
  ['--from 2026-02-02 --to 2026-01-01', 2, '--to is not after --from'],
  ['--latest --from 2026-01-01', 2, 'leave out --from'],
])('rekindle report %s is refused with exit code %i: %s', async (line, code, says) => {
  expect(await report(line)).toMatchObject({ code, complaints: expect.stringContaining(says) });
});
