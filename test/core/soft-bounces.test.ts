import { expect, test } from 'vitest';
import type { TimelineEvent } from '#core/event.ts';
import type { JsonObject } from '#core/json.ts';
import { given } from '../support/given.ts';
import { ann, catalogue, event, release } from '../support/shop.ts';

const { policy } = release();
const shop = catalogue({ policy: { ...policy, softBounces: { max: 3, within: 'P30D' } } });
const bounced = (at: string, more: JsonObject = {}) =>
  event(
    'Email Bounced',
    at,
    { bounceType: 'Transient', bounceSubType: 'MailboxFull', ...more },
    { origin: 'feedback', trust: 'system', kind: 'mail' },
  );
const ofAnn = (...events: readonly TimelineEvent[]) => given(ann(), shop).when(...events);

test('so many mails in a row that could not be delivered for now suppress the address', () => {
  expect(ofAnn(bounced('2026-01-01'), bounced('2026-01-08')).customer.suppressed).toBeUndefined();
  const third = ofAnn(bounced('2026-01-01'), bounced('2026-01-08'), bounced('2026-01-15', { bounceType: 'Undetermined' }));
  expect(third.customer.suppressed).toMatchObject({ reason: 'bounce' });
  expect(third.noted('suppressed').join()).toContain('3 mails in a row could not be delivered within P30D');
});

test('a delivery in between starts the count anew', () => {
  const story = ofAnn(
    bounced('2026-01-01'),
    bounced('2026-01-08'),
    bounced('2026-01-15', { last_delivered_at: '2026-01-10T00:00:00Z' }),
  );
  expect(story.customer.suppressed).toBeUndefined();
  expect(story.customer.softBounces?.at).toHaveLength(1);
});

test('those that are longer ago than the policy looks back do not count', () => {
  expect(ofAnn(bounced('2026-01-01'), bounced('2026-02-01'), bounced('2026-02-08')).customer.suppressed).toBeUndefined();
});

test('the policy’s own number is 5, where it says nothing', () => {
  const days = ['01', '02', '03', '04', '05'].map((day) => bounced(`2026-01-${day}`));
  expect(given(ann(), catalogue()).when(...days.slice(1)).customer.suppressed).toBeUndefined();
  expect(given(ann(), catalogue()).when(...days).customer.suppressed).toMatchObject({ reason: 'bounce' });
});

test('an event of that name from outside counts nothing', () => {
  const forged = ['01', '02', '03'].map((day) => event('Email Bounced', `2026-01-${day}`, { bounceType: 'Transient' }));
  expect(ofAnn(...forged).customer.suppressed).toBeUndefined();
});
