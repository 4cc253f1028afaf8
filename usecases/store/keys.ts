/** Where things stand in the table. */
import type { CustomerId } from '#core/event.ts';
import { digest } from '#core/hash.ts';
import { type Key, WAKE_SHARDS } from '../ports.ts';

export const customerPk = (id: CustomerId): string => `C#${id}`;
export const customerOfPk = (pk: string): CustomerId => pk.slice(2) as CustomerId;
export const stateKey = (id: CustomerId): Key => ({ pk: customerPk(id), sk: 'STATE' });
export const itemKey = (id: CustomerId, sk: string): Key => ({ pk: customerPk(id), sk });
/** Where the event stands that started a journey. */
export const triggerKey = ({ customer, key }: { readonly customer: CustomerId; readonly key: string }): Key =>
  itemKey(customer, key);
export const messageKey = (id: CustomerId, message: string): Key => itemKey(id, `M#${message}`);
export const callKey = (id: CustomerId, call: string): Key => itemKey(id, `X#${call}`);

export const voucherKey = (id: CustomerId, voucher: string): Key => itemKey(id, `V#${voucher}`);
/** Whose code it is: found by the code alone. */
export const voucherCodeKey = (code: string): Key => ({ pk: `VOUCHER#${code}`, sk: 'CODE' });
/** Who gave a friend this code. */
export const referralKey = (code: string): Key => ({ pk: `REFERRAL#${code}`, sk: 'CODE' });
/** Imported codes that nobody has yet. */
export const freeCodesPk = (pool: string): string => `POOL#${pool}`;

/** What a journey has given away of its budget; divided, so that many can be given to at the same time. */
export const budgetPk = (journey: string): string => `BUDGET#${journey}`;

/** The decision on an event stands under the event's own time and id, beside it. */
export const decisionSk = (eventKey: string): string => `D#${eventKey.slice(2)}`;

export const currentKey: Key = { pk: 'CATALOGUE', sk: 'CURRENT' };
export const releaseListPk = 'RELEASES';
export const releasePk = (id: string): string => `RELEASE#${id}`;
export const journeyVersionKey = (version: string): Key => ({ pk: `JOURNEY#${version}`, sk: 'JOURNEY' });
export const templateKey = (version: string, locale: string): Key => ({ pk: `TEMPLATE#${version}`, sk: `L#${locale}` });
export const accessKey = (hash: string): Key => ({ pk: 'KEYS', sk: `K#${hash}` });
/** How far the line of mails to SES is booked. */
export const paceKey: Key = { pk: 'SENDING', sk: 'PACE' };
/** Counts what one name did in the window that begins at an instant. */
export const limitKey = (name: string, begin: number): Key => ({ pk: `LIMIT#${name}`, sk: `W#${begin}` });
export const secretKey: Key = { pk: 'SECRET', sk: 'TOKENS' };
/** Our secret at the provider of a captcha. */
export const captchaSecretKey = (provider: string): Key => ({ pk: 'SECRET', sk: `CAPTCHA#${provider}` });

export const wakeShard = (id: CustomerId): string => String(Number.parseInt(digest(4, id), 16) % WAKE_SHARDS);
