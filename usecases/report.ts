/** Gathers a report: one pass over all customers, in steps that can be cut off and done again. docs/reports.md has the figures. */

import { digest } from '#core/hash.ts';
import { DAY_MS, fromIso, type Instant, MINUTE_MS, toIso } from '#core/instant.ts';
import type { Catalogue } from '#core/linked.ts';
import {
  addTallies,
  emptyTally,
  type PersonRecord,
  personTally,
  type ReportTally,
  type ReportTerms,
} from '#core/report/tally.ts';
import { type Clock, type Item, type Table, WAKE_SHARDS } from './ports.ts';
import { personRecord } from './report/person-record.ts';
import { listPk, listWrite, type Period, partWrites, periodOf, readParts } from './report/stored.ts';
import { readingOf, termsFor } from './report/terms.ts';
import { valueTerms } from './report/values.ts';
import type { LinkedCatalogues } from './store/linked-catalogues.ts';

export type ReportDependencies = { readonly table: Table; readonly catalogues: LinkedCatalogues; readonly now: Clock };

export type ReportState = {
  readonly id: string;
  readonly status: 'running' | 'done';
  /** What happened until then is in the report. */
  readonly at: string;
  readonly from: string | null;
  readonly to: string | null;
  readonly people: number;
  readonly shardsDone: number;
  readonly shards: number;
};

/** Somebody else is gathering a report of another period. */
export class ReportRunning extends Error {
  override readonly name = 'ReportRunning';
}

const runKey = { pk: 'REPORT', sk: 'RUN' };

/** People of one step; it ends earlier when it has taken so long. */
const STEP = { peopleMax: 200, stepMs: 10_000 };
/** People of one round of reads. */
const ROUND = 10;
/** After so long without a step whoever was at it is taken to be gone. */
const STALE_MS = 2 * MINUTE_MS;
/** A report that was begun longer ago is not gone on with: people whom it has looked at have changed since. */
const RESUMED_MS = DAY_MS;

/** Begins a report; or goes on with one of the same period that was left half-way. Throws `ReportRunning`. */
export async function startReport({ table, catalogues, now }: ReportDependencies, period: Period): Promise<ReportState> {
  const at = now();
  const known = await table.get(runKey);
  const isOpen = known !== undefined && known.shard !== WAKE_SHARDS && at - Number(known.startedAt) < RESUMED_MS;
  if (isOpen && isSame(known, period)) return stateOf(known);
  if (isOpen && at - Number(known.movedAt) < STALE_MS)
    throw new ReportRunning('a report of another period is being gathered; try again when it is done');
  const begun = {
    id: `rep_${digest(16, String(at), String(known?.id))}`,
    startedAt: at,
    movedAt: at,
    from: period.from ?? '',
    to: period.to ?? '',
    // The whole report goes by one release, whatever is published while it is gathered.
    release: (await catalogues.current()) ?? '',
    shard: 0,
    cursor: '',
    people: 0,
  };
  const written = await table.write({
    put: { ...runKey, ...begun },
    if: known === undefined ? 'absent' : { id: String(known.id), movedAt: Number(known.movedAt) },
  });
  if (!written.ok) throw new ReportRunning('a report was begun at the same instant; try again when it is done');
  return stateOf({ ...runKey, ...begun });
}

/** One step on. Undefined where there is no such report. Two who do the same step at once do it once. */
export async function stepReport(
  dependencies: ReportDependencies,
  id: string,
  { peopleMax, stepMs } = STEP,
): Promise<ReportState | undefined> {
  const { table, now } = dependencies;
  const run = await table.get(runKey);
  if (run?.id !== id) return undefined;
  if (run.shard === WAKE_SHARDS) return stateOf(run);
  const begun = now();
  let place: Place = { shard: Number(run.shard), after: String(run.cursor) };
  let tally = await readParts(table, id);
  let looked = 0;
  while (place.shard < WAKE_SHARDS && looked < peopleMax && now() - begun < stepMs) {
    const waiting = await peopleAfter(table, place);
    while (waiting.length > 0 && looked < peopleMax && now() - begun < stepMs) {
      const pks = waiting.splice(0, ROUND);
      tally = addTallies(tally, await tallyOf(dependencies, run, pks));
      looked += pks.length;
      place = { ...place, after: pks.at(-1) ?? place.after };
    }
    if (waiting.length === 0) place = { shard: place.shard + 1, after: '' };
  }
  const set = { shard: place.shard, cursor: place.after, people: tally.people, movedAt: now() };
  const here = { id, shard: Number(run.shard), cursor: String(run.cursor) };
  const done = place.shard === WAKE_SHARDS ? [listWrite(run)] : [];
  const written = await table.transact([{ update: runKey, set, if: here }, ...partWrites(run, tally), ...done]);
  if (written.ok) return stateOf({ ...run, ...set });
  const moved = await table.get(runKey);
  return moved?.id === id ? stateOf(moved) : undefined;
}

export type FinishedReport = {
  readonly id: string;
  readonly at: Instant;
  readonly tally: ReportTally;
  /** As it was when the report was begun. */
  readonly catalogue: Catalogue | undefined;
} & Period;

/** The latest report that is done. */
export async function latestReport({
  table,
  catalogues,
}: Pick<ReportDependencies, 'table' | 'catalogues'>): Promise<FinishedReport | undefined> {
  const { items } = await table.query(listPk, { prefix: 'R#', descending: true, limit: 1 });
  const [item] = items;
  if (item === undefined) return undefined;
  const id = String(item.id);
  const catalogue = await catalogueOf(catalogues, item);
  return { id, at: Number(item.startedAt), tally: await readParts(table, id), catalogue, ...periodOf(item) };
}

type Place = { readonly shard: number; readonly after: string };

/**
 * The people of a shard behind one of them, in the order of their ids, which never changes, though they move about in the
 * index: so nobody comes twice, however long the pass takes. For that each step reads the shard's part of the index, which
 * holds keys alone.
 */
async function peopleAfter(table: Table, { shard, after }: Place): Promise<string[]> {
  const found = new Set<string>();
  let cursor: string | null | undefined;
  while (cursor !== null) {
    const page: Awaited<ReturnType<Table['customers']>> = await table.customers(String(shard), cursor, 1000);
    for (const pk of page.pks) if (pk > after) found.add(pk);
    cursor = page.cursor;
  }
  return [...found].sort();
}

async function tallyOf({ table, catalogues }: ReportDependencies, run: Item, pks: readonly string[]): Promise<ReportTally> {
  const found = await Promise.all(pks.map((pk) => personRecord(table, pk)));
  const records = found.filter((record): record is PersonRecord => record !== undefined);
  const catalogue = await catalogueOf(catalogues, run);
  const reading = readingOf(catalogue);
  const { from, to } = periodOf(run);
  const terms: ReportTerms = {
    now: Number(run.startedAt),
    from: (from && fromIso(from)) || Number.NEGATIVE_INFINITY,
    to: (to && fromIso(to)) || Number.POSITIVE_INFINITY,
    reading,
    zone: zoneOf(catalogue),
    values: valueTerms(catalogue),
    journey: await termsFor(catalogues, records, reading),
  };
  return records.map((record) => personTally(record, terms)).reduce(addTallies, emptyTally);
}

/** The release that the report was begun under; the current one for reports that do not name it. */
async function catalogueOf(catalogues: LinkedCatalogues, { release }: Item): Promise<Catalogue | undefined> {
  const id = release === undefined ? await catalogues.current() : String(release);
  return id === undefined || id === '' ? undefined : await catalogues.linked(id);
}

export const zoneOf = (catalogue: Catalogue | undefined): string => catalogue?.release.policy.zone ?? 'UTC';

function isSame(run: Item, period: Period): boolean {
  return run.from === (period.from ?? '') && run.to === (period.to ?? '');
}

function stateOf(run: Item): ReportState {
  const { from, to } = periodOf(run);
  return {
    id: String(run.id),
    status: run.shard === WAKE_SHARDS ? 'done' : 'running',
    at: toIso(Number(run.startedAt)),
    from: from ?? null,
    to: to ?? null,
    people: Number(run.people),
    shardsDone: Number(run.shard),
    shards: WAKE_SHARDS,
  };
}
