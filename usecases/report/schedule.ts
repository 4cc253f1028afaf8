/** Reports by themselves: a shop that opens one finds a recent one. */
import { isDueToday } from '#core/due-day.ts';
import { DAY_MS, type Instant, toIso } from '#core/instant.ts';
import type { Bus, Pause, Table } from '../ports.ts';
import { publishAll } from '../relay.ts';
import { type ReportDependencies, ReportRunning, type ReportState, startReport, stepReport } from '../report.ts';
import { currentRelease } from '../store/catalogue.ts';
import { latestWhole } from './stored.ts';

export type ScheduleDependencies = ReportDependencies & { readonly bus: Bus; readonly pause: Pause };

/** What became of it. `half-way`: the time is up, and the bus was asked to go on. */
export type Gathering =
  | { readonly outcome: 'off' | 'not due' | 'somebody else is at it' }
  | { readonly outcome: 'done' | 'half-way'; readonly report: ReportState };

const EVERY = 'P1D';
/** Where nobody has looked at a report for so many days, one a week is enough. */
const UNSEEN_DAYS = 14;
const UNSEEN_EVERY = 'P7D';

/** A step of a function that has a quarter of an hour: fewer, larger writes than where somebody waits for the answer. */
const LIMITS = { peopleMax: 5000, stepMs: 60_000 };

const seenKey = { pk: 'REPORT', sk: 'SEEN' };

/**
 * Gathers a whole report where one is due: `reports.every` of the policy after the last one, each day where it does not say.
 * Ends at `until` at the latest, and a step later at worst; what is left is gone on with by `resumed`, the id of the report.
 */
export async function gatherDue(
  dependencies: ScheduleDependencies,
  { until, resumed }: { readonly until: Instant; readonly resumed?: string },
): Promise<Gathering> {
  const { now } = dependencies;
  const why = resumed === undefined ? await whyNotNow(dependencies) : undefined;
  if (why !== undefined) return { outcome: why };
  const begun = await startReport(dependencies, {}).catch(isRunning);
  if (begun === undefined || (resumed !== undefined && begun.id !== resumed)) return { outcome: 'somebody else is at it' };
  let report = begun;
  while (report.status === 'running') {
    if (now() >= until) {
      await goOn(dependencies, report.id);
      return { outcome: 'half-way', report };
    }
    const next = await stepReport(dependencies, report.id, LIMITS);
    if (next === undefined) return { outcome: 'somebody else is at it' };
    report = next;
  }
  return { outcome: 'done', report };
}

/** Notes that somebody looks at reports, once a day. */
export async function noteSeen({ table, now }: Pick<ReportDependencies, 'table' | 'now'>): Promise<void> {
  const at = now();
  if (at - Number((await table.get(seenKey))?.at ?? Number.NEGATIVE_INFINITY) < DAY_MS) return;
  await table.write({ put: { ...seenKey, at } });
}

async function whyNotNow({ table, catalogues, now }: ReportDependencies): Promise<'off' | 'not due' | undefined> {
  const release = await currentRelease(catalogues);
  const every = release?.policy.reports?.every ?? EVERY;
  if (release === undefined || every === 'never') return 'off';
  const last = (await latestWhole(table))?.startedAt;
  if (!isDueToday(last, every, now())) return 'not due';
  return isDueToday(last, UNSEEN_EVERY, now()) || (await isSeen(table, now())) ? undefined : 'not due';
}

async function isSeen(table: Table, now: Instant): Promise<boolean> {
  const item = await table.get(seenKey);
  return item !== undefined && now - Number(item.at) < UNSEEN_DAYS * DAY_MS;
}

async function goOn({ bus, pause, now }: ScheduleDependencies, report: string): Promise<void> {
  const at = now();
  const published = { source: 'rekindle.internal', type: 'Report Due', at, detail: { report } } as const;
  const left = await publishAll({ bus, pause }, [{ published }]);
  if (left.length > 0) throw new Error(`the bus did not take the request to go on with the report of ${toIso(at)}`);
}

function isRunning(fault: unknown): undefined {
  if (!(fault instanceof ReportRunning)) throw fault;
}
