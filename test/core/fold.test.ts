import { describe, expect, test } from 'vitest';
import { type Customer, newCustomer } from '#core/customer.ts';
import type { CustomerId, TimelineEvent } from '#core/event.ts';
import { fold } from '#core/fold.ts';
import type { Other } from '#core/identified.ts';
import { identify } from '#core/identify.ts';
import { customerIdOfAnonymous, customerIdOfEmail, customerIdOfUser, normalEmail } from '#core/identity.ts';
import { NOTHING } from '#core/loyalty/state.ts';
import { ann, event } from '../support/shop.ts';

const user = customerIdOfUser('u1');
const anns = customerIdOfEmail('ann@example.com');

const others = (...list: readonly Other[]): Map<CustomerId, Other> => new Map(list.map((one) => [one.id, one]));
const identified = (parts: Partial<TimelineEvent> = {}): TimelineEvent =>
  event('Identify', '2026-01-01', {}, { identities: { userId: 'u1', email: 'ann@example.com' }, ...parts });
const known = (parts: Partial<Customer> = {}): Customer => ({ ...newCustomer(user, 0), userId: 'u1', ...parts });

describe('a user id and an e-mail address', () => {
  test('become one person on the word of a secret key', () => {
    const { customer, pointers } = identify(known({ vouched: true }), identified(), others({ id: anns, customer: ann() }));
    expect(customer).toMatchObject({ id: user, email: 'ann@example.com', merged: [anns], consents: ann().consents });
    expect(pointers.map(({ id }) => id)).toEqual([anns]);
  });

  test('keep the address’s own timeline, also where nobody stood there yet', () => {
    const { customer, pointers } = identify(known(), identified(), others());
    expect([customer.merged, pointers.map(({ id }) => id)]).toEqual([[anns], [anns]]);
  });

  test('keep the address’s own timeline, also where nobody stood there yet', () => {
    const { customer, pointers } = identify(known(), identified(), others());
    expect([customer.merged, pointers.map(({ id }) => id)]).toEqual([[anns], [anns]]);
  });

  test('become one person when a web page says so of somebody whom only web pages know', () => {
    const { customer } = identify(known(), identified({ trust: 'publishable' }), others({ id: anns, customer: ann() }));
    expect(customer.email).toBe('ann@example.com');
  });

  test('stay two when a web page says so of two who are known', () => {
    const { customer, notes } = identify(
      known({ told: true }),
      identified({ trust: 'publishable' }),
      others({ id: anns, customer: ann({ told: true }) }),
    );
    expect(customer).toMatchObject({ merged: [] });
    expect(customer.email).toBeUndefined();
    expect(notes).toEqual([{ what: 'refused', why: 'a publishable key cannot make one person of two that are known' }]);
  });

  test('a web page cannot change the address of somebody who has one', () => {
    const { customer, notes } = identify(known({ email: 'old@example.com' }), identified({ trust: 'publishable' }), others());
    expect(customer.email).toBe('old@example.com');
    expect(notes[0]?.why).toBe('a publishable key cannot change the e-mail address of a known person');
  });

  test('what happened under an address stays with the person whom it was given to first; mail goes to either', () => {
    const { customer, notes } = identify(known(), identified(), others({ id: anns, mergedInto: customerIdOfUser('u2') }));
    expect(customer).toMatchObject({ email: 'ann@example.com', merged: [] });
    expect(notes[0]?.why).toBe('what happened under this e-mail address before belongs to another person, and stays theirs');
  });
});

describe('an anonymous visitor', () => {
  const visitor = customerIdOfAnonymous('a1');
  const seen = event('Page', '2026-01-01', {}, { identities: { userId: 'u1', anonymousId: 'a1' }, trust: 'publishable' });

  test('is attached to the person who logs in', () => {
    const { customer, pointers } = identify(known(), seen, others({ id: visitor, customer: newCustomer(visitor, 0) }));
    expect(customer).toMatchObject({ merged: [visitor], anonymousIds: ['a1'] });
    expect(pointers.map(({ id }) => id)).toEqual([visitor]);
  });

  test('stays with the first person where two use one browser', () => {
    const { customer, pointers } = identify(known(), seen, others({ id: visitor, mergedInto: anns }));
    expect(customer.merged).toEqual([]);
    expect(pointers).toEqual([]);
  });
});

describe('two histories as one', () => {
  test.each([
    ['subscribed', 1, 'unsubscribed', 9, 10, 'unsubscribed'],
    ['unsubscribed', 1, 'subscribed', 9, 10, 'unsubscribed'],
    ['unsubscribed', 1, 'subscribed', 9, 5, 'subscribed'],
    ['subscribed', 1, 'unsubscribed', 9, 5, 'unsubscribed'],
  ] as const)('%s at %i and %s at %i by people who are one since %i is %s', (one, oneAt, other, otherAt, since, expected) => {
    const news = (status: 'subscribed' | 'unsubscribed', at: number) => ({ news: { status, at, event: 'e', source: 's' } });
    const links = { [`${anns} ${user}`]: since };
    for (const [into, from] of [
      [known({ consents: news(one, oneAt), links }), ann({ consents: news(other, otherAt) })],
      [known({ consents: news(other, otherAt), links }), ann({ consents: news(one, oneAt) })],
    ] as const) {
      expect(fold(into, from).consents.news?.status).toBe(expected);
    }
  });

  test('the later attribute wins, and points and counts add up', () => {
    const one = ann({
      attributes: { city: 'Porto' },
      attributeTimes: { city: 2 },
      metrics: { m: { n: 2 } },
      loyalty: { ...NOTHING, points: 5, spendMinor: 500, older: ['a'] },
    });
    const other = ann({
      attributes: { city: 'Faro' },
      attributeTimes: { city: 3 },
      metrics: { m: { n: 1 } },
      loyalty: { ...NOTHING, points: 7, spendMinor: 700, older: ['b'] },
    });
    expect(fold(one, other)).toMatchObject({
      attributes: { city: 'Faro' },
      metrics: { m: { n: 3 } },
      loyalty: { points: 12, spendMinor: 1200, older: ['a', 'b'] },
    });
  });
});

test.each([
  [' Ann@Example.COM ', 'ann@example.com'],
  ['ann@example', undefined],
  ['ann@@example.com', undefined],
  ['ann@example.com\r\nBcc: x@y.z', undefined],
  ['"ann" <ann@example.com>', undefined],
  [`${'a'.repeat(65)}@example.com`, undefined],
  [42, undefined],
])('the address %j is %j', (given, expected) => {
  expect(normalEmail(given)).toBe(expected);
});
