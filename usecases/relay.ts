import type { Message } from '#core/decision.ts';
import type { CustomerId, TimelineEvent } from '#core/event.ts';
import { fromIso, toIso } from '#core/instant.ts';
import type { Bus, Clock, Item, Pause, Published } from './ports.ts';
import { eventOf } from './store/events.ts';
import { customerOfPk } from './store/keys.ts';

export type RelayDependencies = { readonly bus: Bus; readonly now: Clock; readonly pause: Pause };

/** A new item of the table's stream, with the id under which its failure is reported. */
export type NewItem = { readonly id: string; readonly item: Item };

/** Rounds in which entries that the bus did not take are offered again, before the stream has to. */
const ROUNDS_MAX = 4;

/** Publishes new events, messages and calls. Answers the ids of those that the bus would not take. */
export async function relay({ bus, now, pause }: RelayDependencies, news: readonly NewItem[]): Promise<readonly string[]> {
  const open = news.flatMap(({ id, item }) => {
    const published = publishedOf(item, now());
    return published === undefined ? [] : [{ id, published }];
  });
  return (await publishAll({ bus, pause }, open)).map(({ id }) => id);
}

/** Publishes, and offers what the bus does not take again, with growing pauses. Answers what it never took. */
export async function publishAll<T extends { readonly published: Published }>(
  { bus, pause }: Pick<RelayDependencies, 'bus' | 'pause'>,
  entries: readonly T[],
): Promise<readonly T[]> {
  let open = entries;
  for (let round = 0; open.length > 0 && round < ROUNDS_MAX; round += 1) {
    if (round > 0) await pause(50 * 2 ** round);
    const offered = open;
    const refused = await bus.publish(offered.map(({ published }) => published));
    open = refused.flatMap((index) => offered[index] ?? []);
  }
  return open;
}

/** What the bus carries of an item; undefined for items that are nobody's news. */
function publishedOf(item: Item, at: number): Published | undefined {
  const kind = item.sk.slice(0, 2);
  const customer = customerOfPk(item.pk);
  if (kind === 'E#') {
    const event = eventOf(item);
    return { source: 'rekindle', type: event.name, at: event.at, detail: busDetail(event) };
  }
  if (kind === 'M#' && item.status === 'queued') return internal('Message Queued', at, messageDetail(customer, item));
  if (kind === 'X#') return internal('Call Queued', at, { customer, call: item.sk.slice(2) });
  return undefined;
}

/** With the event that started the journey, so that `send` can read all that it needs at once. */
function messageDetail(customer: CustomerId, item: Item): object {
  const { trigger, voucher } = JSON.parse(String(item.body)) as Message;
  return { customer, message: item.sk.slice(2), ...(trigger && { trigger }), ...(voucher && { voucher }) };
}

const internal = (type: string, at: number, detail: object): Published => ({ source: 'rekindle.internal', type, at, detail });

/** An event as others on the bus see it: times are ISO 8601. */
function busDetail(event: TimelineEvent): object {
  return { ...event, at: toIso(event.at), receivedAt: toIso(event.receivedAt) };
}

/** The event out of a bus detail. */
export function eventOfDetail(detail: Readonly<Record<string, unknown>>): TimelineEvent {
  const at = fromIso(String(detail.at));
  const receivedAt = fromIso(String(detail.receivedAt));
  if (at === undefined || receivedAt === undefined) throw new Error('the event on the bus has no time');
  return { ...(detail as unknown as TimelineEvent), at, receivedAt };
}
