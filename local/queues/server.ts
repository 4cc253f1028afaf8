import { AwsError, type Input, type Operations, serveAwsJson } from '../eventbridge/aws-json.ts';
import type { Engine } from '../ports.ts';
import { batch } from './batch.ts';
import { attributesOf, checkBody, md5, md5OfAttributes } from './message-attributes.ts';
import type { LocalMessage, LocalQueues } from './queues.ts';
import { waitForMessages } from './wait.ts';

export type SqsOptions = { readonly account: string; readonly region: string; readonly port?: number };

type Context = SqsOptions & { readonly queues: LocalQueues; url(): string };

const RECEIVES_MAX = 10;
const DELAY_SECONDS_MAX = 900;
const VISIBILITY_SECONDS_MAX = 43_200;
const WAIT_SECONDS_MAX = 20;

/** The queues behind the protocol of SQS, for clients outside of the local cloud. Standard queues, attributes of type String. */
export async function startSqs(queues: LocalQueues, options: SqsOptions): Promise<Engine> {
  const stopped = new AbortController();
  const context: Context = { ...options, queues, url: () => engine.url };
  const service = { target: 'AmazonSQS', version: '1.0', port: options.port ?? 0, errorNamespace: 'com.amazonaws.sqs#' } as const;
  const engine: Engine = await serveAwsJson(service, {
    ...messageOperations(context, stopped.signal),
    ...queueOperations(context),
  });
  return {
    url: engine.url,
    close() {
      stopped.abort();
      return engine.close();
    },
  };
}

function messageOperations(context: Context, stopped: AbortSignal): Operations {
  return {
    SendMessage: (input) => sendMessage(context, queueOf(context, input), input),
    SendMessageBatch: (input) => batch(input, (entry) => sendMessage(context, queueOf(context, input), entry)),
    ReceiveMessage: (input) => receiveMessage(context, input, stopped),
    DeleteMessage: (input) => deleteMessage(context, queueOf(context, input), input),
    DeleteMessageBatch: (input) => batch(input, (entry) => deleteMessage(context, queueOf(context, input), entry)),
    ChangeMessageVisibility: (input) => changeMessageVisibility(context, input),
  };
}

function queueOperations(context: Context): Operations {
  return {
    GetQueueUrl: (input) => ({ QueueUrl: urlOf(context, existing(context, input.QueueName)) }),
    GetQueueAttributes: (input) => ({ Attributes: queueAttributes(context, input) }),
    ListQueues: (input) => listQueues(context, input),
    PurgeQueue: (input) => {
      context.queues.purge(queueOf(context, input));
      return {};
    },
    StartMessageMoveTask: (input) => startMessageMoveTask(context, input),
  };
}

function sendMessage({ queues }: Context, queue: string, input: Input): object {
  const body = checkBody(input.MessageBody);
  const attributes = attributesOf(input.MessageAttributes);
  const delaySeconds = seconds(input, 'DelaySeconds', DELAY_SECONDS_MAX);
  const MessageId = queues.send(queue, body, attributes, delaySeconds === undefined ? undefined : delaySeconds * 1000);
  const MD5OfMessageAttributes = md5OfAttributes(attributes);
  return { MessageId, MD5OfMessageBody: md5(body), ...(MD5OfMessageAttributes ? { MD5OfMessageAttributes } : {}) };
}

async function receiveMessage(context: Context, input: Input, stopped: AbortSignal): Promise<object> {
  const queue = queueOf(context, input);
  const limit = input.MaxNumberOfMessages ?? 1;
  if (typeof limit !== 'number' || !Number.isInteger(limit) || limit < 1 || limit > RECEIVES_MAX) {
    throw new AwsError('InvalidParameterValue', `MaxNumberOfMessages must be between 1 and ${RECEIVES_MAX}.`);
  }
  const visibilitySeconds = seconds(input, 'VisibilityTimeout', VISIBILITY_SECONDS_MAX);
  const waitMs = (seconds(input, 'WaitTimeSeconds', WAIT_SECONDS_MAX) ?? 0) * 1000;
  const visibilityTimeoutMs = visibilitySeconds === undefined ? undefined : visibilitySeconds * 1000;
  const receive = () => context.queues.receive(queue, limit, visibilityTimeoutMs);
  const messages = await waitForMessages({ queues: context.queues, queue, waitMs, receive, stopped });
  return messages.length === 0 ? {} : { Messages: messages.map((message) => shown(context, message)) };
}

function shown(context: Context, message: LocalMessage): object {
  const { attributes, body } = message;
  const MD5OfMessageAttributes = md5OfAttributes(attributes);
  const named = Object.entries(attributes).map(([name, value]) => [name, { DataType: 'String', StringValue: value }]);
  return {
    MessageId: message.id,
    ReceiptHandle: message.receipt,
    Body: body,
    MD5OfBody: md5(body),
    Attributes: {
      ApproximateReceiveCount: String(message.receiveCount),
      ApproximateFirstReceiveTimestamp: String(message.firstReceivedAt),
      SentTimestamp: String(message.sentAt),
      SenderId: context.account,
      ...(message.sourceQueue === undefined ? {} : { DeadLetterQueueSourceArn: arnOf(context, message.sourceQueue) }),
    },
    ...(MD5OfMessageAttributes ? { MD5OfMessageAttributes, MessageAttributes: Object.fromEntries(named) } : {}),
  };
}

function deleteMessage({ queues }: Context, queue: string, input: Input): object {
  queues.remove(queue, receiptOf(input));
  return {};
}

function changeMessageVisibility(context: Context, input: Input): object {
  const visibilitySeconds = seconds(input, 'VisibilityTimeout', VISIBILITY_SECONDS_MAX);
  if (visibilitySeconds === undefined) throw new AwsError('MissingParameter', 'VisibilityTimeout is missing.');
  const hidden = context.queues.hide(queueOf(context, input), receiptOf(input), visibilitySeconds * 1000);
  if (!hidden) throw new AwsError('ReceiptHandleIsInvalid', 'The receipt handle has expired.');
  return {};
}

function queueAttributes(context: Context, input: Input): object {
  const name = queueOf(context, input);
  const queue = context.queues.describe(name);
  if (!queue) throw noSuchQueue(name);
  const { redrive } = queue;
  const all: Record<string, string> = {
    QueueArn: arnOf(context, name),
    ApproximateNumberOfMessages: String(context.queues.depth(name).visible),
    ApproximateNumberOfMessagesNotVisible: String(queue.inFlight),
    ApproximateNumberOfMessagesDelayed: String(queue.delayed),
    VisibilityTimeout: String(queue.visibilityTimeoutMs / 1000),
    DelaySeconds: String((queue.delayMs ?? 0) / 1000),
    CreatedTimestamp: String(Math.floor(queue.createdAt / 1000)),
  };
  if (redrive) {
    const { deadLetterQueue, receivesMax: maxReceiveCount } = redrive;
    all.RedrivePolicy = JSON.stringify({ deadLetterTargetArn: arnOf(context, deadLetterQueue), maxReceiveCount });
  }
  const wanted = Array.isArray(input.AttributeNames) ? input.AttributeNames : [];
  return Object.fromEntries(Object.entries(all).filter(([attribute]) => wanted.includes('All') || wanted.includes(attribute)));
}

function listQueues(context: Context, input: Input): object {
  const prefix = String(input.QueueNamePrefix ?? '');
  const names = context.queues.names().filter((name) => name.startsWith(prefix));
  return { QueueUrls: names.map((name) => urlOf(context, name)) };
}

/** Moves at once what AWS moves in the background, so that the task is done when its handle is known. */
function startMessageMoveTask(context: Context, input: Input): object {
  const source = existing(context, nameInArn(input.SourceArn));
  if (context.queues.sourcesOf(source).length === 0) {
    throw new AwsError('UnsupportedOperation', 'The source queue is not a dead-letter queue of any queue.');
  }
  if (input.DestinationArn === undefined) context.queues.redriveToSources(source);
  else context.queues.redrive(source, existing(context, nameInArn(input.DestinationArn)));
  return { TaskHandle: Buffer.from(JSON.stringify({ taskId: source, sourceArn: input.SourceArn })).toString('base64') };
}

function seconds(input: Input, name: string, most: number): number | undefined {
  const value = input[name];
  if (value === undefined || value === null) return undefined;
  if (typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= most) return value;
  throw new AwsError('InvalidParameterValue', `${name} must be between 0 and ${most}.`);
}

function receiptOf(input: Input): string {
  if (typeof input.ReceiptHandle === 'string') return input.ReceiptHandle;
  throw new AwsError('MissingParameter', 'ReceiptHandle is missing.');
}

function queueOf(context: Context, input: Input): string {
  if (typeof input.QueueUrl !== 'string') throw new AwsError('MissingParameter', 'QueueUrl is missing.');
  return existing(context, input.QueueUrl.split('/').at(-1));
}

function existing({ queues }: Context, name: unknown): string {
  if (typeof name === 'string' && queues.describe(name)) return name;
  throw noSuchQueue(name);
}

function noSuchQueue(name: unknown): AwsError {
  const queryError = 'AWS.SimpleQueueService.NonExistentQueue;Sender';
  return new AwsError('QueueDoesNotExist', `The specified queue does not exist: ${name}.`, { queryError });
}

function urlOf({ url, account }: Context, name: string): string {
  return `${url()}/${account}/${name}`;
}

function arnOf({ account, region }: Context, name: string): string {
  return `arn:aws:sqs:${region}:${account}:${name}`;
}

function nameInArn(arn: unknown): string {
  return (
    String(arn ?? '')
      .split(':')
      .at(-1) ?? ''
  );
}
