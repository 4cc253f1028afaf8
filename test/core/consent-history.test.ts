import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { saidBy } from '#core/consent-history.ts';
import { fold } from '#core/fold.ts';
import { given } from '../support/given.ts';
import { ann, catalogue, event } from '../support/shop.ts';

const shop = catalogue();
const nobody = () => ann({ consents: {} });
const said = (name: 'Subscribed' | 'Unsubscribed', day: number) =>
  event(name, `2026-01-${String(day).padStart(2, '0')}`, { list_id: 'news' }, { kind: 'consent' });

test('the only word on a topic is remembered by its consent alone', () => {
  const { customer } = given(nobody(), shop).when(said('Subscribed', 1));
  expect(customer.consentHistory).toEqual({});
  expect(saidBy(customer, 'news')).toMatchObject([{ status: 'subscribed', source: 'the API' }]);
});

test('of many words the latest ten are remembered, whatever the order in which they arrive', () => {
  const words = Array.from({ length: 14 }, (_, index) => said(index % 2 === 0 ? 'Subscribed' : 'Unsubscribed', index + 1));
  const latest = words.toReversed().slice(0, 10);
  fc.assert(
    fc.property(fc.shuffledSubarray(words, { minLength: words.length }), (order) => {
      const story = order.reduce((so, one) => so.arriving('2026-02-01', one), given(nobody(), shop));
      expect(saidBy(story.customer, 'news').map((one) => one.event)).toEqual(latest.map(({ id }) => id));
    }),
    { numRuns: 20 },
  );
});

test('two histories of one person become one', () => {
  const one = given(nobody(), shop).when(said('Subscribed', 1), said('Unsubscribed', 3)).customer;
  const other = given(nobody(), shop).when(said('Subscribed', 2)).customer;
  const statuses = (into = one, from = other) => saidBy(fold(into, from), 'news').map(({ status }) => status);
  expect(statuses()).toEqual(['unsubscribed', 'subscribed', 'subscribed']);
  expect(statuses(other, one)).toEqual(statuses());
});
