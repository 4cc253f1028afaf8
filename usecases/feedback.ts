import type { Message } from '#core/decision.ts';
import type { CustomerId, TimelineEvent } from '#core/event.ts';
import { digest } from '#core/hash.ts';
import { fromIso, toIso } from '#core/instant.ts';
import type { JsonObject } from '#core/json.ts';
import type { Clock, Table, Value } from './ports.ts';
import { append } from './store/events.ts';
import { messageKey } from './store/keys.ts';

export type FeedbackDependencies = { readonly table: Table; readonly now: Clock };

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

/** Takes one SES event in: the message's status, and an event on the customer. Mail that is not ours is left alone. */
export async function feedback({ table, now }: FeedbackDependencies, event: SesEvent): Promise<'taken' | 'not_ours'> {
  const customer = event.mail.tags?.customer?.[0] as CustomerId | undefined;
  const message = event.mail.tags?.message?.[0];
  const known = KNOWN[event.eventType];
  if (customer === undefined || message === undefined || known === undefined) return 'not_ours';
  const item = await table.get(messageKey(customer, message));
  if (item === undefined) return 'not_ours';
  const object = objectOf(event, known.object);
  const at = fromIso(String(object.timestamp ?? event.mail.timestamp)) ?? now();
  // That a mail was handed over is no news, unless nobody knew it: a timeline event for each would double what a mail costs.
  if (event.eventType !== 'Send' || item.status === 'unknown')
    await append(table, [timelineEvent({ event, known, object, at, now: now() }, JSON.parse(String(item.body)) as Message)]);
  const set: Record<string, Value> = { status: known.status, [`${known.status}At`]: toIso(at), sesId: event.mail.messageId };
  await table.write({ update: messageKey(customer, message), set, if: { status: BEFORE[known.status] ?? [] } });
  return 'taken';
}

type Reported = {
  readonly event: SesEvent;
  readonly known: Known;
  readonly object: JsonObject;
  readonly at: number;
  readonly now: number;
};

function timelineEvent({ event, known, object, at, now }: Reported, message: Message): TimelineEvent {
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
    },
    trust: 'system',
    origin: 'feedback',
  };
}

function particulars(type: string, object: JsonObject): JsonObject {
  const text = (value: unknown): string => (typeof value === 'string' ? value.slice(0, 2000) : '');
  switch (type) {
    case 'Bounce':
      return { bounceType: text(object.bounceType), bounceSubType: text(object.bounceSubType) };
    case 'Complaint':
      return { feedbackType: text(object.complaintFeedbackType) };
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
