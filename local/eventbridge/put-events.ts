import { randomUUID } from 'node:crypto';
import type { BusEvent } from '../ports.ts';
import { atomically } from '../queues/transaction.ts';
import { AwsError, type Input } from './aws-json.ts';
import { busNameOf, type EventbridgeContext, ruleArn } from './bus.ts';
import { type Entry, type EntryProblem, entryOf, sizeOf } from './entry.ts';
import { list, object } from './input.ts';
import { payloadFor, type Target } from './transform.ts';

const ENTRIES_MAX = 10;
const REQUEST_BYTES_MAX = 1024 * 1024;

type Answer = { readonly EventId: string } | EntryProblem;

/** Answers when every event is with all its targets. The good entries of a request go out although others fail. */
export function putEvents(context: EventbridgeContext, input: Input): object {
  const entries = list(input, 'Entries', { max: ENTRIES_MAX }).map((entry) => object(entry, 'Entries'));
  const bytes = entries.reduce((sum, entry) => sum + sizeOf(entry), 0);
  if (bytes >= REQUEST_BYTES_MAX) {
    throw new AwsError('ValidationException', 'Total size of the entries in the request is over the limit.');
  }
  // One transaction for the request saves a commit for each entry; each entry is all or nothing inside it.
  const answers = atomically(context.db, () => entries.map((entry) => putEntry(context, entry)));
  return { FailedEntryCount: answers.filter((answer) => 'ErrorCode' in answer).length, Entries: answers };
}

function putEntry(context: EventbridgeContext, input: Input): Answer {
  const entry = entryOf(input);
  if ('ErrorCode' in entry) return entry;
  try {
    return { EventId: putEvent(context, busNameOf(input), entry) };
  } catch (cause) {
    // AWS would take the event and try again for a day. Here the sender keeps it, so that it cannot be lost.
    return { ErrorCode: 'InternalFailure', ErrorMessage: cause instanceof Error ? cause.message : String(cause) };
  }
}

/** Hands one event to the targets of all rules that it matches, all or none; its id. A bus that is not there takes it in silence. */
export function putEvent(context: EventbridgeContext, bus: string, entry: Entry): string {
  const { event, json } = envelope(context, entry);
  const ingestedAt = new Date(context.clock.now()).toISOString();
  const routes = context.router.route(bus, event);
  atomically(context.db, () => {
    for (const { rule, targets } of routes) {
      const sent = { event, json, ruleName: rule, ruleArn: ruleArn(context, bus, rule), ingestedAt };
      for (const target of targets) handOver(context, target, payloadFor(target, sent));
    }
  });
  return event.id;
}

/** A target that cannot be reached gets its event by way of its dead-letter queue, when it has one. */
function handOver({ db, deliver }: EventbridgeContext, target: Target, payload: string): void {
  try {
    atomically(db, () => deliver(target.Arn, payload));
  } catch (cause) {
    const deadLetters = target.DeadLetterConfig?.Arn;
    if (deadLetters === undefined) throw cause;
    deliver(deadLetters, payload);
  }
}

function envelope({ account, region, clock }: EventbridgeContext, entry: Entry): { event: BusEvent; json: string } {
  const head = {
    version: '0' as const,
    id: randomUUID(),
    'detail-type': entry.detailType,
    source: entry.source,
    account,
    time: `${new Date(entry.at ?? clock.now()).toISOString().slice(0, 19)}Z`,
    region,
    resources: entry.resources,
  };
  // The sender's own text, so that no number loses digits on the way.
  const json = `${JSON.stringify(head).slice(0, -1)},"detail":${entry.detailJson}}`;
  return { event: { ...head, detail: entry.detail }, json };
}
