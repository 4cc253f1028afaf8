import type { Cap, Journey, Step, Topic } from '../catalogue.ts';
import type { Customer } from '../customer.ts';
import type { Message } from '../decision.ts';
import { type Draft, note } from '../draft.ts';
import { digest } from '../hash.ts';
import { add, type Instant } from '../instant.ts';
import { chooseLocale } from '../mail/locale.ts';
import { takeContact } from '../stages.ts';
import { whyNot } from '../why-not.ts';
import { type Place, roundOf } from './steps.ts';

/** Sends that a person's item remembers for caps; more than any sane cap allows. */
const SENDS_MAX = 200;

/** Decides on a mail: queued, or skipped with a reason. Both are stored, so that reports add up. Answers the reason in words. */
export function queueMail(step: Extract<Step, { type: 'send_email' }>, { draft, run, linked, at }: Place): string {
  const { customer, catalogue } = draft;
  const topic = catalogue.topics.get(step.topic);
  const template = linked.templates.get(step.template);
  const reason =
    whyNot(customer, topic, step.topic) ??
    (template === undefined ? `the template ${step.template} is not released` : undefined) ??
    tooLate(linked.journey, at, draft.now) ??
    capped(draft, linked.journey, topic, at);
  const message: Message = {
    id: `msg_${digest(20, run.id, step.id, roundOf(run))}`,
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
    ...(run.voucher && { voucher: run.voucher }),
  };
  draft.effects.push({ type: 'message', message });
  const about = { journey: run.journey, run: run.id, step: step.id, message: message.id };
  if (reason !== undefined) {
    note(draft, at, 'message_skipped', reason, about);
    return `skipped: ${reason}`;
  }
  takeContact(draft, at);
  remember(draft, { at, topic: step.topic, journey: run.journey });
  note(draft, at, 'message', `${step.template} is on its way`, about);
  return 'queued';
}

/** Late is what should have been sent longer ago than the journey allows: after an outage, or by an event that came late. */
function tooLate({ onLate }: Journey, at: Instant, now: Instant): string | undefined {
  if (onLate?.mode !== 'skip' || add(at, onLate.maxAge) >= now) return undefined;
  return `it is late by more than ${onLate.maxAge}`;
}

/** The cap that is reached; service mail is exempt. */
function capped(draft: Draft, journey: Journey, topic: Topic | undefined, at: Instant): string | undefined {
  if (topic?.type !== 'marketing') return undefined;
  const count = (cap: Cap, within?: string): number =>
    draft.customer.sends.filter(
      (one) =>
        add(one.at, cap.per) > at &&
        (cap.topics === undefined || cap.topics.includes(one.topic)) &&
        (within === undefined || one.journey === within),
    ).length;
  const concerns = (cap: Cap): boolean => cap.topics === undefined || cap.topics.includes(topic.id);
  const policy = (draft.catalogue.release.policy.caps ?? []).find((cap) => concerns(cap) && count(cap) >= cap.max);
  if (policy !== undefined) return `the cap of ${policy.max} mails within ${policy.per} is reached`;
  const own = (journey.caps ?? []).find((cap) => concerns(cap) && count(cap, journey.id) >= cap.max);
  return own && `the journey's cap of ${own.max} mails within ${own.per} is reached`;
}

/** Only where caps are declared, and only as long as the longest of them looks back. */
function remember({ catalogue, customer }: Draft, send: Customer['sends'][number]): void {
  if (catalogue.caps.length === 0 || catalogue.topics.get(send.topic)?.type !== 'marketing') return;
  const counts = (one: Customer['sends'][number]): boolean => catalogue.caps.some(({ per }) => add(one.at, per) > send.at);
  customer.sends = [...customer.sends.filter(counts), send].slice(-SENDS_MAX);
}

function localeOf({ customer, catalogue }: Draft, locales: readonly string[]): string {
  const own = customer.attributes.locale;
  const { locale } = catalogue.release.policy;
  return chooseLocale(locales, typeof own === 'string' ? own : undefined, locale) ?? locale;
}
