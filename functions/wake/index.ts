import { randomBytes } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import middy from '@middy/core';
import { eventbridgeBus } from '#adapters/aws/eventbridge-bus.ts';
import { eraseStep, resumeErasures } from '#usecases/erase.ts';
import { fill, resumeFill } from '#usecases/fill.ts';
import { wake } from '#usecases/wake.ts';
import { setting, table } from '../edge/clients.ts';
import { env } from '../edge/env.ts';

const dependencies = {
  table: table(),
  bus: eventbridgeBus(new EventBridgeClient({}), setting(env.bus)),
  now: Date.now,
  pause: setTimeout,
  random: randomBytes,
};

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
  return { woken };
});
