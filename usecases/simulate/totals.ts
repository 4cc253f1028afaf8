import type { Release } from '#core/catalogue.ts';
import { toIso } from '#core/instant.ts';
import type { Assumed } from './reactions.ts';
import type { Recorder, Remark, RunRecord } from './record.ts';

type Counts = Readonly<Record<string, number>>;

type JourneyTotals = {
  readonly entered: number;
  readonly active: number;
  readonly completed: number;
  readonly exited: number;
  readonly holdout: number;
  readonly failed: number;
  readonly merged: number;
  readonly goals: number;
  /** How often people left for each reason, and were not let in for each. */
  readonly exits: Counts;
  readonly notEntered: Counts;
  readonly sent: number;
  readonly skipped: number;
};

export type DayTotals = { readonly day: string; readonly entered: number; readonly sent: number; readonly skipped: number };

export type SimulatedTotals = {
  readonly customers: number;
  /** Events of the history that something in the release mentions. */
  readonly events: number;
  readonly runs: number;
  readonly sent: number;
  readonly skipped: number;
  /** Why mails were not sent. */
  readonly reasons: Counts;
  readonly webhooks: number;
  /** Reactions that were assumed, not seen. */
  readonly assumed: Required<Assumed>;
  readonly journeys: Readonly<Record<string, JourneyTotals>>;
  /** Days in UTC on which something happened. */
  readonly days: readonly DayTotals[];
  readonly remarks: readonly (Remark & { readonly count: number })[];
};

export type Seen = {
  readonly record: Recorder;
  readonly release: Release;
  readonly assumed: Required<Assumed>;
  readonly calls: number;
  readonly customers: number;
  readonly events: number;
};

export function totalsOf({ record, release, assumed, calls, customers, events }: Seen): SimulatedTotals {
  const skipped = record.mails.filter(({ status }) => status === 'skipped');
  return {
    customers,
    events,
    runs: record.runs.length,
    sent: record.mails.length - skipped.length,
    skipped: skipped.length,
    reasons: counted(skipped.map(({ reason }) => reason ?? '')),
    webhooks: calls,
    assumed,
    journeys: journeysOf(record, release),
    days: daysOf(record),
    remarks: remarksOf(record.remarks),
  };
}

/** Every journey of the release, also those that nobody entered. */
function journeysOf({ runs, mails, refusals }: Recorder, { journeys }: Release): Record<string, JourneyTotals> {
  const runsOf = Map.groupBy(runs, ({ journey }) => journey);
  const mailsOf = Map.groupBy(mails, ({ message }) => message.journey);
  const refusalsOf = Map.groupBy(refusals, ({ journey }) => journey);
  return Object.fromEntries(
    journeys.map(({ id }) => {
      const mine = runsOf.get(id) ?? [];
      const ended = (outcome: RunRecord['outcome']): number => mine.filter((run) => run.outcome === outcome).length;
      const sent = (mailsOf.get(id) ?? []).filter(({ status }) => status === 'sent').length;
      const totals = {
        entered: mine.length,
        active: ended('active'),
        completed: ended('completed'),
        exited: ended('exited'),
        holdout: ended('holdout'),
        failed: ended('failed'),
        merged: ended('merged'),
        goals: mine.filter(({ goalAt }) => goalAt !== undefined).length,
        exits: counted(
          mine.flatMap(({ outcome, reason }) => (outcome === 'exited' || outcome === 'failed' ? [reason ?? ''] : [])),
        ),
        notEntered: counted((refusalsOf.get(id) ?? []).map(({ reason }) => withoutTimes(reason))),
        sent,
        skipped: (mailsOf.get(id) ?? []).length - sent,
      };
      return [id, totals];
    }),
  );
}

function daysOf({ runs, mails }: Recorder): DayTotals[] {
  const days = new Map<string, { day: string; entered: number; sent: number; skipped: number }>();
  const on = (at: number): { entered: number; sent: number; skipped: number } => {
    const day = toIso(at).slice(0, 10);
    const known = days.get(day) ?? { day, entered: 0, sent: 0, skipped: 0 };
    days.set(day, known);
    return known;
  };
  for (const { enteredAt } of runs) on(enteredAt).entered += 1;
  for (const { message, status } of mails) on(message.at)[status] += 1;
  return [...days.values()].sort((one, other) => (one.day < other.day ? -1 : 1));
}

function remarksOf(remarks: readonly Remark[]): (Remark & { count: number })[] {
  const kinds = new Map<string, Remark & { count: number }>();
  for (const { what, why } of remarks) {
    const known = kinds.get(`${what} ${why}`) ?? { what, why, count: 0 };
    known.count += 1;
    kinds.set(`${what} ${why}`, known);
  }
  return [...kinds.values()].sort((one, other) => other.count - one.count);
}

/** How often each comes, the most frequent first. */
function counted(texts: readonly string[]): Counts {
  const counts = new Map<string, number>();
  for (const text of texts) counts.set(text, (counts.get(text) ?? 0) + 1);
  return Object.fromEntries([...counts].sort(([, one], [, other]) => other - one));
}

/** “may enter again from 2026-…” is one reason, whenever that is. */
const withoutTimes = (reason: string): string => reason.replace(/ from \d{4}-\d\d-\d\dT\S+$/, ' later');
