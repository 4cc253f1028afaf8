import middy from '@middy/core';
import type { SQSBatchItemFailure, SQSBatchResponse, SQSEvent } from 'aws-lambda';
import type * as z from 'zod/mini';
import { log } from './log.ts';

type Record<T> = { readonly id: string; readonly value: T };

/** Handles the records of one batch; answers those that failed, with the cause. What it throws fails all of them. */
export type HandleRecords<T> = (records: readonly Record<T>[]) => Promise<ReadonlyMap<string, unknown>>;

/**
 * A Lambda that a queue feeds. Records that fail, or that cannot be read, go back to the queue one by one, and in the end
 * to its dead-letter queue; the rest of the batch stands. The cause of each failure is logged beside the record's id.
 */
export function queueHandler<T>(schema: z.ZodMiniType<T>, handle: HandleRecords<T>) {
  return middy<SQSEvent, SQSBatchResponse>().handler(async ({ Records }) => {
    const failed = new Map<string, unknown>();
    const records: Record<T>[] = [];
    for (const { messageId, body } of Records) {
      try {
        records.push({ id: messageId, value: parsed(schema, JSON.parse(body)) });
      } catch (cause) {
        failed.set(messageId, cause);
      }
    }
    for (const [id, cause] of await handled(records, handle)) failed.set(id, cause);
    const batchItemFailures: SQSBatchItemFailure[] = [...failed.keys()].map((itemIdentifier) => ({ itemIdentifier }));
    for (const [id, cause] of failed) log('error', 'a record failed', { record: id, cause });
    return { batchItemFailures };
  });
}

/** Lets a use case that handles one thing handle a batch: all at once, each failing for itself. */
export function each<T>(handle: (value: T) => Promise<unknown>): HandleRecords<T> {
  return async (records) => {
    const failed = new Map<string, unknown>();
    await Promise.all(
      records.map(async ({ id, value }) => {
        try {
          await handle(value);
        } catch (cause) {
          failed.set(id, cause);
        }
      }),
    );
    return failed;
  };
}

/** The value, or an error that names each field that is not as it should be. */
function parsed<T>(schema: z.ZodMiniType<T>, value: unknown): T {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const problems = result.error.issues.map((issue) => {
    const expected = 'expected' in issue ? `, expected ${String(issue.expected)}` : '';
    return `${issue.path.join('.') || 'the record'}: ${issue.code}${expected}`;
  });
  throw Object.assign(new Error(problems.join('; ')), { name: 'BadRecord' });
}

async function handled<T>(records: readonly Record<T>[], handle: HandleRecords<T>): Promise<ReadonlyMap<string, unknown>> {
  if (records.length === 0) return new Map();
  try {
    return await handle(records);
  } catch (cause) {
    return new Map(records.map(({ id }) => [id, cause]));
  }
}
