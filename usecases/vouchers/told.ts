import type { TimelineEvent } from '#core/event.ts';
import { at as valueAt } from '#core/json.ts';
import { append } from '../store/events.ts';
import { type CheckedVoucher, type RedeemDependencies, redeemVoucher } from './redeem.ts';

/**
 * Uses the codes that a shop's events tell of: "Voucher Redeemed", sent with a secret key, with the property "code". Done
 * before the events are decided on, and once for each, so that a crash between the two loses nothing. A code that may not
 * be used is answered by the event "Voucher Refused" on the same timeline.
 */
export async function takeRedemptions(dependencies: RedeemDependencies, events: readonly TimelineEvent[]): Promise<void> {
  for (const event of events) {
    if (event.name !== 'Voucher Redeemed' || event.trust !== 'secret') continue;
    const code = valueAt(event.properties, 'code');
    const order = valueAt(event.properties, 'order_id');
    const named = typeof order === 'string' || typeof order === 'number' ? String(order) : undefined;
    if (typeof code !== 'string') await refuse(dependencies, event, { code: '', status: 'unknown' });
    else {
      const about = { code, key: named ?? event.id, order: named, customer: event.customer, at: event.at };
      const { redeemed, voucher } = await redeemVoucher(dependencies, about);
      if (!redeemed) await refuse(dependencies, event, voucher);
    }
  }
}

async function refuse({ table }: RedeemDependencies, event: TimelineEvent, { code, status }: CheckedVoucher): Promise<void> {
  const refused: TimelineEvent = {
    ...event,
    id: `refused-${event.id}`,
    name: 'Voucher Refused',
    identities: {},
    properties: { code: code.slice(0, 100), reason: WORDS[status] },
    trust: 'system',
    origin: 'voucher',
  };
  await append(table, [refused]);
}

const WORDS: Readonly<Record<CheckedVoucher['status'], string>> = {
  valid: 'the code could not be used',
  used: 'the code was used before',
  expired: 'the voucher has lapsed',
  not_issued: 'the code was given to nobody yet',
  of_another_customer: 'the voucher belongs to another customer',
  unknown: 'there is no such code',
  mistyped: 'the code has a slip of the pen in it',
};
