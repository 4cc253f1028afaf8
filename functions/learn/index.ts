import { setTimeout } from 'node:timers/promises';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import middy from '@middy/core';
import { eventbridgeBus } from '#adapters/aws/eventbridge-bus.ts';
import { learn, learnIfDue } from '#usecases/learn.ts';
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

/** What starts it: the daily schedule, or somebody who asked for it. */
type Cause = { readonly detail?: { readonly by?: string } };

/** Learns the forecasts anew, when asked for or due, and publishes them with the current release. */
export const handler = middy<Cause, { readonly status: string }>().handler(async (cause) => {
  const { by } = cause.detail ?? {};
  const state = by === undefined ? await learnIfDue(dependencies) : await learn(dependencies, by);
  return { status: state?.status ?? 'nothing to do' };
});
