import type { Form, Release } from '#core/catalogue.ts';
import { eventKey, type TimelineEvent } from '#core/event.ts';
import { type Instant, toIso } from '#core/instant.ts';
import { ADJUSTED, REDEEMED } from '#core/loyalty/command.ts';
import { didYouMean } from '#schemas/suggest.ts';
import { instantOf } from '../capture/times.ts';
import { type BadField, readCall } from '../capture.ts';
import { formEvent } from '../submit-form/event.ts';
import { readFormFields } from '../submit-form/fields.ts';
import { heardEvents } from './live.ts';

/** A line that was skipped, and why. Lines are counted from 1. */
export type BadLine = { readonly line: number; readonly errors: readonly BadField[] };

export type History = {
  /** Those that the release evaluates; others start nothing. */
  readonly events: readonly TimelineEvent[];
  readonly messages: number;
  /** Messages that came twice: they count once. */
  readonly duplicates: number;
  /** How often each event came that nothing in the release mentions. */
  readonly unheard: Readonly<Record<string, number>>;
  readonly badLines: readonly BadLine[];
  readonly firstAt: Instant | undefined;
  readonly lastAt: Instant | undefined;
};

export type HistoryReader = { readonly take: (line: string) => void; readonly done: () => History };

/** Reads a history line by line: one call of the Segment HTTP API a line, or one form post. Blank lines are left out. */
export function historyReader(release: Release): HistoryReader {
  const heard = heardEvents(release);
  const events = new Map<string, TimelineEvent>();
  const unheard: Record<string, number> = {};
  const badLines: BadLine[] = [];
  let [line, messages, duplicates] = [0, 0, 0];
  let [firstAt, lastAt] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  return {
    take: (text) => {
      line += 1;
      const json = line === 1 ? text.replace(/^\uFEFF/, '') : text;
      if (json.trim() === '') return;
      const value = parsed(json);
      const event = value === undefined ? refused('', 'is not a JSON object') : readMessage(value, line, release.forms);
      if ('errors' in event) return void badLines.push({ line, errors: event.errors });
      messages += 1;
      firstAt = Math.min(firstAt, event.at);
      lastAt = Math.max(lastAt, event.at);
      const key = `${event.customer} ${eventKey(event)}`;
      if (!heard.has(event.name)) unheard[event.name] = (unheard[event.name] ?? 0) + 1;
      else if (events.has(key)) duplicates += 1;
      else events.set(key, event);
    },
    done: () => ({
      events: [...events.values()],
      messages,
      duplicates,
      unheard,
      badLines,
      firstAt: messages === 0 ? undefined : firstAt,
      lastAt: messages === 0 ? undefined : lastAt,
    }),
  };
}

type Refused = { readonly errors: readonly BadField[] };
type Fields = Readonly<Record<string, unknown>>;

/** One message as the event that it tells of, as capture reads it, with the time that it names as the time of its receipt. */
export function readMessage(value: Fields, index: number, forms: readonly Form[]): TimelineEvent | Refused {
  const { trust = 'secret' } = value;
  if (trust !== 'secret' && trust !== 'publishable') return refused('trust', 'must be "secret" or "publishable"');
  const time = timeOf(value);
  if ('errors' in time) return time;
  if (time.at < EARLIEST) return refused('timestamp', 'is before 2000');
  if (value.type === 'form') return readPost(value, time.at, forms);
  const { sentAt: _, receivedAt: __, ...call } = value;
  return asCommand(readCall({ ...call, timestamp: value.timestamp ?? toIso(time.at) }, { trust, receivedAt: time.at, index }));
}

/** Points that were spent or put right stand in a history as what the loyalty API made of them, not as a call that anybody may send. */
function asCommand<T extends TimelineEvent | Refused>(read: T): T {
  if ('errors' in read || (read.name !== REDEEMED && read.name !== ADJUSTED) || read.trust === 'publishable') return read;
  return { ...read, origin: 'loyalty', trust: 'system' };
}

const EARLIEST = Date.UTC(2000, 0, 1);

function parsed(text: string): Fields | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : undefined;
  } catch {
    return undefined;
  }
}

/**
 * In a history `timestamp` is when it happened, already corrected, as archives of Segment hold it. Without it the sender's
 * own time counts, corrected by `sentAt` where it is known when that came.
 */
function timeOf({ timestamp, originalTimestamp, sentAt, receivedAt }: Fields): { readonly at: Instant } | Refused {
  for (const [path, said] of Object.entries({ timestamp, originalTimestamp, receivedAt })) {
    if (said === undefined || said === null || said === '') continue;
    const at = instantOf(said);
    if (at === undefined) return refused(path, 'is not a time: ISO 8601, or seconds or milliseconds since 1970');
    const [sent, received] = [instantOf(sentAt), instantOf(receivedAt)];
    if (path !== 'originalTimestamp' || sent === undefined || received === undefined) return { at };
    return { at: received - (sent - at) };
  }
  return refused('timestamp', 'is missing: a history needs to know when it happened');
}

/** `{"type":"form","form":"newsletter","fields":{…},"timestamp":…}`, as a visitor's browser posted it. */
function readPost(value: Fields, at: Instant, forms: readonly Form[]): TimelineEvent | Refused {
  const { form: id, fields, anonymousId, messageId } = value;
  const form = forms.find((one) => one.id === id);
  if (form === undefined) {
    const known = forms.map((one) => one.id);
    return refused(
      'form',
      `there is no form ${String(id)}: ${didYouMean(String(id), known, `known forms: ${known.join(', ')}`)}`,
    );
  }
  if (typeof fields !== 'object' || fields === null || Array.isArray(fields)) return refused('fields', 'must be an object');
  const values = {
    ...fields,
    ...(anonymousId !== undefined && { _anonymousId: anonymousId }),
    ...(messageId !== undefined && { _messageId: messageId, _timestamp: toIso(at) }),
  };
  const read = readFormFields(form, values);
  if ('errors' in read)
    return {
      errors: read.errors.map(({ path, message }) => ({ path: path.startsWith('_') ? path : `fields.${path}`, message })),
    };
  return formEvent({ form, read, post: { form: form.id, values }, receivedAt: at });
}

const refused = (path: string, message: string): Refused => ({ errors: [{ path, message }] });
