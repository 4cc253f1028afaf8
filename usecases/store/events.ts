import { eventKey, type TimelineEvent } from '#core/event.ts';
import { toIso } from '#core/instant.ts';
import type { CustomerId, Item, Table, Write } from '../ports.ts';
import { allItems } from './all-items.ts';
import { customerPk, decisionSk, triggerKey } from './keys.ts';

/** Writes of one transaction. */
export const TRANSACTION_MAX = 100;

/**
 * Writes events once each: what stands there already stays as it is. One event costs a plain conditional write, several
 * cost one transaction per hundred. Answers how many were new.
 */
export async function append(table: Table, events: readonly TimelineEvent[]): Promise<{ stored: number; known: number }> {
  const items = [...new Map(events.map((event) => [`${event.customer} ${eventKey(event)}`, eventItem(event)])).values()];
  let stored = 0;
  for (let from = 0; from < items.length; from += TRANSACTION_MAX)
    stored += await appendSome(table, items.slice(from, from + TRANSACTION_MAX));
  return { stored, known: events.length - stored };
}

async function appendSome(table: Table, items: readonly Item[]): Promise<number> {
  const [first, ...others] = items;
  if (first === undefined) return 0;
  const put = (item: Item): Write => ({ put: item, if: 'absent' });
  if (others.length === 0) return (await table.write(put(first))).ok ? 1 : 0;
  const written = await table.transact(items.map(put));
  if (written.ok) return items.length;
  const known = new Set(written.failed.map(({ index }) => index));
  return appendSome(
    table,
    items.filter((_, index) => !known.has(index)),
  );
}

/** All events of one partition, in the order of their keys. */
export async function readEvents(table: Table, id: CustomerId): Promise<TimelineEvent[]> {
  return (await readAll(table, id, 'E#')).map(eventOf);
}

/** Those that were decided on; the others are still on their way, or no rule mentions them. */
export async function evaluatedEvents(table: Table, id: CustomerId): Promise<TimelineEvent[]> {
  const [events, decided] = await Promise.all([readEvents(table, id), readAll(table, id, 'D#')]);
  const known = new Set(decided.map(({ sk }) => sk));
  return events.filter((event) => known.has(decisionSk(eventKey(event))));
}

/** All items of one partition whose keys begin so, in the order of the keys. */
export function readAll(table: Table, id: CustomerId, prefix: string): Promise<Item[]> {
  return allItems(table, customerPk(id), { prefix });
}

/** How far back the latest event of a kind is looked for. */
const LATEST_AMONG = 500;

/** The latest event of a name, or that a form sent, among the last few hundred of a customer. */
export async function latestEvent(
  table: Table,
  id: CustomerId,
  wanted: { readonly name: string } | { readonly form: string },
): Promise<TimelineEvent | undefined> {
  const { items } = await table.query(customerPk(id), { prefix: 'E#', limit: LATEST_AMONG, descending: true });
  return items
    .map(eventOf)
    .find((event) =>
      'name' in wanted ? event.name === wanted.name : event.origin === 'form' && event.properties.form === wanted.form,
    );
}

export function eventItem(event: TimelineEvent): Item {
  return {
    pk: customerPk(event.customer),
    sk: eventKey(event),
    at: toIso(event.at),
    name: event.name,
    body: textOf(event),
  };
}

/**
 * As JSON text. Halves of surrogate pairs are no characters: the bus refuses them, and with them the whole event. So they
 * become U+FFFD, as in every text that was decoded; `JSON.stringify` writes nothing but them as `\\ud…`.
 */
function textOf(event: TimelineEvent): string {
  const text = JSON.stringify(event);
  return /\\ud[89a-f]/.test(text) ? JSON.stringify(event, wellFormed) : text;
}

function wellFormed(_: string, value: unknown): unknown {
  if (typeof value === 'string') return value.toWellFormed();
  if (value === null || typeof value !== 'object' || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name.toWellFormed(), one]));
}

/** An event as it was written. */
export function eventOf(item: Item): TimelineEvent {
  return JSON.parse(String(item.body)) as TimelineEvent;
}

/** The properties of the event that started a journey; none where no event did. */
export async function triggerProperties(
  table: Table,
  { trigger }: { readonly trigger?: { readonly customer: CustomerId; readonly key: string } },
): Promise<TimelineEvent['properties']> {
  const item = trigger && (await table.get(triggerKey(trigger)));
  return item === undefined ? {} : eventOf(item).properties;
}
