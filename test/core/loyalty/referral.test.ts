import { expect, test } from 'vitest';
import type { Loyalty } from '#core/loyalty/programme.ts';
import { given } from '../../support/given.ts';
import { ann, catalogue, event } from '../../support/shop.ts';

const loyalty: Loyalty = {
  currency: 'EUR',
  earn: [{ id: 'orders', event: 'Order Completed', per: { points: 1 }, pending: { for: 'P14D' } }],
  referral: { referrer: 200, friend: 100, link: 'https://shop.example/?friend={code}' },
  tiers: [],
};
const shop = catalogue({ loyalty });
const order = (at: string, id: string) => event('Order Completed', at, { order_id: id, revenue: 50 });
const referred = (at: string, properties = {}) =>
  event('Referred', at, { referrer: 'cus_bob', ...properties }, { origin: 'loyalty', trust: 'system' });
const told = (story: ReturnType<typeof given>) =>
  story.effects.flatMap((effect) => (effect.type === 'event' ? [effect.event] : []));

test('when the first order of a friend is final both are rewarded, and not before', () => {
  const story = given(ann(), shop).when(referred('2026-01-01'), order('2026-01-02', '1'));
  expect(story.until('2026-01-15').customer.loyalty?.points).toBe(0);
  const final = story.until('2026-01-16');
  expect(final.customer.loyalty?.points).toBe(150);
  expect(told(final)).toMatchObject([{ customer: 'cus_bob', name: 'Friend Ordered', properties: { points: 200 } }]);
  expect(told(final.when(order('2026-02-01', '2')).until('2026-03-01'))).toHaveLength(1);
});

test('the one who brought the friend gets the points once, whatever is said from outside', () => {
  const [news] = told(given(ann(), shop).when(referred('2026-01-01'), order('2026-01-02', '1')).until('2026-01-16'));
  if (news === undefined) throw new Error('nobody was told');
  const bob = given(ann(), shop).when(news, { ...news, origin: 'api', trust: 'secret', id: 'forged' });
  expect(bob.customer.loyalty?.points).toBe(200);
});

test('a first order that is given back does not count, and the next one does', () => {
  const story = given(ann(), shop).when(
    referred('2026-01-01'),
    order('2026-01-02', '1'),
    event('Order Refunded', '2026-01-10', { order_id: '1' }),
    order('2026-02-01', '2'),
  );
  expect(told(story.until('2026-02-14'))).toEqual([]);
  expect(told(story.until('2026-02-15'))).toHaveLength(1);
});

test.each([
  ['oneself', { referrer: ann().id }, 'nobody can refer themselves'],
  ['a code that was refused', { refused: 'both have the same e-mail address' }, 'both have the same e-mail address'],
])('%s is no referral', (_, properties, why) => {
  const story = given(ann(), shop).when(referred('2026-01-01', properties), order('2026-01-02', '1')).until('2026-03-01');
  expect(told(story)).toEqual([]);
  expect(story.noted('refused')).toEqual([`refused no referral: ${why}`]);
});

test('whoever had ordered before is not brought by anybody, and the first word counts', () => {
  const late = given(ann(), shop).when(order('2026-01-01', '1'), referred('2026-01-02'));
  expect(late.noted('refused')).toEqual(['refused no referral: the customer had ordered before']);
  const twice = given(ann(), shop).when(referred('2026-01-01'), referred('2026-01-02', { referrer: 'cus_eve' }));
  expect(twice.customer.loyalty?.referral?.referrer).toBe('cus_bob');
});

test('with the first booking a customer gets a code of their own, once', () => {
  const story = given(ann(), shop).when(order('2026-01-01', '1'), order('2026-01-02', '2'));
  expect(story.effects.filter(({ type }) => type === 'referral')).toEqual([{ type: 'referral', customer: story.customer.id }]);
});
