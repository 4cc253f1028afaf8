import { resolve } from 'node:path';
import { readJourneyTests } from '#adapters/files/catalogue-files.ts';
import type { PredictionModel } from '#core/prediction/model.ts';
import type { TestResult } from '#usecases/journey-tests.ts';
import { type Command, type Context, json } from './command.ts';
import { filesOf } from './files.ts';
import { modelNamed, modelOptions } from './model.ts';
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
    'A case may state what forecasts go by: "given": { "prediction": { "model": "typical" } }, or parameters, or "learnt" for the',
    'model of --model or --url; cases of the latter are left out where neither is given.',
    'Exit code 1 where a test fails. In "mails" and "steps", - is what was expected and + what happened.',
  ],
  options: { ...modelOptions, ...json },
  examples: ['rekindle test', 'rekindle test ../shop --json', 'rekindle test --url https://go.example.com --key sk_…'],
  run: async (context) => {
    const files = filesOf(context);
    const { testJourneys } = await import('#usecases/journey-tests.ts');
    const tests = readJourneyTests(resolve(context.cwd, context.args[0] ?? '.'));
    const { problems, results } = await testJourneys(files, tests, await learntModel(context, files));
    const leftOut = results.filter((result) => result.leftOut !== undefined);
    const failed = results.filter((result) => !result.passed && result.leftOut === undefined);
    const errors = problems.filter(({ severity }) => severity === 'error');
    const passed = results.length - failed.length - leftOut.length;
    const data = { passed, failed: failed.length, leftOut: leftOut.length, results, problems: errors };
    const others = leftOut.length === 0 ? '' : `, ${leftOut.length} left out`;
    show(context, data, () => [
      ...problemLines(errors),
      ...results.flatMap(resultLines),
      ...(results.length > 0 ? [''] : []),
      results.length === 0 && errors.length === 0
        ? 'There are no tests: write catalogue/journeys/<journey>.test.json.'
        : `${count(results.length, 'test')}: ${passed} passed, ${failed.length} failed${others}.${errors.length > 0 ? ` ${count(errors.length, 'error')} in the files.` : ''}`,
    ]);
    return failed.length === 0 && errors.length === 0 ? 0 : 1;
  },
};

/** The model of the cases that ask for the learnt one; a catalogue with errors runs no case, and needs none. */
async function learntModel(context: Context, files: Readonly<Record<string, string>>): Promise<PredictionModel | undefined> {
  if (context.options.model === undefined && context.options.url === undefined) return undefined;
  const { compileCatalogue } = await import('#usecases/compile-catalogue.ts');
  const { compiled } = await compileCatalogue(files);
  return compiled && modelNamed(context, compiled.release);
}

function resultLines({ journey, name, passed, differences, leftOut }: TestResult): string[] {
  if (leftOut !== undefined) return [`left  ${journey}: ${plain(name)}`, `        ${leftOut}`];
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
