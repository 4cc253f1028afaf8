import { randomBytes } from 'node:crypto';
import { httpsCaller } from '#adapters/aws/https-caller.ts';
import { DeliverRecord } from '#schemas/deliver-record.ts';
import { deliver } from '#usecases/deliver.ts';
import { table } from '../edge/clients.ts';
import { each, queueHandler } from '../edge/queue.ts';

const dependencies = { table: table(), caller: httpsCaller(), random: randomBytes, now: Date.now };

/** Queue of calls in, webhooks out: signed, and never into a private network. */
export const handler = queueHandler(
  DeliverRecord,
  each(({ detail }) => deliver(dependencies, detail)),
);
