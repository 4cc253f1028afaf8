import type { Step, Topic } from '../catalogue.ts';
import type { Customer } from '../customer.ts';
import type { Message } from '../decision.ts';
import { type Draft, note } from '../draft.ts';
import { digest } from '../hash.ts';
import { chooseLocale } from '../mail/locale.ts';
import type { Place } from './steps.ts';

/** Decides on a mail: queued, or skipped with a reason. Both are stored, so that reports add up. Answers the reason in words. */
export function queueMail(step: Extract<Step, { type: 'send_email' }>, { draft, run, linked, at }: Place): string {
  const { customer, catalogue } = draft;
  const topic = catalogue.topics.get(step.topic);
  const template = linked.templates.get(step.template);
  const reason =
    whyNot(customer, topic, step.topic) ?? (template === undefined ? `the template ${step.template} is not released` : undefined);
  const message: Message = {
    id: `msg_${digest(20, run.id, step.id)}`,
    customer: customer.id,
    at,
    status: reason === undefined ? 'queued' : 'skipped',
    ...(reason !== undefined && { reason }),
    journey: run.journey,
    run: run.id,
    step: step.id,
    template: step.template,
    templateVersion: template?.version ?? '',
    locale: localeOf(draft, template?.locales ?? []),
    topic: step.topic,
    topicType: topic?.type ?? 'marketing',
    release: catalogue.id,
    ...(run.trigger.event && { trigger: run.trigger.event }),
  };
  draft.effects.push({ type: 'message', message });
  const about = { journey: run.journey, run: run.id, step: step.id, message: message.id };
  if (reason === undefined) note(draft, at, 'message', `${step.template} is on its way`, about);
  else note(draft, at, 'message_skipped', reason, about);
  return reason === undefined ? 'queued' : `skipped: ${reason}`;
}

/**
 * Why a mail of this topic may not go to this person; undefined where it may (I4). Asked when deciding, and again at the
 * instant of sending. Service mail needs no consent, but an address that exists.
 */
export function whyNot(
  customer: Pick<Customer, 'email' | 'suppressed' | 'consents'>,
  topic: Topic | undefined,
  topicId: string,
): string | undefined {
  if (customer.email === undefined) return 'no e-mail address is known';
  if (topic === undefined) return `the topic ${topicId} is not in the catalogue`;
  const { suppressed } = customer;
  if (suppressed?.reason === 'bounce') return 'the address has bounced';
  if (suppressed?.reason === 'manual') return 'the person is blocked';
  if (topic.type === 'transactional') return undefined;
  if (suppressed !== undefined) return 'the person marked a mail as spam';
  const consent = customer.consents[topic.id];
  if (consent === undefined) return `no consent to the topic “${topic.name}”`;
  return consent.status === 'subscribed' ? undefined : `unsubscribed from the topic “${topic.name}”`;
}

function localeOf({ customer, catalogue }: Draft, locales: readonly string[]): string {
  const own = customer.attributes.locale;
  const { locale } = catalogue.release.policy;
  return chooseLocale(locales, typeof own === 'string' ? own : undefined, locale) ?? locale;
}
