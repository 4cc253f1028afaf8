import { randomBytes } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import middy from '@middy/core';
import { eventbridgeBus } from '#adapters/aws/eventbridge-bus.ts';
import { eraseStep, resumeErasures } from '#usecases/erase.ts';
import { fill, resumeFill } from '#usecases/fill.ts';
import { catalogues } from '#usecases/store/catalogue.ts';
import { lowPools } from '#usecases/vouchers/pools.ts';
import { wake } from '#usecases/wake.ts';
import { setting, table } from '../edge/clients.ts';
import { env } from '../edge/env.ts';
import { log } from '../edge/log.ts';
import { poolsLow } from '../edge/metric.ts';

const store = table();
const dependencies = {
  table: store,
  bus: eventbridgeBus(new EventBridgeClient({}), setting(env.bus)),
  now: Date.now,
  pause: setTimeout,
  random: randomBytes,
  catalogues: catalogues(store),
};

/** Once an hour: somebody is told where codes of vouchers run out. */
async function lookAtPools(): Promise<void> {
  const low = await lowPools(dependencies);
  if (low.length === 0) return;
  log('warn', 'pools of vouchers are nearly empty', { pools: low });
  poolsLow(setting(env.stage), low.length);
}

/** What starts it: the schedule, or the word that a release is to be brought to everybody, or that an erasure is to go on. */
type Cause = { readonly 'detail-type'?: string; readonly detail?: { readonly release?: string; readonly job?: string } };

/** Once a minute: whoever's time has come goes onto the bus. In between: a page of those whom a new release concerns. */
export const handler = middy<Cause, { readonly woken: number }>().handler(async (cause) => {
  if (cause['detail-type'] === 'Fill Due') {
    await fill(dependencies, cause.detail?.release ?? '');
    return { woken: 0 };
  }
  if (cause['detail-type'] === 'Erasure Due') {
    await eraseStep(dependencies, cause.detail?.job ?? '');
    return { woken: 0 };
  }
  const woken = await wake(dependencies);
  await resumeFill(dependencies);
  await resumeErasures(dependencies);
  if (new Date(dependencies.now()).getUTCMinutes() === 0) await lookAtPools();
  return { woken };
});
