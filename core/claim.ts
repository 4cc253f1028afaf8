/** What events say about who is one person with whom, and which of two words about it stands. */
import type { CustomerId, TimelineEvent } from './event.ts';
import { eventKey } from './event.ts';
import { customerIdOfAnonymous, customerIdOfEmail, customerIdOfUser, customerIdsOf } from './identity.ts';
import { toIso } from './instant.ts';

/**
 * Which of two claims to one address or browser stands: the one whose text is smaller. An address goes to a trusted word
 * before a web page's, then to the first one. What a web page says counts from when it was received: the time that it states
 * could be made up. A browser goes to whoever was seen in it first.
 */
export function rankOfEmail(event: TimelineEvent): string {
  return isTrusted(event) ? `0#${toIso(event.at)}#${eventKey(event)}` : `1#${toIso(event.receivedAt)}#${eventKey(event)}`;
}

export function rankOfBrowser(event: TimelineEvent): string {
  return `${toIso(event.at)}#${eventKey(event)}`;
}

/** Only a secret key, or the person by a confirmation, can say that two people are one. What Rekindle observes says nothing new. */
export const isTrusted = ({ trust }: TimelineEvent): boolean => trust === 'secret' || trust === 'confirmed';

/** The user id that an alias says was somebody's before; undefined where the sender may not say so. */
export function formerUser({ kind, trust, identities, properties }: TimelineEvent): CustomerId | undefined {
  const { previousId } = properties;
  if (kind !== 'alias' || trust !== 'secret' || typeof previousId !== 'string' || identities.userId === undefined)
    return undefined;
  return previousId === identities.userId ? undefined : customerIdOfUser(previousId);
}

/** The ids that an event mentions besides the one that it is stored under. */
export function otherIds(event: TimelineEvent): CustomerId[] {
  // What a journey emits repeats what is known of the person; it must not turn a web page's word into a trusted one.
  if (event.trust === 'system') return [];
  const former = formerUser(event);
  const ids = customerIdsOf(event.identities).filter((id) => id !== event.customer);
  return former === undefined ? ids : [...ids, former];
}

export const emailIdOf = ({ identities: { email } }: TimelineEvent): CustomerId | undefined =>
  email === undefined ? undefined : customerIdOfEmail(email);

export const browserIdOf = ({ identities: { anonymousId } }: TimelineEvent): CustomerId | undefined =>
  anonymousId === undefined ? undefined : customerIdOfAnonymous(anonymousId);
