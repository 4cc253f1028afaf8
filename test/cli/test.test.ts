import { afterEach, beforeEach, expect, test } from 'vitest';
import { catalogueFiles } from '../support/catalogue-files.ts';
import { commandLine } from '../support/command-line.ts';

let shell: ReturnType<typeof commandLine>;

const tests = (mailAt: string): Record<string, string> => {
  const signsUp = {
    name: 'a letter after a day',
    given: { consents: ['newsletter'] },
    when: [{ at: '2026-01-01T10:00:00Z', event: 'Signed Up' }],
    until: '2026-02-01',
    expect: { steps: ['pause', 'hello'], mails: [{ template: 'welcome', at: mailAt }] },
  };
  return { 'catalogue/journeys/welcome.test.json': JSON.stringify({ cases: [signsUp] }) };
};

beforeEach(() => {
  shell = commandLine();
  shell.write(catalogueFiles());
});
afterEach(() => shell.remove());

test('says which tests pass', async () => {
  shell.write(tests('2026-01-02T10:00:00Z'));
  expect(await shell.run('test')).toEqual({
    code: 0,
    out: 'ok    welcome: a letter after a day\n\n1 test: 1 passed, 0 failed.',
    complaints: '',
  });
});

test('shows what was expected beside what happened, and ends with 1', async () => {
  shell.write(tests('2026-01-03T10:00:00Z'));
  const { code, out } = await shell.run('test');
  expect(code).toBe(1);
  expect(out.split('\n')).toEqual([
    'FAIL  welcome: a letter after a day',
    '        mails',
    '          - 2026-01-03T10:00Z welcome sent',
    '          + 2026-01-02T10:00Z welcome (hello) sent',
    '',
    '1 test: 0 passed, 1 failed.',
  ]);
  expect(JSON.parse((await shell.run('test --json')).out)).toMatchObject({
    passed: 0,
    failed: 1,
    results: [
      { file: 'catalogue/journeys/welcome.test.json', journey: 'welcome', passed: false, differences: [{ what: 'mails' }] },
    ],
  });
});

test('shows what is wrong with a test file, and ends with 1', async () => {
  shell.write({ 'catalogue/journeys/welcome.test.json': '{ "case": [] }' });
  const { code, out } = await shell.run('test');
  expect(code).toBe(1);
  expect(out).toContain('did you mean "cases"?');
});

test('says that there are none', async () => {
  expect(await shell.run('test')).toMatchObject({ code: 0, out: expect.stringContaining('There are no tests') });
});

test('the tests of a journey are no part of the catalogue: neither checked nor published', async () => {
  const before = JSON.parse((await shell.run('validate --json')).out);
  shell.write({ 'catalogue/journeys/welcome.test.json': '{ "case": [] }' });
  expect(JSON.parse((await shell.run('validate --json')).out)).toEqual(before);
});
