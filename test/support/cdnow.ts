import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Trial } from '#core/prediction/backtest.ts';
import { type OrderHistory, recordOrder, spenderOf } from '#core/prediction/buyers.ts';

/** The purchases of the CDNOW customers, published by Fader and Hardie; no part of this project. */
const folder = process.env.CDNOW_DIR ?? join(import.meta.dirname, '../../../shared/data/cdnow');
const file = join(folder, 'CDNOW_sample.txt');

export const cdnowThere = existsSync(file);

export const CALIBRATION_END = dayOf('19970930');
export const HOLDOUT_DAYS = 273;

/** One row of the sample of 2,357 customers; `day` from 1970-01-01. */
export type CdnowRow = { readonly customer: string; readonly date: string; readonly day: number; readonly revenue: number };

export function cdnowRows(): CdnowRow[] {
  if (!cdnowThere) {
    console.warn(`CDNOW data are not in ${folder}: set CDNOW_DIR to test against published values`);
    return [];
  }
  const rows = readFileSync(file, 'utf8').trim().split(/\r?\n/);
  return rows.map((row) => {
    const [, customer = '', date = '', , amount = ''] = row.trim().split(/\s+/);
    return {
      customer,
      date: `${date.slice(0, 4)}-${date.slice(4, 6)}-${date.slice(6)}`,
      day: dayOf(date),
      revenue: Number(amount),
    };
  });
}

/** Each customer as known at the end of the calibration period, and what came in the 39 weeks after it. */
export function cdnowTrials(): (Trial & { readonly history: OrderHistory })[] {
  const people = Map.groupBy(cdnowRows(), ({ customer }) => customer);
  return [...people.values()].flatMap((orders) => {
    const history = orders
      .filter(({ day }) => day <= CALIBRATION_END)
      .reduce<OrderHistory | undefined>((known, order) => recordOrder(known, order), undefined);
    if (history === undefined) return [];
    const later = orders.filter(({ day }) => day > CALIBRATION_END);
    const spender = spenderOf(history);
    return [
      {
        history,
        before: {
          repeats: history.orderDays - 1,
          lastDay: history.lastDay - history.firstDay,
          ageDay: CALIBRATION_END - history.firstDay,
        },
        after: [...new Set(later.map(({ day }) => day - CALIBRATION_END))],
        revenueAfter: later.reduce((sum, { revenue }) => sum + revenue, 0),
        ...(spender !== undefined && { spender }),
      },
    ];
  });
}

function dayOf(date: string): number {
  return Date.UTC(Number(date.slice(0, 4)), Number(date.slice(4, 6)) - 1, Number(date.slice(6))) / 86_400_000;
}
