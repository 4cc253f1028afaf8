import { resolve } from 'node:path';
import { readJourneyTests } from '#adapters/files/catalogue-files.ts';
import type { TestResult } from '#usecases/journey-tests.ts';
import { type Command, json } from './command.ts';
import { filesOf } from './files.ts';
import { problemLines } from './problems.ts';
import { count, plain, show } from './show.ts';

export const test: Command = {
  name: 'test',
  usage: '[DIR]',
  summary: 'Run the tests of the journeys: given events and a clock, expect steps and mails',
  details: [
    'Runs catalogue/journeys/*.test.json in DIR (here, unless told) through the catalogue, without a running system.',
    'A test lies beside its journey: welcome.test.json tests welcome.json. Its schema, journey-test, explains every key:',
    '  { "cases": [{ "name": "a first letter at once", "when": [{ "at": "2026-03-02T09:00:00Z", "form": "newsletter",',
    '    "fields": { "consent": true } }], "until": "2026-03-03T00:00:00Z",',
    '    "expect": { "mails": [{ "template": "welcome", "at": "2026-03-02T09:00:00Z" }] } }] }',
    'Exit code 1 where a test fails. In "mails" and "steps", - is what was expected and + what happened.',
  ],
  options: json,
  examples: ['rekindle test', 'rekindle test ../shop --json'],
  run: async (context) => {
    const files = filesOf(context);
    const { testJourneys } = await import('#usecases/journey-tests.ts');
    const { problems, results } = await testJourneys(files, readJourneyTests(resolve(context.cwd, context.args[0] ?? '.')));
    const failed = results.filter(({ passed }) => !passed);
    const errors = problems.filter(({ severity }) => severity === 'error');
    const data = { passed: results.length - failed.length, failed: failed.length, results, problems: errors };
    show(context, data, () => [
      ...problemLines(errors),
      ...results.flatMap(resultLines),
      ...(results.length > 0 ? [''] : []),
      results.length === 0 && errors.length === 0
        ? 'There are no tests: write catalogue/journeys/<journey>.test.json.'
        : `${count(results.length, 'test')}: ${data.passed} passed, ${data.failed} failed.${errors.length > 0 ? ` ${count(errors.length, 'error')} in the files.` : ''}`,
    ]);
    return failed.length === 0 && errors.length === 0 ? 0 : 1;
  },
};

function resultLines({ journey, name, passed, differences }: TestResult): string[] {
  return [
    `${passed ? 'ok  ' : 'FAIL'}  ${journey}: ${plain(name)}`,
    ...differences.flatMap(({ what, expected, actual }) => [`        ${what}`, ...compared(expected, actual)]),
  ];
}

/** Lines that are the same stand once; others with - as expected and with + as they are. */
function compared(expected: readonly string[], actual: readonly string[]): string[] {
  const rows = Array.from({ length: Math.max(expected.length, actual.length) }, (_, index) => [expected[index], actual[index]]);
  const lines = rows.flatMap(([wanted, is]) => {
    if (wanted === is) return [`  ${wanted}`];
    return [...(wanted === undefined ? [] : [`- ${wanted}`]), ...(is === undefined ? [] : [`+ ${is}`])];
  });
  return (lines.length === 0 ? ['- nothing'] : lines).map((line) => `          ${plain(line)}`);
}
