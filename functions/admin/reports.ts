import { JourneyReport, JourneyReports, KpiReport, ReportRequest, ReportState } from '#schemas/report-api.ts';
import { noteSeen } from '#usecases/report/schedule.ts';
import { journeyReports, kpiReport } from '#usecases/report/views.ts';
import { type ReportDependencies, ReportRunning, startReport, stepReport } from '#usecases/report.ts';
import { readJson } from '../edge/body.ts';
import { problem } from '../edge/problem.ts';
import { type AdminRoute, checked } from './route.ts';

const BODY_BYTES_MAX = 16 * 1024;
const scope = 'reports:read';
const base = '/admin/v1/reports';
const none = { 404: { description: 'There is no such report.' } };

/** Gathering, step by step, and the latest report that is done. */
export function reportRoutes(dependencies: ReportDependencies): AdminRoute[] {
  return [
    {
      method: 'POST',
      path: base,
      summary: 'Begin a report, or go on with one that was left half-way',
      scope,
      request: ReportRequest,
      answers: {
        201: { description: 'Ask for its steps until it is done.', schema: ReportState },
        400: { description: 'A time cannot be used.' },
        409: { description: 'A report of another period is being gathered.' },
      },
      handle: async (request) => {
        const period = checked(ReportRequest, readJson(request, { bytesMax: BODY_BYTES_MAX }));
        return { status: 201, body: await startReport(dependencies, period).catch(isRunning) };
      },
    },
    {
      method: 'POST',
      path: `${base}/{id}/steps`,
      summary: 'Look at the next people; at most ten seconds of work. A step that is asked for twice is done once',
      scope,
      answers: { 200: { description: 'How far it has come.', schema: ReportState }, ...none },
      handle: async ({ params: { id = '' } }) => {
        const state = await stepReport(dependencies, id);
        if (state === undefined) throw problem(404, 'No such report', { detail: 'Another one was begun after it.' });
        return { status: 200, body: state };
      },
    },
    {
      method: 'GET',
      path: `${base}/journeys`,
      summary: 'All journeys: who entered, what became of their mails, what it brought',
      scope,
      answers: { 200: { description: 'The latest report that is done.', schema: JourneyReports }, ...none },
      handle: async () => ({ status: 200, body: await finished(dependencies) }),
    },
    {
      method: 'GET',
      path: `${base}/journeys/{id}`,
      summary: 'What one journey brought, against people who were held out',
      scope,
      answers: { 200: { description: 'The latest report that is done.', schema: JourneyReport }, ...none },
      handle: async ({ params: { id = '' } }) => {
        const { journeys, ...head } = await finished(dependencies);
        const found = journeys.find(({ journey }) => journey === id);
        if (found === undefined) {
          const detail = `There are: ${journeys.map(({ journey }) => journey).join(', ') || 'none'}.`;
          throw problem(404, 'No such journey', { detail });
        }
        return { status: 200, body: { ...head, ...found } };
      },
    },
    {
      method: 'GET',
      path: `${base}/kpis`,
      summary: 'Retention, churn and value of customers, conversion by source, success of measures, mails by topic',
      scope,
      answers: { 200: { description: 'The latest report that is done.', schema: KpiReport }, ...none },
      handle: async () => {
        await noteSeen(dependencies);
        return { status: 200, body: (await kpiReport(dependencies)) ?? noReport() };
      },
    },
  ];
}

async function finished(dependencies: ReportDependencies) {
  await noteSeen(dependencies);
  return (await journeyReports(dependencies)) ?? noReport();
}

function noReport(): never {
  throw problem(404, 'No report is done yet', {
    detail: 'One is gathered each night (policy.json, reports). For one now: "rekindle report", or POST /admin/v1/reports.',
  });
}

function isRunning(fault: unknown): never {
  if (!(fault instanceof ReportRunning)) throw fault;
  throw problem(409, 'Conflict', { detail: fault.message });
}
