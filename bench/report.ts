/** What a benchmark found, beside what was promised. */

type Bound = { readonly atLeast: number } | { readonly atMost: number };

export type Row = {
  /** What was measured, in words that say under which circumstances. */
  readonly what: string;
  readonly figure: number;
  readonly unit: string;
  /** Absent where nothing was promised: the figure is for information. */
  readonly bound?: Bound;
  /** How it was measured, and what was assumed. */
  readonly notes?: readonly string[];
};

export type Verdict = 'within' | 'over';

export type BenchReport =
  | { readonly bench: string; readonly rows: readonly Row[] }
  /** It could not be measured, which is no verdict. */
  | { readonly bench: string; readonly failure: string };

/** Whether a figure keeps its bound; the bound itself still does. A figure that is no number keeps none. */
export function verdict({ figure, bound }: Pick<Row, 'figure' | 'bound'>): Verdict | undefined {
  if (bound === undefined) return undefined;
  const keeps = 'atLeast' in bound ? figure >= bound.atLeast : figure <= bound.atMost;
  return keeps ? 'within' : 'over';
}

/** How a run as a whole went: `failed` where a benchmark could not be carried out, `over` where a bound was missed. */
export function outcome(reports: readonly BenchReport[]): 'within' | 'over' | 'failed' {
  if (reports.some((report) => 'failure' in report)) return 'failed';
  const rows = reports.flatMap((report) => ('rows' in report ? report.rows : []));
  return rows.some((row) => verdict(row) === 'over') ? 'over' : 'within';
}

const HEAD = ['bench', 'measured', 'figure', 'bound', 'verdict'] as const;

/** The reports as a table of text, notes below it with their numbers. */
export function table(reports: readonly BenchReport[]): string {
  const notes: string[] = [];
  const lines = reports.flatMap((report) =>
    'failure' in report ? [[report.bench, report.failure, '', '', 'failed']] : cellsOf(report.bench, report.rows, notes),
  );
  const all = [[...HEAD], ...lines];
  const widths = HEAD.map((_, column) => Math.max(...all.map((cells) => cells[column]?.length ?? 0)));
  const text = all.map((cells) =>
    cells
      .map((cell, column) => aligned(cell, widths[column] ?? 0, column))
      .join('  ')
      .trimEnd(),
  );
  const rule = widths.map((width) => '─'.repeat(width)).join('  ');
  const below = notes.map((note, index) => `[${index + 1}] ${note}`);
  return [text[0], rule, ...text.slice(1), ...(below.length > 0 ? ['', ...below] : [])].join('\n');
}

function cellsOf(bench: string, rows: readonly Row[], notes: string[]): string[][] {
  return rows.map((row) => {
    const marks = (row.notes ?? []).map((note) => {
      const known = notes.indexOf(note);
      return `[${known >= 0 ? known + 1 : notes.push(note)}]`;
    });
    const what = [row.what, ...marks].join(' ');
    return [bench, what, withUnit(row.figure, row.unit), boundText(row), verdict(row) ?? '–'];
  });
}

function aligned(cell: string, width: number, column: number): string {
  return column === 2 || column === 3 ? cell.padStart(width) : cell.padEnd(width);
}

function boundText({ bound, unit }: Row): string {
  if (bound === undefined) return '';
  return 'atLeast' in bound ? `≥ ${withUnit(bound.atLeast, unit)}` : `≤ ${withUnit(bound.atMost, unit)}`;
}

function withUnit(figure: number, unit: string): string {
  if (unit === '$') return `$${numberText(figure)}`;
  return unit === '×' ? `${numberText(figure)} ×` : `${numberText(figure)} ${unit}`.trimEnd();
}

/** Three digits that count, and whole numbers from a hundred on. */
export function numberText(figure: number): string {
  const digits = Math.abs(figure) >= 100 ? { maximumFractionDigits: 0 } : { maximumSignificantDigits: 3 };
  return new Intl.NumberFormat('en', digits).format(figure);
}
