/** Everything that is held about somebody, page by page. docs/rights.md describes the format. */
import type { Message } from '#core/decision.ts';
import type { CustomerId } from '#core/event.ts';
import { toIso } from '#core/instant.ts';
import { idsBehind } from './ids-behind.ts';
import { linksFor } from './links.ts';
import type { Clock, Item, Random, Table } from './ports.ts';
import { type CustomerView, readCustomer } from './read-customer.ts';
import { BadCursor, itemView } from './read-timeline.ts';
import type { Catalogues } from './store/catalogue.ts';
import { customerOfPk, customerPk } from './store/keys.ts';
import { customerOf } from './store/state-body.ts';
import { tokenSecret } from './tokens.ts';

export type ExportDependencies = {
  readonly table: Table;
  readonly catalogues: Catalogues;
  readonly now: Clock;
  readonly random: Random;
};

const EXPORT_FORMAT = 'rekindle-export-1';

/** One stored thing. Beside `type` and `id`, the id that it stands under, is what it holds. */
export type ExportItem = {
  readonly type: 'state' | 'pointer' | 'event' | 'decision' | 'message' | 'ledger' | 'call' | 'other';
  readonly id: CustomerId;
  readonly [name: string]: unknown;
};

export type ExportPage = {
  readonly format: typeof EXPORT_FORMAT;
  readonly exportedAt: string;
  /** The customer as the latest decision left it; null where there are events, and none was decided on. */
  readonly customer: CustomerView | null;
  /** All ids of the person, whose partitions follow each other. */
  readonly ids: readonly CustomerId[];
  readonly items: readonly ExportItem[];
  readonly cursor: string | null;
};

export type ExportRequest = {
  readonly limit: number;
  readonly cursor?: string /** Where links lead. */;
  readonly origin: string;
};

/** One page: what one read gives, so at most a megabyte. Undefined where nothing is held by this name. */
export async function exportCustomer(
  dependencies: ExportDependencies,
  text: string,
  { limit, cursor, origin }: ExportRequest,
): Promise<ExportPage | undefined> {
  const { table, now } = dependencies;
  const ids = await idsBehind(table, text);
  if (ids.length === 0) return undefined;
  const { items, next } = await readFrom(
    table,
    ids,
    cursor === undefined ? { id: ids[0] as CustomerId } : placeOf(cursor),
    limit,
  );
  return {
    format: EXPORT_FORMAT,
    exportedAt: toIso(now()),
    customer: (await readCustomer(dependencies, text)) ?? null,
    ids,
    items: await Promise.all(items.map((item) => exported(dependencies, item, origin))),
    cursor: next === undefined ? null : Buffer.from(JSON.stringify(next)).toString('base64url'),
  };
}

/** Behind which item of which id a page begins. */
type Place = { readonly id: CustomerId; readonly sk?: string };

/** The first read that finds something; empty ids are passed over. */
async function readFrom(
  table: Table,
  ids: readonly CustomerId[],
  from: Place,
  limit: number,
): Promise<{ readonly items: readonly Item[]; readonly next?: Place }> {
  const first = ids.indexOf(from.id);
  if (first < 0) throw new BadCursor('the cursor is none that this export gave');
  for (let index = first; index < ids.length; index += 1) {
    const id = ids[index] as CustomerId;
    const sk = index === first ? from.sk : undefined;
    const { items, cursor } = await table.query(customerPk(id), { limit, ...(sk !== undefined && { cursor: sk }) });
    const follower = ids[index + 1];
    const next = cursor !== null ? { id, sk: cursor } : follower === undefined ? undefined : { id: follower };
    if (items.length > 0 || next === undefined) return { items, ...(next && { next }) };
  }
  return { items: [] };
}

function placeOf(cursor: string): Place {
  try {
    const place = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8')) as Partial<Place> | null;
    if (typeof place?.id === 'string' && ['string', 'undefined'].includes(typeof place.sk)) return place as Place;
  } catch {
    // Refused below, like JSON that is no place.
  }
  throw new BadCursor('the cursor is none that this export gave');
}

async function exported({ table, random }: ExportDependencies, item: Item, origin: string): Promise<ExportItem> {
  const id = customerOfPk(item.pk);
  if (item.sk === 'STATE') {
    if (item.mergedInto !== undefined) return { type: 'pointer', id, mergedInto: item.mergedInto };
    return { type: 'state', id, version: item.version, state: customerOf(item) };
  }
  if (!/^[EDMLX]#/.test(item.sk)) return { type: 'other', id, item };
  const { type, ...view } = itemView(item);
  const { id: own, ...held } = view as { readonly id?: unknown; readonly [name: string]: unknown };
  const named = own === undefined ? held : { [`${type}Id`]: own, ...held };
  if (type !== 'message') return { type, id, ...named };
  const { topic, id: message } = JSON.parse(String(item.body)) as Message;
  const { view: link } = linksFor(await tokenSecret(table, random), origin, { customer: id, topic, message });
  return { type, id, ...named, viewInBrowser: link };
}
