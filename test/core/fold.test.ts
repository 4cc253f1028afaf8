import { describe, expect, test } from 'vitest';
import { type Customer, newCustomer } from '#core/customer.ts';
import type { CustomerId, TimelineEvent } from '#core/event.ts';
import { fold, identify, type Other } from '#core/fold.ts';
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
    expect(pointers).toEqual([anns]);
  });

  test('become one person when a web page says so of somebody whom only web pages know', () => {
    const { customer } = identify(known(), identified({ trust: 'publishable' }), others({ id: anns, customer: ann() }));
    expect(customer.email).toBe('ann@example.com');
  });

  test('stay two when a web page says so of two who are known', () => {
    const { customer, notes } = identify(
      known({ vouched: true }),
      identified({ trust: 'publishable' }),
      others({ id: anns, customer: ann() }),
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

  test('an address that belongs to another person is not taken from them', () => {
    const { customer, notes } = identify(known(), identified(), others({ id: anns, mergedInto: customerIdOfUser('u2') }));
    expect(customer.email).toBeUndefined();
    expect(notes[0]?.why).toBe('the e-mail address belongs to another person');
  });
});

describe('an anonymous visitor', () => {
  const visitor = customerIdOfAnonymous('a1');
  const seen = event('Page', '2026-01-01', {}, { identities: { userId: 'u1', anonymousId: 'a1' }, trust: 'publishable' });

  test('is attached to the person who logs in', () => {
    const { customer, pointers } = identify(known(), seen, others({ id: visitor, customer: newCustomer(visitor, 0) }));
    expect(customer).toMatchObject({ merged: [visitor], anonymousIds: ['a1'] });
    expect(pointers).toEqual([visitor]);
  });

  test('stays with the first person where two use one browser', () => {
    const { customer, pointers } = identify(known(), seen, others({ id: visitor, mergedInto: anns }));
    expect(customer.merged).toEqual([]);
    expect(pointers).toEqual([]);
  });
});

describe('two histories as one', () => {
  test('the stricter consent wins, whichever is newer', () => {
    const consent = (status: 'subscribed' | 'unsubscribed', at: number) => ({ news: { status, at, event: 'e', source: 's' } });
    expect(
      fold(ann({ consents: consent('subscribed', 9) }), ann({ consents: consent('unsubscribed', 1) })).consents.news?.status,
    ).toBe('unsubscribed');
    expect(
      fold(ann({ consents: consent('unsubscribed', 1) }), ann({ consents: consent('subscribed', 9) })).consents.news?.status,
    ).toBe('unsubscribed');
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
