/** Reports as lines for people. */
import type { Effect, Verdict } from '#core/report/effect.ts';
import type { MailFigures } from '#core/report/mail-tally.ts';
import type { JourneyReport, JourneyReports, ReportHead } from '#usecases/report/views.ts';
import { count, plain, table, time } from '../show.ts';
import { between, money, percent, points, signed } from './figures.ts';

export function journeysLines(reports: JourneyReports): string[] {
  const head = [
    'JOURNEY',
    'PEOPLE',
    'GOAL',
    'WITH',
    'WITHOUT',
    'DIFFERENCE (95 %)',
    'VERDICT',
    'SENT',
    'SKIPPED',
    'FAILED',
    'WAITING',
  ];
  const rows = reports.journeys.map(({ journey, people, success, effect, mails }) => [
    journey,
    String(people),
    success.people === 0 ? '–' : percent(success.rate),
    ...effectCells(effect),
    ...[mails.sent, mails.skipped, mails.failed, mails.underWay].map(String),
  ]);
  return [
    headLine(reports),
    '',
    ...(rows.length === 0 ? ['There are no journeys yet.'] : table(head, rows)),
    '',
    'GOAL is the share of those let in who reached it. WITH and WITHOUT compare with people who were held out: "rekindle report',
    'journey ID" shows more. docs/reports.md says what each figure means.',
  ];
}

export function journeyLines(report: JourneyReport & ReportHead): string[] {
  const { journey, name, effect, mails, goal, without } = report;
  const isTold = goal !== null && !goal.isStated ? ' (the journey states no goal: an order counts)' : '';
  return [
    headLine(report),
    '',
    `${plain(name)} (${journey})`,
    ...(goal === null ? [] : [`Goal: ${plain(goal.event)} within ${goal.window} after entering${isTold}`]),
    `${count(report.entries, 'entry').replace(/entrys$/, 'entries')} of ${people(report.people)}; ${report.heldOutEntries} were held out.`,
    `Of ${people(report.success.people)} let in whose time is over, ${report.success.converted} reached the goal (${percent(report.success.rate)}).`,
    '',
    ...(effect === null ? nothingToCompare(report) : effectLines(effect, report)),
    ...(without.noHoldout > 0 && effect !== null
      ? [`  ${people(without.noHoldout)} entered when nobody was held out, and are not compared.`]
      : []),
    ...(without.outOfAll > 0 ? [`  ${people(without.outOfAll)} were held out of all marketing, and are not compared.`] : []),
    '',
    ...mailLines(mails),
  ];
}

export function headLine({ known, at, from, to }: ReportHead): string {
  const period = [...(from === null ? [] : [`from ${from}`]), ...(to === null ? [] : [`before ${to}`])].join(' ');
  return `${people(known)} known at ${time(at)} UTC${period === '' ? '' : `; entries and mails ${period}`}.`;
}

function effectCells(effect: Effect | null): string[] {
  if (effect === null) return ['–', '–', 'nobody was held out', '–'];
  const { treated, heldOut, difference, interval, verdict } = effect.conversion;
  const range = interval === null ? '' : ` (${between(interval, (value) => (100 * value).toFixed(1))})`;
  return [percent(treated), percent(heldOut), `${signed(difference, points)}${range}`, WORDS[verdict]];
}

const WORDS: Readonly<Record<Verdict, string>> = { more: 'it brings more', less: 'it brings less', inconclusive: 'inconclusive' };

function nothingToCompare({ holdout }: JourneyReport): string[] {
  if (holdout !== null && holdout.journey + holdout.all > 0)
    return ['Nobody who entered since there is a holdout can be compared yet.'];
  return ['Nobody was held out, so what the journey brought cannot be told. Let it hold out some: "holdout": { "percent": 10 }'];
}

function effectLines(effect: Effect, { comparedWith, currency }: JourneyReport & ReportHead): string[] {
  const { people: both, open, conversion, revenue, converted, needed } = effect;
  const inCurrency = (amount: number): string => money(amount, currency);
  const rows = [
    ['people whose time is over', String(both.treated), String(both.heldOut), '', ''],
    ['reached the goal', String(converted.treated), String(converted.heldOut), '', ''],
    [
      'conversion',
      percent(conversion.treated),
      percent(conversion.heldOut),
      signed(conversion.difference, points),
      between(conversion.interval, points),
    ],
    [
      'revenue for each person',
      inCurrency(revenue.treated),
      inCurrency(revenue.heldOut),
      signed(revenue.difference, inCurrency),
      between(revenue.interval, inCurrency),
    ],
  ];
  return [
    ...table(['', 'WITH', 'WITHOUT', 'DIFFERENCE', '95 % INTERVAL'], rows).map((line) => `  ${line}`),
    '',
    `  Conversion: ${sentence(conversion.verdict)}${lift(conversion.lift)}`,
    `  Revenue: ${sentence(revenue.verdict)}${lift(revenue.lift)}`,
    `  Brought in all: ${signed(conversion.brought, (value) => value.toFixed(0))} conversions, ${signed(revenue.brought, inCurrency)} (${between(revenue.broughtInterval, inCurrency)})`,
    `  ${neededLine(needed)}`,
    ...(open.treated + open.heldOut > 0
      ? [`  Still open: ${open.treated} with, ${open.heldOut} without; they count when their time is over.`]
      : []),
    `  WITHOUT are people who were ${comparedWith}; all who entered count, whatever became of their mails.`,
    ...(effect.percents.length > 1
      ? [`  Careful: the share held out was changed (${effect.percents.join(' %, ')} %); look at one time alone with --from.`]
      : []),
    ...(effect.changedSides > 0 ? [`  ${people(effect.changedSides)} were on both sides by now; the first entry counts.`] : []),
  ];
}

function sentence(verdict: Verdict): string {
  switch (verdict) {
    case 'more':
      return 'the journey brings more.';
    case 'less':
      return 'the journey brings less.';
    case 'inconclusive':
      return 'inconclusive.';
  }
}

const lift = (value: number | null): string => (value === null ? '' : ` Relative: ${signed(value, percent)}.`);

function neededLine({ people: all, more }: Effect['needed']): string {
  if (all === null || more === null)
    return 'Both are alike so far: no number of people would show a difference as large as this.';
  return more === 0
    ? `Enough people to find a difference as large as this (${all} are, for 80 % power).`
    : `${more} more people are needed to find a difference as large as this with 80 % power (${all} in all).`;
}

function mailLines(mails: MailFigures): string[] {
  const figures = [
    `${mails.sent} sent`,
    `${mails.skipped} skipped`,
    `${mails.failed} failed`,
    `${mails.underWay} under way`,
  ].join(', ');
  return [
    `${count(mails.decided, 'mail')}: ${figures}.`,
    ...(mails.sent > 0
      ? [
          `  of those sent: ${[
            `${mails.arrived} arrived`,
            `${mails.opened} opened`,
            `${mails.clicked} clicked`,
            `${mails.bounced} bounced`,
            `${mails.complained} marked as spam`,
          ].join(', ')}`,
        ]
      : []),
    ...reasonLines('skipped', mails.whySkipped),
    ...reasonLines('failed', mails.whyFailed),
  ];
}

function reasonLines(what: string, reasons: Readonly<Record<string, number>>): string[] {
  return Object.entries(reasons)
    .sort(([a, one], [b, other]) => other - one || (a < b ? -1 : 1))
    .map(([reason, times]) => `  ${times} × ${what}: ${plain(reason)}`);
}

const people = (number: number): string => (number === 1 ? '1 person' : `${number} people`);
