/** A draft holds no model: where forecasts of a replay, a test and a plan come from. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { DAY_MS } from '#core/instant.ts';
import { publishModel } from '#usecases/learn/publish-model.ts';
import { adminShop } from '../support/admin-shop.ts';
import { catalogueFiles } from '../support/catalogue-files.ts';
import { commandLine } from '../support/command-line.ts';
import { predictionModel } from '../support/model.ts';
import { serve } from '../support/serve.ts';
import { simulatedShop } from '../support/simulated-shop.ts';

let cli: ReturnType<typeof commandLine>;
let shop: Awaited<ReturnType<typeof adminShop>>;
let server: Awaited<ReturnType<typeof serve>>;

/** A letter to those who are gone: by their own rhythm, or after sixty days. */
const files = (pAlive = 0.5) =>
  catalogueFiles({
    'catalogue/prediction.json': {},
    'catalogue/segments/gone.json': {
      id: 'gone',
      name: 'Gone',
      when: { attribute: 'prediction.pAlive', lt: pAlive },
      fallback: { all: [{ event: 'Order Completed' }, { not: { event: 'Order Completed', within: 'P60D' } }] },
    },
    'catalogue/journeys/miss.json': {
      id: 'miss',
      name: 'Miss',
      trigger: { type: 'segment_entry', segment: 'gone' },
      steps: [{ id: 'letter', type: 'send_email', template: 'welcome', topic: 'newsletter' }],
    },
  });

const LAST = Date.parse('2026-03-01T10:00:00Z');
/** A weekly buyer, whose last order was on 1 March. */
const weekly = Array.from({ length: 10 }, (_, i) => ({
  type: 'track',
  userId: 'u1',
  event: 'Order Completed',
  properties: { order_id: `o${i}`, revenue: 40 },
  context: { traits: { email: 'ann@example.com' } },
  timestamp: new Date(LAST - (9 - i) * 7 * DAY_MS).toISOString(),
}));
const consents = { ...weekly[0], event: 'Subscribed', properties: { list_id: 'newsletter' } };
const history = [consents, ...weekly].map((one) => JSON.stringify(one)).join('\n');

beforeEach(async () => {
  cli = commandLine();
  cli.write({ ...files(), 'history.ndjson': history, 'model.json': JSON.stringify(predictionModel()) });
  shop = await adminShop();
  server = await serve(shop.handler);
});
afterEach(async () => {
  await server.close();
  cli.remove();
});

const run = (line: string) => cli.run(line, { REKINDLE_KEY: shop.key });
const here = () => `--url ${server.url}`;

async function publishLearnt(): Promise<void> {
  expect((await run(`publish ${here()}`)).code).toBe(0);
  const under = await shop.catalogues.release((await shop.catalogues.current()) ?? '');
  expect(await publishModel(shop, { model: predictionModel(), under }, 'the schedule')).toHaveProperty('release');
}

const daysUntilLetter = (out: string): number[] =>
  (JSON.parse(out) as { messages: { at: string }[] }).messages.map(({ at }) => (Date.parse(at) - LAST) / DAY_MS);

describe('a replay', () => {
  test('goes by the plain rule without a model, and says so', async () => {
    const { out } = await run('simulate --history history.ndjson --json');
    expect(daysUntilLetter(out)).toEqual([60]);
    expect(out).toContain('Nothing is foretold, since no model was given');
  });

  test.each(['--model model.json', '--url'])('goes by the model of %s, which does not grow old in it', async (option) => {
    await publishLearnt();
    const { out } = await run(`simulate --history history.ndjson --json ${option === '--url' ? here() : option}`);
    const [days = 0, ...others] = daysUntilLetter(out);
    expect(days).toBeGreaterThan(20);
    expect(days).toBeLessThan(50);
    expect(others).toEqual([]);
    expect(out).toContain('Forecasts go by the model of 2026-01-01');
  });

  test('goes by what was learnt from an export of orders', { timeout: 30_000 }, async () => {
    const truth = { kind: 'mbgnbd', params: { r: 0.6, alpha: 6, a: 0.9, b: 2 } } as const;
    const days = { arrivalDays: 300, untilDay: 500, endDay: 500 };
    const people = [...simulatedShop({ lifetime: truth, spend: { p: 5, q: 4, v: 60 }, customers: 300, ...days }, 8)];
    const lines = people.flatMap(({ orders }, i) =>
      orders.map(
        ({ day, revenue }) => `c${i},${new Date((20_000 + day) * DAY_MS).toISOString().slice(0, 10)},${revenue.toFixed(2)}`,
      ),
    );
    cli.write({ 'orders.csv': ['customer_id,date,amount', ...lines].join('\n') });
    const { code, out } = await run('predict --orders orders.csv --until 2026-02-01 --save learnt.json');
    expect({ code, out }).toMatchObject({ code: 0, out: expect.stringContaining('Written: learnt.json') });
    expect(JSON.parse(readFileSync(join(cli.folder, 'learnt.json'), 'utf8'))).toMatchObject({
      kind: 'mbgnbd',
      untilDay: Date.parse('2026-02-01') / DAY_MS,
      calibration: { days: 90 },
    });
    const [silence = 0] = daysUntilLetter((await run('simulate --history history.ndjson --json --model learnt.json')).out);
    expect(silence).not.toBe(60);
  });
});

describe('a plan', () => {
  test('replays both releases with the model that is published', async () => {
    await publishLearnt();
    cli.write(files(0.000_001));
    const { effect } = JSON.parse((await run(`plan --history history.ndjson --json ${here()}`)).out);
    // The draft misses nobody within these 90 days; by the plain rule it would.
    expect(effect.mails).toEqual({ before: 1, after: 0 });
  });
});

describe('journey tests', () => {
  const misses = (prediction: object | undefined, mails: number) => ({
    name: 'who is gone gets a letter within fifty days',
    given: {
      consents: ['newsletter'],
      ...(prediction && { prediction }),
      events: weekly.map(({ timestamp, event, properties }) => ({ at: timestamp, event, properties })),
    },
    until: new Date(LAST + 50 * DAY_MS).toISOString(),
    expect: { mails: Array.from({ length: mails }, () => ({ template: 'welcome' })) },
  });
  const write = (...cases: object[]) => cli.write({ 'catalogue/journeys/miss.test.json': JSON.stringify({ cases }) });

  test('are run under the model that is given, those that ask for the learnt one', async () => {
    await publishLearnt();
    write(misses(undefined, 0), misses({ model: 'learnt' }, 1));
    for (const option of ['--model model.json', here()])
      expect((await run(`test ${option}`)).out).toContain('2 tests: 2 passed, 0 failed.');
  });

  test('that ask for the learnt one are left out where none is given, and say why', async () => {
    write(misses(undefined, 0), misses({ model: 'learnt' }, 1));
    const { code, out } = await run('test');
    expect(code).toBe(0);
    expect(out).toContain('left  miss: who is gone');
    expect(out).toContain('give --model FILE, or --url');
    expect(out).toContain('2 tests: 1 passed, 0 failed, 1 left out.');
  });
});

describe('what is no model for this catalogue is refused', () => {
  test.each<[string, Record<string, string | undefined>, string, RegExp]>([
    ['no such file', {}, '--model nowhere.json', /nowhere\.json cannot be read/],
    ['no model', { 'bad.json': '{"customers":3}' }, '--model bad.json', /bad\.json is no model: .*rekindle predict .*--save/],
    [
      'another kind',
      { 'bg.json': JSON.stringify(predictionModel({ kind: 'bgnbd' })) },
      '--model bg.json',
      /kind bgnbd, and prediction\.json asks for mbgnbd/,
    ],
    ['two models', {}, '--model model.json --url http://127.0.0.1:1', /one model is enough/],
  ])('%s', async (_, more, options, complaint) => {
    cli.write(more as Record<string, string>);
    const { code, complaints } = await run(`simulate --history history.ndjson ${options}`);
    expect(code).toBeGreaterThan(0);
    expect(complaints).toMatch(complaint);
  });

  test('none has been learnt yet, or it was learnt from other orders', async () => {
    await run(`publish ${here()}`);
    expect((await run(`test ${here()}`)).complaints).toContain('no model yet: “rekindle learn”');
    await publishLearnt();
    cli.write({ 'catalogue/prediction.json': JSON.stringify({ orders: { event: 'Purchase' } }) });
    expect((await run(`test ${here()}`)).complaints).toContain('reads orders otherwise');
  });
});
