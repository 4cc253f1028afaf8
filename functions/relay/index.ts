import { setTimeout } from 'node:timers/promises';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import middy from '@middy/core';
import type { DynamoDBBatchResponse, DynamoDBStreamEvent } from 'aws-lambda';
import { toItem } from '#adapters/aws/dynamodb-table.ts';
import { eventbridgeBus } from '#adapters/aws/eventbridge-bus.ts';
import { relay } from '#usecases/relay.ts';
import { setting } from '../edge/clients.ts';
import { env } from '../edge/env.ts';
import { log } from '../edge/log.ts';

const dependencies = { bus: eventbridgeBus(new EventBridgeClient({}), setting(env.bus)), now: Date.now, pause: setTimeout };

/** The table's stream in, the bus out. The stream offers again from the first record that the bus would not take. */
export const handler = middy<DynamoDBStreamEvent, DynamoDBBatchResponse>().handler(async ({ Records }) => {
  const news = Records.flatMap(({ dynamodb }) =>
    dynamodb?.NewImage && dynamodb.SequenceNumber ? [{ id: dynamodb.SequenceNumber, item: toItem(dynamodb.NewImage) }] : [],
  );
  const refused = await relay(dependencies, news);
  if (refused.length > 0) log('error', 'the bus did not take all entries', { records: refused.length });
  return { batchItemFailures: refused.map((itemIdentifier) => ({ itemIdentifier })) };
});
