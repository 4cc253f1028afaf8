/** Customers with a year behind them, and what they do next. */
import { advance } from '#core/advance.ts';
import { type Customer, newCustomer, wakeAt } from '#core/customer.ts';
import type { TimelineEvent } from '#core/event.ts';
import { customerIdOfUser } from '#core/identity.ts';
import { DAY_MS, MINUTE_MS, toIso } from '#core/instant.ts';
import type { JsonObject } from '#core/json.ts';
import type { Catalogue } from '#core/linked.ts';
import { type Random, random } from '#test/support/random.ts';
import { instant } from '#test/support/shop.ts';
import { customerPk } from '#usecases/store/keys.ts';
import { customerOf, stateBody } from '#usecases/store/state-body.ts';
import { eventOf, formOf } from './families.ts';

export type Stimulus = { readonly customer: Customer; readonly event: TimelineEvent };

export type PeopleOptions = {
  readonly count: number;
  /** The families that customers have to do with: two each, where there are two. */
  readonly families: number;
  readonly seed: number;
};

const START = instant('2025-06-01');
const YEAR_EVENTS = 24;

/** One stimulus for each customer: events mostly, and forms, traits, and what the mail system reports. */
export function stimuli(catalogue: Catalogue, { count, families, seed }: PeopleOptions): Stimulus[] {
  const chance = random(seed);
  return Array.from({ length: count }, (_, index) => {
    const own = [chance.below(families), chance.below(families)] as const;
    const customer = withHistory(catalogue, index, own, chance);
    return { customer: asRead(customer), event: nextEvent(customer, chance.pick(own), chance, customer.clock + 5 * MINUTE_MS) };
  });
}

/** As `evaluate` gets a customer: out of an item of the table. */
const asRead = (customer: Customer): Customer => customerOf({ pk: customerPk(customer.id), body: stateBody(customer) });

/** Lives a year with the catalogue: so the state is one that customers really come to have. */
function withHistory(catalogue: Catalogue, index: number, own: readonly [number, number], chance: Random): Customer {
  const consent = { status: 'subscribed', at: START, event: 'e', source: 'the form' } as const;
  let customer: Customer = {
    ...newCustomer(customerIdOfUser(`user-${index}`), START),
    userId: `user-${index}`,
    email: `person-${index}@example.com`,
    consents: { news: consent, offers: consent },
    attributes: {
      firstName: 'Ana',
      country: chance.pick(['PT', 'ES', 'FR', 'DE', 'US']),
      plan: 'free',
      timezone: 'Europe/Lisbon',
      locale: 'pt',
    },
    attributeTimes: { firstName: START, country: START, plan: START, timezone: START, locale: START },
  };
  let at = START;
  for (let order = 0; order < YEAR_EVENTS; order += 1) {
    at += chance.below((2 * 365 * DAY_MS) / YEAR_EVENTS) + MINUTE_MS;
    customer = wakened(customer, catalogue, at);
    customer = advance(customer, [orderOf(customer, own[order % 2] ?? own[0], chance, at)], catalogue, at).customer;
  }
  return wakened(customer, catalogue, at + chance.below(20 * DAY_MS));
}

function wakened(before: Customer, catalogue: Catalogue, until: number): Customer {
  let customer = before;
  while (wakeAt(customer) <= until) customer = advance(customer, [], catalogue, wakeAt(customer)).customer;
  return customer;
}

function nextEvent(customer: Customer, family: number, chance: Random, at: number): TimelineEvent {
  const kind = chance.next();
  if (kind < 0.7) return orderOf(customer, family, chance, at);
  if (kind < 0.8) {
    const consent = { topics: ['news'], version: '1', text: 'Yes' };
    const properties = { form: formOf(family), fields: { firstName: 'Ana' }, consent };
    return eventAt(customer, 'Form Submitted', properties, at, { kind: 'form', origin: 'form', trust: 'publishable' });
  }
  if (kind < 0.9)
    return eventAt(customer, 'Identify', {}, at, { kind: 'identify', traits: { plan: 'pro', visits: chance.below(99) } });
  const run = customer.runs[0];
  const properties = { message: 'msg_1', journey: run?.journey ?? '', run: run?.id ?? '', step: 'hello', template: 'hello' };
  const name = chance.pick(['Email Delivered', 'Email Opened', 'Email Link Clicked']);
  return eventAt(customer, name, properties, at, { kind: 'mail', origin: 'feedback', trust: 'system' });
}

function orderOf(customer: Customer, family: number, chance: Random, at: number): TimelineEvent {
  const properties = {
    order_id: `o-${chance.below(1e9)}`,
    revenue: 5 + chance.below(90),
    currency: 'EUR',
    category: chance.pick(['shoes', 'books', 'tea', 'lamps']),
    coupon: null,
    products: [
      { sku: 'A-1', name: 'Cup', price: 12.5, quantity: 2 },
      { sku: 'B-7', name: 'Tea', price: 7.9, quantity: 1 },
    ],
  };
  return eventAt(customer, eventOf(family), properties, at);
}

let made = 0;

function eventAt(
  customer: Customer,
  name: string,
  properties: JsonObject,
  at: number,
  parts: Partial<TimelineEvent> = {},
): TimelineEvent {
  made += 1;
  return {
    id: `evt-${made}`,
    customer: customer.id,
    kind: 'track',
    name,
    at,
    receivedAt: at,
    keyTime: toIso(at),
    identities: { userId: customer.userId ?? '' },
    properties,
    context: { locale: 'pt', timezone: 'Europe/Lisbon', library: { name: 'analytics.js', version: '5.2.0' } },
    trust: 'secret',
    origin: 'api',
    ...parts,
  };
}
