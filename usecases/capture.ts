import type { TimelineEvent } from '#core/event.ts';
import type { Instant } from '#core/instant.ts';
import type { JsonObject } from '#core/json.ts';
import { Batch, Call, type CallType, DEPTH_MAX, isShallow } from '#schemas/call.ts';
import { pathText } from '#schemas/problem.ts';
import { type Circumstances, eventOfCall } from './capture/event-of-call.ts';
import type { IsErased } from './erasure/known-tombstones.ts';
import type { Clock, Table } from './ports.ts';
import { append } from './store/events.ts';

/** Bytes of one call as JSON, together with the context that its batch gives it. */
const CALL_BYTES_MAX = 32 * 1024;
/** Bytes of one request, unpacked. */
export const BATCH_BYTES_MAX = 500 * 1024;

export type CaptureDependencies = {
  readonly table: Table;
  readonly now: Clock;
  /** Whether an event is of somebody who was erased: it is thrown away, and answered like any other. */
  readonly isErased?: IsErased;
};

export type CaptureRequest = {
  /** Of a single call; without it the body is a batch. */
  readonly type?: CallType;
  readonly body: unknown;
  readonly trust: 'publishable' | 'secret';
  readonly receivedAt?: Instant;
  readonly ip?: string;
  readonly userAgent?: string;
  /** Tells one request from another; for calls that name neither an id nor a time of their own. */
  readonly requestId?: string;
};

export type BadField = { readonly path: string; readonly message: string };

/** A call that was not taken. Without an index it is the request as a whole, and nothing of it was. */
export type Refusal = {
  readonly index?: number;
  readonly id?: string;
  readonly tooLarge?: true;
  readonly errors: readonly BadField[];
};

/** `accepted` are all good calls; `duplicates` those among them that were known already. */
export type Captured = { readonly accepted: number; readonly duplicates: number; readonly refused: readonly Refusal[] };

/** Takes in the calls of one request. When it answers, the good ones are durable, each once, however often it was sent. */
export async function capture({ table, now, isErased }: CaptureDependencies, request: CaptureRequest): Promise<Captured> {
  const receivedAt = request.receivedAt ?? now();
  const opened = open(request);
  if ('refusal' in opened) return { accepted: 0, duplicates: 0, refused: [opened.refusal] };
  const events: TimelineEvent[] = [];
  const refused: Refusal[] = [];
  for (const [index, call] of opened.calls.entries()) {
    const result = readCall(call, { ...request, receivedAt, index }, opened);
    if ('errors' in result) refused.push(result);
    else events.push(result);
  }
  const kept = isErased === undefined ? events : await without(events, isErased);
  const { known } = kept.length === 0 ? { known: 0 } : await append(table, kept);
  return { accepted: events.length, duplicates: known, refused };
}

async function without(events: readonly TimelineEvent[], isErased: IsErased): Promise<TimelineEvent[]> {
  const erased = await Promise.all(events.map(isErased));
  return events.filter((_, index) => erased[index] !== true);
}

/** The calls of a request, with what stands once above them. */
type Opened = {
  readonly calls: readonly unknown[];
  readonly context: JsonObject | undefined;
  readonly contextBytes: number;
  readonly sentAt: unknown;
};

function open({ type, body }: CaptureRequest): Opened | { readonly refusal: Refusal } {
  if (type !== undefined) return { ...ALONE, calls: [isObject(body) ? { ...body, type } : body] };
  const batch = Batch.safeParse(body);
  if (!batch.success) {
    const tooLarge = batch.error.issues.some(({ code }) => code === 'too_big');
    return { refusal: { ...(tooLarge && { tooLarge }), errors: badFields(batch.error.issues) } };
  }
  const { batch: calls, context, sentAt } = batch.data;
  if (!isShallow(context)) return { refusal: { errors: [{ path: 'context', message: TOO_DEEP }] } };
  const contextBytes = context === undefined ? 0 : bytesOf(context);
  if (contextBytes > CALL_BYTES_MAX)
    return { refusal: { tooLarge: true, errors: [{ path: 'context', message: tooBig(contextBytes) }] } };
  return { calls, context, contextBytes, sentAt };
}

const ALONE: Opened = { calls: [], context: undefined, contextBytes: 0, sentAt: undefined };

/** One call as the event that it tells of, or what is wrong with it. */
export function readCall(value: unknown, circumstances: Circumstances, batch = ALONE): TimelineEvent | Refusal {
  const { index } = circumstances;
  if (!isObject(value)) return { index, errors: [{ path: '', message: 'must be an object' }] };
  const id = typeof value.messageId === 'string' ? { id: value.messageId.slice(0, 100) } : {};
  if (!isShallow(value)) return { index, ...id, errors: [{ path: '', message: TOO_DEEP }] };
  const bytes = bytesOf(value) + batch.contextBytes;
  if (bytes > CALL_BYTES_MAX) return { index, ...id, tooLarge: true, errors: [{ path: '', message: tooBig(bytes) }] };
  const call = Call.safeParse(withBatch(value, batch));
  if (!call.success) return { index, ...id, errors: badFields(call.error.issues) };
  const event = eventOfCall(call.data, circumstances);
  return 'errors' in event ? { index, ...id, ...event } : event;
}

const TOO_DEEP = `is nested deeper than ${DEPTH_MAX} levels`;
const tooBig = (bytes: number): string => `has ${bytes} bytes, more than ${CALL_BYTES_MAX}`;
const bytesOf = (value: JsonObject): number => Buffer.byteLength(JSON.stringify(value));

/** What stands once above a batch holds for each of its calls; the call's own wins. */
function withBatch(call: JsonObject, { context, sentAt }: Opened): object {
  const own = call.context ?? {};
  return {
    ...(sentAt !== undefined && { sentAt }),
    ...call,
    ...(context !== undefined && isObject(own) && { context: { ...context, ...own } }),
  };
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function badFields(issues: readonly { readonly path: readonly PropertyKey[]; readonly message: string }[]): BadField[] {
  return issues.map(({ path, message }) => ({ path: pathText(path), message }));
}
