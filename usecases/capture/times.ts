import { DAY_MS, fromIso, type Instant } from '#core/instant.ts';
import type { Call } from '#schemas/call.ts';
import type { BadField } from '../capture.ts';

/** The key time of a call that has an id and no time: always the same, so that a repeat hits the same item. */
export const NO_TIME = '0000-00-00T00:00:00.000Z';

export type Times = {
  /** What the sender said, by the sender's clock. */
  readonly client: Instant | undefined;
  /** When it happened, by our clock. */
  readonly at: Instant;
  /** Why `at` is not what the sender said. */
  readonly note?: string;
};

/** No event is older than this; a clock that says so was never set. */
const EARLIEST = Date.UTC(2000, 0, 1);

/**
 * When a call happened. A sender's clock may be wrong; by how much shows in `sentAt`, which it read from the same clock.
 * What is absurd even so, and what would be later than its receipt, happened when it was received.
 */
export function timesOf(call: Call, receivedAt: Instant): Times | { readonly errors: readonly BadField[] } {
  const path =
    call.timestamp === undefined || call.timestamp === null || call.timestamp === '' ? 'originalTimestamp' : 'timestamp';
  const said = call[path];
  if (said === undefined || said === null || said === '') return { client: undefined, at: receivedAt };
  const client = instantOf(said);
  if (client === undefined)
    return { errors: [{ path, message: 'is not a time: send ISO 8601, or seconds or milliseconds since 1970' }] };
  const sent = instantOf(call.sentAt);
  const corrected = sent === undefined ? client : receivedAt - (sent - client);
  // A `sentAt` that was read from another clock than the time corrects nothing.
  const at = [corrected, client].find((one) => one >= EARLIEST && one <= receivedAt + DAY_MS);
  if (at === undefined)
    return { client, at: receivedAt, note: `the time sent is ${absurdity(client)}: taken as the time of receipt` };
  return { client, at: Math.min(at, receivedAt) };
}

function absurdity(client: Instant): string {
  return client < EARLIEST ? 'before 2000' : 'more than a day ahead';
}

/** Numbers below this are seconds: as milliseconds they would lie before March 1973. */
const SECONDS_BELOW = 100_000_000_000;
/** What ISO 8601 writes with a year of four digits, so that keys sort as text in the order of time. */
const FIRST = Date.parse('0000-01-01T00:00:00.000Z');
const LAST = Date.parse('9999-12-31T23:59:59.999Z');

/** A time as clients write it: ISO 8601, or seconds or milliseconds since 1970. Undefined where it is none. */
export function instantOf(value: unknown): Instant | undefined {
  const at = typeof value === 'string' ? instantOfText(value.trim()) : typeof value === 'number' ? ofEpoch(value) : undefined;
  return at !== undefined && at >= FIRST && at <= LAST ? Math.trunc(at) : undefined;
}

function instantOfText(text: string): Instant | undefined {
  return /^\d{9,17}(?:\.\d+)?$/.test(text) ? ofEpoch(Number(text)) : fromIso(text);
}

function ofEpoch(value: number): Instant | undefined {
  if (!Number.isFinite(value)) return undefined;
  return Math.abs(value) < SECONDS_BELOW ? Math.round(value * 1000) : value;
}
