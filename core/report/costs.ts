/** What it cost to win people, by source and campaign, of the months that costs are known for. */
import { fromIso } from '../instant.ts';
import { minorDigits } from '../loyalty/money.ts';
import type { SourceTally } from './customer-tally.ts';

/** A cost without a campaign is one of the source as a whole; one without a currency is in that of the report. */
export type Cost = {
  readonly source: string;
  readonly campaign: string;
  /** `2026-03` */
  readonly month: string;
  /** In minor units of its own currency. */
  readonly minor: number;
  readonly currency: string | null;
};

/** What amounts are counted in, and what others are worth in it. */
export type CostExchange = {
  readonly currency: string | null;
  readonly digits: number;
  readonly rates: Readonly<Record<string, number>>;
};

/** People by the month of their first touch. */
export type SourceMonth = SourceTally & { readonly month: string; readonly source: string; readonly campaign: string };

export type CostRow = {
  readonly leads: number;
  readonly customers: number;
  readonly rate: number;
  readonly revenue: number;
  readonly cost: number;
  /** Null where nobody came. */
  readonly costPerLead: number | null;
  /** Acquisition cost of a customer. */
  readonly costPerCustomer: number | null;
  /** Revenue so far less the cost, for each unit of the cost; null where it cost nothing. */
  readonly returnOnCost: number | null;
};

type SourceCosts = CostRow & {
  readonly source: string;
  /** Those of its campaigns that have a cost of their own. */
  readonly campaigns: readonly (CostRow & { readonly campaign: string })[];
};

export type CostReport = {
  /** The first and the last month that costs are known for: all figures are about these months and those between. */
  readonly from: string;
  readonly to: string;
  /** Why costs cannot be added up; then there are no figures. */
  readonly refused: string | null;
  /** What one unit of other currencies was counted as. */
  readonly rates: Readonly<Record<string, number>>;
  readonly all: CostRow | null;
  readonly sources: readonly SourceCosts[];
  /** Months in which people came from a source that costs something in other months. */
  readonly missing: readonly { readonly source: string; readonly month: string; readonly leads: number }[];
  /** Costs of sources and campaigns from which nobody came: names that differ from those of the leads, perhaps. */
  readonly nobody: readonly { readonly source: string; readonly campaign: string; readonly cost: number }[];
};

/** Undefined where no costs are known. */
export function costReport(
  costs: readonly Cost[],
  people: readonly SourceMonth[],
  exchange: CostExchange,
): CostReport | undefined {
  const months = costs.map(({ month }) => month).sort();
  const [from, to] = [months[0], months.at(-1)];
  if (from === undefined || to === undefined) return undefined;
  const converted = inOneCurrency(costs, exchange);
  if (typeof converted === 'string')
    return { from, to, refused: converted, rates: {}, all: null, sources: [], missing: [], nobody: [] };
  const came = people.filter(({ month }) => month >= from && month <= to);
  const unit = 10 ** exchange.digits;
  const names = new Set([...came, ...converted].map(({ source }) => source));
  return {
    from,
    to,
    refused: null,
    rates: ratesUsed(costs, exchange),
    all: rowOf(came, converted, unit),
    sources: [...names]
      .map((source) => sourceCosts(source, { came, costs: converted, unit }))
      .sort((one, other) => other.leads - one.leads || other.cost - one.cost || (one.source < other.source ? -1 : 1)),
    missing: missingMonths(came, converted),
    nobody: fromNobody(came, converted, unit),
  };
}

type Costed = Pick<Cost, 'source' | 'campaign' | 'month' | 'minor'>;

/** In minor units of the report’s currency; a text says why they cannot be added up. */
function inOneCurrency(costs: readonly Cost[], { currency, digits, rates }: CostExchange): Costed[] | string {
  const stated = [...new Set(costs.flatMap((cost) => cost.currency ?? []))].sort();
  const counted = currency ?? stated[0] ?? null;
  if (currency === null && stated.length > 1)
    return `costs are in ${stated.join(' and ')}, and no loyalty.json says what these are worth in one currency`;
  const unknown = stated.filter((one) => one !== counted && !Object.hasOwn(rates, one));
  if (unknown.length > 0)
    return `costs are in ${unknown.join(' and ')}, and reports count ${counted}: loyalty.json has no rate for that`;
  return costs.map((cost) => {
    const own = cost.currency === null ? digits : minorDigits(cost.currency);
    const rate = cost.currency === null || cost.currency === counted ? 1 : (rates[cost.currency] ?? Number.NaN);
    return { ...cost, minor: own === digits && rate === 1 ? cost.minor : Math.round(cost.minor * rate * 10 ** (digits - own)) };
  });
}

function ratesUsed(costs: readonly Cost[], { currency, rates }: CostExchange): Record<string, number> {
  const others = new Set(costs.flatMap((cost) => (cost.currency === null || cost.currency === currency ? [] : cost.currency)));
  return currency === null ? {} : Object.fromEntries([...others].sort().map((one) => [one, rates[one] ?? Number.NaN]));
}

function sourceCosts(
  source: string,
  { came, costs, unit }: { readonly came: readonly SourceMonth[]; readonly costs: readonly Costed[]; readonly unit: number },
): SourceCosts {
  const [people, own] = [came.filter((one) => one.source === source), costs.filter((one) => one.source === source)];
  const campaigns = [...new Set(own.flatMap(({ campaign }) => (campaign === '' ? [] : campaign)))].sort();
  const of = <One extends { readonly campaign: string }>(all: readonly One[], name: string): One[] =>
    all.filter(({ campaign }) => campaign === name);
  return {
    source,
    ...rowOf(people, own, unit),
    campaigns: campaigns.map((campaign) => ({ campaign, ...rowOf(of(people, campaign), of(own, campaign), unit) })),
  };
}

function rowOf(people: readonly SourceTally[], costs: readonly Costed[], unit: number): CostRow {
  const sum = (of: (one: SourceTally) => number): number => people.reduce((total, one) => total + of(one), 0);
  const [leads, customers, minor] = [sum((one) => one.leads), sum((one) => one.customers), sum((one) => one.minor)];
  const cost = costs.reduce((total, one) => total + one.minor, 0);
  return {
    leads,
    customers,
    rate: leads === 0 ? 0 : customers / leads,
    revenue: minor / unit,
    cost: cost / unit,
    costPerLead: leads === 0 ? null : cost / unit / leads,
    costPerCustomer: customers === 0 ? null : cost / unit / customers,
    returnOnCost: cost === 0 ? null : (minor - cost) / cost,
  };
}

function missingMonths(came: readonly SourceMonth[], costs: readonly Costed[]): CostReport['missing'] {
  const costing = new Set(costs.map(({ source }) => source));
  const known = new Set(costs.map(({ source, month }) => `${month} ${source}`));
  const found = new Map<string, { source: string; month: string; leads: number }>();
  for (const { source, month, leads } of came) {
    const key = `${month} ${source}`;
    if (!costing.has(source) || known.has(key) || leads === 0) continue;
    found.set(key, { source, month, leads: (found.get(key)?.leads ?? 0) + leads });
  }
  return [...found.entries()].sort(([one], [other]) => (one < other ? -1 : 1)).map(([, one]) => one);
}

function fromNobody(came: readonly SourceMonth[], costs: readonly Costed[], unit: number): CostReport['nobody'] {
  const isFrom =
    ({ source, campaign }: Costed) =>
    (one: SourceMonth) =>
      one.source === source && (campaign === '' || one.campaign === campaign);
  const idle = Map.groupBy(
    costs.filter((cost) => !came.some(isFrom(cost))),
    ({ source, campaign }) => JSON.stringify([source, campaign]),
  );
  return [...idle.values()].map((own) => ({
    source: own[0]?.source ?? '',
    campaign: own[0]?.campaign ?? '',
    cost: own.reduce((total, { minor }) => total + minor, 0) / unit,
  }));
}

/** An amount as it is written, `1200` or `1200.50`, in minor units; undefined where it is none, or too fine for the currency. */
export function minorOfText(text: string, digits: number): number | undefined {
  const [, whole = '', fraction = ''] = /^(\d{1,11})(?:\.(\d+))?$/.exec(text) ?? [];
  const isFine = fraction.slice(digits).replace(/0+$/, '') !== '';
  return whole === '' || isFine ? undefined : Number(whole + fraction.slice(0, digits).padEnd(digits, '0'));
}

/** Whether a month begins in a time; without bounds all do. */
export function isInTime(month: string, { from, to }: { readonly from?: string; readonly to?: string }): boolean {
  const begin = fromIso(`${month}-01`) ?? 0;
  return (from === undefined || begin >= (fromIso(from) ?? 0)) && (to === undefined || begin < (fromIso(to) ?? 0));
}
