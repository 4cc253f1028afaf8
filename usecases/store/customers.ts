import { type Customer, wakeAt } from '#core/customer.ts';
import type { Decision, Effect, LedgerEntry } from '#core/decision.ts';
import type { CustomerId } from '#core/event.ts';
import { FAR, NEVER, toIso } from '#core/instant.ts';
import {
  erasureSecretKey,
  rememberedSecret,
  rememberSecret,
  type Tombstone,
  tombstoneKey,
  tombstoneOf,
} from '../erasure/tombstones.ts';
import type { Item, Key, Table, Write } from '../ports.ts';
import { eventItem } from './events.ts';
import { callKey, currentKey, customerOfPk, customerPk, decisionSk, itemKey, messageKey, stateKey, wakeShard } from './keys.ts';
import { customerOf, stateBody } from './state-body.ts';

/** What stands under an id. Version 0: nothing. */
export type Person = {
  /** When the index lets this person be woken, which may be earlier than there is a reason to. */
  readonly indexAt?: string;
  readonly id: CustomerId;
  readonly version: number;
  readonly customer?: Customer;
  readonly mergedInto?: CustomerId;
  /** Of a pointer: the rank of the claim that it stands for, and by way of which id (`core/identify.ts`). */
  readonly by?: string;
  readonly via?: CustomerId;
};

export type People = {
  readonly release: string | undefined;
  readonly byId: ReadonlyMap<CustomerId, Person>;
  /** Those among them who were erased. */
  readonly erased: ReadonlyMap<CustomerId, Tombstone>;
};

/** Reads people, whether they were erased, and the pointer to the current release in one call for each hundred items. */
export async function loadPeople(table: Table, ids: readonly CustomerId[]): Promise<People> {
  const distinct = [...new Set(ids)];
  const known = rememberedSecret(table);
  const marks = known === undefined ? [erasureSecretKey] : distinct.map((id) => tombstoneKey(known, id));
  const items = await readAll(table, [currentKey, ...distinct.map(stateKey), ...marks]);
  const found = new Map(items.filter(({ sk }) => sk === 'STATE').map((item) => [customerOfPk(item.pk), personOf(item)]));
  const release = items.find(({ pk }) => pk === currentKey.pk)?.release;
  return {
    release: release === undefined ? undefined : String(release),
    byId: new Map(ids.map((id) => [id, found.get(id) ?? { id, version: 0 }])),
    erased: await tombstonesAmong(table, distinct, items, known),
  };
}

/** The secret is read along until it is there: once in the life of a container that costs a second read. */
async function tombstonesAmong(
  table: Table,
  ids: readonly CustomerId[],
  items: readonly Item[],
  known: string | undefined,
): Promise<People['erased']> {
  const secret =
    known ??
    rememberSecret(
      table,
      items.find(({ pk }) => pk === erasureSecretKey.pk),
    );
  if (secret === undefined) return new Map();
  const keys = ids.map((id) => ({ id, ...tombstoneKey(secret, id) }));
  const read = known === undefined ? await readAll(table, keys) : items;
  const marks = new Map(read.map((item) => [`${item.pk} ${item.sk}`, item]));
  return new Map(
    keys.flatMap(({ id, pk, sk }) => {
      const item = marks.get(`${pk} ${sk}`);
      return item === undefined ? [] : [[id, tombstoneOf(item)] as const];
    }),
  );
}

async function readAll(table: Table, keys: readonly Key[]): Promise<Item[]> {
  const pages: (readonly Item[])[] = [];
  for (let from = 0; from < keys.length; from += 100)
    pages.push(await table.batchGet(keys.slice(from, from + 100).map(({ pk, sk }) => ({ pk, sk }))));
  return pages.flat();
}

/** Follows the pointers that merges leave behind. */
export async function loadPerson(table: Table, id: CustomerId): Promise<Person> {
  let at = id;
  for (let hops = 0; hops < POINTERS_MAX; hops += 1) {
    const item = await table.get(stateKey(at));
    if (item === undefined) return { id: at, version: 0 };
    const person = personOf(item);
    if (person.mergedInto === undefined) return person;
    at = person.mergedInto;
  }
  throw new Error(`the pointers from ${id} do not end within ${POINTERS_MAX}`);
}

/** Merges in a row that a pointer may lead through; the next event that comes this way makes one step of them. */
export const POINTERS_MAX = 50;

export function personOf(item: Item): Person {
  const id = customerOfPk(item.pk);
  const version = Number(item.version);
  if (typeof item.mergedInto === 'string') {
    const claim = typeof item.by === 'string' && { by: item.by };
    const way = typeof item.via === 'string' && { via: item.via as CustomerId };
    return { id, version, mergedInto: item.mergedInto as CustomerId, ...claim, ...way };
  }
  return { id, version, customer: customerOf(item), ...(item.wakeAt !== undefined && { indexAt: String(item.wakeAt) }) };
}

export type Commit = {
  readonly customer: Customer;
  /** The version that the decision was made on; 0 for somebody new. */
  readonly version: number;
  /** An earlier wake that the index may keep, where moving it to the right one would only cost. */
  readonly indexAt?: string;
  /** Ids that point to this customer from now on, with the versions that stood there. */
  readonly pointers: readonly Pick<Person, 'id' | 'version' | 'by' | 'via'>[];
  readonly decisions: readonly Decision[];
  readonly effects: readonly Effect[];
  /** What else must hold, and be written, with it. */
  readonly also?: readonly Write[];
};

export type Committed =
  | { readonly ok: true }
  /** Somebody else was faster: read and decide again. */
  | { readonly ok: false; readonly reason: 'version' }
  /** These events were evaluated before: decide again without them. */
  | { readonly ok: false; readonly reason: 'evaluated'; readonly keys: readonly string[] }
  /** These messages are not in doubt any more: decide again without settling them. */
  | { readonly ok: false; readonly reason: 'settled'; readonly messages: readonly string[] };

/** State, decisions and effects in one transaction (I2). */
export async function commit(table: Table, change: Commit): Promise<Committed> {
  const writes = writesOf(change);
  const written = await table.transact(writes);
  if (written.ok) return { ok: true };
  const failed = written.failed.map(({ index }) => writes[index]);
  const keys = failed.flatMap((write) =>
    write && 'put' in write && write.put.sk.startsWith('D#') ? [`${write.put.pk} ${write.put.sk}`] : [],
  );
  if (keys.length > 0) return { ok: false, reason: 'evaluated', keys };
  const messages = failed.flatMap((write) =>
    write && 'update' in write && write.update.sk.startsWith('M#') ? [write.update.sk.slice(2)] : [],
  );
  return messages.length > 0 ? { ok: false, reason: 'settled', messages } : { ok: false, reason: 'version' };
}

/** The writes of a commit; at most a hundred go into one transaction. */
export function writesOf({ customer, version, indexAt, pointers, decisions, effects, also = [] }: Commit): Write[] {
  const next = version + 1;
  return [
    { put: stateItem(customer, next, indexAt), if: expected(version) },
    ...pointers.map(
      (pointer): Write => ({
        put: pointerItem({ ...pointer, version: pointer.version + 1 }, customer.id),
        if: expected(pointer.version),
      }),
    ),
    ...decisions.map((decision) => decisionWrite(customer, decision, next)),
    ...effects.flatMap(effectWrite),
    ...also,
  ];
}

/** What stands where somebody stood who is another's from now on. */
export function pointerItem({ id, version, by, via }: Pick<Person, 'id' | 'version' | 'by' | 'via'>, into: CustomerId): Item {
  return { ...stateKey(id), version, mergedInto: into, ...(by !== undefined && { by }), ...(via !== undefined && { via }) };
}

const expected = (version: number) => (version === 0 ? 'absent' : { version });

/**
 * Moving an index entry costs as much as the item. Where the index would wake somebody too early it is left as it is, and
 * the wake that finds nothing due puts it right: that costs once, and not with each event.
 */
export function stateItem(customer: Customer, version: number, indexAt?: string): Item {
  const due = wakeIso(customer);
  // Everybody stands in the index, so that a release can be brought to all without a scan. `wakeAt` moves when it is claimed;
  // `dueAt` tells how long it has been due.
  const wake = { wakeShard: wakeShard(customer.id), wakeAt: indexAt !== undefined && indexAt < due ? indexAt : due, dueAt: due };
  return { ...stateKey(customer.id), version, ...wake, body: stateBody(customer) };
}

/** When somebody is to be woken, as the index has it. */
export function wakeIso(customer: Customer): string {
  const at = wakeAt(customer);
  return at === NEVER ? FAR : toIso(at);
}

/** A decision stands beside its event, also where that event's id was folded into another: so it is made once. */
function decisionWrite(customer: Customer, decision: Decision, version: number): Write {
  const { event } = decision;
  const key =
    event === undefined
      ? itemKey(customer.id, `D#${toIso(decision.at)}#wake-${version}`)
      : { pk: customerPk(event.customer), sk: decisionSk(event.key) };
  const item = { ...key, version, decidedFor: customer.id, body: JSON.stringify(decision) };
  return event === undefined ? { put: item } : { put: item, if: 'absent' };
}

function effectWrite(effect: Effect): Write | readonly Write[] {
  switch (effect.type) {
    case 'message': {
      const { message } = effect;
      const reason = message.reason === undefined ? {} : { reason: message.reason };
      return {
        put: {
          ...messageKey(message.customer, message.id),
          status: message.status,
          ...reason,
          at: toIso(message.at),
          body: JSON.stringify(message),
        },
        if: 'absent',
      };
    }
    case 'settle':
      return {
        update: messageKey(effect.customer, effect.message),
        set: effect.policy === 'retry' ? { status: 'queued' } : { status: 'sent', assumed: true },
        if: { status: 'unknown' },
      };
    case 'ledger':
      return { put: ledgerItem(effect.entry), if: 'absent' };
    case 'event':
      return { put: eventItem(effect.event) };
    // With its code, which is no matter of the decision: see `vouchers/assign.ts`.
    case 'voucher':
    case 'referral':
      return [];
    case 'call':
      return {
        put: { ...callKey(effect.call.customer, effect.call.id), status: 'queued', body: JSON.stringify(effect.call) },
        if: 'absent',
      };
  }
}

export function ledgerItem(entry: LedgerEntry): Item {
  return { ...itemKey(entry.customer, `L#${toIso(entry.at)}#${entry.id}`), body: JSON.stringify(entry) };
}
