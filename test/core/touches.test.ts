import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Touches } from '#core/customer.ts';
import type { TimelineEvent } from '#core/event.ts';
import type { JsonObject } from '#core/json.ts';
import { foldTouches, touchesWith } from '#core/touches.ts';
import { given } from '../support/given.ts';
import { ann, catalogue, event, instant, signUp } from '../support/shop.ts';

const own = 'https://www.shop.example/shoes';
const page = (at: string, context: JsonObject = {}, properties: JsonObject = {}): TimelineEvent =>
  event('Page', at, properties, { kind: 'page', trust: 'publishable', context });
const campaign = { campaign: { name: 'spring', source: 'letter', medium: 'email', term: 'shoes', content: 'top' } };
const scoring = { scores: [{ id: 'lead', name: 'Lead', rules: [{ id: 'page', event: 'Page', points: 1 }] }] };
const after = (...events: readonly TimelineEvent[]): Touches | undefined =>
  given(ann(), catalogue({ scoring })).when(...events).customer.touches;

describe('a touch', () => {
  test.each<[string, TimelineEvent, object | undefined]>([
    [
      'a campaign, with all that it says',
      page('2026-01-02', { ...campaign, page: { url: own } }),
      { source: 'letter', medium: 'email', campaign: 'spring', term: 'shoes', content: 'top', page: own },
    ],
    [
      'another site',
      page('2026-01-02', { page: { url: own, referrer: 'https://www.search.example/?q=x' } }),
      { source: 'search.example', medium: 'referral', referrer: 'search.example' },
    ],
    [
      'another site, as a page call says it',
      page('2026-01-02', {}, { url: own, referrer: 'https://blog.example/a' }),
      { source: 'blog.example', page: own },
    ],
    [
      'a campaign without a source, from another site',
      page('2026-01-02', { campaign: { name: 'x' }, page: { referrer: 'https://blog.example' } }),
      { source: 'blog.example', campaign: 'x' },
    ],
    ['a page that was opened directly', page('2026-01-02', { page: { url: own } }), { source: 'direct', page: own }],
    ['a way from page to page', page('2026-01-02', { page: { url: own, referrer: 'https://shop.example/' } }), undefined],
    ['a form', signUp('2026-01-02'), { source: 'direct', form: 'newsletter' }],
    ['an event of a server', event('Order Completed', '2026-01-02'), undefined],
    [
      'what a mail system reports',
      event('Email Link Clicked', '2026-01-02', {}, { origin: 'feedback', context: campaign }),
      undefined,
    ],
    [
      'nonsense',
      page('2026-01-02', { campaign: 'spring', page: { url: 7, referrer: 'javascript:alert(1)' } }),
      { source: 'direct' },
    ],
  ])('%s', (_, one, expected) => {
    const first = touchesWith(undefined, one)?.first;
    if (expected === undefined) expect(first).toBeUndefined();
    else expect(first).toMatchObject({ at: one.at, event: one.id, ...expected });
  });

  test('holds no long text', () => {
    const long = touchesWith(undefined, page('2026-01-02', { campaign: { source: 'x'.repeat(5000) } }));
    expect(long?.first.source).toHaveLength(200);
  });
});

describe('first and last', () => {
  const spring = page('2026-01-03', campaign);
  const search = page('2026-01-05', { page: { url: own, referrer: 'https://search.example' } });
  const direct = page('2026-01-07', { page: { url: own } });

  test('are the earliest one, and the latest one that names a source', () => {
    expect(after(spring, search, direct)).toMatchObject({ first: { campaign: 'spring' }, last: { source: 'search.example' } });
  });

  test('do not depend on the order of arrival, nor on which half of a person they belong to', () => {
    fc.assert(
      fc.property(
        fc.shuffledSubarray([spring, search, direct, page('2026-01-01'), signUp('2026-01-04')], { minLength: 5 }),
        fc.nat({ max: 5 }),
        (list, cut) => {
          const told = (events: readonly TimelineEvent[]) =>
            events.reduce<Touches | undefined>((known, one) => touchesWith(known, one), undefined);
          const expected = { first: { at: instant('2026-01-01'), source: 'direct' }, last: { event: search.id } };
          expect(told(list)).toMatchObject(expected);
          expect(foldTouches(told(list.slice(0, cut)), told(list.slice(cut)))).toEqual(told(list));
        },
      ),
    );
  });

  test('are attributes that segments ask about, and that no sender can set', () => {
    const segments = [{ id: 'spring', name: 'Spring', when: { attribute: 'firstTouch.campaign', is: 'spring' } }];
    const shop = catalogue({ scoring, segments });
    const forged = event('Identify', '2026-01-02', {}, { traits: { firstTouch: { campaign: 'spring' } } });
    const story = given(ann(), shop).when(forged);
    expect(story.customer.segments).toEqual({});
    expect(story.when(spring).customer.segments).toEqual({ spring: spring.at });
  });

  test('are not kept where the catalogue has no scoring', () => {
    expect(given(ann(), catalogue()).when(spring).customer.touches).toBeUndefined();
  });
});
