import type { Advanced } from '#core/advance.ts';
import { type Customer, newCustomer } from '#core/customer.ts';
import type { Note } from '#core/decision.ts';
import { type CustomerId, eventKey, type TimelineEvent } from '#core/event.ts';
import type { Other, Pointer, Release } from '#core/identified.ts';
import { identify } from '#core/identify.ts';
import type { Instant } from '#core/instant.ts';

export type WhoIsWho = {
  readonly customer: Customer;
  /** Ids that from now on point to this customer. */
  readonly pointers: readonly Pointer[];
  /** What there is to say about it, by the key of the event that showed it. */
  readonly notes: ReadonlyMap<string, readonly Omit<Note, 'at'>[]>;
  /** What has to be set free before the rest can be taken in, and the events that come before that. */
  readonly release?: Release & { readonly before: readonly TimelineEvent[] };
  readonly isStale: boolean;
};

/** Takes in, event by event, who is who. `others` are the people behind the ids that the events mention. */
export function whoIsWho(
  person: Pick<Other, 'id' | 'customer'>,
  events: readonly TimelineEvent[],
  others: ReadonlyMap<CustomerId, Other>,
  now: Instant,
): WhoIsWho {
  const known = new Map(others);
  const pointers = new Map<CustomerId, Pointer>();
  const notes = new Map<string, readonly Omit<Note, 'at'>[]>();
  const first = Math.min(now, ...events.map(({ at }) => at));
  let customer = person.customer ?? newCustomer(person.id, first);
  if (first < customer.createdAt) customer = { ...customer, createdAt: first };
  let isStale = false;
  const inOrder = [...events].sort((one, other) => one.at - other.at);
  for (const [index, event] of inOrder.entries()) {
    const found = identify(customer, event, known);
    isStale ||= found.isStale === true;
    if (found.release !== undefined) {
      return { customer, pointers: [], notes, isStale, release: { ...found.release, before: inOrder.slice(0, index) } };
    }
    customer = found.customer;
    for (const pointer of found.pointers) {
      pointers.set(pointer.id, pointer);
      known.set(pointer.id, { ...pointer, mergedInto: customer.id });
    }
    if (found.notes.length > 0) notes.set(eventKey(event), found.notes);
  }
  return { customer, pointers: [...pointers.values()], notes, isStale };
}

/** Writes what was found out about identities into the decisions on the events that showed it. */
export function withNotes(advanced: Advanced, notes: WhoIsWho['notes']): Advanced {
  if (notes.size === 0) return advanced;
  const decisions = advanced.decisions.map((decision) => {
    const more = decision.event === undefined ? undefined : notes.get(decision.event.key);
    return more === undefined
      ? decision
      : { ...decision, notes: [...more.map((one) => ({ ...one, at: decision.at })), ...decision.notes] };
  });
  return { ...advanced, decisions };
}
