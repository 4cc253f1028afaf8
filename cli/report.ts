import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { fromIso } from '#core/instant.ts';
import { withCosts } from '#core/report/costs.ts';
import type { JourneyReport, JourneyReports, KpiReport, ReportHead } from '#usecases/report/views.ts';
import type { ReportState } from '#usecases/report.ts';
import { type Api, apiOf, part } from './api.ts';
import { type Command, type Context, Failure, json, Misuse, remote, textOf } from './command.ts';
import { progress } from './progress.ts';
import { readCosts } from './report/costs.ts';
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
    'rekindle report sources       leads and customers by first touch; with --costs what a lead and a customer cost',
    '',
    'It looks at everybody who is known, page by page; cut off, the next call goes on. --latest shows the last one as it is.',
    'To measure a journey, let it hold out a share of people: "holdout": { "percent": 10 }. docs/reports.md explains each figure.',
  ],
  options: {
    from: { type: 'string', value: 'T', help: 'Entries and mails from then on; all of them unless told' },
    to: { type: 'string', value: 'T', help: 'Those before then' },
    latest: { type: 'boolean', help: 'Gather nothing: the last report that is done' },
    costs: { type: 'string', value: 'FILE', help: 'CSV of source, month (2026-01), amount; keep it beside the catalogue' },
    plot: { type: 'string', value: 'FILE.svg', help: 'Draw it, too' },
    ...remote,
    ...json,
  },
  examples: [
    'rekindle report',
    'rekindle report journey win-back --from 2026-01-01 --plot win-back.svg',
    'rekindle report sources --costs costs.csv',
  ],
  run: async (context) => {
    const wish = wishOf(context);
    const period = periodOf(context);
    const api = apiOf(context);
    if (context.options.latest !== true) await gather(api, period);
    await views[wish.about](context, api, wish.id);
    return 0;
  },
};

type View = (context: Context, api: Api, id: string) => Promise<void>;

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
    const costs = file === undefined ? undefined : readCosts(context, file, kpis);
    draw(context, () => kpiPlot(kpis));
    const { report: id, at, from, to, currency, sources } = kpis;
    const data = { report: id, at, from, to, currency, sources, ...(costs && { costs: withCosts(sources, costs) }) };
    show(context, data, () => sourceLines(kpis, costs));
  },
};

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
