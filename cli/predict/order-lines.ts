import { type DecimalSign, settledAmount } from './amounts.ts';
import { type DayPlace, settledDate, type WrittenDate } from './dates.ts';

/** One line that cannot be used, and why. */
export type BadLine = { readonly line: number; readonly message: string };

/** What is known of the lines while they are read: columns, so that millions fit into memory. */
export type OrderLines = {
  readonly customers: Map<string, number>;
  readonly customer: number[];
  readonly line: number[];
  /** Not a number where it depends on what other lines say. */
  readonly day: number[];
  readonly revenue: number[];
  readonly openDates: Map<number, Exclude<WrittenDate, number>>;
  readonly openAmounts: Map<number, string>;
};

export function emptyLines(): OrderLines {
  return { customers: new Map(), customer: [], line: [], day: [], revenue: [], openDates: new Map(), openAmounts: new Map() };
}

export type Styles = { readonly dates: DayPlace | undefined; readonly decimal: DecimalSign | undefined };

/** Settles what was open by the styles that the file as a whole turned out to have; answers the lines where that fails. */
export function settle(lines: OrderLines, { dates, decimal }: Styles): BadLine[] {
  const bad: BadLine[] = [];
  const refuse = (row: number, message: string): void => void bad.push({ line: lines.line[row] ?? 0, message });
  for (const [row, date] of lines.openDates) {
    const written = `${date.one}/${date.other}/${date.year}`;
    const day = dates === undefined ? undefined : settledDate(date, dates);
    if (day !== undefined) lines.day[row] = day;
    else if (dates !== undefined)
      refuse(row, `${written} is no day, read as ${dates === 'dmy' ? 'day/month' : 'month/day'}/year`);
    else refuse(row, `${written} may be day/month or month/day, as may all dates of the file: say --dates dmy or --dates mdy`);
  }
  for (const [row, text] of lines.openAmounts) {
    const revenue = decimal === undefined ? undefined : settledAmount(text, decimal);
    if (revenue !== undefined) lines.revenue[row] = revenue;
    else if (decimal === undefined)
      refuse(row, `${text} may be thousands or decimals, and no other amount tells: say --decimal . or --decimal ,`);
    else refuse(row, `${text} is no amount with the decimal sign “${decimal}”, which the others have`);
  }
  return bad;
}
