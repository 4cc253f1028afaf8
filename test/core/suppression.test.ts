import { describe, expect, test } from 'vitest';
import type { Customer } from '#core/customer.ts';
import type { TimelineEvent } from '#core/event.ts';
import { fold } from '#core/fold.ts';
import { suppressionsOf } from '#core/suppression.ts';
import { whyNot } from '#core/why-not.ts';
import { given } from '../support/given.ts';
import { ann, catalogue, event, instant } from '../support/shop.ts';

const shop = catalogue();
const news = shop.topics.get('news');
const service = shop.topics.get('service');

const word = (name: 'Customer Blocked' | 'Customer Unblocked', at: string, properties = {}): TimelineEvent =>
  event(name, at, { author: 'support', ...properties }, { kind: 'consent', origin: 'admin', trust: 'system' });
const reported = (name: string, at: string, properties = {}): TimelineEvent =>
  event(name, at, properties, { kind: 'mail', origin: 'feedback', trust: 'system' });
const bounced = (at: string) => reported('Email Bounced', at, { bounceType: 'Permanent' });
const complained = (at: string) => reported('Email Marked as Spam', at, { feedbackType: 'abuse' });
const confirmed = (at: string) =>
  event(
    'Form Confirmed',
    at,
    { form: 'sign-up', consent: { topics: ['news'] } },
    { kind: 'consent', origin: 'recipient', trust: 'confirmed' },
  );

const mails = (customer: Customer): readonly (string | undefined)[] => [
  whyNot(customer, news, 'news'),
  whyNot(customer, service, 'service'),
];

describe('a block by hand', () => {
  test('stops all mail, says who did it and why, and is lifted by hand', () => {
    const blocked = given(ann(), shop).when(word('Customer Blocked', '2026-02-01', { reason: 'asked by phone' }));
    expect(mails(blocked.customer)).toEqual(['the person is blocked', 'the person is blocked']);
    expect(blocked.noted('suppressed')).toEqual(['suppressed blocked by “support”: asked by phone']);
    expect(blocked.customer.suppressed).toMatchObject({ reason: 'manual', by: 'support', why: 'asked by phone' });
    const free = blocked.when(word('Customer Unblocked', '2026-02-02', { what: 'manual' }));
    expect(mails(free.customer)).toEqual([undefined, undefined]);
    expect(free.noted('unsuppressed')).toEqual(['unsuppressed no longer blocked: by “support”']);
  });

  test.each(['api', 'form', 'journey'] as const)('is not the word of an event that came by %s', (origin) => {
    const story = given(ann(), shop).when(event('Customer Blocked', '2026-02-01', { author: 'me' }, { origin }));
    expect(story.customer.suppressed).toBeUndefined();
  });

  test('that is lifted leaves the complaint and the bounce that came before and in between', () => {
    const story = given(ann(), shop)
      .when(complained('2026-02-01'), word('Customer Blocked', '2026-02-02', { reason: 'x' }), bounced('2026-02-03'))
      .when(word('Customer Unblocked', '2026-02-04', { what: 'manual' }));
    expect(Object.keys(suppressionsOf(story.customer)).sort()).toEqual(['bounce', 'complaint']);
    expect(mails(story.customer)).toEqual(['the address has bounced', 'the address has bounced']);
  });
});

describe('a bounce', () => {
  test('is about an address: whoever has another one gets mail again', () => {
    const { customer } = given(ann(), shop).when(bounced('2026-02-01'));
    expect(mails(customer)[0]).toBe('the address has bounced');
    const moved = given({ ...customer, email: 'ann@new.example' }, shop).when(event('Identify', '2026-02-02'));
    expect(mails(moved.customer)).toEqual([undefined, undefined]);
    expect(moved.noted('unsuppressed')[0]).toContain('another address');
  });

  test('of an item that an older version wrote is about the address that stands in it', () => {
    const old = ann({ suppressed: { reason: 'bounce', at: instant('2026-02-01') } });
    expect(mails(given(old, shop).when(event('Identify', '2026-02-02')).customer)[0]).toBe('the address has bounced');
    expect(
      mails(given(old, shop).when(word('Customer Unblocked', '2026-02-02', { what: 'bounce' })).customer)[0],
    ).toBeUndefined();
  });
});

describe('a complaint', () => {
  test('stops marketing until the person confirms by a click that they want it again', () => {
    const story = given(ann(), shop).when(complained('2026-02-01'));
    expect(mails(story.customer)).toEqual(['the person marked a mail as spam', undefined]);
    const ticked = story.when(
      event('Subscribed', '2026-02-02', { list_id: 'news' }, { kind: 'consent', origin: 'recipient', trust: 'confirmed' }),
    );
    expect(mails(ticked.customer)[0]).toBe('the person marked a mail as spam');
    expect(mails(ticked.when(confirmed('2026-02-03')).customer)).toEqual([undefined, undefined]);
  });

  test('that came after the click stands, also where the click is told later', () => {
    const story = given(ann(), shop).when(complained('2026-02-05')).arriving('2026-02-06', confirmed('2026-02-03'));
    expect(mails(story.customer)[0]).toBe('the person marked a mail as spam');
  });

  test('is taken back by the mailbox’s word that it is not spam', () => {
    const back = reported('Email Marked as Spam', '2026-02-02', { feedbackType: 'not-spam' });
    expect(given(ann(), shop).when(complained('2026-02-01'), back).customer.suppressed).toBeUndefined();
  });
});

test('of two people who turn out to be one, all that suppressed either suppresses', () => {
  const one = given(ann(), shop).when(complained('2026-02-02')).customer;
  const other = given(ann(), shop).when(
    complained('2026-02-01'),
    word('Customer Blocked', '2026-02-03', { reason: 'x' }),
  ).customer;
  for (const folded of [fold(one, other), fold(other, one)]) {
    expect(folded.suppressed?.reason).toBe('manual');
    expect(folded.suppressions.complaint?.at).toBe(instant('2026-02-01'));
  }
});
