import { closeSync, openSync, writeSync } from 'node:fs';
import type { PredictedCustomer } from '#usecases/predict/customers.ts';
import type { Predicted } from '#usecases/predict.ts';

/** Everything as JSON, or, into a file that ends in `.csv`, one line for each customer. */
export function writeOut(path: string, predicted: Predicted): void {
  const file = openSync(path, 'w');
  const pieces = path.toLowerCase().endsWith('.csv') ? csvPieces(predicted.customers) : jsonPieces(predicted);
  try {
    for (const piece of pieces) writeSync(file, `${piece}\n`);
  } finally {
    closeSync(file);
  }
}

/** The prediction as JSON in pieces, with a line break between them: a million customers are more than one text can hold. */
export function* jsonPieces({ customers, ...others }: Predicted): Generator<string> {
  yield `${JSON.stringify(others, null, 2).slice(0, -2)},\n  "customers": [`;
  for (let start = 0; start < customers.length; start += CHUNK) {
    const lines = customers.slice(start, start + CHUNK).map((one) => `    ${JSON.stringify(one)}`);
    yield lines.join(',\n') + (start + CHUNK < customers.length ? ',' : '');
  }
  yield '  ]\n}';
}

function* csvPieces(customers: readonly PredictedCustomer[]): Generator<string> {
  yield columns.map(([name]) => name).join(',');
  for (let start = 0; start < customers.length; start += CHUNK)
    yield customers
      .slice(start, start + CHUNK)
      .map((one) => columns.map(([, value]) => cell(value(one))).join(','))
      .join('\n');
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
