/** Opens and clicks: whether a person or a program did it, by what is known of the message around it. */
import type { Message } from '#core/decision.ts';
import { digest } from '#core/hash.ts';
import { DAY_MS, fromIso, type Instant, toIso } from '#core/instant.ts';
import type { JsonObject } from '#core/json.ts';
import { machineReason } from '#core/mail/machine.ts';
import type { Item, Table } from '../ports.ts';
import { itemKey } from '../store/keys.ts';

/**
 * A click counts so much later than it came: whether it was one of many at once shows only when the others are there too, and
 * an event that was written is not taken back.
 */
export const JUDGED_AFTER_SECONDS = 3;
/** What a click left behind for its neighbours is of no use after that. */
const KEPT_MS = DAY_MS;

export type Click = { readonly at: Instant; readonly link: string };

const prefix = (message: string): string => `K#${message}#`;

/** Remembers a click until it and those around it are judged. */
export async function rememberClick(table: Table, { customer, id }: Message, { at, link }: Click): Promise<void> {
  const key = itemKey(customer, `${prefix(id)}${toIso(at)}#${digest(16, link)}`);
  await table.write({ put: { ...key, at, link: digest(16, link), expiresAt: Math.ceil((at + KEPT_MS) / 1000) } });
}

/** The properties that mark what no person did; none for what a person may have done. */
export async function machineMark(
  table: Table,
  { customer, id }: Message,
  item: Item,
  reaction: { readonly type: 'open' | 'click'; readonly at: Instant; readonly object: JsonObject },
): Promise<JsonObject> {
  const { type, at, object } = reaction;
  const clicks = type === 'click' ? (await table.query(itemKey(customer, '').pk, { prefix: prefix(id), limit: 100 })).items : [];
  const reason = machineReason(
    { type, at, userAgent: textOf(object.userAgent), link: digest(16, textOf(object.link)) },
    {
      deliveredAt: fromIso(String(item.deliveredAt ?? item.sentAt)),
      clicks: clicks.map((one) => ({ at: Number(one.at), link: String(one.link) })),
    },
  );
  return reason === undefined ? {} : { machine: true, machine_reason: reason };
}

export const textOf = (value: unknown): string => (typeof value === 'string' ? value.slice(0, 2000) : '');
