import { statSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { commands } from '#cli/main.ts';
import { publish } from '#usecases/publish.ts';
import { append } from '#usecases/store/events.ts';
import { adminShop, annSignsUp } from '../support/admin-shop.ts';
import { catalogueFiles, welcome } from '../support/catalogue-files.ts';
import { commandLine } from '../support/command-line.ts';
import { serve } from '../support/serve.ts';
import { event } from '../support/shop.ts';

let cli: ReturnType<typeof commandLine>;
let shop: Awaited<ReturnType<typeof adminShop>>;
let server: Awaited<ReturnType<typeof serve>>;

beforeEach(async () => {
  cli = commandLine();
  shop = await adminShop();
  server = await serve(shop.handler);
  write(catalogueFiles());
});
afterEach(async () => {
  await server.close();
  cli.remove();
});

const scoring = {
  scores: [
    {
      id: 'lead',
      name: 'Lead score',
      rules: [
        { id: 'page', name: 'Looked at a page', event: 'Page', points: 40 },
        { id: 'address', name: 'Left an address', when: { attribute: 'email', exists: true }, points: 5 },
      ],
    },
  ],
  stages: [
    { id: 'lead', name: 'Lead', when: { attribute: 'email', exists: true } },
    { id: 'qualified', name: 'Qualified lead', when: { score: 'lead', gte: 45 } },
    { id: 'customer', name: 'Customer', when: { event: 'Order Completed' } },
  ],
};

const write = (files: Readonly<Record<string, string>>): void => cli.write(files);
const run = (
  line: string | readonly string[],
  env: Readonly<Record<string, string>> = { REKINDLE_URL: server.url, REKINDLE_KEY: shop.key },
) => cli.run(line, env);

describe('the help', () => {
  test('says what it is for, and names every command', async () => {
    const { code, out } = await run('--help');
    expect(code).toBe(0);
    expect(out).toContain('marketing automation');
    for (const { name, summary } of commands)
      expect(out).toMatch(new RegExp(`^ {2}${name}.*${summary.replace(/[[\]().]/g, '.')}`, 'm'));
  });

  test.each(commands)('of $name shows its options and an example that it understands', async ({ name, options, examples }) => {
    const { code, out } = await run(`${name} --help`);
    expect(code).toBe(0);
    for (const option of Object.keys(options)) expect(out).toContain(`--${option}`);
    for (const example of examples) expect(out).toContain(example);
    expect(examples.every((example) => example.startsWith(`rekindle ${name}`))).toBe(true);
    expect(await run(`help ${name}`)).toEqual({ code: 0, out, complaints: '' });
  });
});

describe('a command line that is not understood ends with 2, and one line that says why:', () => {
  test.each([
    ['publsh', 'did you mean "publish"?'],
    ['publish --nte x', "Unknown option '--nte'"],
    ['publish a b', 'one folder is enough'],
    ['customer', 'ID|EMAIL is missing'],
    ['rollback', 'RELEASE is missing'],
    ['keys', 'say what to do'],
    ['keys revoke', 'the id of the key is missing'],
    ['keys create', '--label is missing'],
    ['keys create --label x --kind other', 'secret or publishable'],
    ['keys create --label x --scopes all', 'all is not a scope'],
    ['keys list --table t --url http://x', 'either --table or --url'],
    ['captcha', 'say what to do'],
    ['captcha set --provider recaptcha', 'turnstile or hcaptcha, not recaptcha'],
    ['captcha set --provider turnstile', 'the secret is missing'],
    ['block ann@example.com', '--reason is missing'],
    ['unblock ann@example.com --what all', 'manual, bounce or complaint, not all'],
    ['releases now', 'now is too much'],
  ])('%s', async (line, why) => {
    const { code, out, complaints } = await run(line);
    expect(complaints).toContain(why);
    expect(complaints.split('\n')).toHaveLength(1);
    expect(code).toBe(2);
    expect(out).toBe('');
  });
});

describe('validate', () => {
  test('says that a catalogue is in order, without a running system', async () => {
    expect(await run('validate', {})).toEqual({ code: 0, out: '5 files checked: everything is in order.', complaints: '' });
  });

  test('shows what is wrong, where, and what to do, and ends with 1', async () => {
    write({
      'catalogue/journeys/welcome.json': JSON.stringify(
        { ...welcome, steps: [{ id: 'hello', type: 'send_email', template: 'wellcome', topic: 'newsletter' }] },
        null,
        2,
      ),
    });
    const { code, out } = await run('validate');
    expect(code).toBe(1);
    expect(out).toMatch(/^catalogue\/journeys\/welcome\.json:\d+:\d+ {2}error {2}unknown-template$/m);
    expect(out).toContain('did you mean "welcome"?');
    expect(out).toMatch(/5 files checked: 1 error\.$/);
    const data = JSON.parse((await run('validate --json')).out);
    expect(data).toMatchObject({ valid: false, release: null, problems: [{ rule: 'unknown-template' }] });
  });

  test('ends with 1 where there is no catalogue', async () => {
    expect(await run('validate nowhere')).toMatchObject({
      code: 1,
      complaints: expect.stringContaining('there is no catalogue in'),
    });
  });
});

describe('publish', () => {
  test('publishes what stands in the folder, and says so; once more nothing has changed', async () => {
    const first = await run(['publish', '--note', 'the first']);
    expect(first).toMatchObject({
      code: 0,
      out: expect.stringMatching(/^Published rel_\w+: 1 journey, 1 segment, 1 template, 3 topics\.$/),
    });
    expect((await run('publish')).out).toMatch(/^Nothing has changed since rel_/);
    const { out } = await run('releases');
    expect(out).toMatch(/^\* +rel_\w+ +2026-03-02 08:00:00 +key for \* +the first$/m);
  });

  test('shows why nothing was published, and ends with 1', async () => {
    write({ 'catalogue/topics.json': '{ "topics": [' });
    const { code, out } = await run('publish');
    expect(code).toBe(1);
    expect(out).toMatch(/^catalogue\/topics\.json:1:\d+ {2}error {2}json-syntax/);
    expect(out).toMatch(/Nothing was published: \d+ errors?/);
  });

  test('from an outdated base is a conflict', async () => {
    await run('publish');
    expect(await run('publish --base rel_old')).toMatchObject({
      code: 1,
      complaints: expect.stringContaining('somebody published in between'),
    });
  });

  test('is undone by rollback', async () => {
    await run('publish');
    const [first = ''] = /rel_\w+/.exec((await run('releases')).out) ?? [];
    write({ 'templates/welcome.mjml': catalogueFiles()['templates/welcome.mjml']?.replace('Hello', 'Good morning') ?? '' });
    await run('publish');
    expect(await run(`rollback ${first}`)).toMatchObject({ code: 0, out: `${first} is the current release again.` });
    expect((await run('releases')).out.match(/^\*/gm)).toHaveLength(1);
    expect(await run('rollback rel_none')).toMatchObject({ code: 1, complaints: expect.stringContaining('No such release') });
  });
});

describe('customer and timeline', () => {
  beforeEach(async () => {
    await run('publish');
    await shop.take(...annSignsUp());
  });

  test('show a person, and why things happened', async () => {
    const { out } = await run('customer ann@example.com');
    expect(out).toMatch(/^E-mail +ann@example\.com$/m);
    expect(out).toMatch(/^ {2}newsletter +subscribed +2026-03-01 08:00:00 +the API$/m);
    expect(out).toMatch(/^ {2}welcome +pause +2026-03-01 09:00:00 +2026-03-02 09:00:00$/m);
    const timeline = await run('timeline ann@example.com');
    expect(timeline.out).toMatch(/decision {2}on Signed Up:\n +· entered welcome: Signed Up/);
  });

  test('explain the score, the stages and where somebody came from', async () => {
    await publish(shop, { files: catalogueFiles({ 'catalogue/scoring.json': scoring }), author: 'test' });
    const visit = { kind: 'page', context: { campaign: { source: 'letter', name: 'spring' } } } as const;
    await shop.take(event('Page', '2026-03-01T10:00:00Z', {}, { id: 'visit-1', ...visit }));
    await shop.take(event('Lead Contacted', '2026-03-01T12:30:00Z', {}, { id: 'call-1' }));
    await shop.take(event('Order Completed', '2026-03-01T14:00:00Z', {}, { id: 'order-1' }));
    const { out } = await run('customer ann@example.com');
    expect(out).toMatch(/^Lead score: 45$/m);
    expect(out).toMatch(/^ {2}Lead +2026-03-01 \d\d:\d\d:\d\d +.+ +not in this stage$/m);
    expect(out).toMatch(/^ {2}Customer +2026-03-01 14:00:00 +Order Completed +not yet$/m);
    expect(out).toMatch(/^ {2}\+40 +40 +2026-03-01 10:00:00 +Looked at a page: Page visit-1$/m);
    expect(out).toMatch(/^ {2}\+5 +5 +now +Left an address$/m);
    expect(out).toMatch(/^ {2}Qualified lead +2026-03-01 10:00:00 +Page +2 h 30 min$/m);
    expect(out).toMatch(/^ {2}first +2026-03-01 10:00:00 +letter +spring$/m);
  });

  test('give data for programs, page by page', async () => {
    const one = JSON.parse((await run('timeline ann@example.com --limit 1 --json')).out);
    const two = JSON.parse((await run(['timeline', 'ann@example.com', '--limit', '1', '--json', '--cursor', one.cursor])).out);
    expect([one.items[0].type, two.items[0].type]).toEqual(['decision', 'event']);
    expect(JSON.parse((await run('customer ann@example.com --json')).out)).toMatchObject({ email: 'ann@example.com' });
  });

  test('do not let what somebody typed into a form steer the terminal', async () => {
    const [, signedUp] = annSignsUp();
    if (signedUp !== undefined) await shop.take({ ...signedUp, traits: { lastName: '\u001b[2JX\r\nY' } });
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these must not be there
    expect((await run('customer ann@example.com')).out).not.toMatch(/[\u0000-\u0009\u000b-\u001f]/);
  });

  test('end with 1 where nobody is known', async () => {
    expect(await run('customer nobody@example.com')).toMatchObject({
      code: 1,
      out: '',
      complaints: expect.stringContaining('No such customer'),
    });
  });
});

describe('block and unblock', () => {
  beforeEach(async () => {
    await run('publish');
    await shop.take(...annSignsUp());
  });

  test('stop all mail and let it go again; the timeline says who did it and why', async () => {
    expect(await run(['block', 'ann@example.com', '--reason', 'asked by phone'])).toMatchObject({
      code: 0,
      out: 'Blocked. No mail goes out any more.',
    });
    expect((await run('customer ann@example.com')).out).toMatch(
      /^Suppressed +blocked by “key for \*”: asked by phone, since 2026-03-02 08:00:\d\d$/m,
    );
    expect((await run(['block', 'ann@example.com', '--reason', 'again'])).out).toContain('already');
    expect((await run('timeline ann@example.com')).out).toContain('· suppressed: blocked by “key for *”: asked by phone');
    expect((await run('unblock ann@example.com --what bounce')).out).toMatch(
      /^There was no bounce; nothing has changed\.\nStill suppressed: blocked by/,
    );
    expect((await run('unblock ann@example.com')).out).toBe('No longer blocked.');
    expect((await run('customer ann@example.com')).out).not.toContain('Suppressed');
  });

  test('know nobody by a name that nobody has', async () => {
    expect(await run('unblock nobody')).toMatchObject({ code: 1, complaints: expect.stringContaining('No such customer') });
  });
});

describe('export', () => {
  beforeEach(async () => {
    await run('publish');
    await shop.take(...annSignsUp());
  });

  test('is one document of all pages, with the proof of each consent', async () => {
    const no = event('Unsubscribed', '2026-03-01T08:30:00Z', { list_id: 'newsletter' }, { kind: 'consent' });
    const more = Array.from({ length: 250 }, (_, index) => event('Page', `2026-02-01T00:00:${10 + (index % 50)}Z`, { index }));
    await shop.take(no);
    await append(shop.table, more);
    const { out, code } = await run('export ann@example.com');
    expect(code).toBe(0);
    const whole = JSON.parse(out);
    expect(whole).toMatchObject({ format: 'rekindle-export-1', customer: { email: 'ann@example.com' } });
    expect(whole.events).toHaveLength(253);
    expect(whole.states).toMatchObject([{ state: { email: 'ann@example.com' } }]);
    expect(whole.consents).toMatchObject([
      { topic: 'newsletter', status: 'unsubscribed', proof: { name: 'Unsubscribed', eventId: no.id } },
      { topic: 'newsletter', status: 'subscribed', source: 'the API', proof: { name: 'Subscribed' } },
    ]);
  });

  test('goes to a file that others cannot read', async () => {
    const done = await run('export ann@example.com --out ann.json');
    expect(done.out).toMatch(/^Wrote ann\.json: 2 events, \d messages?, .* under 1 id\.$/);
    expect(statSync(join(cli.folder, 'ann.json')).mode & 0o077).toBe(0);
    expect(await run('export nobody@example.com')).toMatchObject({
      code: 1,
      complaints: expect.stringContaining('No such customer'),
    });
  });

  test('and the customer show what was said before', async () => {
    await shop.take(event('Unsubscribed', '2026-03-01T08:30:00Z', { list_id: 'newsletter' }, { kind: 'consent' }));
    expect((await run('customer ann@example.com')).out).toMatch(
      /^ {2}newsletter +unsubscribed +2026-03-01 08:30:00 +the API\n +\(subscribed\) +2026-03-01 08:00:00 +the API$/m,
    );
  });
});

describe('erase', () => {
  beforeEach(async () => {
    await run('publish');
    await shop.take(...annSignsUp());
  });

  test('tells first what would go, and does it when told so', async () => {
    const first = await run('erase ann@example.com');
    expect(first.out).toMatch(/^Held under 1 id:\n( +\d+ [a-z]+\n)+\nNothing was removed\..*--yes\.$/);
    expect((await run('customer ann@example.com')).code).toBe(0);
    const done = await run('erase ann@example.com --yes');
    expect(done.out).toMatch(/^Erased at 2026-03-02 \S+ UTC: \d+ items removed, and a last read found nothing\.$/m);
    expect(done.out).not.toContain('ann');
    expect(await run('customer ann@example.com')).toMatchObject({ code: 1 });
    expect(JSON.parse((await run('erase ann@example.com --yes --json')).out)).toMatchObject({ status: 'done' });
    expect(await run('erase nobody@example.com --yes')).toMatchObject({
      code: 1,
      complaints: expect.stringContaining('No such customer'),
    });
  });
});

describe('keys', () => {
  test('are made, listed and revoked', async () => {
    const made = JSON.parse((await run('keys create --label ci --scopes releases:read,releases:write --json')).out);
    expect(made).toMatchObject({ key: expect.stringMatching(/^sk_/), scopes: ['releases:read', 'releases:write'] });
    expect((await run('keys list')).out).toMatch(
      new RegExp(`^${made.id} +secret +\\S+ \\S+ +valid +releases:read,releases:write +ci$`, 'm'),
    );
    expect((await run(`keys revoke ${made.id}`)).code).toBe(0);
    expect((await run('keys list')).out).toMatch(new RegExp(`^${made.id} .*revoked`, 'm'));
    expect(await run('keys revoke key_0000000000000000')).toMatchObject({
      code: 1,
      complaints: expect.stringContaining('No such key'),
    });
  });
});

describe('the secrets of captchas', () => {
  test('are stored from a file, listed without themselves, and removed', async () => {
    expect((await run('captcha list')).out).toBe('No secrets are stored.');
    write({ 'secret.txt': '0x4AAAAAAA-secret\n' });
    const stored = await run('captcha set --provider turnstile --secret-file secret.txt');
    expect(stored).toMatchObject({ code: 0, out: expect.stringContaining('Forms with turnstile') });
    const { out } = await run('captcha list');
    expect(out).toMatch(/^turnstile +\S+ \S+ +\S+/m);
    expect(stored.out + out).not.toContain('0x4AAAAAAA');
    expect((await run('captcha remove --provider turnstile')).code).toBe(0);
    expect(await run('captcha remove --provider turnstile')).toMatchObject({
      code: 1,
      complaints: expect.stringContaining('No such secret'),
    });
  });
});

describe('a system', () => {
  test('that is not there is told in one line, with the way out', async () => {
    const { code, complaints } = await run('releases --url http://127.0.0.1:1', {});
    expect(code).toBe(1);
    expect(complaints).toMatch(/^rekindle: nothing answers at http:\/\/127\.0\.0\.1:1 .*npm start/);
  });

  test('needs a key, and says so', async () => {
    expect(await run('releases', { REKINDLE_URL: server.url })).toMatchObject({
      code: 1,
      complaints: expect.stringContaining('--key'),
    });
    expect(await run('releases --key sk_aaaaaaaaaaaaaaaaaaaaaaaaaaaa')).toMatchObject({
      code: 1,
      complaints: expect.stringContaining('not known'),
    });
  });

  test('on this machine is used with the key that it wrote down', async () => {
    write({ '.rekindle/keys.json': JSON.stringify({ publishable: 'wk_', secret: shop.key }) });
    expect((await run('releases', { PORT: new URL(server.url).port })).code).toBe(0);
  });

  test.each(['https://127.0.0.1.example.com', 'https://localhost.example.com', 'https://go.example.com'])(
    'elsewhere (%s) never gets the key of this machine',
    async (url) => {
      write({ '.rekindle/keys.json': JSON.stringify({ secret: shop.key }) });
      const asked = vi.spyOn(globalThis, 'fetch').mockResolvedValue(new Response('{}', { status: 401 }));
      expect(await run(`releases --url ${url}`, {})).toMatchObject({ code: 1, complaints: expect.stringContaining('--key') });
      expect(asked.mock.calls.map(([, options]) => options?.headers)).toEqual([{}]);
      asked.mockRestore();
    },
  );

  test('whose address is none is told', async () => {
    expect(await run('releases --url not-an-address', {})).toMatchObject({
      code: 1,
      complaints: expect.stringContaining('not the address of a system'),
    });
  });
});
