import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { type LocalDynamodb, startDynamodb } from './dynamodb/start.ts';
import { startEventbridge } from './eventbridge/start.ts';
import type { Clock, Deliver, Engine, EventbridgeEngine, SesEngine } from './ports.ts';
import type { LocalQueues } from './queues/queues.ts';
import { startSqs } from './queues/server.ts';
import type { SendLimits } from './ses/limits.ts';
import { startSes } from './ses/start.ts';
import { asyncQueue } from './sources/async-source.ts';
import { account, nameInArn, region, serviceOfArn } from './stack/names.ts';

export type Engines = {
  readonly dynamodb: LocalDynamodb;
  readonly eventbridge: EventbridgeEngine;
  readonly ses: SesEngine;
  readonly sqs: Engine;
  close(): Promise<void>;
};

export type EnginesOptions = {
  readonly folder: string;
  readonly db: DatabaseSync;
  readonly clock: Clock;
  readonly queues: LocalQueues;
  readonly sendLimits?: SendLimits | undefined;
};

/** Starts the services that functions talk to, each on a port of its own. */
export async function startEngines({ folder, db, clock, queues, sendLimits }: EnginesOptions): Promise<Engines> {
  const options = (name: string) => ({ folder: join(folder, name), db, clock });
  const eventbridge = await startEventbridge({ ...options('eventbridge'), deliver: delivery(queues), account, region });
  const dynamodb = await startDynamodb(options('dynamodb'));
  const sqs = await startSqs(queues, { account, region });
  // SES publishes to the default bus and nowhere else.
  const onEvent = (detailType: string, detail: object) => eventbridge.put('default', { source: 'aws.ses', detailType, detail });
  const ses = await startSes({ ...options('ses'), onEvent, ...(sendLimits && { limits: sendLimits }) });
  return {
    dynamodb,
    eventbridge,
    ses,
    sqs,
    async close() {
      await Promise.all([ses.close(), sqs.close(), eventbridge.close(), dynamodb.close()]);
    },
  };
}

/** Where rules and schedules put what they have for a target: a queue, or the queue before a function. */
export function delivery(queues: LocalQueues): Deliver {
  return (targetArn, payload) => {
    const service = serviceOfArn(targetArn);
    if (service === 'sqs') queues.send(nameInArn(targetArn), payload);
    else if (service === 'lambda') queues.send(asyncQueue(nameInArn(targetArn)), payload);
    else throw new Error(`Targets of this kind are not served here: ${targetArn}`);
  };
}
