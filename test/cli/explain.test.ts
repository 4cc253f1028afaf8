import { afterEach, beforeEach, expect, test } from 'vitest';
import { adminShop, annSignsUp } from '../support/admin-shop.ts';
import { catalogueFiles } from '../support/catalogue-files.ts';
import { commandLine, type Ran } from '../support/command-line.ts';
import { serve } from '../support/serve.ts';

let shell: ReturnType<typeof commandLine>;
let shop: Awaited<ReturnType<typeof adminShop>>;
let server: Awaited<ReturnType<typeof serve>>;

const run = (line: string, key = shop.key): Promise<Ran> => shell.run(line, { REKINDLE_URL: server.url, REKINDLE_KEY: key });

beforeEach(async () => {
  shell = commandLine();
  shell.write(
    catalogueFiles({
      'catalogue/journeys/trial.json': {
        id: 'trial',
        name: 'Trial',
        trigger: { type: 'event', event: 'Trial Started' },
        steps: [{ id: 'bye', type: 'exit', reason: 'done' }],
      },
    }),
  );
  shop = await adminShop();
  server = await serve(shop.handler);
  await run('publish');
  await shop.take(...annSignsUp());
});
afterEach(async () => {
  await server.close();
  shell.remove();
});

test('tells of each journey whether, why, and where the person is now', async () => {
  const { code, out } = await run('explain ann@example.com');
  expect(code).toBe(0);
  expect(out).toMatch(/^ann@example\.com \(cus_\w+\)$/m);
  expect(out).toMatch(/^ {2}2026-03-01 08:00:00 {2}newsletter: subscribed by the API$/m);
  expect(out).toMatch(/^welcome, “Welcome”: is in it$/m);
  expect(out).toMatch(/^ {2}2026-03-01 09:00:00 {2}entered: Signed Up$/m);
  expect(out).toMatch(
    /^ {2}now +stands at the step pause since 2026-03-01 09:00 UTC, until 2026-03-02 09:00 UTC at the latest$/m,
  );
  expect(out).toMatch(/^trial, “Trial”: was never considered$/m);
  expect(out).toMatch(/^ {2}now +no “Trial Started” is on the timeline$/m);
});

test('tells of one journey alone, as data too', async () => {
  expect((await run('explain ann@example.com --journey trial')).out).not.toContain('welcome,');
  expect(JSON.parse((await run('explain ann@example.com --journey welcome --json')).out)).toMatchObject({
    customer: 'ann@example.com',
    journeys: [
      {
        journey: 'welcome',
        verdict: 'active',
        sentences: [{ at: '2026-03-01T09:00:00.000Z', text: 'entered: Signed Up' }, {}, {}],
      },
    ],
    notes: [],
  });
});

test('with a key that may not read releases tells what the records say, and that this is all', async () => {
  const { out } = await run('explain ann@example.com', await shop.keyWith('customers:read'));
  expect(out).toMatch(/^welcome, “welcome”: is in it$/m);
  expect(out).not.toContain('trial');
  expect(out).toContain('The key may not read releases');
});

test('ends with 1 where nobody or no journey is known by that name', async () => {
  expect(await run('explain nobody@example.com')).toMatchObject({
    code: 1,
    complaints: expect.stringContaining('No such customer'),
  });
  expect(await run('explain ann@example.com --journey welcom')).toMatchObject({
    code: 1,
    complaints: expect.stringContaining('did you mean "welcome"?'),
  });
});
