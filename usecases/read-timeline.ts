import type { Call, Decision, LedgerEntry, Message, Note } from '#core/decision.ts';
import type { CustomerId } from '#core/event.ts';
import { toIso } from '#core/instant.ts';
import type { Item, Page, Table } from './ports.ts';
import { findPerson } from './read-customer.ts';
import { allItems } from './store/all-items.ts';
import { eventOf } from './store/events.ts';
import { customerPk } from './store/keys.ts';

/** One thing on a timeline. What stands beside `type` and `at` depends on the type. */
export type TimelineItem = {
  readonly type: 'event' | 'decision' | 'message' | 'ledger' | 'call';
  readonly at: string;
  readonly [name: string]: unknown;
};

export type Timeline = { readonly customer: CustomerId; readonly items: readonly TimelineItem[]; readonly cursor: string | null };

/**
 * What happened to somebody and what was decided, newest first, also under the ids that were folded into this one. Undefined
 * where nobody is known by this id. Throws `BadCursor` for a cursor that this did not give.
 */
export async function readTimeline(
  table: Table,
  text: string,
  { limit, cursor }: { readonly limit: number; readonly cursor?: string },
): Promise<Timeline | undefined> {
  const before = cursor === undefined ? undefined : readCursor(cursor);
  const person = await findPerson(table, text);
  if (person === undefined) return undefined;
  const partitions = [...new Set([person.id, ...person.customer.merged])].map(customerPk);
  const streams = partitions.flatMap((pk) => streamsOf(table, pk, before));
  const found: Placed[] = [];
  const heads = await Promise.all(streams.map((stream) => stream.next()));
  while (found.length < limit) {
    const index = newest(heads);
    const head = heads[index];
    const stream = streams[index];
    if (stream === undefined || head === undefined || head.done) break;
    found.push(head.value);
    heads[index] = await stream.next();
  }
  const last = found.at(-1);
  const more = last !== undefined && heads.some(({ done }) => !done);
  return { customer: person.id, items: found.map(({ item }) => itemView(item)), cursor: more ? writeCursor(last.place) : null };
}

export class BadCursor extends Error {
  override readonly name = 'BadCursor';
}

/** Where an item stands on the timeline: its time, what comes first at the same time, and its own key. */
type Place = readonly [time: string, rank: number, key: string];
type Placed = { readonly place: Place; readonly item: Item };
type Stream = AsyncGenerator<Placed, undefined>;

/** At the same instant: first what happened, then what it led to, then the decision that says why. */
const KINDS = ['E#', 'L#', 'M#', 'X#', 'D#'] as const;
/** Kinds whose keys are in the order of time. */
const BY_TIME: readonly string[] = ['E#', 'L#', 'D#'];

/** One stream for each kind of item, newest first, each reading no more than it is asked for. */
function streamsOf(table: Table, pk: string, before: Place | undefined): Stream[] {
  return KINDS.map((kind) => (BY_TIME.includes(kind) ? byTime(table, pk, kind, before) : byBody(table, pk, kind, before)));
}

/** Items per read. */
const PAGE = 100;

async function* byTime(table: Table, pk: string, prefix: string, before: Place | undefined): Stream {
  // A cursor is the sort key that a page starts behind; nothing of the same time comes after U+FFFF.
  let cursor: string | null | undefined = before && `${prefix}${before[0]}#\uffff`;
  while (cursor !== null) {
    const page: Page = await table.query(pk, { prefix, descending: true, limit: PAGE, ...(cursor !== undefined && { cursor }) });
    const placed = page.items.map((item) => ({ place: placeOf(item, timeOf(item.sk)), item })).sort(newestFirst);
    yield* placed.filter(({ place }) => before === undefined || compare(place, before) < 0);
    cursor = page.cursor;
  }
  return undefined;
}

/** Messages and calls are found by their ids, so all of one person's are read and put in order. */
async function* byBody(table: Table, pk: string, prefix: string, before: Place | undefined): Stream {
  const placed = (await allItems(table, pk, { prefix })).map((item): Placed => {
    const { at } = JSON.parse(String(item.body)) as Message | Call;
    return { place: placeOf(item, toIso(at)), item };
  });
  yield* placed.filter(({ place }) => before === undefined || compare(place, before) < 0).sort(newestFirst);
  return undefined;
}

const placeOf = (item: Item, time: string): Place => [
  time,
  KINDS.findIndex((kind) => item.sk.startsWith(kind)),
  `${item.sk} ${item.pk}`,
];
const timeOf = (sk: string): string => sk.slice(2, sk.indexOf('#', 2));
const newestFirst = (one: Placed, other: Placed): number => compare(other.place, one.place);

function compare(one: Place, other: Place): number {
  for (const index of [0, 1, 2] as const) {
    const [mine, theirs] = [one[index], other[index]];
    if (mine !== theirs) return mine < theirs ? -1 : 1;
  }
  return 0;
}

function newest(heads: readonly IteratorResult<Placed, undefined>[]): number {
  let best = -1;
  let place: Place | undefined;
  for (const [index, head] of heads.entries()) {
    if (head.done || (place !== undefined && compare(head.value.place, place) <= 0)) continue;
    best = index;
    place = head.value.place;
  }
  return best;
}

function writeCursor(place: Place): string {
  return Buffer.from(JSON.stringify(place)).toString('base64url');
}

function readCursor(text: string): Place {
  try {
    const place: unknown = JSON.parse(Buffer.from(text, 'base64url').toString('utf8'));
    if (Array.isArray(place) && place.map((part) => typeof part).join() === 'string,number,string')
      return place as unknown as Place;
  } catch {
    // Refused below, like JSON that is no place.
  }
  throw new BadCursor('the cursor is none that a timeline gave');
}

/** An item as people and tools read it: times are ISO 8601. */
export function itemView(item: Item): TimelineItem {
  const body = JSON.parse(String(item.body)) as unknown;
  switch (item.sk.slice(0, 2)) {
    case 'D#':
      return decisionView(body as Decision);
    case 'M#':
      return { type: 'message', ...facts(item), ...(body as Message), ...current(item), at: toIso((body as Message).at) };
    case 'L#': {
      const { at, type: booking, ...entry } = body as LedgerEntry;
      return { type: 'ledger', at: toIso(at), booking, ...entry };
    }
    case 'X#':
      return { type: 'call', ...facts(item), ...(body as Call), ...current(item), at: toIso((body as Call).at) };
    default: {
      const { at, receivedAt, ...event } = eventOf(item);
      return { type: 'event', at: toIso(at), receivedAt: toIso(receivedAt), ...event };
    }
  }
}

function decisionView({ at, now, notes, ...decision }: Decision): TimelineItem {
  const dated = (note: Note) => ({ ...note, at: toIso(note.at) });
  return { type: 'decision', at: toIso(at), decidedAt: toIso(now), ...decision, notes: notes.map(dated) };
}

/** What was recorded about a message or a call since it was decided: when it was sent, delivered, opened … */
function facts({ pk: _, sk: __, body: ___, claimedAt: ____, ...rest }: Item): Readonly<Record<string, unknown>> {
  return rest;
}

function current({ status, reason }: Item): Readonly<Record<string, unknown>> {
  return { status, ...(reason !== undefined && { reason }) };
}
