import { AwsError, type Input } from '../eventbridge/aws-json.ts';

const ENTRIES_MAX = 10;

/** Does something for each entry of a batch; what is wrong with one does not touch the others. */
export function batch(input: Input, act: (entry: Input) => object): object {
  const entries = Array.isArray(input.Entries) ? (input.Entries as Input[]) : [];
  if (entries.length === 0) throw new AwsError('EmptyBatchRequest', 'There should be at least one entry in the request.');
  if (entries.length > ENTRIES_MAX)
    throw new AwsError('TooManyEntriesInBatchRequest', `At most ${ENTRIES_MAX} entries are allowed.`);
  if (new Set(entries.map(({ Id }) => Id)).size < entries.length) {
    throw new AwsError('BatchEntryIdsNotDistinct', 'Two entries have the same Id.');
  }
  const Successful: object[] = [];
  const Failed: object[] = [];
  for (const entry of entries) {
    try {
      Successful.push({ Id: entry.Id, ...act(entry) });
    } catch (cause) {
      // What concerns the whole request, such as a queue that does not exist, refuses the whole request.
      if (!(cause instanceof AwsError) || cause.type === 'QueueDoesNotExist') throw cause;
      Failed.push({ Id: entry.Id, Code: cause.type, Message: cause.message, SenderFault: true });
    }
  }
  return { Successful, ...(Failed.length > 0 ? { Failed } : {}) };
}
