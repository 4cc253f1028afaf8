/** What one person adds to the figures of customers: where they came from, when they first ordered, and whether they did again. */
import { Temporal } from 'temporal-polyfill';
import type { Customer } from '../customer.ts';
import type { Instant } from '../instant.ts';
import type { PersonOrders } from './orders.ts';

/** Customers by the month of their first order. */
export type CohortTally = {
  readonly people: number;
  readonly repeated: number;
  readonly orders: number;
  readonly minor: number;
  /** How many ordered in the month so many months later. */
  readonly active: Readonly<Record<string, number>>;
};

/** People by where their first touch came from. */
export type SourceTally = {
  readonly leads: number;
  /** Those of them who ordered. */
  readonly customers: number;
  readonly minor: number;
};

/** What stands for people of whom no touch is known. */
const UNKNOWN = 'unknown';

type Person = { readonly customer: Customer; readonly orders: PersonOrders };
type IsMeant = (one: { readonly at: Instant }) => boolean;

/** By month, `2026-03`, on the wall clock of a zone. Empty for somebody who has not ordered. */
export function cohortTally({ orders: { orders } }: Person, zone: string, isMeant: IsMeant): Record<string, CohortTally> {
  const [first] = orders;
  if (first === undefined || !isMeant(first)) return {};
  const cohort = monthOf(first.at, zone);
  const later = new Set(orders.map(({ at }) => monthsBetween(cohort, monthOf(at, zone))));
  const one: CohortTally = {
    people: 1,
    repeated: orders.length > 1 ? 1 : 0,
    orders: orders.length,
    minor: orders.reduce((sum, { minor }) => sum + minor, 0),
    active: Object.fromEntries([...later].map((months) => [String(months), 1])),
  };
  return { [cohort]: one };
}

/** By source, and within it by campaign; the name of no campaign is empty. Whoever is known is a lead. */
export function sourceTally(person: Person, isMeant: IsMeant): Record<string, Record<string, SourceTally>> {
  const { source, campaign, at } = cameFrom(person);
  if (!isMeant({ at })) return {};
  const { orders } = person.orders;
  const minor = orders.reduce((sum, order) => sum + order.minor, 0);
  return { [source]: { [campaign]: { leads: 1, customers: orders.length > 0 ? 1 : 0, minor } } };
}

/** The same by the month of the first touch, `2026-03`, on the wall clock of a zone. */
export function sourceMonthTally(
  person: Person,
  zone: string,
  isMeant: IsMeant,
): Record<string, Record<string, Record<string, SourceTally>>> {
  const { at } = cameFrom(person);
  return isMeant({ at }) ? { [monthOf(at, zone)]: sourceTally(person, isMeant) } : {};
}

function cameFrom({ customer }: Person): { readonly source: string; readonly campaign: string; readonly at: Instant } {
  const { source, campaign = '', at } = customer.touches?.first ?? { source: UNKNOWN, at: customer.createdAt };
  return { source, campaign, at };
}

/** `2026-03` */
export function monthOf(at: Instant, zone: string): string {
  return Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(zone).toPlainDate().toPlainYearMonth().toString();
}

export function monthsBetween(from: string, to: string): number {
  const months = (text: string): number => Number(text.slice(0, -3)) * 12 + Number(text.slice(-2));
  return months(to) - months(from);
}
