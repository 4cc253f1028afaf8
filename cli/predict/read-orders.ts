import { closeSync, createReadStream, openSync, readSync } from 'node:fs';
import { type CsvError, parse } from 'csv-parse';
import { Misuse } from '../command.ts';
import type { Progress } from '../progress.ts';
import { plain } from '../show.ts';
import { type Columns, columnsOf } from './columns.ts';
import { type BadLine, emptyLines, type OrderLines, settle } from './order-lines.ts';
import { newState, notesOf, type ReadOptions, refuse, type State, takeLine } from './take-line.ts';

export type OrdersRead = {
  readonly lines: OrderLines;
  readonly header: readonly string[];
  readonly columns: Columns;
  readonly notes: readonly string[];
};

/** Bad lines that are told; how many there are is said in any case. */
const BAD_LINES_SHOWN = 10;
const PROGRESS_EVERY = 20_000;

/** All orders of a CSV file, read as a stream. Refuses the file, with the lines, where some of them cannot be used. */
export async function readOrders(path: string, options: ReadOptions, running: Progress): Promise<OrdersRead> {
  const { file } = options;
  const delimiter = delimiterOf(path, file);
  const parser = createReadStream(path).pipe(
    parse({ bom: true, delimiter, info: true, trim: true, relax_column_count: true, skip_empty_lines: true }),
  );
  let reader: ReturnType<typeof orderReader> | undefined;
  let done = 0;
  try {
    for await (const { record, info } of parser as AsyncIterable<{ record: string[]; info: { lines: number } }>) {
      if (reader === undefined) reader = orderReader(record.map(plain), options);
      else reader.take(record, info.lines);
      done += 1;
      if (done % PROGRESS_EVERY === 0) running.tell(`${done} lines of ${file} read`);
    }
  } catch (fault) {
    if (fault instanceof Misuse) throw fault;
    throw new Misuse(csvFault(file, fault as CsvError));
  }
  if (reader === undefined)
    throw new Misuse(`${file} is empty: expected a line with the names of the columns, and orders below it`);
  return reader.done();
}

function orderReader(header: readonly string[], options: ReadOptions) {
  const columns = columnsOf(header, options);
  const lines = emptyLines();
  const state = newState(options);
  return {
    take: (record: readonly string[], line: number): void => {
      const fate = takeLine({ record, line, columns, header, lines, state, options });
      if (fate !== undefined) refuse(state, { line, message: fate });
    },
    done: (): OrdersRead => {
      for (const bad of settle(lines, { dates: state.dates, decimal: state.decimal })) refuse(state, bad);
      for (const bad of late(lines, options.today)) refuse(state, bad);
      if (state.badCount > 0) throw new Misuse(badLines(options.file, state));
      if (lines.day.length === 0) throw new Misuse(`${options.file} has no orders below the names of its columns`);
      return { lines, header, columns, notes: notesOf(state) };
    },
  };
}

function late(lines: OrderLines, today: number): BadLine[] {
  return lines.day.flatMap((day, row) =>
    day > today
      ? [{ line: lines.line[row] ?? 0, message: `${new Date(day * 86_400_000).toISOString().slice(0, 10)} lies in the future` }]
      : [],
  );
}

function badLines(path: string, { bad, badCount }: State): string {
  const shown = bad.toSorted((one, other) => one.line - other.line).slice(0, BAD_LINES_SHOWN);
  return [
    `${badCount === 1 ? 'one line' : `${badCount} lines`} of ${path} cannot be used; nothing was computed.`,
    ...shown.map(({ line, message }) => `  ${path}:${line}  ${message}`),
    ...(badCount > shown.length ? [`  … and ${badCount - shown.length} more.`] : []),
  ].join('\n');
}

/** The likely one of the first line: whatever of these stands in it most often. */
function delimiterOf(path: string, file: string): string {
  const first = firstLine(path, file).replace(/"[^"]*"/g, '');
  if (first.trim() === '') return ',';
  const counted = [',', ';', '\t', '|'].map((sign) => ({ sign, count: first.split(sign).length - 1 }));
  const best = counted.reduce((one, other) => (other.count > one.count ? other : one));
  if (best.count === 0)
    throw new Misuse(`the first line of ${file} has one column only: expected names parted by commas, semicolons, tabs or bars`);
  return best.sign;
}

function firstLine(path: string, file: string): string {
  try {
    const handle = openSync(path, 'r');
    const start = Buffer.alloc(65_536);
    const length = readSync(handle, start);
    closeSync(handle);
    return (
      start
        .toString('utf8', 0, length)
        .replace(/^\uFEFF/, '')
        .trimStart()
        .split(/\r?\n|\r/, 1)[0] ?? ''
    );
  } catch (fault) {
    throw new Misuse(`${file} cannot be read: ${(fault as Error).message}`);
  }
}

function csvFault(path: string, { code, message, lines }: CsvError & { readonly lines?: number }): string {
  if (code === 'CSV_QUOTE_NOT_CLOSED')
    return `${path} ends within quotes${lines === undefined ? '' : `, line ${lines}`}: a closing " is missing`;
  return `${path} cannot be read: ${message}`;
}
