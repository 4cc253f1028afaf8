import type { Message } from '#core/decision.ts';
import type { CustomerId } from '#core/event.ts';
import { fromIso, toIso } from '#core/instant.ts';
import type { JsonObject } from '#core/json.ts';
import { JUDGED_AFTER_SECONDS, machineMark, rememberClick, textOf } from './feedback/reactions.ts';
import { KNOWN, type Known, objectOf, type SesEvent, timelineEvent, unsubscribed, whyFailed } from './feedback/report.ts';
import type { Clock, Item, Line, Table } from './ports.ts';
import { append } from './store/events.ts';
import { customerPk, messageKey } from './store/keys.ts';

export type FeedbackDependencies = {
  readonly table: Table;
  readonly now: Clock;
  /** The queue of feedback itself, where a click waits for those around it. */
  readonly line: Line;
};

/** From which statuses a message may go on to another: reports come late, twice, and in any order. */
const BEFORE: Readonly<Record<string, readonly string[]>> = {
  sent: ['claimed', 'unknown', 'waiting'],
  delivered: ['claimed', 'unknown', 'waiting', 'sent'],
  opened: ['claimed', 'unknown', 'waiting', 'sent', 'delivered'],
  clicked: ['claimed', 'unknown', 'waiting', 'sent', 'delivered', 'opened'],
  bounced: ['claimed', 'unknown', 'waiting', 'sent', 'delivered'],
  complained: ['claimed', 'unknown', 'waiting', 'sent', 'delivered', 'opened', 'clicked'],
  failed: ['claimed', 'unknown', 'waiting', 'sent'],
};

export type FeedbackTask = {
  readonly detail: SesEvent;
  /** A click that has waited for those around it. */
  readonly judged?: boolean | undefined;
};

/** Takes one SES event in: the message's status, and an event on the customer. Mail that is not ours is left alone. */
export async function feedback(dependencies: FeedbackDependencies, task: FeedbackTask): Promise<'taken' | 'later' | 'not_ours'> {
  const { table, now, line } = dependencies;
  const { detail: event, judged = false } = task;
  const customer = event.mail.tags?.customer?.[0] as CustomerId | undefined;
  const id = event.mail.tags?.message?.[0];
  const known = KNOWN[event.eventType];
  if (customer === undefined || id === undefined || known === undefined) return 'not_ours';
  const item = await table.get(messageKey(customer, id));
  if (item === undefined) return 'not_ours';
  const object = objectOf(event, known.object);
  const at = fromIso(String(object.timestamp ?? event.mail.timestamp)) ?? now();
  const message = JSON.parse(String(item.body)) as Message;
  if (event.eventType === 'Click' && !judged) {
    await rememberClick(table, message, { at, link: textOf(object.link) });
    await line.add([{ body: { source: 'aws.ses', detail: event, judged: true }, delaySeconds: JUDGED_AFTER_SECONDS }]);
    return 'later';
  }
  const more = await observed(table, { message, item, event, object, at });
  // That a mail was handed over is no news, unless nobody knew it: a timeline event for each would double what a mail costs.
  if (event.eventType !== 'Send' || item.status === 'unknown') {
    const report = timelineEvent({ event, known, object, at, now: now(), more }, message);
    await append(table, [report, ...unsubscribed(report, object)]);
  }
  await moveOn(table, message, {
    known,
    at,
    sesId: event.mail.messageId,
    isMachine: more.machine === true,
    reason: whyFailed(event, object),
  });
  return 'taken';
}

type Observed = {
  readonly message: Message;
  readonly item: Item;
  readonly event: SesEvent;
  readonly object: JsonObject;
  readonly at: number;
};

/** What the timeline and the message know beside the report. It is written into the event, so that a replay sees the same. */
async function observed(table: Table, { message, item, event, object, at }: Observed): Promise<JsonObject> {
  if (event.eventType === 'Open') return machineMark(table, message, item, { type: 'open', at, object });
  if (event.eventType === 'Click') return machineMark(table, message, item, { type: 'click', at, object });
  if (event.eventType !== 'Bounce' || object.bounceType === 'Permanent') return {};
  const { items } = await table.query(customerPk(message.customer), { prefix: 'E#', descending: true, limit: RECENT });
  const delivered = items.find(({ name }) => name === 'Email Delivered');
  return delivered === undefined ? {} : { last_delivered_at: String(delivered.at) };
}

/** Events among which the last delivery is looked for, when a mail bounced for now. */
const RECENT = 100;

type Moved = {
  readonly known: Known;
  readonly at: number;
  readonly sesId: string;
  readonly isMachine: boolean;
  readonly reason: string | undefined;
};

/** The message's status goes on, never back. What a machine did is noted beside it, and moves nothing. */
async function moveOn(table: Table, message: Message, { known, at, sesId, isMachine, reason }: Moved): Promise<void> {
  const update = messageKey(message.customer, message.id);
  if (isMachine) {
    const set = { [`machine${known.status === 'opened' ? 'Opened' : 'Clicked'}At`]: toIso(at) };
    await table.write({ update, set, if: { sk: update.sk } });
    return;
  }
  const set = { status: known.status, [`${known.status}At`]: toIso(at), sesId, ...(reason !== undefined && { reason }) };
  await table.write({ update, set, if: { status: BEFORE[known.status] ?? [] } });
}
