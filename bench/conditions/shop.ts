/** 100 journeys that differ in what starts them, and events of all kinds for them. */
import type { Journey } from '#core/catalogue.ts';
import type { Condition } from '#core/condition.ts';
import { type Customer, newCustomer } from '#core/customer.ts';
import { customerIdOfUser } from '#core/identity.ts';
import type { JsonObject } from '#core/json.ts';
import { type Random, random } from '#test/support/random.ts';
import { instant } from '#test/support/shop.ts';

/** Ten journeys for each: an event concerns one journey in ten. */
const EVENT_NAMES = [
  'Product Viewed',
  'Product Added',
  'Checkout Started',
  'Order Completed',
  'Order Refunded',
  'Coupon Applied',
  'Product Reviewed',
  'Cart Viewed',
  'Trial Started',
  'Signed In',
] as const;

const COUNTRIES = ['PT', 'ES', 'FR', 'DE', 'US'];
const CATEGORIES = ['shoes', 'books', 'tea', 'lamps'];
export const AT = instant('2026-03-01');

export type Happening = { readonly name: string; readonly properties: JsonObject; readonly customer: Customer };
export type Triggered = { readonly journey: string; readonly event: string; readonly where: Condition };

/** Conditions as marketers write them, on the event and the customer: one comparison to five, `any` and `not` among them. */
export function triggers(): Triggered[] {
  return EVENT_NAMES.flatMap((event, index) =>
    conditions(index).map((where, kind) => ({ journey: `journey-${index}-${kind}`, event, where })),
  );
}

function conditions(index: number): Condition[] {
  const country = COUNTRIES[index % COUNTRIES.length] ?? '';
  const category = CATEGORIES[index % CATEGORIES.length] ?? '';
  return [
    { property: 'revenue', gte: 20 + 5 * index },
    { property: 'category', is: category },
    { attribute: 'country', in: [country, 'US'] },
    {
      all: [
        { property: 'revenue', gte: 10, lt: 60 + index },
        { attribute: 'plan', is: 'pro' },
      ],
    },
    {
      all: [
        { property: 'category', isNot: category },
        { attribute: 'country', notIn: [country, 'FR'] },
      ],
    },
    {
      any: [
        { property: 'revenue', gt: 80 },
        { attribute: 'visits', gte: 50 + index },
        { property: 'coupon', exists: true },
      ],
    },
    { all: [{ property: 'sku', startsWith: `${'ABC'[index % 3]}-` }, { not: { attribute: 'country', is: country } }] },
    {
      all: [
        { property: 'coupon', exists: true },
        { property: 'revenue', gte: 30 },
        { attribute: 'plan', isNot: 'free' },
      ],
    },
    {
      any: [
        {
          all: [
            { attribute: 'country', is: country },
            { property: 'revenue', gte: 25 },
          ],
        },
        {
          all: [
            { attribute: 'plan', is: 'pro' },
            { property: 'category', in: [category, 'tea'] },
          ],
        },
      ],
    },
    {
      all: [
        { attribute: 'country', in: COUNTRIES.slice(0, 3) },
        { attribute: 'visits', gte: 10, lte: 90 },
        { property: 'revenue', gte: 15 },
        { not: { property: 'category', is: 'lamps' } },
      ],
    },
  ];
}

export function journeyOf({ journey, event, where }: Triggered): Journey {
  return {
    id: journey,
    name: journey,
    status: 'active',
    trigger: { type: 'event', event, where },
    reentry: { mode: 'always' },
    steps: [{ id: 'hello', type: 'send_email', template: 'hello', topic: 'news' }],
  };
}

export function happenings(count: number, seed: number): Happening[] {
  const chance = random(seed);
  return Array.from({ length: count }, (_, index) => ({
    name: chance.pick(EVENT_NAMES),
    properties: {
      order_id: `o-${index}`,
      revenue: 5 + chance.below(90),
      currency: 'EUR',
      category: chance.pick(CATEGORIES),
      sku: `${chance.pick(['A', 'B', 'C'])}-${chance.below(99)}`,
      ...(chance.chance(0.2) && { coupon: 'SPRING' }),
    },
    customer: customer(index, chance),
  }));
}

function customer(index: number, chance: Random): Customer {
  const id = `user-${index}`;
  return {
    ...newCustomer(customerIdOfUser(id), AT),
    userId: id,
    email: `person-${index}@example.com`,
    attributes: {
      firstName: 'Ana',
      country: chance.pick(COUNTRIES),
      plan: chance.pick(['free', 'basic', 'pro']),
      visits: chance.below(99),
      timezone: 'Europe/Lisbon',
    },
  };
}
