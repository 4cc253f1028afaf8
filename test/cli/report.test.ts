import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { JourneyReport, JourneyReports, KpiReport } from '#schemas/report-api.ts';
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

const costs = (line: string) => shell.run(`costs ${line}`, { REKINDLE_URL: server.url, REKINDLE_KEY: shop.key });
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

test('key figures: customers by month, sources, measures, mails by topic', async () => {
  const { code, out } = await report('kpis --plot kpis.svg');
  expect(code).toBe(0);
  expect(out).toMatch(/^20 customers with 20 orders, 600\.00: 30\.00 each so far\. 0\.0 % ordered again\.$/m);
  expect(out).toMatch(/^ {2}2026-01 +20 +30\.00 +0 %$/m);
  expect(out).toMatch(/^ {2}unknown +– +40 +20 +50\.0 % \(35\.2 % to 64\.8 %\) +600\.00$/m);
  expect(out).toMatch(/^ {2}thank +\d+ +\d+ +\d+\.\d % +inconclusive$/m);
  expect(out).toMatch(/^ {2}service +\d+ +0 +\d+ +0 +0/m);
  expect(readFileSync(join(shell.folder, 'kpis.svg'), 'utf8')).toMatch(/^<svg /);
});

test('answers are as the OpenAPI document describes them', async () => {
  const about = [
    ['', JourneyReports],
    ['journey thank', JourneyReport],
    ['kpis', KpiReport],
  ] as const;
  for (const [line, schema] of about) {
    const body: unknown = JSON.parse((await report(`${line} --json`)).out);
    expect(schema.parse(body)).toEqual(body);
  }
});

test('sources and what they cost, of the months that a report is about', async () => {
  shell.write({ 'costs.csv': 'source;month;amount\nunknown;2026-01;100\nunknown;2025-12;1000\nradio;2026-01;50\n' });
  const { out } = await report('sources --costs costs.csv --from 2026-01-01');
  expect(out).toMatch(/^ {2}unknown +40 +20 +50\.0 % +600\.00 +100\.00 +2\.50 +5\.00 +\+500 %$/m);
  expect(out).toMatch(/^ {2}radio +0 +0 +0\.0 % +0\.00 +50\.00 +– +– +−100 %$/m);
});

test('costs that are stored make the prices of a report, and a file beside them tells what would be', async () => {
  expect((await costs('list')).out).toMatch(/^No costs are stored\./);
  expect((await report('sources')).out).toMatch(/^No costs are known of this time/m);
  shell.write({ 'costs.csv': 'source,month,amount\nunknown,2026-01,60.10\nunknown,2026-01,39.9\nradio,2026-01,50\n' });
  expect((await costs('import costs.csv')).out).toMatch(/^3 lines are 2 costs.*\n2 costs set, 0 as before, 0 deleted\.$/);
  expect((await costs('import costs.csv')).out).toMatch(/^0 costs set, 2 as before, 0 deleted\.$/m);
  const { out, code } = await report('sources');
  expect(code).toBe(0);
  expect(out).toMatch(/^ {2}unknown +40 +20 +50\.0 % +600\.00 +100\.00 +2\.50 +5\.00 +\+500 %$/m);
  expect(out).toMatch(/^ {2}all +40 +20 +50\.0 % +600\.00 +150\.00 +3\.75 +7\.50 +\+300 %$/m);
  expect(out).toMatch(/^ {2}Costs are known for 2026-01; /m);
  expect(out).toMatch(/^ {2}Nobody came from radio \(50\.00\)\./m);
  expect((await report('kpis --latest')).out).toMatch(/^ {2}unknown +40 .* 5\.00 +\+500 %$/m);
  shell.write({ 'less.csv': 'source,month,amount\nunknown,2026-01,20\n' });
  expect((await report('sources --latest --costs less.csv')).out).toMatch(/^ {2}unknown .* 20\.00 +0\.50 +1\.00 /m);
  expect((await costs('import less.csv --replace')).out).toBe('1 cost set, 0 as before, 1 deleted.');
  expect((await report('sources --latest --from 2026-02-01')).code).toBe(2);
  expect((await report('sources --from 2026-02-01')).out).toMatch(/^No costs are known of this time/m);
});

test('one cost is set, listed and deleted; costs that cannot be added up are not, with exit code 1', async () => {
  expect((await costs('set radio 2026-02 12.50 --campaign jingle')).out).toBe('Set.');
  expect((await costs('set radio 2026-02 12.50 --campaign jingle')).out).toMatch(/nothing has changed/);
  expect((await costs('list --month 2026-02')).out).toMatch(/^2026-02 +radio +jingle +12\.50 /m);
  expect(await costs('delete radio 2026-02')).toMatchObject({ code: 1, out: expect.stringContaining('no such cost') });
  expect((await costs('delete radio 2026-02 --campaign jingle')).out).toBe('Deleted.');
  await costs('set radio 2026-01 10 --currency EUR');
  await costs('set google 2026-01 10 --currency USD');
  expect(await report('sources')).toMatchObject({
    code: 1,
    out: expect.stringContaining('Costs cannot be added up: costs are in EUR and USD, and no loyalty.json says'),
  });
});

test.each([
  ['', 2, 'say what to do'],
  ['import', 2, 'name a file'],
  ['import none.csv', 1, 'none.csv cannot be read'],
  ['set google 2026-01', 2, 'write three things'],
  ['set google 2026-01 1,50', 1, 'costs.0.amount is no amount'],
  ['set google 2026-1 150', 1, 'costs.0.month is no month: write 2026-01'],
  ['list --replace', 2, '--replace belongs to'],
  ['import x.csv --currency EUR', 2, 'a file has a column of it'],
])('rekindle costs %s is refused with exit code %i: %s', async (line, code, says) => {
  expect(await costs(line)).toMatchObject({ code, complaints: expect.stringContaining(says) });
});

test.each([
  ['a,b\n1,2', 2, 'has no column source, month, amount'],
  ['source,month,amount\ngoogle,2026-13,5\n', 1, 'line 2: “2026-13” is no month'],
  ['source,month,amount\ngoogle,2026-12,-5\n', 1, 'line 2: “-5” is no amount'],
  ['source,month,amount\n,2026-12,5\n', 1, 'line 2 names no source'],
])('costs that cannot be used are refused with their line: %j', async (text, code, says) => {
  shell.write({ 'costs.csv': text });
  expect(await report('sources --costs costs.csv')).toMatchObject({ code, complaints: expect.stringContaining(says) });
});

test.each([
  ['kpis --costs costs.csv', 2, '--costs belongs to'],
  ['sources --costs none.csv', 1, 'none.csv cannot be read'],
  ['journey', 2, 'the ID of the journey is missing'],
  ['journeys', 2, 'there is no report journeys'],
  ['journey nothing', 1, 'There are: thank'],
  ['--from 2026-02-30x', 2, 'is not a time'],
  ['--from 2026-02-02 --to 2026-01-01', 2, '--to is not after --from'],
  ['--latest --from 2026-01-01', 2, 'leave out --from'],
])('rekindle report %s is refused with exit code %i: %s', async (line, code, says) => {
  expect(await report(line)).toMatchObject({ code, complaints: expect.stringContaining(says) });
});
