import { describe, expect, test } from 'vitest';
import { type BenchReport, numberText, outcome, type Row, table, verdict } from '../../bench/report.ts';

const row = (parts: Partial<Row> = {}): Row => ({ what: 'stimuli', figure: 60_000, unit: '/s', ...parts });
const report = (...rows: Row[]): BenchReport => ({ bench: 'advance', rows });
const over = row({ figure: 81, unit: 'ms', bound: { atMost: 80 } });
const within = row({ figure: 80, unit: 'ms', bound: { atMost: 80 } });

describe('the verdict', () => {
  test.each([
    [50_001, { atLeast: 50_000 }, 'within'],
    [50_000, { atLeast: 50_000 }, 'within'],
    [49_999, { atLeast: 50_000 }, 'over'],
    [79.9, { atMost: 80 }, 'within'],
    [80, { atMost: 80 }, 'within'],
    [80.1, { atMost: 80 }, 'over'],
    [Number.NaN, { atMost: 80 }, 'over'],
    [Number.NaN, { atLeast: 80 }, 'over'],
  ])('of %d against %j is %s', (figure, bound, expected) => {
    expect(verdict({ figure, bound })).toBe(expected);
  });

  test('is none where nothing was promised', () => {
    expect(verdict(row())).toBeUndefined();
  });
});

describe('a run', () => {
  test('is within its bounds when all rows are, and those without a bound do not count', () => {
    expect(outcome([report(within, row({ figure: 1 }))])).toBe('within');
  });

  test('is over when one row is', () => {
    expect(outcome([report(within), report(within, over)])).toBe('over');
  });

  test('has failed when one benchmark could not be carried out, whatever the others found', () => {
    expect(outcome([report(over), { bench: 'due', failure: 'ended with 1' }])).toBe('failed');
  });
});

describe('the table', () => {
  test('has a line for each row, with figure, bound and verdict', () => {
    const lines = table([report(row({ bound: { atLeast: 50_000 } }), over)]).split('\n');
    expect(lines.map((line) => line.split(/ {2,}/).filter(Boolean))).toEqual([
      ['bench', 'measured', 'figure', 'bound', 'verdict'],
      [expect.stringMatching(/^─+$/), ...Array(4).fill(expect.stringMatching(/^─+$/))],
      ['advance', 'stimuli', '60,000 /s', '≥ 50,000 /s', 'within'],
      ['advance', 'stimuli', '81 ms', '≤ 80 ms', 'over'],
    ]);
  });

  test('shows a failure instead of figures', () => {
    expect(table([{ bench: 'due', failure: 'ended with 1' }])).toMatch(/due +ended with 1 +failed$/m);
  });

  test('puts notes below, the same one once', () => {
    const text = table([report(row({ notes: ['one core', 'warm'] }), row({ notes: ['warm'] }))]);
    expect(text).toMatch(/stimuli \[1\] \[2\] .*\n.*stimuli \[2\] /);
    expect(text.split('\n').slice(-2)).toEqual(['[1] one core', '[2] warm']);
  });

  test('lines its columns up', () => {
    const lines = table([report(over, row())])
      .split('\n')
      .slice(2);
    expect(new Set(lines.map((line) => line.search(/(?:ms|\/s) /))).size).toBe(1);
  });
});

test.each([
  [1234.5, '1,235'],
  [99.94, '99.9'],
  [0.012345, '0.0123'],
  [0, '0'],
  [-0.5, '-0.5'],
])('%d is written %s', (figure, text) => {
  expect(numberText(figure)).toBe(text);
});
