import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { mockClient } from 'aws-sdk-client-mock';
import { beforeEach, expect, test } from 'vitest';
import { eventbridgeBus } from '#adapters/aws/eventbridge-bus.ts';
import type { Published } from '#usecases/ports.ts';

// EventBridge answers 200 also where single entries failed, which a local one never does on demand: hence a mock.
const client = mockClient(EventBridgeClient);
beforeEach(() => client.reset());

const bus = eventbridgeBus(new EventBridgeClient({ region: 'us-east-1' }), 'bus');
const entry = (index: number, size = 10): Published => ({
  source: 'rekindle',
  type: 'E',
  at: 0,
  detail: { index, text: 'x'.repeat(size) },
});

test('entries that the bus did not take are named by their place, over all calls', async () => {
  client.on(PutEventsCommand).callsFake(({ Entries }: { Entries: { Detail: string }[] }) => ({
    Entries: Entries.map(({ Detail }) =>
      JSON.parse(Detail).index % 7 === 3 ? { ErrorCode: 'ThrottlingException' } : { EventId: '1' },
    ),
  }));
  expect(await bus.publish(Array.from({ length: 25 }, (_, index) => entry(index)))).toEqual([3, 10, 17, 24]);
});

test('a call takes ten entries, and less than a megabyte', async () => {
  client
    .on(PutEventsCommand)
    .callsFake(({ Entries }: { Entries: object[] }) => ({ Entries: Entries.map(() => ({ EventId: '1' })) }));
  await bus.publish([...Array.from({ length: 12 }, (_, index) => entry(index)), entry(12, 500_000), entry(13, 500_000)]);
  const sizes = client.commandCalls(PutEventsCommand).map(({ args }) => args[0].input.Entries?.length);
  expect(sizes).toEqual([10, 3, 1]);
});
