import type { CustomerId, Identities } from './event.ts';
import { digest } from './hash.ts';

/** The e-mail address as an identity: trimmed and in lower case. Undefined where it cannot be an address. */
export function normalEmail(value: unknown): string | undefined {
  if (typeof value !== 'string') return undefined;
  const email = value.trim().normalize('NFC').toLowerCase();
  return email.length <= 254 && EMAIL.test(email) ? email : undefined;
}

// One @, no blanks, control characters or brackets, and a dot in the domain. Whether it exists, only a mail can tell.
const EMAIL = /^[^\s@<>"(),:;\\[\]\p{Cc}]{1,64}@[^\s@<>"(),:;\\[\]\p{Cc}.]+(?:\.[^\s@<>"(),:;\\[\]\p{Cc}.]+)+$/u;

export const customerIdOfUser = (userId: string): CustomerId => `cus_${digest(26, 'user', userId)}`;
export const customerIdOfEmail = (email: string): CustomerId => `cus_${digest(26, 'email', email)}`;
export const customerIdOfAnonymous = (anonymousId: string): CustomerId => `cus_${digest(26, 'anonymous', anonymousId)}`;

/** The ids that these identities give, strongest first: user id, e-mail, anonymous id. The first one is where an event is stored. */
export function customerIdsOf(identities: Identities): CustomerId[] {
  const ids: CustomerId[] = [];
  if (identities.userId !== undefined) ids.push(customerIdOfUser(identities.userId));
  if (identities.email !== undefined) ids.push(customerIdOfEmail(identities.email));
  if (identities.anonymousId !== undefined) ids.push(customerIdOfAnonymous(identities.anonymousId));
  return ids;
}
