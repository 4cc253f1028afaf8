/** What SES reports of a mail, and what the customer's timeline is told of it. */
import type { Message } from '#core/decision.ts';
import type { TimelineEvent } from '#core/event.ts';
import { digest } from '#core/hash.ts';
import { toIso } from '#core/instant.ts';
import type { JsonObject } from '#core/json.ts';
import { textOf } from './reactions.ts';

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

export type Known = { readonly object: string; readonly name: string; readonly status: string };

/** SES's event types: the object in the detail, the name of the timeline event (Segment's e-mail spec), the message's status. */
export const KNOWN: Readonly<Record<string, Known>> = {
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

type Reported = {
  readonly event: SesEvent;
  readonly known: Known;
  readonly object: JsonObject;
  readonly at: number;
  readonly now: number;
  readonly more: JsonObject;
};

/** The event on the timeline; the same report twice is one. */
export function timelineEvent({ event, known, object, at, now, more }: Reported, message: Message): TimelineEvent {
  const id = `ses-${digest(24, event.mail.messageId, event.eventType, String(object.timestamp ?? ''), String(object.link ?? ''))}`;
  const subject = event.mail.commonHeaders?.subject ?? '';
  const properties = {
    email_id: event.mail.messageId,
    email_subject: subject,
    ...particulars(event.eventType, object),
    ...more,
  };
  return {
    ...mailEvent(message, { id, name: known.name, at: Math.min(at, now), properties }),
    receivedAt: now,
    keyTime: toIso(at),
  };
}

/** What the timeline is told of a mail, in the words of Segment's e-mail spec. */
export function mailEvent(
  message: Message,
  { id, name, at, properties }: Pick<TimelineEvent, 'id' | 'name' | 'at' | 'properties'>,
): TimelineEvent {
  return {
    id,
    customer: message.customer,
    kind: 'mail',
    name,
    at,
    receivedAt: at,
    keyTime: toIso(at),
    identities: {},
    properties: {
      ...properties,
      campaign_id: message.journey,
      message: message.id,
      journey: message.journey,
      step: message.step,
      run: message.run,
      template: message.template,
      topic: message.topic,
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

/**
 * Who leaves by a list that SES manages has left ours too: all topics, or those that have the same name. Who joins one has
 * not consented to anything here.
 */
export function unsubscribed(report: TimelineEvent, object: JsonObject): TimelineEvent[] {
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

/** Why a mail did not arrive, in words. */
export function whyFailed(event: SesEvent, object: JsonObject): string | undefined {
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

export function objectOf(event: SesEvent, name: string): JsonObject {
  const object = event[name];
  return object !== null && typeof object === 'object' ? (object as JsonObject) : {};
}
