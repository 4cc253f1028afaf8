import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { adminShop } from '../support/admin-shop.ts';
import { catalogueFiles, welcome } from '../support/catalogue-files.ts';
import { commandLine } from '../support/command-line.ts';
import { serve } from '../support/serve.ts';

let cli: ReturnType<typeof commandLine>;
let folder: string;
let shop: Awaited<ReturnType<typeof adminShop>>;
let server: Awaited<ReturnType<typeof serve>>;

beforeEach(async () => {
  cli = commandLine();
  folder = cli.folder;
  shop = await adminShop();
  server = await serve(shop.handler);
  write(catalogueFiles());
});
afterEach(async () => {
  await server.close();
  cli.remove();
});

const write = (files: Readonly<Record<string, string>>): void => cli.write(files);
const run = (
  line: string | readonly string[],
  env: Readonly<Record<string, string>> = { REKINDLE_URL: server.url, REKINDLE_KEY: shop.key },
) => cli.run(line, env);

const journey = (more: object): Record<string, string> => ({
  'catalogue/journeys/welcome.json': JSON.stringify({ ...welcome, ...more }),
});

describe('draw', () => {
  test('prints one journey, without a running system', async () => {
    const { code, out } = await run('draw welcome --url http://127.0.0.1:1');
    expect(code).toBe(2);
    expect(out).toBe('');
    const drawn = await run('draw welcome');
    expect(drawn).toMatchObject({ code: 0, complaints: '' });
    expect(drawn.out).toMatch(/^<svg [\s\S]*<\/svg>$/);
    expect((await run('draw welcome --direction right')).out).not.toBe(drawn.out);
  });

  test('draws all journeys into a folder', async () => {
    expect(await run('draw --all out/pictures')).toMatchObject({ code: 0, out: '1 journey drawn into out/pictures.' });
    expect(readFileSync(join(folder, 'out/pictures/welcome.svg'), 'utf8').trimEnd()).toBe((await run('draw welcome')).out);
  });

  test('names a journey that was probably meant', async () => {
    expect(await run('draw welcom')).toMatchObject({ code: 1, complaints: expect.stringContaining('did you mean "welcome"?') });
  });

  test('says what is wrong with a journey that cannot be read, and draws the others all the same', async () => {
    write({
      ...journey({ steps: [{ id: 'x', type: 'sned_email' }] }),
      'catalogue/journeys/other.json': JSON.stringify({ ...welcome, id: 'other' }),
    });
    expect(await run('draw welcome')).toMatchObject({ code: 1, complaints: expect.stringContaining('sned_email') });
    expect((await run('draw other')).code).toBe(0);
    expect((await run('draw --all out')).code).toBe(1);
    expect(existsSync(join(folder, 'out'))).toBe(false);
  });

  test.each([
    ['draw', 'JOURNEY is missing'],
    ['draw welcome --direction up', 'down or right'],
    ['draw welcome a b', 'one folder is enough'],
  ])('%s is not understood', async (line, why) => {
    expect(await run(line)).toMatchObject({ code: 2, complaints: expect.stringContaining(why) });
  });
});

describe('plan', () => {
  test('says that everything is new where nothing is published yet', async () => {
    const { code, out } = await run('plan');
    expect(code).toBe(0);
    expect(out).toContain('Nothing is published yet');
    expect(out).toContain('+ welcome: Welcome');
  });

  test('says that nothing changes right after publishing', async () => {
    await run('publish');
    expect(await run('plan')).toMatchObject({ code: 0, out: expect.stringMatching(/^Nothing changes/) });
  });

  test('compares with the published release, and publishes nothing', async () => {
    await run('publish');
    write(journey({ steps: [{ id: 'pause', type: 'delay', for: 'P3D' }, welcome.steps[1]] }));
    const { code, out } = await run('plan');
    expect(code).toBe(0);
    expect(out).toContain('~ step pause: for: 1 day → 3 days');
    expect(out).toContain('people inside go on in the version that they entered');
    const asData = JSON.parse((await run('plan --json')).out);
    expect(asData).toMatchObject({ unchanged: false, journeys: [{ id: 'welcome', change: 'changed' }] });
    expect((await run('plan')).out).toBe(out);
  });

  test('tells what mails changed, though a release holds no files', async () => {
    await run('publish');
    write({ 'templates/welcome.mjml': catalogueFiles()['templates/welcome.mjml']?.replace('Hello', 'Hi') ?? '' });
    expect((await run('plan')).out).toMatch(/~ welcome, sent by welcome\/hello\n {6}~ en body: changed/);
  });

  test('ends with 1 where the draft has errors', async () => {
    write(journey({ trigger: { type: 'evnt' } }));
    expect(await run('plan')).toMatchObject({ code: 1, out: expect.stringContaining('The draft is not in order') });
    expect(JSON.parse((await run('plan --json')).out).problems.length).toBeGreaterThan(0);
  });

  test('replays a history through both', async () => {
    await run('publish');
    write({
      ...journey({ steps: [welcome.steps[1], { id: 'pause', type: 'delay', for: 'P1D' }, { ...welcome.steps[1], id: 'again' }] }),
      'history.ndjson': [
        {
          type: 'track',
          userId: 'u1',
          event: 'Subscribed',
          timestamp: '2026-01-01T08:00:00Z',
          properties: { list_id: 'newsletter' },
        },
        {
          type: 'track',
          userId: 'u1',
          event: 'Signed Up',
          timestamp: '2026-01-02T08:00:00Z',
          context: { traits: { email: 'ann@example.com' } },
        },
      ]
        .map((one) => JSON.stringify(one))
        .join('\n'),
    });
    const { code, out } = await run('plan --history history.ndjson');
    expect(code).toBe(0);
    expect(out).toMatch(/welcome +1 +1 → 2 +\+1/);
    expect(JSON.parse((await run('plan --history history.ndjson --json')).out).effect).toMatchObject({
      mails: { before: 1, after: 2 },
    });
    expect(await run('plan --history none.ndjson')).toMatchObject({
      code: 1,
      complaints: expect.stringContaining('cannot be read'),
    });
  });

  test('says what becomes of a budget of vouchers, and what the draft would give away of it', async () => {
    const pools = [{ id: 'five', name: 'Five', description: '€5', codes: 'generated' }];
    const draft = (max: number): Record<string, string> => ({
      ...journey({ offerBudget: { max, per: 'P1M' }, steps: [{ id: 'code', type: 'issue_voucher', pool: 'five' }] }),
      'catalogue/vouchers.json': JSON.stringify({ pools }),
    });
    write(draft(2));
    await run('publish');
    const signUps = ['ann', 'bo', 'cy'].map((name, index) => ({
      type: 'track',
      event: 'Signed Up',
      timestamp: `2026-01-0${index + 1}T08:00:00Z`,
      context: { traits: { email: `${name}@example.com` } },
    }));
    write({ ...draft(1), 'history.ndjson': signUps.map((one) => JSON.stringify(one)).join('\n') });
    const { out } = await run('plan --history history.ndjson');
    expect(out).toContain('budget: 2 vouchers in 1 month, to all together → 1 voucher in 1 month, to all together');
    expect(out).toMatch(/^ +welcome +2026-01-01 +2026-02-01 +1 +2$/m);
  });

  test('compares with another folder, without a running system', async () => {
    await server.close();
    write(Object.fromEntries(Object.entries(catalogueFiles()).map(([path, text]) => [`shop/${path}`, text])));
    write(journey({ name: 'Hello' }));
    expect((await run('plan --against shop')).out).toContain('name: “Welcome” → “Hello”');
    expect((await run('plan')).complaints).toContain('nothing answers');
  });
});
