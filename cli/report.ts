import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { fromIso } from '#core/instant.ts';
import type { JourneyReport, JourneyReports, ReportHead } from '#usecases/report/views.ts';
import type { ReportState } from '#usecases/report.ts';
import { type Api, apiOf, part } from './api.ts';
import { type Command, type Context, Failure, json, Misuse, remote, textOf } from './command.ts';
import { progress } from './progress.ts';
import { journeyLines, journeysLines } from './report/lines.ts';
import { effectPlot } from './report/plot.ts';
import { show } from './show.ts';

export const report: Command = {
  name: 'report',
  usage: '[journey ID]',
  summary: 'What journeys brought, against people who were held out, and what became of their mails',
  details: [
    'rekindle report               all journeys: entries, goals, effect, mails',
    'rekindle report journey ID    one journey: conversion and revenue with and without it, how sure that is, and each',
    '                              reason for which a mail was not sent',
    '',
    'It looks at everybody who is known, page by page; cut off, the next call goes on. --latest shows the last one as it is.',
    'To measure a journey, let it hold out a share of people: "holdout": { "percent": 10 }. docs/reports.md explains each figure.',
  ],
  options: {
    from: { type: 'string', value: 'T', help: 'Entries and mails from then on; all of them unless told' },
    to: { type: 'string', value: 'T', help: 'Those before then' },
    latest: { type: 'boolean', help: 'Gather nothing: the last report that is done' },
    plot: { type: 'string', value: 'FILE.svg', help: 'Draw it, too' },
    ...remote,
    ...json,
  },
  examples: ['rekindle report', 'rekindle report journey win-back --from 2026-01-01 --plot win-back.svg'],
  run: async (context) => {
    const wish = wishOf(context);
    const period = periodOf(context);
    const api = apiOf(context);
    if (context.options.latest !== true) await gather(api, period);
    if (wish.about === 'journeys') {
      const reports = (await api.call('GET', '/admin/v1/reports/journeys')).body as JourneyReports;
      draw(context, () => effectPlot(reports.journeys, reports));
      show(context, reports, () => journeysLines(reports));
      return 0;
    }
    const one = (await api.call('GET', `/admin/v1/reports/journeys/${part(wish.id)}`)).body as JourneyReport & ReportHead;
    draw(context, () => effectPlot([one], one));
    show(context, one, () => journeyLines(one));
    return 0;
  },
};

type Wish = { readonly about: 'journeys' } | { readonly about: 'journey'; readonly id: string };

function wishOf({ args: [about, id, ...others] }: Context): Wish {
  if (others.length > 0) throw new Misuse(`${others.join(' ')} is too much`);
  if (about === undefined) return { about: 'journeys' };
  if (about !== 'journey') throw new Misuse(`there is no report ${about}: write "journey ID", or nothing for all journeys`);
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
