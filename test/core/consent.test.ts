import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { joined, stricter } from '#core/consent.ts';
import type { Consent } from '#core/customer.ts';

const said = (status: Consent['status'], at: number, event = `e${at}`): Consent => ({ status, at, event, source: 'test' });
const told = (...facts: readonly Consent[]): Consent => facts.reduce((known, fact) => joined(known, fact));

describe('consent that waits for its confirmation', () => {
  test.each([
    ['takes nothing from somebody who is subscribed', [said('subscribed', 1), said('pending', 2)], 'subscribed'],
    ['is no way back for somebody who has left', [said('unsubscribed', 1), said('pending', 2)], 'pending'],
    ['is over when the person leaves', [said('pending', 1), said('unsubscribed', 2)], 'unsubscribed'],
    ['is fulfilled by the confirmation', [said('unsubscribed', 1), said('pending', 2), said('subscribed', 3)], 'subscribed'],
    [
      'is not made good by an older yes that comes late',
      [said('unsubscribed', 2), said('pending', 3), said('subscribed', 1)],
      'pending',
    ],
    [
      'shows again when the older yes turns out to be taken back',
      [said('subscribed', 1), said('pending', 3), said('unsubscribed', 2)],
      'pending',
    ],
  ] as const)('%s', (_, facts, status) => {
    expect(told(...facts).status).toBe(status);
  });

  test('comes to the same, whatever the order in which the facts arrive', () => {
    const fact = fc
      .record({ status: fc.constantFrom('subscribed', 'unsubscribed', 'pending'), at: fc.integer({ min: 1, max: 4 }) })
      .map(({ status, at }) => said(status as Consent['status'], at, `${status}-${at}`));
    fc.assert(
      fc.property(
        fc
          .array(fact, { minLength: 1, maxLength: 6 })
          .chain((facts) => fc.tuple(fc.constant(facts), fc.shuffledSubarray(facts, { minLength: facts.length }))),
        ([facts, shuffled]) => {
          expect(told(...shuffled)).toEqual(told(...facts));
        },
      ),
      { numRuns: 500 },
    );
  });

  test('changes nothing when the same fact comes again', () => {
    const known = told(said('unsubscribed', 1), said('pending', 2));
    expect(joined(known, said('pending', 2))).toBe(known);
    expect(joined(known, said('unsubscribed', 1))).toBe(known);
  });

  test('of two histories that are one person’s, a no outweighs a later yes, and the request stays', () => {
    const left = told(said('unsubscribed', 1), said('pending', 5));
    expect(stricter(said('subscribed', 3), left)).toMatchObject({ status: 'pending', beside: { status: 'unsubscribed' } });
    expect(stricter(said('subscribed', 3), said('pending', 5))).toMatchObject({ status: 'subscribed' });
  });
});
