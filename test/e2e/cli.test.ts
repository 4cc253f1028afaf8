/** The command line, as people type it, against a running cloud. */
import { execFile } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished } from 'vitest';
import type { LocalCloud } from './support/cloud.ts';
import { order, signUp } from './support/people.ts';
import { test } from './support/test.ts';

const PROJECT = fileURLToPath(new URL('../../', import.meta.url));

test('npx rekindle --help says what there is, and how to begin', async () => {
  const { code, out } = await run('npx', ['--no-install', 'rekindle', '--help'], {});
  expect(code).toBe(0);
  for (const command of ['validate', 'publish', 'releases', 'rollback', 'customer', 'timeline', 'keys']) {
    expect(out).toMatch(new RegExp(`^ +${command} .*\\w`, 'm'));
  }
});

const wrong: readonly { readonly args: string; readonly code: number; readonly says: RegExp }[] = [
  { args: 'custmer ann@example.com', code: 2, says: /no command custmer.*customer/ },
  { args: 'customer', code: 2, says: /ID\|EMAIL is missing/ },
  { args: 'customer nobody@example.com', code: 1, says: /No such customer/ },
  { args: 'customer a --key sk_wrong', code: 1, says: /not known, or was revoked/ },
  { args: 'customer a --url http://127.0.0.1:9', code: 1, says: /nothing answers at/ },
  { args: 'customer a --ulr x', code: 2, says: /Unknown option '--ulr'/ },
  { args: 'publish /nowhere', code: 1, says: /no catalogue in \/nowhere/ },
  { args: 'keys', code: 2, says: /keys create, keys list or keys revoke/ },
  { args: 'keys create', code: 2, says: /--label is missing/ },
  { args: 'keys revoke key_none', code: 1, says: /No such key/ },
  { args: 'rollback rel_none', code: 1, says: /No such release/ },
];

test.for(wrong)('“rekindle $args” ends with $code and one line that says why', async ({ args, code, says }, { cloud }) => {
  const result = await rekindle(cloud, args.split(' '));
  expect(result).toMatchObject({ code, out: '' });
  expect(result.err).toMatch(says);
  expect(result.err.trim().split('\n')).toHaveLength(1);
});

test('validate finds the starter catalogue in order, and names the place of an error', async ({ cloud }) => {
  const shop = copyOfTheCatalogue();
  expect(await rekindle(cloud, ['validate', shop])).toMatchObject({
    code: 0,
    out: expect.stringContaining('everything is in order'),
  });
  misspell(shop);
  const { code, out } = await rekindle(cloud, ['validate', shop]);
  expect(code).toBe(1);
  expect(out).toMatch(/^catalogue\/journeys\/welcome\.json(?::\d+:\d+)? {2}error/m);
  expect(out).toContain('steps[2].template');
  const { out: json } = await rekindle(cloud, ['validate', shop, '--json']);
  expect(JSON.parse(json)).toMatchObject({ valid: false, problems: [{ file: 'catalogue/journeys/welcome.json' }] });
});

test('customer and timeline show who somebody is, and why they got what they got', async ({ cloud }) => {
  await signUp(cloud, 'ann@example.com');
  await order(cloud, 'ann@example.com', { id: 'A1', revenue: 120 });
  await cloud.settle();
  const customer = await rekindle(cloud, ['customer', 'ann@example.com']);
  expect(customer.code).toBe(0);
  for (const words of [
    /E-mail +ann@example\.com/,
    /Points +120/,
    /Tier +Silver/,
    /newsletter +subscribed/,
    /welcome +settle-in/,
  ]) {
    expect(customer.out).toMatch(words);
  }
  expect(JSON.parse((await rekindle(cloud, ['customer', 'ann@example.com', '--json'])).out)).toMatchObject({
    email: 'ann@example.com',
  });
  const { out } = await rekindle(cloud, ['timeline', 'ann@example.com', '--limit', '100']);
  for (const words of ['Form Submitted', 'welcome is on its way', 'no tier → silver', '120 points']) expect(out).toContain(words);
  const page = await rekindle(cloud, ['timeline', 'ann@example.com', '--limit', '2']);
  const [, cursor = ''] = /--cursor (\S+)/.exec(page.out) ?? [];
  expect((await rekindle(cloud, ['timeline', 'ann@example.com', '--limit', '2', '--cursor', cursor])).out).not.toBe(page.out);
});

test('send-test puts one mail into a mailbox, which is no message of the customer whose data it shows', async ({ cloud }) => {
  await signUp(cloud, 'tess@example.com', 'Tess');
  await cloud.settle();
  const before = await cloud.timeline('tess@example.com');
  const shop = copyOfTheCatalogue();
  const args = ['send-test', 'welcome', '--dir', shop, '--to', 'desk@example.com', '--customer', 'tess@example.com'];
  expect(await rekindle(cloud, args)).toMatchObject({ code: 1, err: expect.stringContaining('testRecipients') });
  expect(await rekindle(cloud, [...args, '--any-address'])).toMatchObject({ code: 0, out: expect.stringContaining('[Test] ') });
  await cloud.settle();
  const [mail, ...others] = await cloud.inbox('desk@example.com');
  expect(others).toEqual([]);
  expect(mail).toMatchObject({ subject: expect.stringMatching(/^\[Test\] .*Tess/), text: expect.stringContaining('Tess') });
  expect(Object.keys(mail?.headers ?? {}).filter((name) => /list-unsubscribe/i.test(name))).toEqual([]);
  expect(await cloud.timeline('tess@example.com')).toEqual(before);
  const link = /https?:\/\/[^\s>]+\/u\/[^\s>]+/.exec(mail?.text ?? '')?.[0] ?? '';
  const answer = await cloud.post(new URL(link).pathname, '');
  expect(answer.status).toBeGreaterThanOrEqual(400);
});

test('publish puts a changed catalogue in force once, and refuses a broken one; rollback goes back', async ({ cloud }) => {
  const shop = copyOfTheCatalogue();
  expect((await rekindle(cloud, ['publish', shop])).out).toMatch(/^Nothing has changed since rel_\w+\.$/m);
  const template = join(shop, 'templates/welcome.mjml');
  writeFileSync(template, readFileSync(template, 'utf8').replace(/^subject: .*$/m, 'subject: Good to see you'));
  const published = await rekindle(cloud, ['publish', shop, '--note', 'a shorter subject']);
  expect(published).toMatchObject({ code: 0, out: expect.stringMatching(/^Published rel_\w+: \d+ journeys, \d+ segments?/m) });
  await signUp(cloud, 'bob@example.com');
  await cloud.settle();
  expect(await cloud.subjects('bob@example.com')).toEqual(['Good to see you']);
  misspell(shop);
  const refused = await rekindle(cloud, ['publish', shop]);
  expect(refused).toMatchObject({ code: 1, out: expect.stringContaining('Nothing was published: 1 error.') });
  const { items } = JSON.parse((await rekindle(cloud, ['releases', '--json'])).out) as { items: { id: string; note?: string }[] };
  expect(items.map(({ note }) => note)).toEqual(['a shorter subject', 'published at the start']);
  expect(await rekindle(cloud, ['rollback', items[1]?.id ?? ''])).toMatchObject({ code: 0 });
  expect(await rekindle(cloud, ['publish', shop, '--base', items[0]?.id ?? ''])).toMatchObject({ code: 1 });
});

test('a key that is made works within its scopes, until it is revoked', async ({ cloud }) => {
  await signUp(cloud, 'cleo@example.com');
  await cloud.settle();
  const made = await rekindle(cloud, ['keys', 'create', '--label', 'reader', '--scopes', 'customers:read', '--json']);
  const { key, id } = JSON.parse(made.out) as { key: string; id: string };
  expect(await rekindle(cloud, ['customer', 'cleo@example.com', '--key', key])).toMatchObject({ code: 0 });
  const beyond = await rekindle(cloud, ['releases', '--key', key]);
  expect(beyond).toMatchObject({ code: 1, err: expect.stringContaining('lacks the scope releases:read') });
  expect((await rekindle(cloud, ['keys', 'list'])).out).toMatch(new RegExp(`${id} .*valid.*customers:read +reader`));
  expect((await rekindle(cloud, ['keys', 'list'])).out).not.toContain(key);
  expect(await rekindle(cloud, ['keys', 'revoke', id])).toMatchObject({ code: 0 });
  await cloud.advance('PT2M');
  expect(await rekindle(cloud, ['customer', 'cleo@example.com', '--key', key])).toMatchObject({ code: 1 });
});

type Result = { readonly code: number; readonly out: string; readonly err: string };

/** With the folder of the cloud, where its key lies, as `npm start` and the command share it. */
function rekindle(cloud: LocalCloud, args: readonly string[]): Promise<Result> {
  return run(process.execPath, ['cli/rekindle.ts', ...args], { REKINDLE_URL: cloud.url, REKINDLE_FOLDER: cloud.folder });
}

function run(file: string, args: readonly string[], env: Readonly<Record<string, string>>): Promise<Result> {
  return new Promise((resolve) => {
    execFile(file, args, { cwd: PROJECT, env: { ...process.env, ...env } }, (fault, out, err) => {
      resolve({ code: fault === null ? 0 : Number(fault.code), out: out.trimEnd(), err });
    });
  });
}

function copyOfTheCatalogue(): string {
  const folder = mkdtempSync(join(tmpdir(), 'rekindle-shop-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  for (const part of ['catalogue', 'templates']) cpSync(join(PROJECT, part), join(folder, part), { recursive: true });
  return folder;
}

function misspell(shop: string): void {
  const file = join(shop, 'catalogue/journeys/welcome.json');
  writeFileSync(file, readFileSync(file, 'utf8').replace('"getting-started"', '"geting-started"'));
}
