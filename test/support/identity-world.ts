/** People through the real `evaluate` over a table in memory, and what of them must not depend on the order of arrival. */
import type { Release } from '#core/catalogue.ts';
import { otherIds } from '#core/claim.ts';
import type { Customer } from '#core/customer.ts';
import type { CustomerId, TimelineEvent } from '#core/event.ts';
import type { JsonObject } from '#core/json.ts';
import { linkRelease } from '#core/linked.ts';
import { evaluate } from '#usecases/evaluate.ts';
import type { Table } from '#usecases/ports.ts';
import { releaseItems } from '#usecases/store/catalogue.ts';
import { personOf } from '#usecases/store/customers.ts';
import { append } from '#usecases/store/events.ts';
import { currentKey } from '#usecases/store/keys.ts';
import { linkedCatalogues } from '#usecases/store/linked-catalogues.ts';
import { type MemoryTable, memoryTable } from './memory-table.ts';
import { driftingAway, event, instant, release, signUp } from './shop.ts';

/** Counts with and without a window, a sum, segments on them and on attributes, points. */
const identityRelease: Release = release({
  segments: [
    driftingAway,
    { id: 'keen', name: 'Keen', when: { event: 'Page', count: { gte: 2 }, within: 'P1Y' } },
    { id: 'spender', name: 'Spender', when: { event: 'Order Completed', sum: { property: 'revenue', gte: 25 } } },
    { id: 'lisboeta', name: 'From Lisbon', when: { attribute: 'city', is: 'Lisbon' } },
    { id: 'pro', name: 'On the professional plan', when: { attribute: 'group.traits.plan', is: 'pro' } },
    { id: 'reader', name: 'Reader', when: { consent: 'news' } },
  ],
  loyalty: {
    currency: 'EUR',
    earn: { event: 'Order Completed', amount: 'revenue', pointsPerUnit: 1 },
    tiers: [{ id: 'silver', name: 'Silver', spend: 30 }],
  },
});

type Who = TimelineEvent['identities'];
const day = (at: number): string => `2026-01-${String(at).padStart(2, '0')}T12:00:00Z`;
const page = { trust: 'publishable' } as const;

/** What happens to people, each on a day of January. What has `page` in its name comes with a publishable key. */
export const happens = {
  browses: (at: number, who: Who) => event('Page', day(at), {}, { identities: who, kind: 'page', ...page }),
  signsUp: (at: number, who: Who, topics = ['news', 'offers']) => signUp(day(at), topics, { identities: who }),
  pageSays: (at: number, who: Who, traits = {}) =>
    event('Identify', day(at), {}, { identities: who, kind: 'identify', traits, ...page }),
  serverSays: (at: number, who: Who, traits = {}) =>
    event('Identify', day(at), {}, { identities: who, kind: 'identify', traits }),
  orders: (at: number, who: Who, revenue = 10) =>
    event('Order Completed', day(at), { order_id: `order-${at}`, revenue, currency: 'EUR' }, { identities: who }),
  leaves: (at: number, who: Who) => event('Unsubscribed', day(at), { list_id: 'news' }, { identities: who, kind: 'consent' }),
  joins: (at: number, who: Who, groupId: string, traits: JsonObject = {}) =>
    event('Group', day(at), { groupId, traits }, { identities: who, kind: 'group' }),
  alias: (at: number, userId: string, previousId: string, trust: TimelineEvent['trust'] = 'secret') => {
    const identities = { userId, ...(previousId !== userId && { anonymousId: previousId }) };
    return event('Alias', day(at), { previousId }, { identities, kind: 'alias', trust });
  },
};

const now = instant('2026-02-01');

export type Shown = Record<string, unknown>;

/** A table with the release, and the events as capture left them. */
export async function peopleTable(table: Table, events: readonly TimelineEvent[]): Promise<void> {
  for (const item of releaseItems(identityRelease)) await table.write({ put: item });
  await table.write({ put: { ...currentKey, release: identityRelease.id } });
  for (const one of events) await append(table, [one]);
}

/** Evaluates batches one after another; a batch of batches at the same time. What loses too many races comes again. */
export async function arrive(table: Table, batches: readonly (readonly (readonly TimelineEvent[])[])[]): Promise<void> {
  const dependencies = { table, catalogues: linkedCatalogues(table), now: () => now };
  let turn = 0;
  const take = async (events: readonly TimelineEvent[]): Promise<void> => {
    let open = events.map((one) => ({ id: `t${++turn}`, customer: one.customer, event: one }));
    for (let again = 0; open.length > 0; again += 1) {
      const failed = await evaluate(dependencies, open);
      if (again === 5) for (const cause of failed.values()) throw cause;
      open = open.filter(({ id }) => failed.has(id));
    }
  };
  for (const together of batches) await Promise.all(together.map(take));
  // Everybody is woken once, so that segments are of now.
  const states = await Promise.all(
    [...new Set(batches.flat(2).flatMap(idsOf))].map((id) => table.get({ pk: `C#${id}`, sk: 'STATE' })),
  );
  for (const item of states) {
    const person = item && personOf(item);
    if (person?.customer === undefined) continue;
    const failed = await evaluate(dependencies, [{ id: `wake-${++turn}`, customer: person.id }]);
    for (const cause of failed.values()) throw cause;
  }
}

const idsOf = (one: TimelineEvent): CustomerId[] => [one.customer, ...otherIds(one)];

/** Everybody there is, by what must be the same in every order, and where every id leads. */
export function shown(table: MemoryTable): { people: Shown[]; ways: Record<string, string> } {
  const states = new Map([...table.items.values()].filter(({ sk }) => sk === 'STATE').map((item) => [item.pk, personOf(item)]));
  const root = (pk: string, hops = 0): string => {
    const into = states.get(pk)?.mergedInto;
    if (hops > 50) throw new Error('pointers in a circle');
    return into === undefined ? pk : root(`C#${into}`, hops + 1);
  };
  const customers = [...states.values()].flatMap(({ customer }) => customer ?? []);
  return {
    people: customers.map((one) => ({ ...show(one), ledger: ledger(table, one) })).sort((a, b) => (a.id < b.id ? -1 : 1)),
    ways: Object.fromEntries([...states.keys()].sort().map((pk) => [pk, root(pk)])),
  };
}

function ledger(table: MemoryTable, { id, merged }: Customer): number {
  const own = new Set([id, ...merged].map((one) => `C#${one}`));
  return [...table.items.values()]
    .filter(({ pk, sk }) => sk.startsWith('L#') && own.has(pk))
    .reduce((sum, { body }) => sum + (JSON.parse(String(body)) as { points: number }).points, 0);
}

const catalogue = linkRelease(identityRelease);

function show(customer: Customer) {
  const { id, createdAt, userId, email, emailBy, anonymousIds, vouched, told, page: claim, merged, links } = customer;
  const { attributes, attributeTimes, consents, said, suppressed, segments, loyalty, metrics, log } = customer;
  const within = new Map([...catalogue.metrics.values()].flat().map((metric) => [metric.id, metric.within]));
  return {
    ...{ id, createdAt, userId, email, emailBy, vouched, told, claim, links, attributes, attributeTimes, said, suppressed, log },
    anonymousIds: anonymousIds.toSorted(),
    merged: merged.toSorted(),
    // Under which id a word was given that is the only one may be said or left out.
    consents: Object.fromEntries(Object.entries(consents).map(([topic, one]) => [topic, { ...one, under: one.under ?? id }])),
    segments: Object.keys(segments).toSorted(),
    metrics: Object.fromEntries(
      Object.entries(metrics).map(([name, one]) => [name, within.get(name) ? { t: one.t, v: one.v } : one]),
    ),
    points: loyalty?.points ?? 0,
    spendMinor: loyalty?.spendMinor ?? 0,
    orders: loyalty?.orders ?? 0,
  };
}

export async function outcomeOf(
  events: readonly TimelineEvent[],
  batches: readonly (readonly (readonly TimelineEvent[])[])[],
): Promise<ReturnType<typeof shown>> {
  const table = memoryTable();
  await peopleTable(table, events);
  await arrive(table, batches);
  return shown(table);
}
