/** A finished report as people and tools read it. */
import { toIso } from '#core/instant.ts';
import type { Catalogue } from '#core/linked.ts';
import { type CostExchange, type CostReport, costReport, isInTime, type SourceMonth } from '#core/report/costs.ts';
import { type CustomerFigures, customerFigures, type SourceFigures, sourceFigures } from '#core/report/customer-figures.ts';
import { monthOf } from '#core/report/customer-tally.ts';
import { type Effect, effectOf } from '#core/report/effect.ts';
import type { JourneyTally, JourneyTerms, Trial } from '#core/report/journey-tally.ts';
import { type MailFigures, mailFigures, noMails } from '#core/report/mail-tally.ts';
import { digitsOf, type OrderReading } from '#core/report/orders.ts';
import { rateOf } from '#core/report/proportions.ts';
import type { ReportTally } from '#core/report/tally.ts';
import type { VoucherTally } from '#core/report/voucher-tally.ts';
import { allCosts } from '../costs.ts';
import { type FinishedReport, latestReport, type ReportDependencies, zoneOf } from '../report.ts';
import { journeyTerms, readingOf } from './terms.ts';
import { type ValueReport, valueReport } from './values.ts';

export type ReportHead = {
  readonly report: string;
  /** What happened until then is in it. */
  readonly at: string;
  readonly from: string | null;
  readonly to: string | null;
  /** Everybody who is known. */
  readonly known: number;
  /** Null where no loyalty programme names one. */
  readonly currency: string | null;
};

export type JourneyReport = {
  readonly journey: string;
  readonly name: string;
  /** As the current release has it; null where the journey is not in it any more. */
  readonly goal: { readonly event: string; readonly window: string; readonly isStated: boolean } | null;
  readonly holdout: { readonly journey: number; readonly all: number } | null;
  readonly entries: number;
  readonly heldOutEntries: number;
  readonly people: number;
  /** People whose window is over and who were let in, whoever was held out then: the success rate of the measure as such. */
  readonly success: { readonly people: number; readonly converted: number; readonly rate: number };
  readonly goalsNoted: number;
  /** Against whom it is compared; null where nobody was held out. */
  readonly comparedWith: 'held out of this journey' | 'held out of all marketing' | null;
  readonly effect: Effect | null;
  readonly without: JourneyTally['without'];
  readonly mails: MailFigures;
};

export type JourneyReports = ReportHead & { readonly journeys: readonly JourneyReport[] };

/** All journeys of the latest report that is done; undefined before the first one. */
export async function journeyReports(dependencies: ReportDependencies): Promise<JourneyReports | undefined> {
  const latest = await latestWithCatalogue(dependencies);
  if (latest === undefined) return undefined;
  return { ...latest.head, journeys: reportsOf(latest) };
}

function reportsOf(latest: Latest): JourneyReport[] {
  const { journeys, mails } = latest.report.tally;
  const current = latest.catalogue?.current.keys() ?? [];
  const ids = new Set([...current, ...Object.keys(journeys), ...Object.keys(mails.journeys)]);
  return [...ids].sort().map((id) => journeyReport(id, latest));
}

/** Key figures of customers, sources, measures and mails. */
export type KpiReport = ReportHead & {
  readonly customers: CustomerFigures & { readonly ordersWithoutAmount: number };
  /** What customers are worth; null where the release asked for no forecasts. */
  readonly value: ValueReport | null;
  /** By the first touch; whoever is known is a lead. */
  readonly sources: readonly SourceFigures[];
  /** The same by the month of the first touch. */
  readonly sourcesByMonth: readonly (Omit<SourceMonth, 'minor'> & { readonly revenue: number })[];
  readonly rates: CostExchange['rates'];
  /** By the costs that are stored; null where none are. */
  readonly costs: CostReport | null;
  /** Journeys that state a goal: how many of those let in reached it, and whether that is the journey's doing. */
  readonly measures: readonly (JourneyReport['success'] & {
    readonly journey: string;
    readonly name: string;
    readonly verdict: Effect['conversion']['verdict'] | null;
  })[];
  readonly mails: { readonly journeys: Figures; readonly topics: Figures };
  readonly vouchers: readonly (VoucherTally & { readonly pool: string; readonly name: string })[];
};

type Figures = Readonly<Record<string, MailFigures>>;

export async function kpiReport(dependencies: ReportDependencies): Promise<KpiReport | undefined> {
  const latest = await latestWithCatalogue(dependencies);
  if (latest === undefined) return undefined;
  const { report, reading, head } = latest;
  const { cohorts, sources, mails, ordersWithoutAmount, values } = report.tally;
  const digits = digitsOf(reading.currency);
  const month = monthOf(report.at, zoneOf(report.catalogue));
  const months = monthsOf(report.tally);
  const figures = (of: ReportTally['mails']['topics']): Figures =>
    Object.fromEntries(Object.entries(of).map(([name, tally]) => [name, mailFigures(tally)]));
  return {
    ...head,
    customers: { ...customerFigures(cohorts, month, digits), ordersWithoutAmount },
    value: valueReport(values, report.catalogue, report.at),
    sources: sourceFigures(sources, digits),
    sourcesByMonth: months.map(({ minor, ...one }) => ({ ...one, revenue: minor / 10 ** digits })),
    rates: reading.rates,
    costs: costReport(await costsIn(dependencies, report), months, reading) ?? null,
    measures: reportsOf(latest)
      .filter(({ goal }) => goal?.isStated)
      .map(({ journey, name, success, effect }) => ({ journey, name, ...success, verdict: effect?.conversion.verdict ?? null })),
    mails: { journeys: figures(mails.journeys), topics: figures(mails.topics) },
    vouchers: vouchersOf(latest),
  };
}

/** Stored costs of months that begin in the time of the report. */
async function costsIn({ table }: ReportDependencies, { from, to, at }: FinishedReport) {
  const until = to !== undefined && to < toIso(at) ? to : toIso(at);
  return (await allCosts(table)).filter(({ month }) => isInTime(month, { ...(from !== undefined && { from }), to: until }));
}

function monthsOf({ sourceMonths }: ReportTally): SourceMonth[] {
  return Object.entries(sourceMonths)
    .flatMap(([month, sources]) =>
      Object.entries(sources).flatMap(([source, campaigns]) =>
        Object.entries(campaigns).map(([campaign, tally]) => ({ month, source, campaign, ...tally })),
      ),
    )
    .sort((one, other) => (keyOf(one) < keyOf(other) ? -1 : 1));
}

const keyOf = ({ month, source, campaign }: SourceMonth): string => JSON.stringify([month, source, campaign]);

function vouchersOf({ report, catalogue }: Latest): KpiReport['vouchers'] {
  const pools = catalogue?.release.vouchers ?? [];
  return Object.entries(report.tally.vouchers)
    .map(([pool, tally]) => ({ pool, name: pools.find(({ id }) => id === pool)?.name ?? pool, ...tally }))
    .sort((one, other) => (one.pool < other.pool ? -1 : 1));
}

type Latest = {
  readonly report: FinishedReport;
  readonly catalogue: Catalogue | undefined;
  readonly reading: OrderReading;
  readonly head: ReportHead;
};

async function latestWithCatalogue(dependencies: ReportDependencies): Promise<Latest | undefined> {
  const { catalogues } = dependencies;
  const report = await latestReport(dependencies);
  if (report === undefined) return undefined;
  const release = await catalogues.current();
  const catalogue = release === undefined ? undefined : await catalogues.linked(release);
  const reading = readingOf(report.catalogue);
  const { id, at, from = null, to = null, tally } = report;
  return {
    report,
    catalogue,
    reading,
    head: { report: id, at: toIso(at), from, to, known: tally.people, currency: reading.currency },
  };
}

function journeyReport(id: string, { report, catalogue, reading }: Latest): JourneyReport {
  const { journeys, mails } = report.tally;
  const linked = catalogue?.current.get(id);
  const terms = catalogue && journeyTerms(catalogue, id, reading);
  const tally = journeys[id];
  const { letIn = 0, letInConverted = 0 } = tally ?? {};
  const compared = comparisonOf(tally);
  return {
    journey: id,
    name: linked?.journey.name ?? id,
    goal: terms === undefined ? null : goalOf(terms, linked?.journey.goal !== undefined),
    holdout: terms === undefined ? null : { journey: terms.holdout, all: terms.holdoutOfAll },
    entries: tally?.entries ?? 0,
    heldOutEntries: tally?.heldOutEntries ?? 0,
    people: tally?.people ?? 0,
    success: { people: letIn, converted: letInConverted, rate: rateOf({ people: letIn, converted: letInConverted }) },
    goalsNoted: tally?.goalsNoted ?? 0,
    comparedWith: compared?.with ?? null,
    effect: compared === undefined ? null : effectOf(compared.trial, { seed: id, digits: digitsOf(reading.currency) }),
    without: tally?.without ?? { noHoldout: 0, outOfAll: 0 },
    mails: mailFigures(mails.journeys[id] ?? noMails),
  };
}

/** The journey's own trial, which tells its effect alone; else that of all marketing, which tells that of everything together. */
function comparisonOf(
  tally: JourneyTally | undefined,
): { with: NonNullable<JourneyReport['comparedWith']>; trial: Trial } | undefined {
  const { journey, all } = tally?.trials ?? {};
  if (journey !== undefined) return { with: 'held out of this journey', trial: journey };
  return all && { with: 'held out of all marketing', trial: all };
}

function goalOf({ goal: { event, window } }: JourneyTerms, isStated: boolean): NonNullable<JourneyReport['goal']> {
  return { event, window, isStated };
}
