import type { Decision, Message } from '#core/decision.ts';
import type { TimelineEvent } from '#core/event.ts';
import type { SeenMail } from '#core/report/mail-tally.ts';
import type { PersonRecord } from '#core/report/tally.ts';
import type { SeenVoucher } from '#core/report/voucher-tally.ts';
import type { Voucher } from '#core/vouchers.ts';
import type { Item, Table } from '../ports.ts';
import { allItems } from '../store/all-items.ts';
import { personOf } from '../store/customers.ts';
import { eventOf } from '../store/events.ts';
import { customerPk } from '../store/keys.ts';

/** Everything that a report needs of a person, under all ids; undefined where the id was folded into another, or is gone. */
export async function personRecord(table: Table, pk: string): Promise<PersonRecord | undefined> {
  const own = await allItems(table, pk);
  const state = own.find(({ sk }) => sk === 'STATE');
  const { customer } = state === undefined ? { customer: undefined } : personOf(state);
  if (customer === undefined) return undefined;
  const others = await Promise.all(
    customer.merged.filter((id) => id !== customer.id).map((id) => allItems(table, customerPk(id))),
  );
  const events: TimelineEvent[] = [];
  const decisions: Decision[] = [];
  const mails: SeenMail[] = [];
  const vouchers: SeenVoucher[] = [];
  for (const item of [own, ...others].flat()) {
    if (item.sk.startsWith('E#')) events.push(eventOf(item));
    else if (item.sk.startsWith('D#')) decisions.push(JSON.parse(String(item.body)) as Decision);
    else if (item.sk.startsWith('M#')) mails.push(mailOf(item));
    else if (item.sk.startsWith('V#')) vouchers.push(voucherOf(item));
  }
  return { customer, events, decisions, mails, vouchers };
}

function mailOf(item: Item): SeenMail {
  const { journey, topic, at } = JSON.parse(String(item.body)) as Message;
  const reason = item.reason === undefined ? {} : { reason: String(item.reason) };
  return { journey, topic, at, status: String(item.status), ...reason };
}

function voucherOf(item: Item): SeenVoucher {
  const { pool, at, validUntil } = JSON.parse(String(item.body)) as Voucher;
  return { pool, at, validUntil, status: String(item.status) };
}
