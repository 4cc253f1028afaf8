import { setTimeout } from 'node:timers/promises';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import middy from '@middy/core';
import { eventbridgeBus } from '#adapters/aws/eventbridge-bus.ts';
import { learn } from '#usecases/learn.ts';
import { catalogues } from '#usecases/store/catalogue.ts';
import { setting, table as tableOf } from '../edge/clients.ts';
import { env } from '../edge/env.ts';

const table = tableOf();
const dependencies = {
  table,
  bus: eventbridgeBus(new EventBridgeClient({}), setting(env.bus)),
  catalogues: catalogues(table),
  now: Date.now,
  pause: setTimeout,
};

/** What starts it: the weekly schedule, or somebody who asked for it. */
type Cause = { readonly detail?: { readonly by?: string } };

/** Learns the forecasts anew, and publishes them with the current release. */
export const handler = middy<Cause, { readonly status: string }>().handler(async (cause) => {
  const state = await learn(dependencies, cause.detail?.by ?? 'the schedule');
  return { status: state?.status ?? 'nothing to do' };
});
