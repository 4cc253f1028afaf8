import type { StreamRecord } from '../ports.ts';
import type { StreamSourcePlan } from '../stack/triggers.ts';

export type StreamFailure = {
  readonly requestId: string;
  readonly functionArn: string;
  readonly invocations: number;
  readonly at: number;
};

/**
 * What Lambda sends to the on-failure destination of a stream: where the records stand, not the records. Format:
 * https://docs.aws.amazon.com/lambda/latest/dg/services-dynamodb-errors.html
 */
export function failedBatch(plan: StreamSourcePlan, records: readonly StreamRecord[], failure: StreamFailure): string {
  const first = records[0]?.record.dynamodb;
  const last = records.at(-1)?.record.dynamodb;
  return JSON.stringify({
    requestContext: {
      requestId: failure.requestId,
      functionArn: `${failure.functionArn}:$LATEST`,
      condition: 'RetryAttemptsExhausted',
      approximateInvokeCount: failure.invocations,
    },
    responseContext: { statusCode: 200, executedVersion: '$LATEST', functionError: 'Unhandled' },
    version: '1.0',
    timestamp: new Date(failure.at).toISOString(),
    DDBStreamBatchInfo: {
      shardId: 'shardId-00000000000000000000-00000000',
      startSequenceNumber: first?.SequenceNumber,
      endSequenceNumber: last?.SequenceNumber,
      approximateArrivalOfFirstRecord: arrival(first?.ApproximateCreationDateTime),
      approximateArrivalOfLastRecord: arrival(last?.ApproximateCreationDateTime),
      batchSize: records.length,
      streamArn: plan.streamArn,
    },
  });
}

function arrival(seconds: number | undefined): string | undefined {
  return seconds === undefined ? undefined : new Date(seconds * 1000).toISOString();
}
