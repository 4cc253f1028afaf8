import type { Topic } from './catalogue.ts';
import type { Customer } from './customer.ts';
import { confirmationTopic } from './double-opt-in.ts';

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
  // To ask somebody who called us spam is to do it again, whoever filled in the form.
  const asks = topic.id === confirmationTopic.id;
  if (topic.type === 'transactional' && !asks) return undefined;
  if (suppressed !== undefined) return 'the person marked a mail as spam';
  if (asks) return undefined;
  const consent = customer.consents[topic.id];
  if (consent === undefined) return `no consent to the topic “${topic.name}”`;
  if (consent.status === 'pending') return `the consent to the topic “${topic.name}” is not confirmed yet`;
  return consent.status === 'subscribed' ? undefined : `unsubscribed from the topic “${topic.name}”`;
}
