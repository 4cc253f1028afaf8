/** Key figures as lines for people. */

import type { CostReport } from '#core/report/costs.ts';
import type { Verdict } from '#core/report/effect.ts';
import type { KpiReport } from '#usecases/report/views.ts';
import { count, plain, table } from '../show.ts';
import { money, percent } from './figures.ts';
import { headLine } from './lines.ts';
import { costLines, sourceTable } from './source-lines.ts';
import { valueLines } from './value-lines.ts';

/** Months after the first order, and months of first orders, that a table shows; --json has all of them. */
const MONTHS_MAX = 12;
const COHORTS_MAX = 24;

export function kpiLines(report: KpiReport): string[] {
  const { customers, currency, measures, mails } = report;
  const inCurrency = (amount: number): string => money(amount, currency);
  return [
    headLine(report),
    '',
    `${count(customers.customers, 'customer')} with ${count(customers.orders, 'order')}, ${inCurrency(customers.revenue)}: ${inCurrency(customers.valuePerCustomer)} each so far. ${percent(customers.repeatRate)} ordered again.`,
    ...(customers.ordersWithoutAmount > 0
      ? [`${count(customers.ordersWithoutAmount, 'order')} without an amount that can be read, counted as nothing.`]
      : []),
    ...section('Customers who ordered again, by the month of their first order', cohortTable(report)),
    ...section('What customers are worth', valueLines(report)),
    ...section('Where people come from', sourceTable(report)),
    ...(report.costs === null ? [] : section('What they cost', costLines(report.costs, report))),
    ...section(
      'Measures: of those let in whose time is over, how many reached the goal',
      measures.length === 0
        ? []
        : table(
            ['JOURNEY', 'PEOPLE', 'REACHED', 'RATE', 'AGAINST THOSE HELD OUT'],
            measures.map(({ journey, people, converted, rate, verdict }) => [
              journey,
              String(people),
              String(converted),
              percent(rate),
              VERDICTS[verdict ?? 'none'],
            ]),
          ),
    ),
    ...section('Mails by topic', mailTable(mails.topics)),
    ...section('Vouchers', voucherTable(report)),
    '',
    'docs/reports.md says what each figure means.',
  ];
}

/** Where people come from; with costs, what they cost. */
export function sourceLines(report: KpiReport, costs: CostReport | null): string[] {
  if (costs === null) {
    const hint =
      'No costs are known of this time. "rekindle costs import FILE.csv" brings them in: then a lead and a customer have a price.';
    return [headLine(report), ...section('Where people come from', sourceTable(report)), '', hint];
  }
  const plainTable = costs.refused === null ? [] : section('Where people come from', sourceTable(report));
  return [headLine(report), ...plainTable, ...section('Where people come from, and what they cost', costLines(costs, report))];
}

const VERDICTS: Readonly<Record<Verdict | 'none', string>> = {
  more: 'it brings more',
  less: 'it brings less',
  inconclusive: 'inconclusive',
  none: 'nobody was held out',
};

function cohortTable({ customers: { cohorts, retention }, currency }: KpiReport): string[] {
  if (cohorts.length === 0) return ['nobody has ordered yet'];
  const months = Math.min(MONTHS_MAX, retention.length);
  const cells = (shares: readonly number[]): string[] => shares.slice(0, months).map((share) => percent(share, 0));
  const shown = cohorts.slice(-COHORTS_MAX);
  return [
    ...table(
      ['FIRST ORDER', 'CUSTOMERS', 'VALUE EACH', ...Array.from({ length: months }, (_, index) => `+${index + 1}`)],
      [
        ...shown.map((one) => [one.month, String(one.customers), money(one.valuePerCustomer, currency), ...cells(one.retained)]),
        ['all: retention', '', '', ...cells(retention.map((one) => one.retention))],
        ['all: churn', '', '', ...cells(retention.map((one) => one.churn))],
      ],
    ),
    ...(shown.length < cohorts.length ? [`and ${cohorts.length - shown.length} earlier months: --json`] : []),
  ];
}

function mailTable(topics: KpiReport['mails']['topics']): string[] {
  const rows = Object.entries(topics).map(([topic, one]) =>
    [topic, one.decided, one.sent, one.skipped, one.failed, one.underWay, one.arrived, one.bounced, one.complained].map(String),
  );
  if (rows.length === 0) return [];
  return table(['TOPIC', 'MAILS', 'SENT', 'SKIPPED', 'FAILED', 'UNDER WAY', 'ARRIVED', 'BOUNCED', 'SPAM'], rows);
}

function voucherTable({ vouchers }: KpiReport): string[] {
  if (vouchers.length === 0) return [];
  const rows = vouchers.map(({ pool, decided, used, open, lapsed, withoutCode, name }) => [
    pool,
    ...[decided, used, open, lapsed, withoutCode].map(String),
    percent(used / decided),
    plain(name),
  ]);
  return table(['POOL', 'DECIDED', 'USED', 'OPEN', 'LAPSED', 'NO CODE', 'USED OF ALL', 'NAME'], rows);
}

function section(head: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : ['', head, ...lines.map((line) => (line === '' ? '' : `  ${line}`))];
}
