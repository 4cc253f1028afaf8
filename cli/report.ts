import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { fromIso } from '#core/instant.ts';
import { minorDigits } from '#core/loyalty/money.ts';
import { type Cost, type CostReport, costReport, isInTime, minorOfText } from '#core/report/costs.ts';
import { digitsOf } from '#core/report/orders.ts';
import type { JourneyReport, JourneyReports, KpiReport, ReportHead } from '#usecases/report/views.ts';
import type { ReportState } from '#usecases/report.ts';
import { type Api, apiOf, part } from './api.ts';
import { type Command, type Context, Failure, json, Misuse, remote, textOf } from './command.ts';
import { readCosts } from './costs/read.ts';
import { progress } from './progress.ts';
import { kpiLines, sourceLines } from './report/kpi-lines.ts';
import { kpiPlot } from './report/kpi-plot.ts';
import { journeyLines, journeysLines } from './report/lines.ts';
import { effectPlot } from './report/plot.ts';
import { show } from './show.ts';

export const report: Command = {
  name: 'report',
  usage: '[journey ID | kpis | sources]',
  summary: 'What journeys brought, against people held out; retention, sources and their cost; mails and why not',
  details: [
    'rekindle report               all journeys: entries, goals, effect, mails',
    'rekindle report journey ID    one journey: conversion and revenue with and without it, how sure that is, and each',
    '                              reason for which a mail was not sent',
    'rekindle report kpis          retention and churn by month of the first order, value, sources, measures, complaints',
    'rekindle report sources       leads and customers by first touch, and what they cost: by the costs that are stored ("rekindle',
    '                              costs"), or by those of a file, to see what would be',
    '',
    'It looks at everybody who is known, page by page; cut off, the next call goes on. --latest shows the last one as it is.',
    'To measure a journey, let it hold out a share of people: "holdout": { "percent": 10 }. docs/reports.md explains each figure.',
  ],
  options: {
    from: { type: 'string', value: 'T', help: 'Entries and mails from then on; all of them unless told' },
    to: { type: 'string', value: 'T', help: 'Those before then' },
    latest: { type: 'boolean', help: 'Gather nothing: the last report that is done' },
    costs: { type: 'string', value: 'FILE', help: 'With sources: by this CSV of source, month, amount instead of stored costs' },
    plot: { type: 'string', value: 'FILE.svg', help: 'Draw it, too' },
    ...remote,
    ...json,
  },
  examples: [
    'rekindle report',
    'rekindle report journey win-back --from 2026-01-01 --plot win-back.svg',
    'rekindle report sources --from 2026-01-01 --to 2026-04-01',
  ],
  run: async (context) => {
    const wish = wishOf(context);
    const period = periodOf(context);
    const api = apiOf(context);
    if (context.options.latest !== true) await gather(api, period);
    return (await views[wish.about](context, api, wish.id)) ?? 0;
  },
};

/** The exit code, where it is not 0. */
type View = (context: Context, api: Api, id: string) => Promise<number | undefined>;

const views: Readonly<Record<Wish['about'], View>> = {
  journeys: async (context, { call }) => {
    const reports = (await call('GET', '/admin/v1/reports/journeys')).body as JourneyReports;
    draw(context, () => effectPlot(reports.journeys, reports));
    show(context, reports, () => journeysLines(reports));
  },
  journey: async (context, { call }, id) => {
    const one = (await call('GET', `/admin/v1/reports/journeys/${part(id)}`)).body as JourneyReport & ReportHead;
    draw(context, () => effectPlot([one], one));
    show(context, one, () => journeyLines(one));
  },
  kpis: async (context, { call }) => {
    const kpis = (await call('GET', '/admin/v1/reports/kpis')).body as KpiReport;
    draw(context, () => kpiPlot(kpis));
    show(context, kpis, () => kpiLines(kpis));
  },
  sources: async (context, { call }) => {
    const kpis = (await call('GET', '/admin/v1/reports/kpis')).body as KpiReport;
    const file = textOf(context, 'costs');
    const costs = file === undefined ? kpis.costs : costsOfFile(context, file, kpis);
    draw(context, () => kpiPlot(kpis));
    const { report: id, at, from, to, currency, sources, sourcesByMonth } = kpis;
    show(context, { report: id, at, from, to, currency, sources, sourcesByMonth, costs }, () => sourceLines(kpis, costs));
    return costs !== null && costs.refused !== null ? 1 : 0;
  },
};

/** The same figures as by stored costs, of months that begin in the time of the report. */
function costsOfFile(
  context: Context,
  file: string,
  { from, to, currency, rates, sourcesByMonth }: KpiReport,
): CostReport | null {
  const digits = digitsOf(currency);
  const costs = readCosts(context, file).costs.map((written): Cost => {
    const counted = written.currency ?? currency;
    const minor = minorOfText(written.amount, counted === null ? digits : digitsIn(counted));
    if (minor === undefined)
      throw new Failure(`${file}: ${written.amount} is finer than ${counted} is: ${written.source}, ${written.month}`);
    return { ...written, minor, currency: counted };
  });
  const inTime = costs.filter(({ month }) => isInTime(month, { ...(from !== null && { from }), ...(to !== null && { to }) }));
  const people = sourcesByMonth.map(({ revenue, ...one }) => ({ ...one, minor: Math.round(revenue * 10 ** digits) }));
  return costReport(inTime, people, { currency, digits, rates }) ?? null;
}

function digitsIn(currency: string): number {
  return Intl.supportedValuesOf('currency').includes(currency) ? minorDigits(currency) : 2;
}

type Wish = { readonly about: 'journeys' | 'journey' | 'kpis' | 'sources'; readonly id: string };

function wishOf({ args: [about, id, ...others], options }: Context): Wish {
  const more = about === 'journey' ? others : [id, ...others].filter((one) => one !== undefined);
  if (more.length > 0) throw new Misuse(`${more.join(' ')} is too much`);
  if (options.costs !== undefined && about !== 'sources') throw new Misuse('--costs belongs to "rekindle report sources"');
  if (about === undefined) return { about: 'journeys', id: '' };
  if (about === 'kpis' || about === 'sources') return { about, id: '' };
  if (about !== 'journey')
    throw new Misuse(`there is no report ${about}: write "journey ID", kpis or sources, or nothing for all journeys`);
  if (id === undefined) throw new Misuse('the ID of the journey is missing');
  return { about, id };
}

function periodOf(context: Context): { from?: string; to?: string } {
  const [from, to] = [timeOf(context, 'from'), timeOf(context, 'to')];
  if (context.options.latest === true && (from !== undefined || to !== undefined))
    throw new Misuse('--latest shows a report as it was gathered: leave out --from and --to');
  if (from !== undefined && to !== undefined && (fromIso(to) ?? 0) <= (fromIso(from) ?? 0))
    throw new Misuse('--to is not after --from');
  return { ...(from !== undefined && { from }), ...(to !== undefined && { to }) };
}

function timeOf(context: Context, name: string): string | undefined {
  const text = textOf(context, name);
  if (text !== undefined && fromIso(text) === undefined)
    throw new Misuse(`--${name} ${text} is not a time: write 2026-01-31 or 2026-01-31T09:00:00Z`);
  return text;
}

/** Asks for step after step until all people were looked at. */
async function gather({ call }: Api, period: { from?: string; to?: string }): Promise<void> {
  const told = progress();
  let state = (await call('POST', '/admin/v1/reports', period)).body as ReportState;
  while (state.status === 'running') {
    told.tell(`${state.people} people, ${Math.round((100 * state.shardsDone) / state.shards)} %`);
    state = (await call('POST', `/admin/v1/reports/${part(state.id)}/steps`)).body as ReportState;
  }
  told.end();
}

function draw(context: Context, plot: () => string): void {
  const file = textOf(context, 'plot');
  if (file === undefined) return;
  try {
    writeFileSync(resolve(context.cwd, file), plot());
  } catch (fault) {
    throw new Failure(`${file} cannot be written: ${(fault as Error).message}`);
  }
}
