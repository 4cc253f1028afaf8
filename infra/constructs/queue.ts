import { Duration } from 'aws-cdk-lib';
import { SqsEventSource } from 'aws-cdk-lib/aws-lambda-event-sources';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { NagSuppressions } from 'cdk-nag';
import { Construct } from 'constructs';
import { functionSettings, type QueueName, queueSettings } from '#infra/function-settings.ts';
import type { RekindleFunction } from './function.ts';

export type WorkQueueProps = { readonly stage: string; readonly name: QueueName };

/** Receives of a message before it counts as poison. */
const RECEIVES_MAX = 5;

/** The queue of a function, and the queue where its poison ends. Events that the bus could not put in stand there too. */
export class WorkQueue extends Construct {
  readonly queue: Queue;
  readonly deadLetters: Queue;
  private readonly name: QueueName;

  constructor(scope: Construct, id: string, { stage, name }: WorkQueueProps) {
    super(scope, id);
    this.name = name;
    this.deadLetters = queue(this, 'DeadLetters', `rekindle-${stage}-${name}-dead`);
    this.queue = new Queue(this, 'Queue', {
      queueName: `rekindle-${stage}-${name}`,
      // Six times the function's time is what Lambda asks for: a batch that was throttled must not show again while it waits.
      visibilityTimeout: Duration.seconds(6 * functionSettings[name].timeoutSeconds),
      retentionPeriod: Duration.days(14),
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      deadLetterQueue: { queue: this.deadLetters, maxReceiveCount: RECEIVES_MAX },
    });
  }

  /** Messages that a batch names as failed come again; the rest are done. */
  feed(to: RekindleFunction): void {
    const { batchSize, concurrencyMax } = queueSettings[this.name];
    const source = new SqsEventSource(this.queue, {
      batchSize,
      maxConcurrency: concurrencyMax,
      reportBatchItemFailures: true,
      // SQS hands over more than 10 messages at once only to those who are ready to wait at least a second for them.
      ...(batchSize > 10 ? { maxBatchingWindow: Duration.seconds(1) } : {}),
    });
    to.lambda.addEventSource(source);
  }
}

/** For what a service other than SQS gives up on. Its name ends in `-dead`, like all of them. */
export function deadLetterQueue(
  scope: Construct,
  id: string,
  props: { readonly name: string; readonly filledBy: string },
): Queue {
  const deadLetters = queue(scope, id, `${props.name}-dead`);
  const reason = `It is a dead-letter queue, only not one of another queue: ${props.filledBy} puts in what it gave up on.`;
  NagSuppressions.addResourceSuppressions(deadLetters, [{ id: 'AwsSolutions-SQS3', reason }]);
  return deadLetters;
}

/** Kept as long as SQS keeps anything, so that there is time to mend the cause and to redrive. */
function queue(scope: Construct, id: string, queueName: string): Queue {
  const encryption = QueueEncryption.SQS_MANAGED;
  return new Queue(scope, id, { queueName, retentionPeriod: Duration.days(14), encryption, enforceSSL: true });
}
