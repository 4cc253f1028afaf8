import type { Call } from '#core/decision.ts';
import type { CustomerId, TimelineEvent } from '#core/event.ts';
import { type Instant, toIso } from '#core/instant.ts';
import type { Json, JsonObject } from '#core/json.ts';
import { isErased } from './erasure/tombstones.ts';
import type { Caller, Clock, Key, Random, Table, Value } from './ports.ts';
import { eventItem } from './store/events.ts';
import { callKey } from './store/keys.ts';
import { signature, webhookSecret } from './webhook-secret.ts';

export type DeliverDependencies = {
  readonly table: Table;
  readonly caller: Caller;
  readonly random: Random;
  readonly now: Clock;
};

export type DeliverTask = { readonly customer: CustomerId; readonly call: string };

/** The address may not be called, today or tomorrow: it is not https, or it leads into a private network. */
export class AddressRefused extends Error {
  override readonly name = 'AddressRefused';
}

/**
 * Makes one call. At least once, not exactly once: a line may break after the call was taken, so `X-Rekindle-Call` tells
 * whoever is called which one it is. Throws where it should be tried again later.
 */
export async function deliver(
  { table, caller, random, now }: DeliverDependencies,
  { customer, call: id }: DeliverTask,
): Promise<void> {
  const key = callKey(customer, id);
  const item = await table.get(key);
  if (item === undefined) {
    if (await isErased(table, customer)) return;
    throw new Error(`there is no call ${id} of ${customer}`);
  }
  if (item.status !== 'queued') return;
  const call = JSON.parse(String(item.body)) as Call;
  const at = now();
  const body = JSON.stringify({ ...call.body, rekindle: about(call) });
  const headers = { 'x-rekindle-call': call.id, 'x-rekindle-signature': signature(await webhookSecret(table, random), at, body) };
  try {
    const { status, body: answer } = await caller.post(call.url, body, headers);
    const answered = { statusCode: status, answer };
    if (status >= 200 && status < 300) return await tell(table, call, { status: 'done', ...answered, doneAt: toIso(at) }, at);
    const reason = `${new URL(call.url).host} answered ${status}`;
    if (!mayPass(status)) return await tell(table, call, { status: 'failed', reason, ...answered }, at);
    throw new Error(`${new URL(call.url).host} answered ${status}`);
  } catch (fault) {
    if (fault instanceof AddressRefused)
      return await tell(table, call, { status: 'failed', reason: fault.message.slice(0, 500) }, at);
    await settle(table, key, { lastFault: (fault as Error).message.slice(0, 500), triedAt: toIso(at) });
    throw fault;
  }
}

/** Answers by which the other side says that a repeat can help. A redirect is none: it is not followed. */
function mayPass(status: number): boolean {
  return status >= 500 || status === 408 || status === 425 || status === 429;
}

function about({ id, at, customer, journey, run, step }: Call): object {
  return { call: id, at: toIso(at), customer, journey, run, step };
}

/** Answers that are larger stand with the call, and not on the timeline. */
const ANSWER_LENGTH_MAX = 8000;

/** The outcome, and in the same transaction an event that tells it: a journey can wait for the answer and look into it. */
async function tell(table: Table, call: Call, set: Readonly<Record<string, Value>>, now: Instant): Promise<void> {
  const { id, at, customer, journey, run, step } = call;
  const event: TimelineEvent = {
    id: `answer-${id}`,
    customer,
    kind: 'track',
    name: 'Webhook Answered',
    at: now,
    receivedAt: now,
    keyTime: toIso(at),
    identities: {},
    properties: { call: id, journey, run, step, status: String(set.status), ...answerOf(set) },
    trust: 'system',
    origin: 'journey',
  };
  const key = callKey(customer, id);
  await table.transact([
    { update: key, set, if: { status: 'queued' } },
    { put: eventItem(event), if: 'absent' },
  ]);
}

function answerOf({ statusCode, answer }: Readonly<Record<string, Value>>): JsonObject {
  if (typeof answer !== 'string' || answer.length > ANSWER_LENGTH_MAX) return statusCode === undefined ? {} : { statusCode };
  return { ...(statusCode !== undefined && { statusCode }), answer: jsonOf(answer) };
}

function jsonOf(text: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return text;
  }
}

/** What another delivery of the same call has settled stands. */
async function settle(table: Table, key: Key, set: Readonly<Record<string, Value>>): Promise<void> {
  await table.write({ update: key, set, if: { status: 'queued' } });
}
