import { createHash } from 'node:crypto';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Clock, Engine } from '#local/ports.ts';
import { type LocalQueues, openQueues } from '#local/queues/queues.ts';
import { startSqs } from '#local/queues/server.ts';

type Reply = { status: number; errorType: string | null; body: Record<string, unknown> };
type Message = { MessageId: string; ReceiptHandle: string; Body: string; Attributes: Record<string, string> } & Record<
  string,
  unknown
>;

let queues: LocalQueues;
let engine: Engine;
let url: string;
let now: number;

beforeEach(async () => {
  now = Date.parse('2026-11-21T12:00:00Z');
  const clock: Clock = { now: () => now, offset: new SharedArrayBuffer(8), set: () => undefined };
  queues = openQueues(new DatabaseSync(':memory:'), clock);
  queues.create({ name: 'work', visibilityTimeoutMs: 30_000, redrive: { deadLetterQueue: 'dead', receivesMax: 1 } });
  engine = await startSqs(queues, { account: '111122223333', region: 'us-east-1' });
  url = `${engine.url}/111122223333/work`;
});

afterEach(() => engine.close());

async function call(operation: string, input: object): Promise<Reply> {
  const headers = { 'content-type': 'application/x-amz-json-1.0', 'x-amz-target': `AmazonSQS.${operation}` };
  const response = await fetch(engine.url, { method: 'POST', headers, body: JSON.stringify(input) });
  const body = (await response.json()) as Record<string, unknown>;
  return { status: response.status, errorType: response.headers.get('x-amzn-errortype'), body };
}

const send = (MessageBody: string, more: object = {}) => call('SendMessage', { QueueUrl: url, MessageBody, ...more });

async function receive(more: object = {}): Promise<Message[]> {
  const { body } = await call('ReceiveMessage', { QueueUrl: url, MaxNumberOfMessages: 10, ...more });
  return (body.Messages ?? []) as Message[];
}

const md5 = (text: string) => createHash('md5').update(text).digest('hex');

describe('the SQS endpoint', () => {
  test('sends, receives and deletes a message', async () => {
    const sent = await send('hello', { MessageAttributes: { kind: { DataType: 'String', StringValue: 'greeting' } } });
    expect(sent).toMatchObject({ status: 200, body: { MD5OfMessageBody: md5('hello') } });
    const [message] = await receive();
    expect(message).toMatchObject({
      MessageId: sent.body.MessageId,
      Body: 'hello',
      MD5OfBody: md5('hello'),
      MessageAttributes: { kind: { DataType: 'String', StringValue: 'greeting' } },
      MD5OfMessageAttributes: sent.body.MD5OfMessageAttributes,
      Attributes: { ApproximateReceiveCount: '1', SentTimestamp: String(now), ApproximateFirstReceiveTimestamp: String(now) },
    });
    await call('DeleteMessage', { QueueUrl: url, ReceiptHandle: message?.ReceiptHandle });
    now += 60_000;
    expect(await receive()).toEqual([]);
    expect(queues.depth('dead').visible).toBe(0);
  });

  test('sends and deletes batches, with a result for each entry', async () => {
    const { body } = await call('SendMessageBatch', {
      QueueUrl: url,
      Entries: [
        { Id: 'a', MessageBody: 'one' },
        { Id: 'b', MessageBody: '' },
        { Id: 'c', MessageBody: 'two', DelaySeconds: 5 },
      ],
    });
    expect(body).toMatchObject({
      Successful: [{ Id: 'a' }, { Id: 'c' }],
      Failed: [{ Id: 'b', Code: 'MissingParameter', SenderFault: true }],
    });
    const [first] = await receive();
    expect(queues.depth('work')).toMatchObject({ visible: 0, hidden: 2 });
    const Entries = [{ Id: 'x', ReceiptHandle: first?.ReceiptHandle }];
    expect((await call('DeleteMessageBatch', { QueueUrl: url, Entries })).body).toEqual({ Successful: [{ Id: 'x' }] });
    now += 5_000;
    expect((await receive()).map(({ Body }) => Body)).toEqual(['two']);
  });

  test('waits for a message as long as it is told', async () => {
    const waiting = receive({ WaitTimeSeconds: 20 });
    await send('late');
    expect((await waiting).map(({ Body }) => Body)).toEqual(['late']);
  });

  test('notices while it waits that the clock made a message visible', async () => {
    await send('later', { DelaySeconds: 60 });
    const waiting = receive({ WaitTimeSeconds: 20 });
    now += 60_000;
    expect((await waiting).map(({ Body }) => Body)).toEqual(['later']);
  });

  test('changes the visibility of a message', async () => {
    queues.create({ name: 'work', visibilityTimeoutMs: 30_000 });
    await send('hello');
    const [message] = await receive();
    const change = (VisibilityTimeout: number) =>
      call('ChangeMessageVisibility', { QueueUrl: url, ReceiptHandle: message?.ReceiptHandle, VisibilityTimeout });
    await change(60);
    now += 59_999;
    expect(await receive()).toEqual([]);
    await change(0);
    expect(await receive()).toHaveLength(1);
    expect(await change(5)).toMatchObject({ status: 400, errorType: 'ReceiptHandleIsInvalid' });
  });

  test('finds, lists and describes queues', async () => {
    await send('a');
    await send('b');
    await receive({ MaxNumberOfMessages: 1 });
    expect((await call('GetQueueUrl', { QueueName: 'work' })).body).toEqual({ QueueUrl: url });
    expect((await call('ListQueues', { QueueNamePrefix: 'wo' })).body).toEqual({ QueueUrls: [url] });
    expect((await call('GetQueueAttributes', { QueueUrl: url, AttributeNames: ['All'] })).body.Attributes).toMatchObject({
      QueueArn: 'arn:aws:sqs:us-east-1:111122223333:work',
      ApproximateNumberOfMessages: '1',
      ApproximateNumberOfMessagesNotVisible: '1',
      VisibilityTimeout: '30',
      RedrivePolicy: '{"deadLetterTargetArn":"arn:aws:sqs:us-east-1:111122223333:dead","maxReceiveCount":1}',
    });
    const some = await call('GetQueueAttributes', { QueueUrl: url, AttributeNames: ['DelaySeconds'] });
    expect(some.body).toEqual({ Attributes: { DelaySeconds: '0' } });
  });

  test('moves dead letters back to where they came from, or elsewhere', async () => {
    const SourceArn = 'arn:aws:sqs:us-east-1:111122223333:dead';
    await send('poison');
    await receive();
    now += 30_000;
    expect(await receive()).toEqual([]);
    const deadUrl = url.replace('work', 'dead');
    const [dead] = await receive({ QueueUrl: deadUrl, VisibilityTimeout: 0 });
    expect(dead?.Attributes.DeadLetterQueueSourceArn).toBe('arn:aws:sqs:us-east-1:111122223333:work');
    expect((await call('StartMessageMoveTask', { SourceArn })).body).toEqual({ TaskHandle: expect.any(String) });
    expect((await receive()).map(({ Body }) => Body)).toEqual(['poison']);
    const wrong = await call('StartMessageMoveTask', { SourceArn: SourceArn.replace('dead', 'work') });
    expect(wrong.errorType).toBe('UnsupportedOperation');
  });

  test('purges a queue', async () => {
    await send('a');
    await call('PurgeQueue', { QueueUrl: url });
    expect(queues.depth('work')).toMatchObject({ visible: 0, hidden: 0 });
  });

  test.each([
    ['a queue that does not exist', 'SendMessage', { QueueUrl: 'http://x/1/nowhere', MessageBody: 'a' }, 'QueueDoesNotExist'],
    ['a name that does not exist', 'GetQueueUrl', { QueueName: 'nowhere' }, 'QueueDoesNotExist'],
    [
      'a batch for a queue that does not exist',
      'SendMessageBatch',
      { QueueUrl: 'x', Entries: [{ Id: 'a', MessageBody: 'a' }] },
      'QueueDoesNotExist',
    ],
    ['an operation that does not exist', 'Fly', {}, 'UnknownOperationException'],
    ['a request without a queue', 'SendMessage', { MessageBody: 'a' }, 'MissingParameter'],
  ])('refuses %s', async (_what, operation, input, errorType) => {
    const reply = await call(operation, input);
    expect(reply).toMatchObject({ status: 400, errorType, body: { __type: `com.amazonaws.sqs#${errorType}` } });
  });

  test.each([
    ['no body', {}, 'MissingParameter'],
    ['a body above 1 MB', { MessageBody: 'x'.repeat(1_048_577) }, 'InvalidParameterValue'],
    ['a delay above 15 minutes', { MessageBody: 'a', DelaySeconds: 901 }, 'InvalidParameterValue'],
    [
      'bytes as an attribute',
      { MessageBody: 'a', MessageAttributes: { a: { DataType: 'Binary', BinaryValue: '' } } },
      'UnsupportedOperation',
    ],
  ])('refuses a message with %s', async (_what, input, errorType) => {
    expect((await call('SendMessage', { QueueUrl: url, ...input })).errorType).toBe(errorType);
    expect(queues.depth('work').visible).toBe(0);
  });

  test.each([
    ['none', [], 'EmptyBatchRequest'],
    ['eleven', Array.from({ length: 11 }, (_, index) => ({ Id: `${index}`, MessageBody: 'a' })), 'TooManyEntriesInBatchRequest'],
    [
      'two of the same id',
      [
        { Id: 'a', MessageBody: 'a' },
        { Id: 'a', MessageBody: 'b' },
      ],
      'BatchEntryIdsNotDistinct',
    ],
  ])('refuses a batch of %s', async (_what, Entries, errorType) => {
    expect((await call('SendMessageBatch', { QueueUrl: url, Entries })).errorType).toBe(errorType);
  });

  test('refuses to receive more than ten at once', async () => {
    expect((await call('ReceiveMessage', { QueueUrl: url, MaxNumberOfMessages: 11 })).errorType).toBe('InvalidParameterValue');
  });
});
