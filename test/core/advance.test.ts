import { describe, expect, test } from 'vitest';
import { advance } from '#core/advance.ts';
import { newCustomer, wakeAt } from '#core/customer.ts';
import { NEVER } from '#core/instant.ts';
import { given } from '../support/given.ts';
import { ann, catalogue, driftingAway, event, instant, journey, mail, signUp } from '../support/shop.ts';

const welcome = journey({
  id: 'welcome',
  trigger: { type: 'form', form: 'newsletter' },
  steps: [mail('first'), { id: 'pause', type: 'delay', for: 'P3D' }, mail('second', 'more')],
});

const winBack = journey({
  id: 'win-back',
  trigger: { type: 'segment_entry', segment: 'drifting-away' },
  reentry: { mode: 'after', interval: 'P180D' },
  exitWhen: [{ event: 'Order Completed' }],
  goal: { event: 'Order Completed', window: 'P30D' },
  steps: [
    mail('miss-you', 'miss-you', 'offers'),
    {
      id: 'reaction',
      type: 'wait_for_event',
      timeout: 'P7D',
      events: [{ event: 'Email Link Clicked', where: { property: 'step', is: 'miss-you' } }],
      onTimeout: [
        {
          id: 'worth',
          type: 'branch',
          cases: [
            {
              name: 'valuable',
              when: { event: 'Order Completed', sum: { property: 'revenue', gte: 120 } },
              steps: [mail('gift', 'gift', 'offers')],
            },
          ],
          default: [mail('news', 'news', 'offers')],
        },
      ],
    },
  ],
});

const loyalty = {
  currency: 'EUR',
  earn: { event: 'Order Completed', amount: 'revenue', pointsPerUnit: 1 },
  tiers: [
    { id: 'silver', name: 'Silver', spend: 100 },
    { id: 'gold', name: 'Gold', spend: 500 },
  ],
};

describe('welcome', () => {
  const shop = catalogue({ journeys: [welcome] });

  test('a lead gets the first mail at once and the second three days later', () => {
    const { mails } = given(newCustomer(ann().id, 0), shop)
      .arriving('2026-01-01T10:00:00Z', signUp('2026-01-01T10:00:00Z'))
      .until('2026-02-01');
    // The address comes with the form's identity; `identify` in fold.ts sets it before `advance` is asked.
    expect(mails.map((line) => line.split(' ').slice(0, 2).join(' '))).toEqual([
      '2026-01-01T10:00 hello',
      '2026-01-04T10:00 more',
    ]);
  });

  test('a lead without consent gets no mail, and each mail not sent says why', () => {
    const { mails } = given(ann({ consents: {} }), shop)
      .when(signUp('2026-01-01T10:00:00Z', []))
      .until('2026-02-01');
    expect(mails).toEqual([
      '2026-01-01T10:00 hello skipped (no consent to the topic “News”)',
      '2026-01-04T10:00 more skipped (no consent to the topic “News”)',
    ]);
  });

  test('who unsubscribes between two mails does not get the second', () => {
    const { mails } = given(ann(), shop)
      .when(
        signUp('2026-01-01T10:00:00Z'),
        event('Unsubscribed', '2026-01-02T10:00:00Z', { list_id: 'news' }, { origin: 'recipient', trust: 'confirmed' }),
      )
      .until('2026-02-01');
    expect(mails[1]).toBe('2026-01-04T10:00 more skipped (unsubscribed from the topic “News”)');
  });

  test('an unsubscribe that somebody posts with a publishable key changes nothing, and the decision says so', () => {
    const story = given(ann(), shop).when(event('Unsubscribed', '2026-01-02', { list_id: 'news' }, { trust: 'publishable' }));
    expect(story.customer.consents.news?.status).toBe('subscribed');
    expect(story.noted('refused')).toEqual(['refused a publishable key cannot change consent']);
  });

  test('who posts the form again is not welcomed again', () => {
    const story = given(ann(), shop).when(signUp('2026-01-01'), signUp('2026-03-01')).until('2026-04-01');
    expect(story.mails).toHaveLength(2);
    expect(story.noted('not_entered')).toEqual(['not_entered welcome was in this journey before, and one entry is allowed']);
  });

  test('a bounce that the mail system reports stops all mail; the same name from outside does not', () => {
    const forged = given(ann(), shop).when(
      event('Email Bounced', '2026-01-01', { bounceType: 'Permanent' }),
      signUp('2026-01-02'),
    );
    expect(forged.mails).toEqual(['2026-01-02T00:00 hello queued']);
    const bounced = given(ann(), shop).when(
      event('Email Bounced', '2026-01-01', { bounceType: 'Permanent' }, { origin: 'feedback', trust: 'system' }),
      signUp('2026-01-02'),
    );
    expect(bounced.mails).toEqual(['2026-01-02T00:00 hello skipped (the address has bounced)']);
  });
});

describe('win-back', () => {
  const shop = catalogue({ journeys: [winBack], segments: [driftingAway] });

  test('sixty days of silence, to the millisecond, start it', () => {
    const story = given(ann(), shop).when(event('Order Completed', '2026-01-01T12:34:56.789Z', { revenue: 20 }));
    expect(new Date(wakeAt(story.customer)).toISOString()).toBe('2026-03-02T12:34:56.789Z');
    expect(story.until('2026-03-02T12:34:56.788Z').mails).toEqual([]);
    expect(story.until('2026-03-02T12:34:56.789Z').mails).toEqual(['2026-03-02T12:34 miss-you queued']);
  });

  test('who is worth it gets a gift after a week without a reaction, others the news', () => {
    const silent = (revenue: number) =>
      given(ann(), shop)
        .when(event('Order Completed', '2026-01-01', { revenue }))
        .until('2026-06-01').mails;
    expect(silent(120)).toEqual(['2026-03-02T00:00 miss-you queued', '2026-03-09T00:00 gift queued']);
    expect(silent(119.99)).toEqual(['2026-03-02T00:00 miss-you queued', '2026-03-09T00:00 news queued']);
  });

  test('a click ends the wait, and nothing more is sent', () => {
    const story = given(ann(), shop)
      .when(
        event('Order Completed', '2026-01-01', { revenue: 500 }),
        event('Email Link Clicked', '2026-03-03', { step: 'miss-you' }),
      )
      .until('2026-06-01');
    expect(story.mails).toEqual(['2026-03-02T00:00 miss-you queued']);
    expect(story.noted('left')).toEqual(['left win-back completed: came to the end']);
  });

  test('an order ends it, reaches its goal, and sixty days later the interval forbids another entry', () => {
    const story = given(ann(), shop)
      .when(event('Order Completed', '2026-01-01', { revenue: 500 }), event('Order Completed', '2026-03-05', { revenue: 10 }))
      .until('2026-08-01');
    expect(story.mails).toEqual(['2026-03-02T00:00 miss-you queued']);
    expect(story.noted('goal_reached', 'left')).toEqual([
      'goal_reached win-back Order Completed within P30D',
      'left win-back exited: Order Completed happened',
    ]);
    expect(story.noted('not_entered')).toEqual([
      'not_entered win-back was in this journey before, and may enter again from 2026-08-29T00:00:00.000Z',
    ]);
  });

  test('an order that arrives a day late still counts by its own time', () => {
    const late = event('Order Completed', '2026-02-28', { revenue: 10 });
    const story = given(ann(), shop)
      .when(event('Order Completed', '2026-01-01', { revenue: 500 }))
      .arriving('2026-03-01T12:00:00Z', late);
    expect(new Date(wakeAt(story.customer)).toISOString()).toBe('2026-04-29T00:00:00.000Z');
  });

  test('an order that comes to light after the first mail takes the person out of it', () => {
    const story = given(ann(), shop)
      .when(event('Order Completed', '2026-01-01', { revenue: 500 }))
      .arriving('2026-03-03', event('Order Completed', '2026-03-01', { revenue: 10 }))
      .until('2026-04-01');
    expect(story.mails).toEqual(['2026-03-02T00:00 miss-you queued']);
    expect(story.customer.runs).toEqual([]);
  });
});

describe('cart reminder', () => {
  const shop = catalogue({
    journeys: [
      journey({
        id: 'cart',
        trigger: { type: 'event', event: 'Checkout Started' },
        reentry: { mode: 'always' },
        exitWhen: [{ event: 'Order Completed', where: { property: 'cart_id', equalsTrigger: 'cart_id' } }],
        steps: [{ id: 'wait', type: 'delay', for: 'PT1H' }, mail('remind', 'reminder', 'offers')],
      }),
    ],
  });

  test('an order with the same cart ends it, one with another cart does not', () => {
    const story = (cart: string) =>
      given(ann(), shop)
        .when(
          event('Checkout Started', '2026-01-01T10:00:00Z', { cart_id: 'a' }),
          event('Order Completed', '2026-01-01T10:20:00Z', { cart_id: cart }),
        )
        .until('2026-01-02').mails;
    expect(story('a')).toEqual([]);
    expect(story('b')).toEqual(['2026-01-01T11:00 reminder queued']);
  });

  test('an order that arrived before its checkout still counts: no reminder goes to a buyer', () => {
    const story = given(ann(), shop)
      .arriving('2026-01-01T10:21:00Z', event('Order Completed', '2026-01-01T10:20:00Z', { cart_id: 'a' }))
      .arriving('2026-01-01T10:22:00Z', event('Checkout Started', '2026-01-01T10:00:00Z', { cart_id: 'a' }))
      .until('2026-01-02');
    expect(story.mails).toEqual([]);
    expect(story.noted('left')).toEqual(['left cart exited: Order Completed was there already']);
  });
});

describe('loyalty', () => {
  const thanks = journey({
    id: 'tier-reached',
    trigger: { type: 'tier_change', direction: 'up' },
    reentry: { mode: 'always' },
    steps: [mail('congratulate', 'tier', 'service')],
  });
  const shop = catalogue({ journeys: [thanks], loyalty });
  const order = (at: string, id: string, revenue: unknown, more = {}) =>
    event('Order Completed', at, { order_id: id, revenue: revenue as number, currency: 'EUR', ...more });

  test('points are whole units of what was spent, and the ledger adds up to the balance', () => {
    const story = given(ann(), shop).when(order('2026-01-01', '1', 19.99), order('2026-01-02', '2', '4.35'));
    const entries = story.effects.flatMap((effect) => (effect.type === 'ledger' ? [effect.entry.points] : []));
    expect(entries).toEqual([19, 4]);
    expect(story.customer.loyalty).toMatchObject({ points: 23, spendMinor: 2434 });
  });

  test('a tier is reached at its spend, and the mail needs no marketing consent', () => {
    const story = given(ann({ consents: {} }), shop).when(
      order('2026-01-01', '1', 99.99),
      order('2026-01-02', '2', 0.01),
      order('2026-01-03', '3', 400),
    );
    expect(story.mails).toEqual(['2026-01-02T00:00 tier queued', '2026-01-03T00:00 tier queued']);
    expect(story.customer.loyalty?.tier).toBe('gold');
  });

  test('the same order under another message id earns once', () => {
    const story = given(ann(), shop).when(order('2026-01-01', '1', 50), order('2026-01-02', '1', 50));
    expect(story.customer.loyalty?.points).toBe(50);
    expect(story.noted('refused')).toEqual(['refused no points: this order has earned already']);
  });

  test.each([
    [
      'a foreign currency',
      { currency: 'USD' },
      10,
      'no points: it is in USD, and the programme counts EUR and has no rate for that',
    ],
    ['a negative amount', {}, -1, 'no points: an amount of -1 is out of bounds'],
    ['no amount', {}, 'much', 'no points: the event has no number in “revenue”'],
    ['an absurd amount', {}, 1e12, 'no points: an amount of 1000000000000 is out of bounds'],
  ])('%s books nothing and says why', (_, more, revenue, why) => {
    const story = given(ann(), shop).when(order('2026-01-01', '1', revenue, more));
    expect(story.customer.loyalty?.points ?? 0).toBe(0);
    expect(story.noted('refused')).toEqual([`refused ${why}`]);
  });
});

test('a late event does not turn a person’s time back: nobody leaves a segment and enters it again', () => {
  const recent = {
    id: 'recent',
    name: 'Recent',
    when: {
      all: [
        { event: 'Order Completed', within: 'P30D' },
        { event: 'Page Viewed', within: 'P90D' },
      ],
    },
  };
  const shop = catalogue({ segments: [recent] });
  const story = given(ann(), shop)
    .when(event('Page Viewed', '2026-03-01'), event('Order Completed', '2026-03-05'))
    .arriving('2026-03-10', event('Page Viewed', '2026-01-15'));
  expect(story.noted('segment_entered', 'segment_left')).toEqual(['segment_entered recent its condition became true']);
  expect(story.customer.clock).toBe(instant('2026-03-05'));
});

test('somebody new of whom nothing can change by time alone is never woken', () => {
  const { customer } = advance(
    newCustomer(ann().id, 0),
    [event('Anything', '2026-01-01')],
    catalogue({ segments: [driftingAway] }),
    instant('2026-01-01'),
  );
  expect(wakeAt(customer)).toBe(NEVER);
});

test('everything in one go gives what event by event gives', () => {
  const shop = catalogue({ journeys: [welcome, winBack], segments: [driftingAway], loyalty });
  const events = [
    signUp('2026-01-01'),
    event('Order Completed', '2026-01-02', { revenue: 70, order_id: '1' }),
    event('Order Completed', '2026-05-01', { revenue: 60, order_id: '2' }),
  ];
  const steady = given(ann(), shop)
    .when(...events)
    .until('2026-12-01');
  const atOnce = given(ann(), shop).arriving('2026-12-01', ...events);
  expect(atOnce.mails).toEqual(steady.mails);
  expect(atOnce.customer).toEqual(steady.customer);
});
