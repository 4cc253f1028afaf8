import { setTimeout } from 'node:timers/promises';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import middy from '@middy/core';
import { eventbridgeBus } from '#adapters/aws/eventbridge-bus.ts';
import { gatherDue } from '#usecases/report/schedule.ts';
import { linkedCatalogues } from '#usecases/store/linked-catalogues.ts';
import { setting, table as tableOf } from '../edge/clients.ts';
import { env } from '../edge/env.ts';

const table = tableOf();
const dependencies = {
  table,
  bus: eventbridgeBus(new EventBridgeClient({}), setting(env.bus)),
  catalogues: linkedCatalogues(table),
  now: Date.now,
  pause: setTimeout,
};

/** A step takes a minute, and its last reads and its write some seconds more. */
const LAST_STEP_MS = 120_000;

/** What starts it: the daily schedule, or the word that a report is to be gone on with. */
type Cause = { readonly detail?: { readonly report?: string } };

/** Gathers a report where one is due. */
export const handler = middy<Cause, { readonly outcome: string }>().handler(async (cause, context) => {
  const until = Date.now() + context.getRemainingTimeInMillis() - LAST_STEP_MS;
  const { report: resumed } = cause.detail ?? {};
  const { outcome } = await gatherDue(dependencies, { until, ...(resumed !== undefined && { resumed }) });
  return { outcome };
});
