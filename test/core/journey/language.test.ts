import { describe, expect, test } from 'vitest';
import type { Journey, Step } from '#core/catalogue.ts';
import { newCustomer } from '#core/customer.ts';
import { customerIdOfEmail } from '#core/identity.ts';
import { versioned } from '#core/journey/linked.ts';
import { type Catalogue, linkRelease } from '#core/linked.ts';
import { given } from '../../support/given.ts';
import { ann, catalogue, event, journey, mail, release } from '../../support/shop.ts';

const orders = (parts: Partial<Journey> = {}): Journey =>
  journey({
    id: 'orders',
    trigger: { type: 'event', event: 'Order Completed' },
    reentry: { mode: 'always' },
    steps: [mail('thank')],
    ...parts,
  });

describe('triggers', () => {
  test('a schedule reaches those who are in its segment at the time, and no others', () => {
    const shop = catalogue({
      segments: [{ id: 'porto', name: 'Porto', when: { attribute: 'city', is: 'Porto' } }],
      journeys: [
        journey({
          id: 'monday',
          trigger: { type: 'schedule', rule: 'FREQ=WEEKLY;BYDAY=MO;BYHOUR=9', start: '2026-01-01T00:00', segment: 'porto' },
          reentry: { mode: 'always' },
          steps: [mail('letter')],
        }),
      ],
    });
    const moves = (city: string, at: string) => event('Identify', at, {}, { kind: 'identify', traits: { city } });
    const story = given(ann(), shop).when(moves('Porto', '2026-03-20'), moves('Faro', '2026-03-31')).until('2026-05-01');
    // Summer time begins on 29 March: nine o'clock stays nine o'clock.
    expect(story.mails).toEqual(['2026-03-23T09:00 hello queued', '2026-03-30T08:00 hello queued']);
  });

  test('a birthday comes each year, also after the date was corrected', () => {
    const shop = catalogue({
      journeys: [
        journey({
          id: 'birthday',
          trigger: { type: 'date', attribute: 'birthday', repeat: 'yearly', time: '09:00' },
          reentry: { mode: 'always' },
          steps: [mail('cake')],
        }),
      ],
    });
    const born = (birthday: string, at: string) => event('Identify', at, {}, { kind: 'identify', traits: { birthday } });
    const story = given(ann(), shop).when(born('1990-05-01', '2026-01-01'), born('1990-07-01', '2026-06-01')).until('2027-12-01');
    expect(story.mails).toEqual([
      '2026-05-01T08:00 hello queued',
      '2026-07-01T08:00 hello queued',
      '2027-07-01T08:00 hello queued',
    ]);
  });

  test('points start it once when the balance reaches the number from below', () => {
    const shop = catalogue({
      loyalty: {
        currency: 'EUR',
        earn: { event: 'Order Completed', amount: 'revenue', pointsPerUnit: 1 },
        tiers: [{ id: 'gold', name: 'Gold', spend: 1e6 }],
      },
      journeys: [
        journey({
          id: 'hundred',
          trigger: { type: 'points', reached: 100 },
          reentry: { mode: 'always' },
          steps: [mail('well-done', 'tier', 'service')],
        }),
      ],
    });
    const spends = (at: string, revenue: number) => event('Order Completed', at, { revenue, order_id: at });
    expect(given(ann(), shop).when(spends('2026-01-01', 60), spends('2026-01-02', 60), spends('2026-01-03', 60)).mails).toEqual([
      '2026-01-02T00:00 tier queued',
    ]);
  });

  test('a request starts the journey that it names, and only with a secret key', () => {
    const shop = catalogue({
      journeys: [journey({ id: 'asked', trigger: { type: 'api' }, reentry: { mode: 'always' }, steps: [mail('as-asked')] })],
    });
    const ask = (trust: 'secret' | 'publishable', id: string) =>
      event('Journey Requested', '2026-01-01', { journey: id }, { trust });
    expect(given(ann(), shop).when(ask('secret', 'asked')).mails).toHaveLength(1);
    expect(given(ann(), shop).when(ask('publishable', 'asked'), ask('secret', 'other')).mails).toEqual([]);
  });
});

describe('re-entry', () => {
  test('with a key there is one run for each order, side by side', () => {
    const shop = catalogue({
      journeys: [
        orders({
          reentry: { mode: 'once', key: 'order_id' },
          exitWhen: [{ event: 'Review Written', where: { property: 'order_id', equalsTrigger: 'order_id' } }],
          steps: [{ id: 'use', type: 'delay', for: 'P7D' }, mail('ask')],
        }),
      ],
    });
    const buy = (order_id: string, at: string) => event('Order Completed', at, { order_id });
    const story = given(ann(), shop)
      .when(
        buy('a', '2026-01-01'),
        buy('b', '2026-01-02'),
        buy('a', '2026-01-03'),
        event('Review Written', '2026-01-04', { order_id: 'a' }),
      )
      .until('2026-02-01');
    expect(story.mails).toEqual(['2026-01-09T00:00 hello queued']);
    expect(story.noted('not_entered')).toEqual(['not_entered orders is in this journey already']);
  });

  test('without the property that tells runs apart nobody enters, and the decision says so', () => {
    const shop = catalogue({ journeys: [orders({ reentry: { mode: 'once', key: 'order_id' } })] });
    expect(given(ann(), shop).when(event('Order Completed', '2026-01-01')).noted('not_entered')).toEqual([
      'not_entered orders the trigger has no “order_id” to tell runs apart',
    ]);
  });

  test('at most so many times', () => {
    const shop = catalogue({ journeys: [orders({ reentry: { mode: 'max', max: 2 } })] });
    expect(
      given(ann(), shop).when(...['01', '02', '03'].map((day) => event('Order Completed', `2026-01-${day}`))).mails,
    ).toHaveLength(2);
  });
});

describe('steps', () => {
  const following = (...steps: Step[]) =>
    catalogue({ journeys: [journey({ id: 'j', trigger: { type: 'event', event: 'Start' }, steps })] });
  const start = event('Start', '2026-01-05T20:00:00Z');

  test('a time window lets on inside it and waits outside of it', () => {
    const shop = following({ id: 'day', type: 'time_window', from: '09:00', to: '18:00' }, mail('then'));
    expect(given(ann(), shop).when(start).until('2026-01-10').mails).toEqual(['2026-01-06T09:00 hello queued']);
  });

  test('wait_until ends when the condition becomes true, by an event or by time alone, or at its time-out', () => {
    const until = (when: Extract<Step, { type: 'wait_until' }>['when']) =>
      given(
        ann(),
        following({
          id: 'w',
          type: 'wait_until',
          when,
          timeout: 'P10D',
          onMet: [mail('met', 'gift')],
          onTimeout: [mail('late', 'news')],
        }),
      )
        .when(
          event('Order Completed', '2026-01-01T00:00:00Z'),
          start,
          event('Identify', '2026-01-08', {}, { kind: 'identify', traits: { city: 'Porto' } }),
        )
        .until('2026-02-01').mails;
    expect(until({ attribute: 'city', is: 'Porto' })).toEqual(['2026-01-08T00:00 gift queued']);
    expect(until({ not: { event: 'Order Completed', within: 'P7D' } })).toEqual(['2026-01-08T00:00 gift queued']);
    expect(until({ attribute: 'city', is: 'Faro' })).toEqual(['2026-01-15T20:00 news queued']);
    expect(until({ event: 'Order Completed' })).toEqual(['2026-01-05T20:00 gift queued']);
  });

  test('a split keeps everybody on their side; from 50/50 to 60/40 only those change whom it must move', () => {
    const shop = (percent: number): Catalogue =>
      following({
        id: 'split',
        type: 'random_split',
        branches: [
          { name: 'a', percent, steps: [mail('a', 'gift')] },
          { name: 'b', percent: 100 - percent, steps: [mail('b', 'news')] },
        ],
      });
    const side =
      (percent: number) =>
      (person: number): string => {
        const id = customerIdOfEmail(`p${person}@example.com`);
        const who = { ...ann(), id, email: `p${person}@example.com` };
        return given(who, shop(percent))
          .when({ ...start, customer: id })
          .mails[0]?.includes('gift')
          ? 'a'
          : 'b';
      };
    const people = Array.from({ length: 1000 }, (_, index) => index);
    const [half, more] = [people.map(side(50)), people.map(side(60))];
    expect(people.map(side(50))).toEqual(half);
    expect(half.filter((one) => one === 'a').length).toBeGreaterThan(450);
    expect(half.filter((one) => one === 'a').length).toBeLessThan(550);
    expect(people.filter((index) => half[index] === 'a' && more[index] === 'b')).toEqual([]);
    const moved = people.filter((index) => half[index] !== more[index]).length;
    expect(moved).toBeGreaterThan(70);
    expect(moved).toBeLessThan(130);
  });

  test('a repetition comes back until its rounds are over or its condition holds, and each round’s mail is one of its own', () => {
    const shop = following(
      {
        id: 'again',
        type: 'repeat',
        times: 3,
        until: { event: 'Order Completed' },
        steps: [mail('remind', 'reminder'), { id: 'pause', type: 'delay', for: 'P1D' }],
      },
      mail('end', 'news'),
    );
    const story = given(ann(), shop).when(start).until('2026-02-01');
    expect(story.mails.map((line) => line.split(' ')[1])).toEqual(['reminder', 'reminder', 'reminder', 'news']);
    const ids = story.effects.flatMap((effect) => (effect.type === 'message' ? [effect.message.id] : []));
    expect(new Set(ids).size).toBe(4);
    const stopped = given(ann(), shop).when(start, event('Order Completed', '2026-01-06T12:00:00Z')).until('2026-02-01');
    expect(stopped.mails.map((line) => line.split(' ')[1])).toEqual(['reminder', 'news']);
  });

  test('a journey starts another; two that start each other end, and the decision says why', () => {
    const shop = catalogue({
      journeys: [
        journey({
          id: 'ping',
          trigger: { type: 'event', event: 'Start' },
          reentry: { mode: 'always' },
          steps: [{ id: 'go', type: 'start_journey', journey: 'pong' }],
        }),
        journey({
          id: 'pong',
          trigger: { type: 'api' },
          reentry: { mode: 'always' },
          steps: [{ id: 'back', type: 'start_journey', journey: 'ping' }],
        }),
      ],
    });
    const story = given(ann(), shop).when(start);
    expect(story.noted('entered').length).toBeGreaterThan(2);
    expect(story.noted('refused')[0]).toContain('8 journeys have set each other off already');
    expect(story.customer.runs).toEqual([]);
  });
});

test('the answer to a webhook decides which way to go, and the answer to another run does not', () => {
  const shop = catalogue({
    journeys: [
      orders({
        reentry: { mode: 'always', key: 'order_id' },
        steps: [
          { id: 'ask', type: 'webhook', url: 'https://crm.example.com/offer' },
          {
            id: 'answer',
            type: 'wait_for_event',
            timeout: 'PT1H',
            events: [
              {
                event: 'Webhook Answered',
                where: {
                  all: [
                    { property: 'step', is: 'ask' },
                    { property: 'answer.discount', gte: 10 },
                  ],
                },
                steps: [mail('offer', 'gift')],
              },
            ],
            onTimeout: [mail('plain', 'news')],
          },
        ],
      }),
    ],
  });
  const both = given(ann(), shop).when(
    event('Order Completed', '2026-01-01T10:00:00Z', { order_id: 'a' }),
    event('Order Completed', '2026-01-01T10:00:00Z', { order_id: 'b' }),
  );
  const calls = both.effects.flatMap((effect) => (effect.type === 'call' ? [effect.call] : []));
  expect(new Set(calls.map(({ id }) => id)).size).toBe(2);
  const answer = event(
    'Webhook Answered',
    '2026-01-01T10:00:02Z',
    { journey: 'orders', run: calls[0]?.run ?? '', step: 'ask', answer: { discount: 15 } },
    { origin: 'journey', trust: 'system' },
  );
  expect(both.when(answer).until('2026-01-02').mails).toEqual(['2026-01-01T10:00 gift queued', '2026-01-01T11:00 news queued']);
});

describe('caps', () => {
  const shop = catalogue({
    policy: { ...release().policy, caps: [{ max: 2, per: 'P7D' }] },
    journeys: [
      orders(),
      orders({ id: 'important', priority: 5, steps: [mail('vip', 'gift')] }),
      orders({ id: 'receipt', steps: [mail('receipt', 'tier', 'service')] }),
    ],
  });

  test('count over all journeys; the higher priority goes first, and service mail is exempt', () => {
    const story = given(ann(), shop).when(
      event('Order Completed', '2026-01-01'),
      event('Order Completed', '2026-01-03'),
      event('Order Completed', '2026-01-08'),
    );
    expect(story.mails).toEqual([
      '2026-01-01T00:00 gift queued',
      '2026-01-01T00:00 hello queued',
      '2026-01-01T00:00 tier queued',
      '2026-01-03T00:00 gift skipped (the cap of 2 mails within P7D is reached)',
      '2026-01-03T00:00 hello skipped (the cap of 2 mails within P7D is reached)',
      '2026-01-03T00:00 tier queued',
      '2026-01-08T00:00 gift queued',
      '2026-01-08T00:00 hello queued',
      '2026-01-08T00:00 tier queued',
    ]);
  });
});

describe('holdouts', () => {
  const people = Array.from({ length: 400 }, (_, index) => ({
    ...newCustomer(customerIdOfEmail(`h${index}@example.com`), 0),
    email: `h${index}@example.com`,
    consents: ann().consents,
  }));
  const reached = (shop: Catalogue): string[] =>
    people
      .filter((person) =>
        given(person, shop)
          .when({ ...event('Order Completed', '2026-01-01'), customer: person.id })
          .mails.some((line) => line.endsWith('queued')),
      )
      .map(({ id }) => id);

  test('of a journey are a fixed share, other for each journey', () => {
    const one = reached(catalogue({ journeys: [orders({ holdout: { percent: 25 } })] }));
    const other = reached(catalogue({ journeys: [orders({ id: 'other', holdout: { percent: 25 } })] }));
    expect(one.length).toBeGreaterThan(270);
    expect(one.length).toBeLessThan(330);
    expect(one).toEqual(reached(catalogue({ journeys: [orders({ holdout: { percent: 25 } })] })));
    expect(one).not.toEqual(other);
  });

  test('of all are the same people in every marketing journey, and service mail reaches them', () => {
    const policy = { ...release().policy, holdout: { percent: 25 } };
    const one = reached(catalogue({ policy, journeys: [orders()] }));
    expect(one).toEqual(reached(catalogue({ policy, journeys: [orders({ id: 'other' })] })));
    expect(one.length).toBeLessThan(330);
    expect(reached(catalogue({ policy, journeys: [orders({ steps: [mail('receipt', 'tier', 'service')] })] }))).toHaveLength(400);
  });
});

describe('a new release', () => {
  const first = journey({
    id: 'j',
    trigger: { type: 'event', event: 'Start' },
    steps: [{ id: 'pause', type: 'delay', for: 'P3D' }, mail('old', 'hello')],
  });
  const next = (parts: Partial<Journey>): Catalogue => {
    const old = release({ id: 'rel_1', journeys: [first] });
    return linkRelease(
      release({
        id: 'rel_2',
        journeys: [{ ...first, steps: [{ id: 'pause', type: 'delay', for: 'P9D' }, mail('new', 'news')], ...parts }],
      }),
      [versioned(first, old.templates)],
    );
  };
  const before = linkRelease(release({ id: 'rel_1', journeys: [first] }));
  const inside = given(ann(), before).when(event('Start', '2026-01-01')).customer;
  const nudge = event('Identify', '2026-01-02', {}, { kind: 'identify', traits: { a: 1 } });
  const following = (parts: Partial<Journey>) => given(inside, next(parts)).when(nudge).until('2026-02-01');

  test('lets people in flight finish on the version that they entered', () => {
    expect(following({}).mails).toEqual(['2026-01-04T00:00 hello queued']);
  });

  test('moves them to the same step where the journey says so; the wait keeps the time that it has', () => {
    expect(following({ onPublish: 'migrate' }).mails).toEqual(['2026-01-04T00:00 news queued']);
  });

  test('ends those whose step is gone', () => {
    const story = following({ onPublish: 'migrate', steps: [mail('new', 'news')] });
    expect(story.mails).toEqual([]);
    expect(story.noted('left')).toEqual(['left j exited: the new version has no step pause']);
  });

  test('ends them all where the journey says so, or where it is archived', () => {
    expect(following({ onPublish: 'exit' }).noted('left')).toEqual(['left j exited: a new version of the journey was published']);
    expect(following({ status: 'archived' }).noted('left')).toEqual(['left j exited: the journey was archived']);
  });

  test('never starts a journey again for people who were in it', () => {
    expect(following({ trigger: { type: 'event', event: 'Identify' } }).mails).toEqual(['2026-01-04T00:00 hello queued']);
  });

  test('that pauses a journey holds those whose wait ends, and lets exit rules work; the next one lets them go on', () => {
    const paused = given(inside, next({ status: 'paused' }))
      .when(nudge)
      .until('2026-01-20');
    expect(paused.mails).toEqual([]);
    expect(paused.noted('held')).toEqual(['held j the journey is paused: it goes on when it is active again']);
    const resumed = linkRelease(release({ id: 'rel_3', journeys: [first] }));
    const story = given(paused.customer, resumed).when(
      event('Identify', '2026-01-21', {}, { kind: 'identify', traits: { a: 2 } }),
    );
    expect(story.mails).toEqual(['2026-01-21T00:00 hello queued']);
  });
});
