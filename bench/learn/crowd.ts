import { newCustomer } from '#core/customer.ts';
import type { CustomerId } from '#core/event.ts';
import { recordOrder } from '#core/prediction/buyers.ts';
import { simulatedShop } from '#test/support/simulated-shop.ts';
import type { Item, Table } from '#usecases/ports.ts';
import { WAKE_SHARDS } from '#usecases/ports.ts';
import { customerOfPk, customerPk } from '#usecases/store/keys.ts';
import { stateBody } from '#usecases/store/state-body.ts';

export const truth = { kind: 'mbgnbd', params: { r: 0.5248, alpha: 6.1831, a: 0.8914, b: 1.614 } } as const;
const spend = { p: 6.25, q: 3.74, v: 15.44 };
/** Customers came over three years, until this day from 1970-01-01. */
export const UNTIL_DAY = 20_600;
const DAYS = 1095;

/** As many customers as one likes, made as they are read and kept nowhere. `madeMs` is what making them took. */
export function crowdTable(customers: number): Pick<Table, 'customers' | 'batchGet'> & { readonly madeMs: () => number } {
  let madeMs = 0;
  const timed = <Made>(make: () => Made): Made => {
    const begun = performance.now();
    const made = make();
    madeMs += performance.now() - begun;
    return made;
  };
  return {
    madeMs: () => madeMs,
    customers: async (shard, cursor, limit) =>
      timed(() => {
        const from = cursor === undefined ? Number(shard) : Number(cursor);
        const numbers = Array.from({ length: limit }, (_, place) => from + place * WAKE_SHARDS).filter((n) => n < customers);
        const next = from + limit * WAKE_SHARDS;
        return { pks: numbers.map(pkOf), cursor: next < customers ? String(next) : null };
      }),
    batchGet: async (keys) => timed(() => keys.map(({ pk }) => itemOf(pk))),
  };
}

const pkOf = (index: number): string => customerPk(`cus_${index.toString(16).padStart(26, '0')}` as CustomerId);

/** Somebody who behaves as the model says, with what a customer of an ordinary shop has beside orders. */
function itemOf(pk: string): Item {
  const id = customerOfPk(pk);
  const index = Number.parseInt(id.slice(4), 16);
  const age = (index * 7919) % DAYS;
  const shop = { lifetime: truth, spend, customers: 1, arrivalDays: 1, untilDay: age, endDay: age };
  const [{ orders } = { orders: [] }] = simulatedShop(shop, index);
  const at = (day: number): number => UNTIL_DAY - age + day;
  const cents = (revenue: number): number => Math.round(100 * revenue) / 100;
  const history = orders.reduce<ReturnType<typeof recordOrder> | undefined>(
    (known, { day, revenue }) => recordOrder(known, { day: at(day), revenue: cents(revenue) }),
    undefined,
  );
  const known = orders.slice(-32).map(({ day, revenue }, place) => ({
    id: `${index}-${place}`,
    day: at(day),
    revenue: cents(revenue),
    refunded: 0,
    refunds: [],
  }));
  const customer = {
    ...newCustomer(id, at(0)),
    email: `person${index}@example.com`,
    userId: `u${index}`,
    attributes: { firstName: `P${index % 500}`, country: 'PT', locale: 'pt' },
    consents: Object.fromEntries(
      ['newsletter', 'offers', 'service'].map((topic) => [
        topic,
        { status: 'subscribed' as const, at: at(0), source: 'form', event: `evt_${index}_${topic}` as never },
      ]),
    ),
    segments: { 'drifting-away': at(0), loyal: at(1) },
    ...(history && { orders: { history, known } }),
  };
  return { pk, sk: 'STATE', body: stateBody(customer) };
}
