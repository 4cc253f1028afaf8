import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { setTimeout } from 'node:timers/promises';
import middy from '@middy/core';
import { eventbridgeBus } from '#adapters/aws/eventbridge-bus.ts';
import { wake } from '#usecases/wake.ts';
import { setting, table } from '../edge/clients.ts';
import { env } from '../edge/env.ts';

const dependencies = { table: table(), bus: eventbridgeBus(new EventBridgeClient({}), setting(env.bus)), now: Date.now, pause: setTimeout };

/** Once a minute: whoever's time has come goes onto the bus. */
export const handler = middy().handler(async () => ({ woken: await wake(dependencies) }));
