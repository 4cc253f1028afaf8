import { Duration } from 'aws-cdk-lib';
import type { Table } from 'aws-cdk-lib/aws-dynamodb';
import { EventSourceMapping, FilterCriteria, StartingPosition } from 'aws-cdk-lib/aws-lambda';
import { SqsDlq } from 'aws-cdk-lib/aws-lambda-event-sources';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { RekindleFunction } from './function.ts';
import { deadLetterQueue } from './queue.ts';

export type StreamRelayProps = { readonly stage: string; readonly table: Table; readonly relay: RekindleFunction };

/** Feeds `relay` with what has to leave the table: new events, messages and calls, and messages that are queued once more. */
export class StreamRelay extends Construct {
  readonly deadLetters: Queue;

  constructor(scope: Construct, id: string, props: StreamRelayProps) {
    super(scope, id);
    const streamArn = props.table.tableStreamArn;
    if (streamArn === undefined) throw new Error('The table has no stream for the relay to read');
    this.deadLetters = deadLetterQueue(this, 'DeadLetters', { name: `rekindle-${props.stage}-relay`, filledBy: 'Lambda' });
    // Not DynamoEventSource: it would let the function list the streams of all tables.
    props.relay.allow(
      ['dynamodb:DescribeStream', 'dynamodb:GetRecords', 'dynamodb:GetShardIterator', 'dynamodb:ListStreams'],
      [streamArn],
    );
    const mapping = new EventSourceMapping(this, 'Mapping', {
      target: props.relay.lambda,
      eventSourceArn: streamArn,
      startingPosition: StartingPosition.TRIM_HORIZON,
      batchSize: 100,
      maxBatchingWindow: Duration.seconds(0),
      parallelizationFactor: 4,
      filters: [inserted('E#', 'M#', 'X#'), queuedAgain('M#')],
      reportBatchItemFailures: true,
      // A record that nothing helps is alone in its batch soon; a bus that is down for some hours costs nothing but the wait.
      bisectBatchOnError: true,
      retryAttempts: 100,
      maxRecordAge: Duration.hours(6),
      onFailure: new SqsDlq(this.deadLetters),
    });
    mapping.node.addDependency(props.relay.lambda);
  }
}

function inserted(...prefixes: readonly string[]): { [key: string]: unknown } {
  return FilterCriteria.filter({
    eventName: ['INSERT'],
    dynamodb: { Keys: { sk: { S: prefixes.map((prefix) => ({ prefix })) } } },
  });
}

function queuedAgain(prefix: string): { [key: string]: unknown } {
  return FilterCriteria.filter({
    eventName: ['MODIFY'],
    dynamodb: { Keys: { sk: { S: [{ prefix }] } }, NewImage: { status: { S: ['queued'] } } },
  });
}
