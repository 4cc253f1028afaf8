import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { type CsvError, parse } from 'csv-parse/sync';
import { minorOfText } from '#core/report/costs.ts';
import { type Context, Failure, Misuse } from '../command.ts';
import { plain } from '../show.ts';

/** A cost as a file has it; `amount` is decimal text. */
export type WrittenCost = {
  readonly source: string;
  readonly campaign: string;
  readonly month: string;
  readonly amount: string;
  readonly currency?: string;
};

const COLUMNS = ['source', 'month', 'amount'] as const;
const BAD_LINES_SHOWN = 10;
/** No currency is finer. */
const DIGITS_MAX = 4;

/**
 * The costs of a CSV file with the columns source, month and amount, and campaign and currency if they are there. Several lines
 * of one source, campaign, month and currency are added up, exactly. Refuses the file, with the lines, where one of them cannot
 * be used.
 */
export function readCosts({ cwd }: Context, file: string): { readonly costs: readonly WrittenCost[]; readonly lines: number } {
  const [header = [], ...records] = recordsOf(resolve(cwd, file), file);
  const names = header.map((name) => name.trim().toLowerCase());
  const missing = COLUMNS.filter((name) => !names.includes(name));
  if (missing.length > 0)
    throw new Misuse(
      `${file} has no column ${missing.join(', ')}: the first line names source, month, amount, campaign, currency`,
    );
  const read = records.map((record, index) =>
    costOf(Object.fromEntries(names.map((name, at) => [name, record[at] ?? ''])), index + 2),
  );
  const bad = read.filter((one) => typeof one === 'string');
  if (bad.length > 0) {
    const more = bad.length > BAD_LINES_SHOWN ? `; and ${bad.length - BAD_LINES_SHOWN} more` : '';
    throw new Failure(`${file}: ${bad.slice(0, BAD_LINES_SHOWN).join('; ')}${more}`);
  }
  const costs = read.filter((one): one is WrittenCost => typeof one !== 'string');
  return { costs: addedUp(costs), lines: costs.length };
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
function costOf(record: Readonly<Record<string, string>>, line: number): WrittenCost | string {
  const { source = '', campaign = '', month = '', amount = '', currency = '' } = record;
  if (source === '') return `line ${line} names no source`;
  if (!/^\d{4}-(?:0[1-9]|1[0-2])$/.test(month)) return `line ${line}: “${plain(month)}” is no month: write 2026-01`;
  if (minorOfText(amount, DIGITS_MAX) === undefined)
    return `line ${line}: “${plain(amount)}” is no amount: write 1200 or 1200.50`;
  if (!/^(?:[A-Za-z]{3})?$/.test(currency)) return `line ${line}: “${plain(currency)}” is no currency: write EUR`;
  return { source, campaign, month, amount, ...(currency !== '' && { currency: currency.toUpperCase() }) };
}

function addedUp(costs: readonly WrittenCost[]): WrittenCost[] {
  const groups = Map.groupBy(costs, ({ source, campaign, month, currency }) =>
    JSON.stringify([source, campaign, month, currency ?? '']),
  );
  return [...groups.values()].map((own) => {
    const sum = own.reduce((total, { amount }) => total + (minorOfText(amount, DIGITS_MAX) ?? 0), 0);
    const [first] = own as [WrittenCost];
    return own.length === 1 ? first : { ...first, amount: decimal(sum) };
  });
}

function decimal(sum: number): string {
  const [whole, fraction] = [Math.floor(sum / 10 ** DIGITS_MAX), sum % 10 ** DIGITS_MAX];
  return `${whole}.${String(fraction).padStart(DIGITS_MAX, '0')}`.replace(/\.?0+$/, '');
}
