import type { DatabaseSync } from 'node:sqlite';
import type { FunctionPool } from '../lambda/pool.ts';
import type { Clock, DynamodbEngine, Queues, StreamRecord } from '../ports.ts';
import type { StreamSourcePlan } from '../stack/triggers.ts';
import { createAlarm } from './alarm.ts';
import { openCheckpoints } from './checkpoints.ts';
import { compileFilters, failuresOf, type Source } from './source.ts';
import { failedBatch } from './stream-failure.ts';

export type StreamSourceOptions = {
  readonly db: DatabaseSync;
  readonly clock: Clock;
  readonly queues: Queues;
  readonly streams: DynamodbEngine['streams'];
  readonly pool: FunctionPool;
  readonly report: (line: string) => void;
};

/** Records that are tried together, how often they failed, and what the last failure was. */
type Attempt = { readonly records: readonly StreamRecord[]; readonly failed: number; readonly notBefore: number };

/** How many batches of records are looked at in one go: filters leave out some of them. */
const READ_BATCHES = 3;
/** What Lambda puts into one invocation at most. */
const BATCH_BYTES_MAX = 6 * 1024 * 1024;
const BACKOFF_MS = { first: 1000, max: 60_000 } as const;

/**
 * Starts a function with the records of a table's stream, in order. The checkpoint moves only over what was handled or put
 * into the dead-letter queue, so after a crash a record may come twice and never goes missing. The stream and its mapping are
 * made together, so reading starts at the oldest record, whatever the template says about a stream that is older.
 */
export function startStreamSource(plan: StreamSourcePlan, options: StreamSourceOptions): Source {
  const { db, clock, queues, streams, pool } = options;
  const checkpoints = openCheckpoints(db);
  const passes = compileFilters(plan.filters);
  const alarm = createAlarm(clock, pump);
  const unsubscribe = streams.subscribe(plan.table, pump);
  /** What is left of the batch in work; the first attempt is the next. */
  let attempts: Attempt[] = [];
  let running = false;
  let stopped = false;

  function pump(): void {
    if (stopped || running) return;
    const attempt = attempts[0] ?? nextBatch();
    if (attempt === undefined) return;
    attempts = attempts.length === 0 ? [attempt] : attempts;
    if (attempt.notBefore > clock.now()) return alarm.set(attempt.notBefore);
    running = true;
    void run(attempt)
      .catch((thrown) => options.report(`[${plan.id}] ${String(thrown)}`))
      .finally(() => {
        running = false;
        pump();
      });
  }

  function nextBatch(): Attempt | undefined {
    for (;;) {
      const read = streams.read(plan.table, checkpoints.read(plan.id), plan.batchSize * READ_BATCHES);
      if (read.length === 0) return undefined;
      const records = firstBatch(read, passes, plan.batchSize);
      if (records.length > 0) return { records, failed: 0, notBefore: 0 };
      checkpoints.write(plan.id, last(read).sequence);
    }
  }

  async function run(attempt: Attempt): Promise<void> {
    const { records } = attempt;
    const payload = JSON.stringify({ Records: records.map(({ record }) => ({ ...record, eventSourceARN: plan.streamArn })) });
    const outcome = await pool.invoke(payload);
    if (stopped && !outcome.ok) return;
    const failures = failuresOf(outcome, records.map(sequenceNumber), plan.reportsFailures);
    attempts.shift();
    if (failures.type === 'none') return checkpoints.write(plan.id, last(records).sequence);
    const first = failures.type === 'all' ? 0 : records.findIndex((record) => failures.causes.has(sequenceNumber(record)));
    const done = records[first - 1];
    if (done !== undefined) checkpoints.write(plan.id, done.sequence);
    const cause = failures.type === 'all' ? failures.cause : ([...failures.causes.values()][0] ?? '');
    retry({ ...attempt, records: records.slice(first) }, cause, outcome.requestId);
  }

  /** Splitting does not count as a retry. */
  function retry({ records, failed }: Attempt, cause: string, requestId: string): void {
    const spent = (plan.retriesMax >= 0 && failed >= plan.retriesMax) || tooOld(records);
    if (plan.bisects && records.length > 1) {
      const middle = Math.ceil(records.length / 2);
      attempts.unshift(
        { records: records.slice(0, middle), failed, notBefore: 0 },
        { records: records.slice(middle), failed, notBefore: 0 },
      );
    } else if (spent) {
      giveUp(records, { cause, requestId, invocations: failed + 1 });
    } else {
      attempts.unshift({
        records,
        failed: failed + 1,
        notBefore: clock.now() + Math.min(BACKOFF_MS.first * 2 ** failed, BACKOFF_MS.max),
      });
    }
  }

  function tooOld(records: readonly StreamRecord[]): boolean {
    const seconds = records[0]?.record.dynamodb?.ApproximateCreationDateTime;
    return (
      plan.recordAgeMaxMs !== undefined && seconds !== undefined && clock.now() - Number(seconds) * 1000 > plan.recordAgeMaxMs
    );
  }

  function giveUp(records: readonly StreamRecord[], failure: { cause: string; requestId: string; invocations: number }): void {
    if (plan.deadLetterQueue !== undefined) {
      const body = failedBatch(plan, records, { ...failure, functionArn: pool.plan.arn, at: clock.now() });
      queues.send(plan.deadLetterQueue, body, { ErrorMessage: failure.cause });
    }
    checkpoints.write(plan.id, last(records).sequence);
  }

  return {
    poke: pump,
    idle: () => !running && (attempts[0] === undefined ? nextBatch() === undefined : attempts[0].notBefore > clock.now()),
    nextDueAt: () => attempts[0]?.notBefore,
    stop() {
      stopped = true;
      unsubscribe();
      alarm.set(undefined);
    },
  };
}

/** The first records that pass the filters, as many as one invocation takes. */
function firstBatch(read: readonly StreamRecord[], passes: (record: object) => boolean, batchSize: number): StreamRecord[] {
  const batch: StreamRecord[] = [];
  let bytes = 0;
  for (const entry of read) {
    if (!passes(entry.record)) continue;
    bytes += Buffer.byteLength(JSON.stringify(entry.record));
    if (batch.length > 0 && bytes > BATCH_BYTES_MAX) break;
    batch.push(entry);
    if (batch.length === batchSize) break;
  }
  return batch;
}

function sequenceNumber({ record }: StreamRecord): string {
  return record.dynamodb?.SequenceNumber ?? '';
}

function last(records: readonly StreamRecord[]): StreamRecord {
  const record = records.at(-1);
  if (record === undefined) throw new Error('A batch of a stream is never empty.');
  return record;
}
