import { afterEach, beforeEach, expect, test } from 'vitest';
import { rules } from '#schemas/rules.ts';
import { commandLine } from '../support/command-line.ts';

let shell: ReturnType<typeof commandLine>;
beforeEach(() => {
  shell = commandLine();
});
afterEach(() => shell.remove());

test('validate --rules tells all rules, in a folder without a catalogue too', async () => {
  const { code, out } = await shell.run('validate --rules');
  expect(code).toBe(0);
  for (const [name, { severity, why, fix, example }] of Object.entries(rules)) {
    expect(out).toMatch(new RegExp(`^${name} {2}${severity}$`, 'm'));
    for (const words of [why, fix, ...example.bad.split('\n'), ...example.good.split('\n')]) expect(out).toContain(words);
  }
});

test('validate --rule tells one, with what surrounds its example', async () => {
  expect((await shell.run('validate --rule unknown-tier')).out.split('\n')).toEqual([
    'unknown-tier  error',
    '    Nobody can ever reach it.',
    '    → Declare it in catalogue/loyalty.json or correct the name.',
    '    The tiers are silver and gold.',
    '    wrong:',
    '        "when": { "tier": "golden" }',
    '    right:',
    '        "when": { "tier": "gold" }',
  ]);
});

test('both give data with --json', async () => {
  const all = JSON.parse((await shell.run('validate --rules --json')).out);
  expect(all.rules.map(({ rule }: { rule: string }) => rule)).toEqual(Object.keys(rules));
  const one = JSON.parse((await shell.run('validate --rule never-true --json')).out);
  expect(one).toEqual({ rule: 'never-true', ...rules['never-true'] });
});

test.each([
  ['validate --rule never-tru', 'did you mean "never-true"?'],
  ['validate --rule nothing-like-it', '--rules lists those that there are'],
  ['validate --rule toString', 'there is no rule toString'],
  ['validate shop --rules', 'shop is too much'],
  ['validate --rules --rule never-true', 'either --rules or --rule'],
])('%s is not understood', async (line, why) => {
  expect(await shell.run(line)).toMatchObject({ code: 2, out: '', complaints: expect.stringContaining(why) });
});
