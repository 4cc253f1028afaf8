import { expect, test } from 'vitest';
import { busIntoQueue, putEvents, runCloud, workspace } from './support.ts';

const takeAll = 'note(event.Records.map(({ body }) => JSON.parse(body).detail.n)); return {};';

test('an event passes from the bus through a rule and a queue into a function', async () => {
  const space = workspace({ Work: { code: 'note(event.Records[0]); return {};' } }, busIntoQueue('Work'));
  const cloud = await runCloud(space);
  await putEvents(cloud, 'bus', [{ n: 1 }]);
  await cloud.idle();
  expect(space.notes()).toEqual([
    expect.objectContaining({
      messageId: expect.any(String),
      eventSource: 'aws:sqs',
      eventSourceARN: 'arn:aws:sqs:us-east-1:000000000000:work',
      awsRegion: 'us-east-1',
      body: expect.stringContaining('"detail":{"n":1}'),
      attributes: expect.objectContaining({ ApproximateReceiveCount: '1' }),
      md5OfBody: expect.stringMatching(/^[0-9a-f]{32}$/),
    }),
  ]);
});

test('messages come in batches of the mapping’s size', async () => {
  const space = workspace(
    { Work: { code: takeAll } },
    busIntoQueue('Work', { mapping: { BatchSize: 4, ScalingConfig: { MaximumConcurrency: 2 } } }),
  );
  const cloud = await runCloud(space);
  await putEvents(
    cloud,
    'bus',
    Array.from({ length: 10 }, (_, n) => ({ n })),
  );
  await cloud.idle();
  const batches = space.notes() as number[][];
  expect(batches.flat().sort((a, b) => a - b)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  expect(Math.max(...batches.map((batch) => batch.length))).toBeLessThanOrEqual(4);
});

test('a message that fails comes again after its visibility time-out, and ends in the dead-letter queue with its cause', async () => {
  const code = 'note({ at: Date.now(), count: event.Records[0].attributes.ApproximateReceiveCount }); throw new Error("poison");';
  const space = workspace({ Work: { code } }, busIntoQueue('Work', { visibilitySeconds: 120, receivesMax: 3 }));
  const cloud = await runCloud(space);
  await putEvents(cloud, 'bus', [{ n: 1 }]);
  await cloud.idle();
  expect(space.notes()).toHaveLength(1);
  expect(cloud.deadLetters()).toEqual([{ queue: 'work-dead', count: 0, messages: [] }]);
  await cloud.advanceBy('PT1H');
  const tries = space.notes() as { at: number; count: string }[];
  expect(tries.map(({ count }) => count)).toEqual(['1', '2', '3']);
  for (const [index, { at }] of tries.entries()) {
    expect(at - (tries[index - 1]?.at ?? at - 120_000)).toBeGreaterThanOrEqual(119_000);
  }
  expect(cloud.deadLetters()).toEqual([
    {
      queue: 'work-dead',
      count: 1,
      messages: [expect.objectContaining({ cause: 'Error: poison', body: expect.stringContaining('"n":1') })],
    },
  ]);
});

test('entries that the function names as failed come again, the others are done; the cause is what it printed about them', async () => {
  const code = `
    const bad = event.Records.filter(({ body }) => JSON.parse(body).detail.n % 2 === 1);
    for (const { messageId } of bad) console.error(JSON.stringify({ messageId, error: 'odd number' }));
    note(event.Records.map(({ body }) => JSON.parse(body).detail.n).sort());
    return { batchItemFailures: bad.map(({ messageId }) => ({ itemIdentifier: messageId })) };`;
  const mapping = { BatchSize: 10, FunctionResponseTypes: ['ReportBatchItemFailures'] };
  const space = workspace({ Work: { code } }, busIntoQueue('Work', { visibilitySeconds: 10, receivesMax: 2, mapping }));
  const cloud = await runCloud(space);
  await putEvents(cloud, 'bus', [{ n: 0 }, { n: 1 }, { n: 2 }, { n: 3 }]);
  await cloud.advanceBy('PT1M');
  const taken = (space.notes() as number[][]).flat().sort((a, b) => a - b);
  expect(taken).toEqual([0, 1, 1, 2, 3, 3]);
  const [dead] = cloud.deadLetters();
  expect(dead?.messages.map(({ cause }) => cause)).toEqual([
    expect.stringContaining('odd number'),
    expect.stringContaining('odd number'),
  ]);
});

test('an answer that names an entry which is not in the batch fails the whole batch', async () => {
  const code = 'note(event.Records.length); return { batchItemFailures: [{ itemIdentifier: "stranger" }] };';
  const mapping = { FunctionResponseTypes: ['ReportBatchItemFailures'] };
  const space = workspace({ Work: { code } }, busIntoQueue('Work', { receivesMax: 1, mapping }));
  const cloud = await runCloud(space);
  await putEvents(cloud, 'bus', [{ n: 1 }]);
  await cloud.advanceBy('PT1M');
  expect(cloud.deadLetters()[0]?.messages[0]?.cause).toContain('"stranger"');
});

test('a filter of the mapping lets only matching messages through; the others are gone', async () => {
  const mapping = {
    FilterCriteria: { Filters: [{ Pattern: JSON.stringify({ body: { detail: { n: [{ numeric: ['>=', 2] }] } } }) }] },
  };
  const space = workspace({ Work: { code: takeAll } }, busIntoQueue('Work', { mapping }));
  const cloud = await runCloud(space);
  await putEvents(cloud, 'bus', [{ n: 1 }, { n: 2 }]);
  await cloud.advanceBy('PT1H');
  expect((space.notes() as number[][]).flat()).toEqual([2]);
  expect(cloud.deadLetters()[0]?.count).toBe(0);
});

test('a rule may start a function without a queue: it is tried three times, then its dead-letter queue has the event', async () => {
  const resources = {
    Dead: { Type: 'AWS::SQS::Queue', Properties: { QueueName: 'direct-dead' } },
    Rule: {
      Type: 'AWS::Events::Rule',
      Properties: { EventPattern: { source: ['test'] }, Targets: [{ Id: 'Direct', Arn: { 'Fn::GetAtt': ['Direct', 'Arn'] } }] },
    },
  };
  const properties = { DeadLetterConfig: { TargetArn: { 'Fn::GetAtt': ['Dead', 'Arn'] } } };
  const space = workspace({ Direct: { code: 'note(event.detail.n); throw new Error("never");', properties } }, resources);
  const cloud = await runCloud(space);
  await putEvents(cloud, 'default', [{ n: 7 }]);
  await cloud.advanceBy('PT10M');
  expect(space.notes()).toEqual([7, 7, 7]);
  expect(cloud.deadLetters()).toEqual([
    { queue: 'direct-dead', count: 1, messages: [expect.objectContaining({ cause: 'Error: never' })] },
  ]);
});
