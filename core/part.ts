/** How one item becomes two again: an id was folded into a person on a weaker word than the one that is known now. */
import { advance } from './advance.ts';
import { emailIdOf } from './claim.ts';
import { type Customer, newCustomer } from './customer.ts';
import type { CustomerId, TimelineEvent } from './event.ts';
import { customerIdOfAnonymous, customerIdOfEmail } from './identity.ts';
import type { Instant } from './instant.ts';
import { type Catalogue, linkRelease } from './linked.ts';
import { saidBy } from './sides.ts';

export type Parting = {
  readonly id: CustomerId;
  /** The id, and those that belong to the person by way of it. */
  readonly free: ReadonlySet<CustomerId>;
  /** The events under each id that were decided on. */
  readonly timelines: ReadonlyMap<CustomerId, readonly TimelineEvent[]>;
  readonly catalogue: Catalogue;
  readonly now: Instant;
};

export type Parted = {
  readonly left: Customer;
  /** Absent where nothing was ever decided on under the id: nobody stands there. */
  readonly released?: Customer;
};

/**
 * Both are what they would be had they never been one: attributes, consent, counts, identity. What was decided meanwhile
 * (journeys, mails, points, stages) stays with the person.
 */
export function part(customer: Customer, { id, free, timelines, catalogue, now }: Parting): Parted {
  const muted = silent(catalogue);
  const eventsOf = (ids: readonly CustomerId[]): TimelineEvent[] => ids.flatMap((one) => timelines.get(one) ?? []);
  const all = [customer.id, ...customer.merged];
  const theirs = eventsOf([...free]);
  const email = eventsOf(all).find((event) => emailIdOf(event) === id)?.identities.email;
  const released = { ...lived(id, customer, theirs, { muted, ids: free, now }), ...defined({ email }) };
  const left = without(customer, released, eventsOf(all.filter((one) => !free.has(one))), { muted, free, now });
  return theirs.length === 0 ? { left } : { left, released };
}

/** The id, and those that belong to the person by way of it. */
export function freed(
  id: CustomerId,
  pointers: Iterable<{ readonly id: CustomerId; readonly via?: CustomerId }>,
): ReadonlySet<CustomerId> {
  const all = [...pointers];
  const free = new Set([id]);
  for (const one of free) for (const { id: other, via } of all) if (via === one) free.add(other);
  return free;
}

type Parts = { readonly muted: Catalogue; readonly now: Instant };

/** What events say about somebody, as if they had come alone. */
function lived(
  id: CustomerId,
  customer: Customer,
  events: readonly TimelineEvent[],
  { muted, ids, now }: Parts & { readonly ids: ReadonlySet<CustomerId> },
): Customer {
  const born: Customer = {
    ...newCustomer(id, Math.min(now, ...events.map(({ at }) => at))),
    release: muted.id,
    vouched: events.some(({ trust }) => trust !== 'publishable'),
    told: events.some(({ trust, identities }) => trust === 'secret' && (identities.userId ?? identities.email) !== undefined),
    anonymousIds: customer.anonymousIds.filter((one) => ids.has(customerIdOfAnonymous(one))),
    merged: customer.merged.filter((one) => one !== id && ids.has(one)),
    links: Object.fromEntries(
      Object.entries(customer.links).filter(([link]) => link.split(' ').every((one) => ids.has(one as CustomerId))),
    ),
  };
  const { release: _, ...after } = advance(born, events, muted, now).customer;
  return { ...after, segments: {}, flips: {}, alarms: {}, ...saidBy(customer, id, ids) };
}

function without(
  customer: Customer,
  released: Customer,
  events: readonly TimelineEvent[],
  { muted, free, now }: Parts & { readonly free: ReadonlySet<CustomerId> },
): Customer {
  const ids = new Set([customer.id, ...customer.merged].filter((one) => !free.has(one)));
  const after = lived(customer.id, customer, events, { muted, ids, now });
  const { runs, sends, entries, unsettled, segments, flips, alarms, loyalty, filled, userId } = customer;
  const { suppressed, suppressions, vouchers, voucherAt, stage } = customer;
  const { email, emailBy, page } = customer;
  // An address that only the claim gave goes with it.
  const isLost = page !== undefined && free.has(customerIdOfEmail(page.email));
  return {
    ...after,
    clock: customer.clock,
    ...attributesWithout(customer, released, after),
    ...{ runs, sends, entries, unsettled, segments, flips, alarms, suppressions, vouchers },
    ...defined({ loyalty, filled, userId, suppressed, voucherAt, stage }),
    ...(isLost ? {} : defined({ email, emailBy, page })),
  };
}

/** What journeys set stays; what was told under the ids that are free again goes, and what it had replaced comes back. */
function attributesWithout(
  customer: Customer,
  released: Customer,
  after: Customer,
): Pick<Customer, 'attributes' | 'attributeTimes'> {
  const gone = (name: string): boolean => released.attributeTimes[name] === customer.attributeTimes[name];
  const kept = <V>(all: Readonly<Record<string, V>>): Record<string, V> =>
    Object.fromEntries(Object.entries(all).filter(([name]) => !gone(name)));
  return {
    attributes: { ...after.attributes, ...kept(customer.attributes) },
    attributeTimes: { ...after.attributeTimes, ...kept(customer.attributeTimes) },
  };
}

/** Counts and remembers as the release does, and starts nothing. */
function silent({ release }: Catalogue): Catalogue {
  const { loyalty: _, ...others } = release;
  return linkRelease({ ...others, journeys: release.journeys.map((journey) => ({ ...journey, status: 'draft' as const })) });
}

function defined<T extends object>(values: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>;
  };
}
