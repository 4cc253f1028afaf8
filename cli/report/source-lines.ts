import type { CostReport, CostRow } from '#core/report/costs.ts';
import type { KpiReport } from '#usecases/report/views.ts';
import { count, plain, table } from '../show.ts';
import { money, percent, signed } from './figures.ts';

/** Leads and customers by their first touch. */
export function sourceTable({ sources, currency }: Pick<KpiReport, 'sources' | 'currency'>): string[] {
  if (sources.length === 0) return [];
  const rows = sources.map(({ source, campaign, leads, customers, rate, interval, revenue }) => [
    plain(source),
    campaign === '' ? '–' : plain(campaign),
    String(leads),
    String(customers),
    `${percent(rate)} (${percent(interval[0])} to ${percent(interval[1])})`,
    money(revenue, currency),
  ]);
  return table(['SOURCE', 'CAMPAIGN', 'LEADS', 'CUSTOMERS', 'RATE (95 %)', 'REVENUE'], rows);
}

/** What leads and customers cost, of which months that is known, and what is missing to know it better. */
export function costLines(costs: CostReport, report: Pick<KpiReport, 'sources' | 'currency'>): string[] {
  const { from, to, refused, rates, all, sources, missing, nobody } = costs;
  if (refused !== null || all === null) return [`Costs cannot be added up: ${plain(refused)}.`];
  const inCurrency = (amount: number | null): string => (amount === null ? '–' : money(amount, report.currency));
  const row = (name: string, one: CostRow): string[] => [
    name,
    String(one.leads),
    String(one.customers),
    percent(one.rate),
    inCurrency(one.revenue),
    inCurrency(one.cost),
    inCurrency(one.costPerLead),
    inCurrency(one.costPerCustomer),
    one.returnOnCost === null ? '–' : signed(one.returnOnCost, (value) => percent(value, 0)),
  ];
  const head = ['SOURCE', 'LEADS', 'CUSTOMERS', 'RATE', 'REVENUE', 'COST', 'PER LEAD', 'PER CUSTOMER', 'RETURN'];
  const rows = sources.flatMap((one) => [
    row(plain(one.source), one),
    ...one.campaigns.map((own) => row(`· ${plain(own.campaign)}`, own)),
  ]);
  const others = report.sources.reduce((sum, { leads }) => sum + leads, 0) - all.leads;
  return [
    ...table(head, [...rows, row('all', all)]),
    '',
    `Costs are known for ${from === to ? from : `${from} to ${to}`}; leads, customers and their revenue are those who first came then.`,
    ...(others > 0 ? [`${count(others, 'lead')} of other months ${others === 1 ? 'is' : 'are'} not in this table.`] : []),
    ...Object.entries(rates).map(
      ([currency, rate]) => `${currency} was counted as ${rate} ${report.currency ?? ''} (loyalty.json).`,
    ),
    ...(missing.length === 0
      ? []
      : [
          `No cost is known of ${named(missing.map(({ source, month, leads }) => `${plain(source)} in ${month} (${count(leads, 'lead')})`))}.`,
        ]),
    ...(nobody.length === 0
      ? []
      : [
          `Nobody came from ${named(nobody.map(({ source, campaign, cost }) => `${plain(source)}${campaign === '' ? '' : ` · ${plain(campaign)}`} (${inCurrency(cost)})`))}. Is that the name that leads have?`,
        ]),
  ];
}

const NAMED_MAX = 8;

function named(texts: readonly string[]): string {
  const more = texts.length - NAMED_MAX;
  return `${texts.slice(0, NAMED_MAX).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}
