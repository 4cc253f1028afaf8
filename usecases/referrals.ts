/** Who brought whom: codes that friends send along are looked up before their events are decided on. */

import type { Customer } from '#core/customer.ts';
import type { CustomerId, TimelineEvent } from '#core/event.ts';
import { type JsonObject, at as valueAt } from '#core/json.ts';
import { REFERRED } from '#core/loyalty/referral.ts';
import type { Table } from './ports.ts';
import type { Catalogues } from './store/catalogue.ts';
import { loadPerson, type People } from './store/customers.ts';
import { append } from './store/events.ts';
import { referralKey } from './store/keys.ts';
import { normalCode } from './vouchers/code.ts';

type ReferralDependencies = { readonly table: Table; readonly catalogues: Pick<Catalogues, 'release'> };

/**
 * An event with a friend's code leads to the event "Referred" on the same timeline, once: with who gave the code, or with
 * the reason why it counts for nothing. Nothing is read where no event has a code.
 */
export async function takeReferrals(
  { table, catalogues }: ReferralDependencies,
  events: readonly TimelineEvent[],
  people: People,
): Promise<void> {
  if (people.release === undefined) return;
  const terms = (await catalogues.release(people.release)).loyalty?.referral;
  if (terms === undefined) return;
  const property = terms.property ?? 'referral_code';
  for (const event of events) {
    const code = codeIn(event, property);
    if (code === undefined) continue;
    const friend = await loadPerson(table, event.customer);
    if (friend.customer?.loyalty?.referral !== undefined) continue;
    await append(table, [referred(event, await judge(table, code, { id: friend.id, customer: friend.customer }, event))]);
  }
}

function codeIn({ origin, properties }: TimelineEvent, property: string): string | undefined {
  if (origin !== 'api' && origin !== 'form') return undefined;
  const value = valueAt(properties, property) ?? valueAt(properties, `fields.${property}`);
  return typeof value === 'string' && value.trim() !== '' && value.length <= 100 ? value : undefined;
}

type Friend = { readonly id: CustomerId; readonly customer: Customer | undefined };

async function judge(table: Table, code: string, friend: Friend, event: TimelineEvent): Promise<JsonObject> {
  const item = await table.get(referralKey(normalCode(code)));
  if (item === undefined) return { refused: 'there is no such code' };
  const referrer = await loadPerson(table, String(item.customer) as CustomerId);
  if (referrer.customer === undefined) return { refused: 'whoever gave the code is not a customer any more' };
  if (referrer.id === friend.id) return { refused: 'nobody can refer themselves' };
  const address = event.identities.email ?? friend.customer?.email;
  if (address !== undefined && mailbox(address) === mailbox(referrer.customer.email ?? '')) {
    return { refused: 'both have the same e-mail address' };
  }
  const home = homeOf(event.traits ?? {}) ?? homeOf(friend.customer?.attributes ?? {});
  if (home !== undefined && home === homeOf(referrer.customer.attributes))
    return { refused: 'both have the same postal address' };
  return { referrer: referrer.id };
}

/** What stands behind a plus is the reader's own label: it is the same mailbox. */
function mailbox(email: string): string {
  const [name = '', domain = ''] = email.toLowerCase().split('@');
  return `${name.replace(/\+.*$/, '')}@${domain}`;
}

/** Street and postal code without blanks and signs; undefined where one of the two is not known. */
function homeOf(attributes: JsonObject): string | undefined {
  const read = (path: string): string => {
    const value = valueAt(attributes, path);
    return typeof value === 'string' ? value.toLowerCase().replace(/[^\p{L}\p{N}]/gu, '') : '';
  };
  const street = read('address.street');
  const code = read('address.postalCode') || read('address.postal_code');
  return street === '' || code === '' ? undefined : `${street} ${code}`;
}

function referred(event: TimelineEvent, properties: JsonObject): TimelineEvent {
  const { traits: _, context: __, ...rest } = event;
  return {
    ...rest,
    id: `referred-${event.id}`,
    name: REFERRED,
    kind: 'track',
    identities: {},
    properties,
    trust: 'system',
    origin: 'loyalty',
  };
}
