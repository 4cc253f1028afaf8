import { closeSync, openSync, writeFileSync, writeSync } from 'node:fs';
import type { PredictedCustomer } from '#usecases/predict/customers.ts';
import type { Predicted } from '#usecases/predict.ts';

/** Everything as JSON, or, into a file that ends in `.csv`, one line for each customer. */
export function writeOut(path: string, predicted: Predicted): void {
  if (!path.toLowerCase().endsWith('.csv')) return writeFileSync(path, `${JSON.stringify(predicted, null, 2)}\n`);
  const file = openSync(path, 'w');
  const write = (lines: readonly string[]): void => void writeSync(file, lines.map((line) => `${line}\n`).join(''));
  write([columns.map(([name]) => name).join(',')]);
  for (let start = 0; start < predicted.customers.length; start += CHUNK)
    write(predicted.customers.slice(start, start + CHUNK).map((one) => columns.map(([, value]) => cell(value(one))).join(',')));
  closeSync(file);
}

const CHUNK = 10_000;

const columns: readonly (readonly [string, (customer: PredictedCustomer) => string | number | null])[] = [
  ['id', ({ id }) => id],
  ['orders', ({ orders }) => orders],
  ['firstOrderAt', ({ firstOrderAt }) => firstOrderAt],
  ['lastOrderAt', ({ lastOrderAt }) => lastOrderAt],
  ['revenue', ({ revenue }) => revenue],
  ['historicValue', ({ historicValue }) => historicValue],
  ['pAlive', ({ pAlive }) => round(pAlive)],
  ['pOrder90Days', ({ pOrder90Days }) => round(pOrder90Days)],
  ['expectedOrders', ({ expectedOrders }) => round(expectedOrders)],
  ['expectedValue', ({ expectedValue }) => expectedValue],
  ['clv', ({ clv }) => clv],
  ['nextOrderAt', ({ nextOrderAt }) => nextOrderAt?.slice(0, 10) ?? null],
  ['recency', ({ rfm }) => rfm.recency],
  ['frequency', ({ rfm }) => rfm.frequency],
  ['monetary', ({ rfm }) => rfm.monetary],
  ['group', ({ rfm }) => rfm.group],
];

/** Quoted where it must be; a text that a spreadsheet would run as a formula gets an apostrophe before it. */
function cell(value: string | number | null): string {
  if (typeof value !== 'string') return value === null ? '' : String(value);
  const safe = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\n\r]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

function round(value: number): number {
  return Math.round(value * 1e4) / 1e4;
}
