/** What becomes known of a person as ids are taken in: who points to them, who is folded in, what is refused. */
import type { Customer } from './customer.ts';
import type { Note } from './decision.ts';
import type { CustomerId } from './event.ts';
import { fold } from './fold.ts';
import { relinked } from './sides.ts';

/** What stands under another id: nothing yet, somebody of its own, or a pointer to whom it was folded into. */
export type Other = {
  readonly id: CustomerId;
  readonly customer?: Customer;
  readonly mergedInto?: CustomerId;
  /** The rank of the claim that the pointer stands for (see `claim.ts`). */
  readonly by?: string;
};

/** An id that from now on points to a customer: by which claim, and by way of which other id. */
export type Pointer = { readonly id: CustomerId; readonly by: string; readonly via: CustomerId };

/** An id that belongs to somebody on a weaker word than the one that is known now. */
export type Release = { readonly id: CustomerId; readonly from: CustomerId };

export type Identified = {
  readonly customer: Customer;
  /** Ids that from now on point to this customer, whether or not somebody stood there. */
  readonly pointers: readonly Pointer[];
  readonly notes: readonly Omit<Note, 'at'>[];
  /** What has to be set free before the event can be taken in. */
  readonly release?: Release;
  /** True where what was read of an id and of the person are of different times: read again. */
  readonly isStale?: true;
};

export const isBetter = (rank: string, { by = '' }: Other): boolean => rank < by;

export function taken(found: Identified, claim: Pointer, other: Other | undefined, who: string): Identified {
  const now = pointed(found, claim);
  return other?.customer === undefined ? now : merged(now, other.customer, who);
}

export function merged(found: Identified, from: Customer, who: string): Identified {
  return {
    ...found,
    customer: fold(found.customer, from),
    notes: [...found.notes, { what: 'identity', why: `${who} is the same person: two histories are one now` }],
  };
}

export function pointed(found: Identified, claim: Pointer): Identified {
  const { customer, pointers } = found;
  const ids = customer.merged.includes(claim.id) ? customer.merged : [...customer.merged, claim.id];
  return {
    ...found,
    customer: { ...customer, merged: ids },
    pointers: [...pointers.filter((one) => one.id !== claim.id), claim],
  };
}

/** An id that belongs to this person already, on a better claim than before. */
export function pointedBetter(found: Identified, claim: Pointer, other: Other | undefined): Identified {
  return other?.mergedInto !== undefined && isBetter(claim.by, other) ? pointed(found, claim) : found;
}

/** An address that belongs to this person already: the best claim says since when, and by way of which id. */
export function claimed(found: Identified, claim: Pointer, other: Other | undefined, at: number): Identified {
  if (other?.mergedInto === undefined || !isBetter(claim.by, other)) return found;
  const { customer } = found;
  const links = Object.fromEntries(Object.entries(customer.links).filter(([link]) => !link.startsWith(`${claim.id} `)));
  return linked(pointed({ ...found, customer: { ...customer, links } }, claim), claim.id, claim.via, at);
}

const linkOf = (id: CustomerId, via: CustomerId): string => `${id} ${via}`;

/** Remembers since when two ids are known to be one person: consent given before was given by each. */
export function linked(found: Identified, id: CustomerId, via: CustomerId, at: number): Identified {
  const { customer } = found;
  const link = linkOf(id, via);
  if ((customer.links[link] ?? Number.POSITIVE_INFINITY) <= at) return found;
  const now = { ...customer, links: { ...customer.links, [link]: at } };
  return { ...found, customer: Object.keys(now.said).length === 0 ? now : { ...now, ...relinked(now) } };
}

export function releasing(found: Identified, id: CustomerId, from: CustomerId): Identified {
  return { ...found, release: { id, from } };
}

export function refuse(found: Identified, why: string): Identified {
  return { ...found, notes: [...found.notes, { what: 'refused', why }] };
}
