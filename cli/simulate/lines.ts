/** A replay as lines for people. */

import type { BadLine, History } from '#usecases/simulate/history.ts';
import type { DayTotals } from '#usecases/simulate/totals.ts';
import type { Simulated } from '#usecases/simulate.ts';
import { count, plain, table, time } from '../show.ts';
import { budgetLines } from './budget-lines.ts';

export function simulationLines(simulated: Simulated, history: History, file: string): string[] {
  const { totals, from, until, release } = simulated;
  return [
    `${count(history.messages, 'message')} of ${file} through ${release}, ${day(from)} to ${day(until)}: ${[
      count(totals.customers, 'customer'),
      count(totals.runs, 'run'),
      `${count(totals.sent, 'mail')} sent, ${totals.skipped} skipped`,
    ].join(', ')}.`,
    ...section('Journeys', journeyTable(simulated)),
    ...section('Why people left, or did not enter', reasons(simulated)),
    ...section('Mails', mailTable(simulated)),
    ...section('Budgets of vouchers', budgetLines(simulated.budgets)),
    ...chart(totals.days),
    ...section('Assumed reactions', assumedLines(simulated)),
    ...section('To look at', remarkLines(simulated, history, file)),
    '',
    ...simulated.notes,
    'Every run with its steps, and every mail: --json.',
  ];
}

export function badLineText(file: string, { line, errors }: BadLine): string {
  return `${file}:${line}  ${errors.map(({ path, message }) => plain(path === '' ? message : `${path} ${message}`)).join('; ')}`;
}

function journeyTable({ totals }: Simulated): string[] {
  const head = ['JOURNEY', 'ENTERED', 'ACTIVE', 'COMPLETED', 'EXITED', 'HELD OUT', 'GOAL', 'SENT', 'SKIPPED', 'NOT ENTERED'];
  const rows = Object.entries(totals.journeys).map(([id, one]) => [
    id,
    ...[
      one.entered,
      one.active,
      one.completed,
      one.exited + one.failed + one.merged,
      one.holdout,
      one.goals,
      one.sent,
      one.skipped,
    ],
    sum(one.notEntered),
  ]);
  return table(
    head,
    rows.map((row) => row.map(String)),
  );
}

function reasons({ totals }: Simulated): string[] {
  return Object.entries(totals.journeys).flatMap(([id, { exits, notEntered, merged }]) => [
    ...most(exits).map(([reason, times]) => `${id}: ${times} × left: ${plain(reason)}`),
    ...(merged > 0 ? [`${id}: ${merged} × left: two histories turned out to be one person's`] : []),
    ...most(notEntered).map(([reason, times]) => `${id}: ${times} × not entered: ${plain(reason)}`),
  ]);
}

/** By journey, step and fate, the most frequent first. */
function mailTable({ messages }: Simulated): string[] {
  const groups = Map.groupBy(messages, ({ journey, step, template, status, reason }) =>
    [journey, step, template, status, reason ?? ''].join('\u0000'),
  );
  const rows = [...groups]
    .sort(([, one], [, other]) => other.length - one.length)
    .map(([, [first, ...others]]) => [
      String(others.length + 1),
      `${first?.journey}/${first?.step}`,
      first?.template ?? '',
      first?.status ?? '',
      plain(first?.reason ?? ''),
    ]);
  return rows.length === 0 ? [] : table(['MAILS', 'JOURNEY/STEP', 'TEMPLATE', 'STATUS', 'REASON'], rows);
}

const BAR_WIDTH = 40;
const DAYS_MAX = 62;

/** A bar for each day; for each month of a longer period. */
function chart(days: readonly DayTotals[]): string[] {
  const withMail = days.filter(({ sent, skipped }) => sent + skipped > 0);
  const isLong = withMail.length > DAYS_MAX;
  const length = isLong ? 'YYYY-MM'.length : 'YYYY-MM-DD'.length;
  const bars = [...Map.groupBy(withMail, (one) => one.day.slice(0, length))].map(([label, group]) => ({
    label,
    sent: group.reduce((all, { sent }) => all + sent, 0),
    skipped: group.reduce((all, { skipped }) => all + skipped, 0),
  }));
  const highest = Math.max(1, ...bars.map(({ sent }) => sent));
  const lines = bars.map(({ label, sent, skipped }) => {
    const bar = '█'.repeat(sent === 0 ? 0 : Math.max(1, Math.round((sent / highest) * BAR_WIDTH)));
    return `${label}  ${bar}${bar === '' ? '' : ' '}${sent}${skipped > 0 ? ` (${skipped} skipped)` : ''}`;
  });
  return section(`Mails by ${isLong ? 'month' : 'day'} (UTC)`, lines);
}

function assumedLines({ totals: { assumed } }: Simulated): string[] {
  return Object.entries(assumed).flatMap(([reaction, times]) => (times > 0 ? [`${times} × ${reaction}`] : []));
}

const LISTED_MAX = 10;

function remarkLines({ totals }: Simulated, { badLines, duplicates, unheard }: History, file: string): string[] {
  const names = most(unheard).map(([name, times]) => `${plain(name)} (${times})`);
  return [
    ...(badLines.length > 0 ? [`${count(badLines.length, 'line')} skipped, which cannot be read:`] : []),
    ...badLines.slice(0, LISTED_MAX).map((bad) => `  ${badLineText(file, bad)}`),
    ...(badLines.length > LISTED_MAX ? [`  and ${badLines.length - LISTED_MAX} more`] : []),
    ...(duplicates > 0 ? [`${count(duplicates, 'message')} came twice, and counted once`] : []),
    ...(names.length > 0 ? [`Events that nothing in the catalogue mentions: ${names.join(', ')}`] : []),
    ...totals.remarks.slice(0, LISTED_MAX).map(({ count: times, why }) => `${times} × ${plain(why)}`),
  ];
}

function section(head: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : ['', head, ...lines.map((line) => `  ${line}`)];
}

const most = (counts: Readonly<Record<string, number>>): [string, number][] =>
  Object.entries(counts)
    .sort(([, one], [, other]) => other - one)
    .slice(0, LISTED_MAX);
const sum = (counts: Readonly<Record<string, number>>): number => Object.values(counts).reduce((all, one) => all + one, 0);
const day = (at: string | null): string => (at === null ? '–' : time(at).slice(0, 10));
