import type { Message } from '#core/decision.ts';
import type { CustomerId, TimelineEvent } from '#core/event.ts';
import { digest } from '#core/hash.ts';
import { fromIso, toIso } from '#core/instant.ts';
import type { JsonObject } from '#core/json.ts';
import { JUDGED_AFTER_SECONDS, machineMark, rememberClick, textOf } from './feedback/reactions.ts';
import type { Clock, Item, Line, Table } from './ports.ts';
import { append } from './store/events.ts';
import { customerPk, messageKey } from './store/keys.ts';

export type FeedbackDependencies = {
  readonly table: Table;
  readonly now: Clock;
  /** The queue of feedback itself, where a click waits for those around it. */
  readonly line: Line;
};

/** An SES event as EventBridge carries it in `detail`; only `mail` is sure to be complete. */
export type SesEvent = {
  readonly eventType: string;
  readonly mail: {
    readonly messageId: string;
    readonly timestamp: string;
    readonly destination?: readonly string[] | undefined;
    readonly tags?: Readonly<Record<string, readonly string[]>> | undefined;
    readonly commonHeaders?: { readonly subject?: string | undefined } | undefined;
  };
  readonly [object: string]: unknown;
};

type Known = { readonly object: string; readonly name: string; readonly status: string };

/** SES's event types: the object in the detail, the name of the timeline event (Segment's e-mail spec), the message's status. */
const KNOWN: Readonly<Record<string, Known>> = {
  Send: { object: 'send', name: 'Email Sent', status: 'sent' },
  Delivery: { object: 'delivery', name: 'Email Delivered', status: 'delivered' },
  Bounce: { object: 'bounce', name: 'Email Bounced', status: 'bounced' },
  Complaint: { object: 'complaint', name: 'Email Marked as Spam', status: 'complained' },
  Open: { object: 'open', name: 'Email Opened', status: 'opened' },
  Click: { object: 'click', name: 'Email Link Clicked', status: 'clicked' },
  Reject: { object: 'reject', name: 'Email Rejected', status: 'failed' },
  'Rendering Failure': { object: 'failure', name: 'Email Rejected', status: 'failed' },
  DeliveryDelay: { object: 'deliveryDelay', name: 'Email Delivery Delayed', status: 'sent' },
  Subscription: { object: 'subscription', name: 'Email Subscription Changed', status: 'sent' },
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

/** Why a mail did not arrive, in words. */
function whyFailed(event: SesEvent, object: JsonObject): string | undefined {
  if (event.eventType === 'Reject') return `SES refused it: ${textOf(object.reason)}`;
  if (event.eventType === 'Rendering Failure') return `SES could not render it: ${textOf(object.errorMessage)}`;
  if (event.eventType !== 'Bounce') return undefined;
  const { bounceType, bounceSubType } = object;
  if (/Suppress/.test(textOf(bounceSubType)))
    return 'not tried: SES has the address on a list of those that bounced or complained';
  const first = Array.isArray(object.bouncedRecipients) ? (object.bouncedRecipients[0] as JsonObject | undefined) : undefined;
  const said = textOf(first?.diagnosticCode).slice(0, 300);
  const lasting = bounceType === 'Permanent' ? 'the address does not take mail' : 'it could not be delivered for now';
  return `${lasting} (${[textOf(bounceSubType), said].filter(Boolean).join(': ')})`;
}

/**
 * Who leaves by a list that SES manages has left ours too: all topics, or those that have the same name. Who joins one has
 * not consented to anything here.
 */
function unsubscribed(report: TimelineEvent, object: JsonObject): TimelineEvent[] {
  if (report.name !== 'Email Subscription Changed') return [];
  const preferences = object.newTopicPreferences as JsonObject | null | undefined;
  const topics = Array.isArray(preferences?.topicSubscriptionStatus) ? (preferences.topicSubscriptionStatus as JsonObject[]) : [];
  const left = topics.filter((one) => one?.subscriptionStatus === 'OptOut').map((one) => textOf(one.topicName));
  const lists = preferences?.unsubscribeAll === true ? ['*'] : left;
  return lists.map((list) => ({
    ...report,
    id: `${report.id}-${digest(8, list)}`,
    kind: 'consent',
    name: 'Unsubscribed',
    properties: { list_id: list, source: `SES (${textOf(object.source)})`, message: report.properties.message ?? '' },
    trust: 'confirmed',
    origin: 'recipient',
  }));
}

type Reported = {
  readonly event: SesEvent;
  readonly known: Known;
  readonly object: JsonObject;
  readonly at: number;
  readonly now: number;
  readonly more: JsonObject;
};

function timelineEvent({ event, known, object, at, now, more }: Reported, message: Message): TimelineEvent {
  return {
    id: `ses-${digest(24, event.mail.messageId, event.eventType, String(object.timestamp ?? ''), String(object.link ?? ''))}`,
    customer: message.customer,
    kind: 'mail',
    name: known.name,
    at: Math.min(at, now),
    receivedAt: now,
    keyTime: toIso(at),
    identities: {},
    properties: {
      email_id: event.mail.messageId,
      email_subject: event.mail.commonHeaders?.subject ?? '',
      campaign_id: message.journey,
      message: message.id,
      journey: message.journey,
      step: message.step,
      run: message.run,
      template: message.template,
      topic: message.topic,
      ...particulars(event.eventType, object),
      ...more,
    },
    trust: 'system',
    origin: 'feedback',
  };
}

function particulars(type: string, object: JsonObject): JsonObject {
  const text = textOf;
  switch (type) {
    case 'Bounce':
      return { bounceType: text(object.bounceType), bounceSubType: text(object.bounceSubType) };
    case 'Complaint':
      return { feedbackType: text(object.complaintFeedbackType), complaintSubType: text(object.complaintSubType) };
    case 'Click':
      return { link_url: text(object.link), userAgent: text(object.userAgent) };
    case 'Open':
      return { userAgent: text(object.userAgent) };
    case 'Reject':
      return { reason: text(object.reason) };
    case 'Rendering Failure':
      return { reason: text(object.errorMessage) };
    case 'DeliveryDelay':
      return { delayType: text(object.delayType) };
    default:
      return {};
  }
}

function objectOf(event: SesEvent, name: string): JsonObject {
  const object = event[name];
  return object !== null && typeof object === 'object' ? (object as JsonObject) : {};
}
