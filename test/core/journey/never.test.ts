/** What users of other systems had to report in public, and what must not happen here: each a test of that name. */
import { expect, test } from 'vitest';
import type { Journey } from '#core/catalogue.ts';
import { versioned } from '#core/journey/linked.ts';
import { linkRelease } from '#core/linked.ts';
import { evaluate } from '#usecases/evaluate.ts';
import { releaseItems } from '#usecases/store/catalogue.ts';
import { append } from '#usecases/store/events.ts';
import { currentKey } from '#usecases/store/keys.ts';
import { linkedCatalogues } from '#usecases/store/linked-catalogues.ts';
import { given } from '../../support/given.ts';
import { memoryTable } from '../../support/memory-table.ts';
import { ann, catalogue, driftingAway, event, instant, journey, mail, release, signUp } from '../../support/shop.ts';

const welcome = journey({
  id: 'welcome',
  trigger: { type: 'form', form: 'newsletter' },
  steps: [mail('first'), { id: 'pause', type: 'delay', for: 'P3D' }, mail('second', 'more')],
});

test('two workers that take the same event at the same time do not send its mail twice', async () => {
  const table = memoryTable();
  const shop = release({ journeys: [welcome] });
  for (const item of [...releaseItems(shop), { ...currentKey, release: shop.id }]) await table.write({ put: item });
  const lead = signUp('2026-01-01');
  await append(table, [lead]);
  const dependencies = { table, catalogues: linkedCatalogues(table), now: () => instant('2026-01-01') };
  const task = { id: 't', customer: lead.customer, event: lead };
  const all = await Promise.all(Array.from({ length: 8 }, () => evaluate(dependencies, [task])));
  expect(all.flatMap((failed) => [...failed.values()])).toEqual([]);
  expect([...table.items.keys()].filter((key) => key.includes('M#'))).toHaveLength(1);
});

test('publishing again does not send what is overdue a second time', () => {
  const sent = given(ann(), catalogue({ journeys: [welcome] }))
    .when(signUp('2026-01-01'))
    .until('2026-01-10');
  const again = linkRelease(release({ id: 'rel_again', journeys: [welcome] }));
  const story = given(sent.customer, again)
    .when(event('Identify', '2026-01-11', {}, { kind: 'identify', traits: { a: 1 } }))
    .until('2026-02-01');
  expect(story.mails).toEqual([]);
});

test('an edit does not run everybody through the journey again', () => {
  const inside = given(ann(), catalogue({ journeys: [welcome] })).when(signUp('2026-01-01')).customer;
  const edited: Journey = { ...welcome, steps: [mail('first', 'news'), ...welcome.steps.slice(1)] };
  const next = linkRelease(release({ id: 'rel_2', journeys: [edited] }), [versioned(welcome, release().templates)]);
  expect(given(inside, next).when(signUp('2026-01-02')).until('2026-02-01').mails).toEqual(['2026-01-04T00:00 more queued']);
});

test('a segment that is published again unchanged does not let its people enter again', () => {
  const winBack = journey({
    id: 'win-back',
    trigger: { type: 'segment_entry', segment: 'drifting-away' },
    reentry: { mode: 'always' },
    steps: [mail('miss', 'miss-you')],
  });
  const first = given(ann(), catalogue({ journeys: [winBack], segments: [driftingAway] }))
    .when(event('Order Completed', '2026-01-01'))
    .until('2026-04-01');
  const again = linkRelease(release({ id: 'rel_2', journeys: [winBack], segments: [driftingAway] }));
  const story = given(first.customer, again)
    .when(event('Identify', '2026-04-02', {}, { kind: 'identify', traits: { a: 1 } }))
    .until('2026-12-01');
  expect([first.mails.length, story.mails.length]).toEqual([1, 0]);
});

test('an invalid time zone does not drop people silently', () => {
  const shop = catalogue({
    journeys: [
      journey({
        id: 'w',
        trigger: { type: 'event', event: 'Start' },
        steps: [{ id: 'day', type: 'time_window', from: '09:00', to: '17:00' }, mail('then')],
      }),
    ],
  });
  const story = given(ann({ attributes: { timezone: 'GMT+25' } }), shop)
    .when(event('Start', '2026-01-05T20:00:00Z'))
    .until('2026-01-10');
  expect(story.mails).toEqual(['2026-01-06T09:00 hello queued']);
  expect(story.noted('zone')).toEqual(['zone w "GMT+25" is not a time zone: Europe/Lisbon is used']);
});

test.each(['2026-03-28', '2026-10-24'])(
  'a daily time does not loop, and is not left out, around the change of the clocks on %s',
  (from) => {
    const shop = catalogue({
      journeys: [
        journey({
          id: 'daily',
          trigger: {
            type: 'schedule',
            rule: 'FREQ=DAILY;BYHOUR=1;BYMINUTE=30',
            start: '2026-01-01T00:00',
            zone: 'Europe/Lisbon',
          },
          reentry: { mode: 'always' },
          steps: [mail('letter')],
        }),
      ],
    });
    const story = given(ann(), shop).when(event('Identify', from, {}, { kind: 'identify', traits: { a: 1 } }));
    const until = new Date(instant(from) + 4 * 86_400_000).toISOString();
    expect(story.until(until).mails).toHaveLength(4);
  },
);

test('a cart reminder does not go to a buyer, in whatever order checkout and order arrive', () => {
  const shop = catalogue({
    journeys: [
      journey({
        id: 'cart',
        trigger: { type: 'event', event: 'Checkout Started' },
        reentry: { mode: 'always', key: 'cart_id' },
        exitWhen: [{ event: 'Order Completed', where: { property: 'cart_id', equalsTrigger: 'cart_id' } }],
        steps: [{ id: 'wait', type: 'delay', for: 'PT1H' }, mail('remind', 'reminder')],
      }),
    ],
  });
  const checkout = event('Checkout Started', '2026-01-01T10:00:00Z', { cart_id: 'a' });
  const order = event('Order Completed', '2026-01-01T10:10:00Z', { cart_id: 'a' });
  for (const [one, other] of [
    [checkout, order],
    [order, checkout],
  ] as const) {
    const story = given(ann(), shop).arriving('2026-01-01T10:11:00Z', one).arriving('2026-01-01T10:12:00Z', other);
    expect(story.until('2026-01-02').mails).toEqual([]);
  }
});

test('a trigger does not miss an attribute that came with the same batch', () => {
  const shop = catalogue({
    segments: [{ id: 'porto', name: 'Porto', when: { attribute: 'city', is: 'Porto' } }],
    journeys: [
      journey({
        id: 'local',
        trigger: { type: 'event', event: 'Signed Up' },
        steps: [{ id: 'where', type: 'condition', when: { segment: 'porto' }, yes: [mail('porto')] }],
      }),
    ],
  });
  const identify = event('Identify', '2026-01-01T10:00:00Z', {}, { kind: 'identify', traits: { city: 'Porto' } });
  const signedUp = event('Signed Up', '2026-01-01T10:00:01Z');
  expect(given(ann(), shop).arriving('2026-01-01T10:00:05Z', signedUp, identify).mails).toHaveLength(1);
});
