/** A small shop's catalogue, customers and events, for tests that read as sentences. */
import type { Journey, Release, Segment, Step } from '#core/catalogue.ts';
import { type Customer, newCustomer } from '#core/customer.ts';
import type { TimelineEvent } from '#core/event.ts';
import { customerIdsOf } from '#core/identity.ts';
import type { JsonObject } from '#core/json.ts';
import { type Catalogue, linkRelease } from '#core/linked.ts';

export const instant = (text: string): number => Date.parse(text.includes('T') ? text : `${text}T00:00:00Z`);

export function release(parts: Partial<Release> = {}): Release {
  return {
    id: 'rel_test',
    topics: [
      { id: 'news', name: 'News', type: 'marketing' },
      { id: 'offers', name: 'Offers', type: 'marketing' },
      { id: 'service', name: 'Service', type: 'transactional' },
    ],
    policy: {
      sender: { name: 'Shop' },
      brand: { name: 'Shop', postalAddress: '1 Street, Town' },
      zone: 'Europe/Lisbon',
      locale: 'en',
      unknownOutcome: { after: 'PT15M', policy: 'assume_sent' },
    },
    segments: [],
    forms: [],
    journeys: [],
    templates: ['hello', 'more', 'miss-you', 'gift', 'news', 'tier', 'reminder'].map((name) => ({
      name,
      version: `tv_${name}`,
      locales: ['en', 'pt'],
    })),
    ...parts,
  };
}

export const catalogue = (parts: Partial<Release> = {}): Catalogue => linkRelease(release(parts));

export function journey(parts: Partial<Journey> & Pick<Journey, 'id' | 'trigger' | 'steps'>): Journey {
  return { name: parts.id, status: 'active', reentry: { mode: 'once' }, ...parts };
}

export const mail = (id: string, template = 'hello', topic = 'news'): Step => ({ id, type: 'send_email', template, topic });

export const driftingAway: Segment = {
  id: 'drifting-away',
  name: 'Drifting away',
  when: { all: [{ event: 'Order Completed' }, { not: { event: 'Order Completed', within: 'P60D' } }] },
};

let sent = 0;

/** An event of Ann's, or of whom the identities name. */
export function event(name: string, at: string, properties: JsonObject = {}, parts: Partial<TimelineEvent> = {}): TimelineEvent {
  sent += 1;
  const identities = parts.identities ?? { email: 'ann@example.com' };
  const time = instant(at);
  const customer = customerIdsOf(identities)[0];
  if (customer === undefined) throw new Error('an event needs an identity');
  return {
    id: `evt-${String(sent).padStart(6, '0')}`,
    customer,
    kind: 'track',
    name,
    at: time,
    receivedAt: time,
    keyTime: new Date(time).toISOString(),
    identities,
    properties,
    trust: 'secret',
    origin: 'api',
    ...parts,
  };
}

/** A form post with consent to topics. */
export function signUp(
  at: string,
  topics: readonly string[] = ['news', 'offers'],
  parts: Partial<TimelineEvent> = {},
): TimelineEvent {
  const properties = { form: 'newsletter', fields: {}, consent: { topics, version: '1', text: 'Yes' } };
  return event('Form Submitted', at, properties, { kind: 'form', origin: 'form', trust: 'publishable', ...parts });
}

/** Ann, with an address and consent to both marketing topics. */
export function ann(parts: Partial<Customer> = {}): Customer {
  const consent = { status: 'subscribed', at: instant('2026-01-01'), event: 'e', source: 'test' } as const;
  const id = customerIdsOf({ email: 'ann@example.com' })[0];
  if (id === undefined) throw new Error('unreachable: an e-mail gives an id');
  return {
    ...newCustomer(id, instant('2026-01-01')),
    email: 'ann@example.com',
    consents: { news: consent, offers: consent },
    ...parts,
  };
}
