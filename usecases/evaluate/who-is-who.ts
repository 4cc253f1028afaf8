import type { Advanced } from '#core/advance.ts';
import { type Customer, newCustomer } from '#core/customer.ts';
import type { Note } from '#core/decision.ts';
import { type CustomerId, eventKey, type TimelineEvent } from '#core/event.ts';
import { identify, type Other } from '#core/fold.ts';
import type { Instant } from '#core/instant.ts';

export type WhoIsWho = {
  readonly customer: Customer;
  /** Ids that from now on point to this customer. */
  readonly pointers: readonly CustomerId[];
  /** What there is to say about it, by the key of the event that showed it. */
  readonly notes: ReadonlyMap<string, readonly Omit<Note, 'at'>[]>;
};

/** Takes in, event by event, who is who. `others` are the people behind the ids that the events mention. */
export function whoIsWho(
  person: Pick<Other, 'id' | 'customer'>,
  events: readonly TimelineEvent[],
  others: ReadonlyMap<CustomerId, Other>,
  now: Instant,
): WhoIsWho {
  const known = new Map(others);
  const pointers = new Set<CustomerId>();
  const notes = new Map<string, readonly Omit<Note, 'at'>[]>();
  let customer = person.customer ?? newCustomer(person.id, Math.min(now, ...events.map(({ at }) => at)));
  for (const event of [...events].sort((one, other) => one.at - other.at)) {
    const folded = identify(customer, event, known);
    customer = folded.customer;
    for (const id of folded.pointers) {
      pointers.add(id);
      known.set(id, { id, mergedInto: customer.id });
    }
    if (folded.notes.length > 0) notes.set(eventKey(event), folded.notes);
  }
  return { customer, pointers: [...pointers], notes };
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
