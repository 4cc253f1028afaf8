import { beforeEach, describe, expect, test } from 'vitest';
import type { Journey } from '#core/catalogue.ts';
import type { TimelineEvent } from '#core/event.ts';
import { toIso } from '#core/instant.ts';
import { versioned } from '#core/journey/linked.ts';
import { evaluate } from '#usecases/evaluate.ts';
import { type Explanation, explain } from '#usecases/explain.ts';
import { readCustomer } from '#usecases/read-customer.ts';
import { readTimeline } from '#usecases/read-timeline.ts';
import { journeyItem, releaseItems } from '#usecases/store/catalogue.ts';
import { append } from '#usecases/store/events.ts';
import { currentKey, messageKey } from '#usecases/store/keys.ts';
import { linkedCatalogues } from '#usecases/store/linked-catalogues.ts';
import { memoryTable } from '../support/memory-table.ts';
import { driftingAway, event, instant, journey, mail, release, signUp } from '../support/shop.ts';

const journeys: Journey[] = [
  journey({
    id: 'welcome',
    name: 'Welcome new subscribers',
    trigger: { type: 'form', form: 'newsletter' },
    goal: { event: 'Order Completed', window: 'P30D' },
    steps: [
      mail('first'),
      { id: 'pause', type: 'delay', for: 'P3D' },
      {
        id: 'bought',
        type: 'condition',
        when: { event: 'Order Completed' },
        yes: [mail('thanks', 'more', 'offers')],
        no: [{ id: 'stop', type: 'exit', reason: 'not interested' }],
      },
    ],
  }),
  journey({
    id: 'win-back',
    trigger: { type: 'segment_entry', segment: 'drifting-away' },
    steps: [mail('miss-you', 'miss-you', 'offers')],
  }),
  journey({
    id: 'big-order',
    trigger: { type: 'event', event: 'Order Completed', where: { property: 'revenue', gte: 500 } },
    steps: [mail('wow')],
  }),
  journey({ id: 'trial', trigger: { type: 'event', event: 'Trial Started' }, steps: [mail('try', 'hello', 'service')] }),
  journey({ id: 'asked', status: 'paused', trigger: { type: 'api' }, steps: [mail('answer')] }),
  journey({
    id: 'birthday',
    trigger: { type: 'date', attribute: 'birthday', repeat: 'yearly', time: '09:00' },
    steps: [mail('cake')],
  }),
];

let shop: ReturnType<typeof world>;

/** What the real use cases record, in a table in memory. */
function world() {
  const table = memoryTable();
  const current = release({ journeys, segments: [driftingAway] });
  let now = 0;
  const dependencies = { table, catalogues: linkedCatalogues(table), now: () => now };
  return {
    table,
    open: async (): Promise<void> => {
      const versions = current.journeys.map((one) => journeyItem(versioned(one, current.templates)));
      for (const item of [...releaseItems(current), ...versions]) await table.write({ put: item });
      await table.write({ put: { ...currentKey, release: current.id } });
    },
    take: async (...events: readonly TimelineEvent[]): Promise<void> => {
      for (const one of events) {
        now = one.at;
        await append(table, [one]);
        const failed = await evaluate(dependencies, [{ id: one.id, customer: one.customer, event: one }]);
        for (const cause of failed.values()) throw cause;
      }
    },
    wake: async (at: string): Promise<void> => {
      now = instant(at);
      await evaluate(dependencies, [{ id: 'wake', customer: signUp('2026-01-01').customer }]);
    },
    explained: async (id?: string): Promise<Explanation> => {
      const customer = await readCustomer(dependencies, 'ann@example.com');
      const timeline = await readTimeline(table, 'ann@example.com', { limit: 1000 });
      if (customer === undefined || timeline === undefined) throw new Error('nobody is known');
      return explain({
        customer,
        items: timeline.items,
        journeys,
        topics: current.topics,
        ...(id !== undefined && { journey: id }),
      });
    },
  };
}

/** The sentences on one journey, each after its time. */
async function told(id: string): Promise<string[]> {
  const [one] = (await shop.explained(id)).journeys;
  return (one?.sentences ?? []).map(({ at, text }) => `${at === null ? 'now' : at.slice(0, 16)} ${text}`);
}

beforeEach(async () => {
  shop = world();
  await shop.open();
});

describe('somebody who is in a journey', () => {
  test('is told to be there, with each step, each mail and until when the wait lasts', async () => {
    await shop.take(signUp('2026-01-01T09:00:00Z', ['news']));
    expect(await shop.explained('welcome')).toMatchObject({
      customer: 'ann@example.com',
      journeys: [{ journey: 'welcome', name: 'Welcome new subscribers', verdict: 'active' }],
    });
    expect(await told('welcome')).toEqual([
      '2026-01-01T09:00 entered: Form Submitted',
      '2026-01-01T09:00 the mail hello (first): about to be sent',
      '2026-01-01T09:00 at the step pause: wait for P3D',
      'now stands at the step pause since 2026-01-01 09:00 UTC, until 2026-01-04 09:00 UTC at the latest',
    ]);
  });
});

describe('somebody who was in a journey', () => {
  test('is told which way and why, why a mail was not sent, and how it ended', async () => {
    await shop.take(signUp('2026-01-01T09:00:00Z', ['news']), event('Order Completed', '2026-01-02T09:00:00Z', { revenue: 20 }));
    await shop.wake('2026-01-04T09:00:00Z');
    expect((await shop.explained('welcome')).journeys[0]?.verdict).toBe('entered');
    expect((await told('welcome')).slice(3)).toEqual([
      '2026-01-02T09:00 reached the goal: Order Completed within P30D',
      '2026-01-04T09:00 at the step pause: the wait is over',
      '2026-01-04T09:00 at the step bought: yes',
      '2026-01-04T09:00 the mail more (thanks) was not sent: no consent to the topic “Offers”',
      '2026-01-04T09:00 left, completed: came to the end',
    ]);
  });

  test('is told of the other way too', async () => {
    await shop.take(signUp('2026-01-01T09:00:00Z'));
    await shop.wake('2026-01-04T09:00:00Z');
    expect((await told('welcome')).slice(-3)).toEqual([
      '2026-01-04T09:00 at the step bought: no',
      '2026-01-04T09:00 at the step stop: not interested',
      '2026-01-04T09:00 left, exited: not interested',
    ]);
  });

  test('is told why there was no second time', async () => {
    await shop.take(signUp('2026-01-01T09:00:00Z'));
    await shop.wake('2026-01-04T09:00:00Z');
    await shop.take(signUp('2026-02-01T09:00:00Z'));
    expect((await told('welcome')).at(-1)).toBe(
      '2026-02-01T09:00 did not enter: was in this journey before, and one entry is allowed',
    );
  });
});

describe('a mail is told with what became of it', () => {
  test.each([
    [
      { status: 'delivered', sentAt: '2026-01-01T09:00:01.000Z', deliveredAt: '2026-01-01T09:02:00.000Z' },
      ': sent 2026-01-01 09:00 UTC, delivered 2026-01-01 09:02 UTC',
    ],
    [{ status: 'skipped', reason: 'the address has bounced' }, ' was not sent: the address has bounced'],
    [{ status: 'failed', reason: 'SES refused it: no' }, ': failed, SES refused it: no'],
    [{ status: 'unknown' }, ': whether it was sent is not known yet'],
  ])('%o', async (set, words) => {
    await shop.take(signUp('2026-01-01T09:00:00Z'));
    const item = [...shop.table.items.values()].find(({ sk }) => sk.startsWith('M#'));
    await shop.table.write({ update: messageKey(signUp('2026-01-01').customer, String(item?.sk.slice(2))), set });
    expect((await told('welcome'))[1]).toBe(`2026-01-01T09:00 the mail hello (first)${words}`);
  });
});

describe('somebody who was never considered is told what the journey waits for:', () => {
  beforeEach(() => shop.take(signUp('2026-01-01T09:00:00Z'), event('Order Completed', '2026-01-02T09:00:00Z', { revenue: 20 })));

  test.each([
    ['trial', ['now it starts when “Trial Started” happens', 'now no “Trial Started” is on the timeline']],
    [
      'big-order',
      [
        expect.stringMatching(/^now it starts when somebody orders.*revenue.*500/),
        '2026-01-02T09:00 “Order Completed” is on the timeline once; its condition did not hold, or the journey was not active then',
      ],
    ],
    [
      'win-back',
      [
        'now it starts when somebody enters the segment drifting-away',
        'now the person has never entered the segment drifting-away, and is not in it',
      ],
    ],
    [
      'asked',
      [
        'now it starts when a system asks for it',
        'now no “Journey Requested” for it is on the timeline',
        'now it is paused: nobody enters',
      ],
    ],
    ['birthday', [expect.stringContaining('birthday'), 'now the attribute birthday is not known']],
  ])('%s', async (id, sentences) => {
    expect((await shop.explained(id)).journeys[0]?.verdict).toBe('never_considered');
    expect(await told(id)).toEqual(sentences);
  });
});

describe('what holds for all mail', () => {
  test('consent, what is missing of it, and suppression are facts with their times', async () => {
    const bounce = { kind: 'mail', origin: 'feedback', trust: 'system' } as const;
    await shop.take(
      signUp('2026-01-01T09:00:00Z', ['news']),
      event('Email Bounced', '2026-01-01T10:00:00Z', { bounceType: 'Permanent' }, bounce),
    );
    const { person } = await shop.explained();
    expect(person).toEqual([
      { at: toIso(instant('2026-01-01T09:00:00Z')), text: 'known since then' },
      { at: toIso(instant('2026-01-01T09:00:00Z')), text: 'news: subscribed by the form newsletter' },
      { at: null, text: 'offers: no consent was given; marketing mail of this topic is not sent' },
      { at: toIso(instant('2026-01-01T10:00:00Z')), text: 'suppressed: the address has bounced, and gets no mail at all' },
    ]);
  });
});

test('without a journey all are told of, also those that only the records know', async () => {
  await shop.take(signUp('2026-01-01T09:00:00Z'));
  const { journeys: all } = await shop.explained();
  expect(all.map(({ journey: id }) => id)).toEqual(journeys.map(({ id }) => id).sort());
  expect((await shop.explained('nowhere')).journeys).toEqual([]);
});
