import { DatabaseSync } from 'node:sqlite';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { startEventbridge } from '#local/eventbridge/start.ts';
import type { Clock, Deliver, EventbridgeEngine } from '#local/ports.ts';

const NOW = Date.parse('2026-11-21T12:00:01.234Z');
export const QUEUE = 'arn:aws:sqs:us-east-1:111122223333:work';

type Delivery = { readonly arn: string; readonly payload: string };
export type Bus = {
  readonly engine: EventbridgeEngine;
  readonly client: EventBridgeClient;
  readonly delivered: Delivery[];
  stop(): Promise<void>;
};

/** An engine with the real client in front and a list of what it delivered behind. */
export async function startBus(db = new DatabaseSync(':memory:'), deliver?: Deliver): Promise<Bus> {
  const delivered: Delivery[] = [];
  const clock: Clock = { now: () => NOW, offset: new SharedArrayBuffer(8), set: () => undefined };
  const engine = await startEventbridge({
    folder: '',
    db,
    clock,
    account: '111122223333',
    region: 'us-east-1',
    deliver: (arn, payload) => {
      deliver?.(arn, payload);
      delivered.push({ arn, payload });
    },
  });
  const client = new EventBridgeClient({
    endpoint: engine.url,
    region: 'us-east-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    maxAttempts: 1,
  });
  return {
    engine,
    client,
    delivered,
    async stop() {
      client.destroy();
      await engine.close();
    },
  };
}
