import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { type CsvError, parse } from 'csv-parse/sync';
import { fromIso } from '#core/instant.ts';
import type { Cost } from '#core/report/costs.ts';
import { type Context, Failure, Misuse } from '../command.ts';
import { plain } from '../show.ts';

const COLUMNS = ['source', 'month', 'amount'] as const;
const BAD_LINES_SHOWN = 10;

type Period = { readonly from: string | null; readonly to: string | null; readonly currency: string | null };

/**
 * The costs of a CSV file with the columns source, month and amount, and campaign and currency if they are there: those of
 * months that begin in the report's time. Refuses the file, with the lines, where one of them cannot be used.
 */
export function readCosts({ cwd }: Context, file: string, period: Period): Cost[] {
  const [header = [], ...records] = recordsOf(resolve(cwd, file), file);
  const names = header.map((name) => name.trim().toLowerCase());
  const missing = COLUMNS.filter((name) => !names.includes(name));
  if (missing.length > 0)
    throw new Misuse(
      `${file} has no column ${missing.join(', ')}: the first line names source, month, amount, campaign, currency`,
    );
  const read = records.map((record, index) =>
    costOf(Object.fromEntries(names.map((name, at) => [name, record[at] ?? ''])), period, index + 2),
  );
  const bad = read.filter((one) => typeof one === 'string');
  if (bad.length > 0) {
    const more = bad.length > BAD_LINES_SHOWN ? `; and ${bad.length - BAD_LINES_SHOWN} more` : '';
    throw new Failure(`${file}: ${bad.slice(0, BAD_LINES_SHOWN).join('; ')}${more}`);
  }
  return read.filter((one): one is Cost => typeof one !== 'string' && isIn(one, period));
}

function recordsOf(path: string, file: string): string[][] {
  try {
    return parse(readFileSync(path), {
      bom: true,
      trim: true,
      relax_column_count: true,
      skip_empty_lines: true,
      delimiter: [',', ';', '\t'],
    });
  } catch (fault) {
    throw new Failure(`${file} cannot be read: ${(fault as CsvError).message}`);
  }
}

/** A text says what is wrong with the line. */
function costOf(record: Readonly<Record<string, string>>, { currency }: Period, line: number): Cost | string {
  const { source = '', campaign = '', month = '', amount = '', currency: stated = '' } = record;
  if (source === '') return `line ${line} names no source`;
  if (!/^\d{4}-(?:0[1-9]|1[0-2])$/.test(month)) return `line ${line}: “${plain(month)}” is no month: write 2026-01`;
  if (!/^\d+(?:\.\d+)?$/.test(amount)) return `line ${line}: “${plain(amount)}” is no amount: write 1200 or 1200.50`;
  if (currency !== null && stated !== '' && stated.toUpperCase() !== currency)
    return `line ${line} is in ${plain(stated)}, and the report in ${currency}`;
  return { source, campaign, month, amount: Number(amount) };
}

function isIn({ month }: Cost, { from, to }: Period): boolean {
  const begin = fromIso(`${month}-01`) ?? 0;
  return (from === null || begin >= (fromIso(from) ?? 0)) && (to === null || begin < (fromIso(to) ?? 0));
}
