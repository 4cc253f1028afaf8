/** Where reports stand: the sums in parts, and the list of those that are done. */

import { DAY_MS, toIso } from '#core/instant.ts';
import { emptyTally, type ReportTally } from '#core/report/tally.ts';
import type { Item, Table, Write } from '../ports.ts';
import { allItems } from '../store/all-items.ts';

export type Period = { readonly from?: string; readonly to?: string };

export const listPk = 'REPORTS';
const KEPT_DAYS = 400;

/** Longest text of one part; an item holds 400 KB. */
const PART_LENGTH = 300_000;

const partsPk = (id: string): string => `REPORT#${id}`;
const expiresAt = (run: Item): number => Math.floor((Number(run.startedAt) + KEPT_DAYS * DAY_MS) / 1000);

/** The text is ASCII, so that its length is what it takes. */
export function partWrites(run: Item, tally: ReportTally): Write[] {
  const text = JSON.stringify(tally).replace(/[^\x20-\x7e]/g, (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`);
  return Array.from({ length: Math.ceil(text.length / PART_LENGTH) }, (_, index) => ({
    put: {
      pk: partsPk(String(run.id)),
      sk: `PART#${String(index).padStart(4, '0')}`,
      expiresAt: expiresAt(run),
      body: text.slice(index * PART_LENGTH, (index + 1) * PART_LENGTH),
    },
  }));
}

export async function readParts(table: Table, id: string): Promise<ReportTally> {
  const texts = (await allItems(table, partsPk(id), { prefix: 'PART#' })).map(({ body }) => String(body));
  return texts.length === 0 ? emptyTally : { ...emptyTally, ...(JSON.parse(texts.join('')) as ReportTally) };
}

export function listWrite(run: Item): Write {
  const { id = '', startedAt = 0, from = '', to = '', release = '' } = run;
  const sk = `R#${toIso(Number(startedAt))}#${id}`;
  return { put: { pk: listPk, sk, id, startedAt, from, to, release, expiresAt: expiresAt(run) } };
}

/** When the latest report of all time that is done was begun; undefined where none is among the latest ones. */
export async function latestWhole(table: Table): Promise<{ readonly startedAt: number } | undefined> {
  const { items } = await table.query(listPk, { prefix: 'R#', descending: true, limit: LOOKED_BACK });
  const found = items.find(({ from, to }) => !from && !to);
  return found && { startedAt: Number(found.startedAt) };
}

/** Reports of other periods that somebody may have asked for since the last whole one. */
const LOOKED_BACK = 100;

export function periodOf({ from, to }: Item): Period {
  return { ...(from && { from: String(from) }), ...(to && { to: String(to) }) };
}
