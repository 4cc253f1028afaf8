import { count, plain } from '../show.ts';
import { type DecimalSign, writtenAmount } from './amounts.ts';
import type { Columns, NamedColumns } from './columns.ts';
import { type DayPlace, dayPlaceOf, writtenDate } from './dates.ts';
import type { BadLine, OrderLines } from './order-lines.ts';

export type ReadOptions = NamedColumns & {
  /** The file as its user calls it. */
  readonly file: string;
  /** Told, not found out. */
  readonly dates?: DayPlace;
  readonly decimal?: DecimalSign;
  /** What to do with negative amounts; they are refused unless told. */
  readonly refunds?: 'net' | 'skip';
  /** The latest day that an order can have, from 1970-01-01. */
  readonly today: number;
};

/** What the lines so far have said. */
export type State = {
  dates: DayPlace | undefined;
  decimal: DecimalSign | undefined;
  currency: string | undefined;
  lastOrder: string;
  lastTotal: string;
  continued: number;
  anonymous: number;
  refunds: number;
  readonly bad: BadLine[];
  badCount: number;
};

export function newState({ dates, decimal }: ReadOptions): State {
  return {
    ...{ dates, decimal, currency: undefined, lastOrder: '', lastTotal: '' },
    ...{ continued: 0, anonymous: 0, refunds: 0, bad: [], badCount: 0 },
  };
}

type Line = {
  readonly record: readonly string[];
  readonly line: number;
  readonly columns: Columns;
  readonly header: readonly string[];
  readonly lines: OrderLines;
  readonly state: State;
  readonly options: ReadOptions;
};

/** Takes one line in; answers why it cannot be used, if so. */
export function takeLine({ record, line, columns, header, lines, state, options }: Line): string | undefined {
  const [customer = '', date = '', amount = ''] = [record[columns.customer], record[columns.date], record[columns.amount]];
  const order = columns.order === undefined ? '' : (record[columns.order] ?? '');
  // Exports with a line for each product repeat the order, without its total or with the same one.
  if (
    order !== '' &&
    order === state.lastOrder &&
    (amount === '' || (amount === state.lastTotal && TOTAL.test(header[columns.amount] ?? '')))
  ) {
    state.continued += 1;
    return undefined;
  }
  [state.lastOrder, state.lastTotal] = [order, amount];
  if (record.length <= Math.max(columns.customer, columns.date, columns.amount))
    return `has ${record.length} columns, the first line ${header.length}`;
  if (customer === '') {
    state.anonymous += 1;
    return undefined;
  }
  const day = writtenDate(date);
  if (day === undefined) return date === '' ? 'has no date' : `“${plain(date)}” is no date: write 2026-01-31`;
  const paid = writtenAmount(amount);
  if (paid === undefined) return amount === '' ? 'has no amount' : `“${plain(amount)}” is no amount`;
  if (paid.text.startsWith('-') && /[1-9]/.test(paid.text)) {
    if (options.refunds === undefined)
      return `${plain(amount)} is negative: say --refunds net to take refunds off what was paid before, or --refunds skip`;
    state.refunds += 1;
    if (options.refunds === 'skip') return undefined;
  }
  const clash = clashing(state, day, paid, options);
  if (clash !== undefined) return clash;
  const row = lines.day.length;
  if (typeof day !== 'number') lines.openDates.set(row, day);
  if (paid.value === undefined) lines.openAmounts.set(row, paid.text);
  lines.day.push(typeof day === 'number' ? day : Number.NaN);
  lines.revenue.push(paid.value ?? Number.NaN);
  lines.line.push(line);
  lines.customer.push(numberOf(lines.customers, customer));
  return undefined;
}

const TOTAL = /total/i;

/** What this line says of the file’s styles, where it contradicts what lines before it have said. */
function clashing(
  state: State,
  day: NonNullable<ReturnType<typeof writtenDate>>,
  { sign, currency, text }: NonNullable<ReturnType<typeof writtenAmount>>,
  options: ReadOptions,
): string | undefined {
  const place = typeof day === 'number' ? undefined : dayPlaceOf(day);
  state.dates ??= place;
  if (place !== undefined && place !== state.dates)
    return options.dates === undefined
      ? `its date has ${place === 'dmy' ? 'the day' : 'the month'} first, other dates of the file do not`
      : `its date is not written as --dates ${options.dates} says`;
  state.decimal ??= sign;
  if (sign !== undefined && sign !== state.decimal)
    return `${text} has the decimal sign “${sign}”, other amounts “${state.decimal}”`;
  state.currency ??= currency;
  return currency === state.currency || currency === '' || state.currency === ''
    ? undefined
    : `is in ${plain(currency)}, other amounts in ${plain(state.currency)}: amounts must be of one currency`;
}

export function refuse(state: State, bad: BadLine): void {
  state.badCount += 1;
  if (state.bad.length < 1000) state.bad.push(bad);
}

/** What was left out, in words. */
export function notesOf({ continued, anonymous, refunds }: State): string[] {
  return [
    ...(continued > 0
      ? [
          `${count(continued, 'line')} ${continued === 1 ? 'continues the order of the line before and is' : 'continue the order of the line before and are'} left out.`,
        ]
      : []),
    ...(anonymous > 0 ? [`${count(anonymous, 'line')} without a customer ${anonymous === 1 ? 'is' : 'are'} left out.`] : []),
    ...(refunds > 0 ? [`${count(refunds, 'line')} with negative amounts ${refunds === 1 ? 'is a refund' : 'are refunds'}.`] : []),
  ];
}

function numberOf(customers: Map<string, number>, id: string): number {
  const known = customers.get(id);
  if (known !== undefined) return known;
  customers.set(id, customers.size);
  return customers.size - 1;
}
