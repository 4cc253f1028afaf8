import { describe, expect, test } from 'vitest';
import { advance } from '#core/advance.ts';
import type { Message } from '#core/decision.ts';
import { linkRelease } from '#core/linked.ts';
import { type FeedbackTask, feedback } from '#usecases/feedback.ts';
import { eventOf } from '#usecases/store/events.ts';
import { messageKey } from '#usecases/store/keys.ts';
import { memoryTable } from '../support/memory-table.ts';
import { ann, instant, journey, mail, release } from '../support/shop.ts';

const PHONE = 'Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148';
const SENT = '2026-01-01T08:00:00Z';

async function mailbox() {
  const table = memoryTable();
  const body: Partial<Message> = {
    id: 'msg_1',
    customer: ann().id,
    journey: 'welcome',
    run: 'run_1',
    step: 'first',
    topic: 'news',
  };
  const put = { ...messageKey(ann().id, 'msg_1'), status: 'sent', sentAt: SENT, body: JSON.stringify(body) };
  await table.write({ put });
  const waiting: FeedbackTask[] = [];
  const line = {
    add: async (entries: readonly { readonly body: object; readonly delaySeconds: number }[]) => {
      for (const entry of entries) {
        expect(entry.delaySeconds).toBe(3);
        waiting.push(entry.body as FeedbackTask);
      }
    },
  };
  let clock = instant('2026-01-02');
  const dependencies = { table, line, now: () => clock };
  const report = (eventType: string, object: string, timestamp: string, more: object = {}) => {
    const tags = { customer: [ann().id], message: ['msg_1'] };
    clock = Math.max(clock, instant(timestamp));
    return feedback(dependencies, {
      detail: { eventType, mail: { messageId: 'ses-1', timestamp: SENT, tags }, [object]: { timestamp, ...more } },
    });
  };
  return {
    report,
    click: (timestamp: string, link = 'https://shop.example/a') =>
      report('Click', 'click', timestamp, { link, userAgent: PHONE }),
    open: (timestamp: string, userAgent = PHONE) => report('Open', 'open', timestamp, { userAgent }),
    /** The seconds pass after which clicks are judged. */
    judge: async () => {
      for (const task of waiting.splice(0)) await feedback(dependencies, task);
    },
    events: async () => (await table.query(`C#${ann().id}`, { prefix: 'E#' })).items.map(eventOf),
    item: async () => table.get(messageKey(ann().id, 'msg_1')),
  };
}

describe('an open', () => {
  test('of a person moves the message on', async () => {
    const box = await mailbox();
    await box.open('2026-01-01T09:00:00Z');
    expect(await box.item()).toMatchObject({ status: 'opened', openedAt: '2026-01-01T09:00:00.000Z' });
    expect((await box.events())[0]?.properties).not.toHaveProperty('machine');
  });

  test('through Apple’s proxy is on the timeline as a machine’s, and moves nothing', async () => {
    const box = await mailbox();
    await box.open('2026-01-01T09:00:00Z', 'Mozilla/5.0');
    expect(await box.item()).toMatchObject({ status: 'sent', machineOpenedAt: '2026-01-01T09:00:00.000Z' });
    expect((await box.events())[0]).toMatchObject({ name: 'Email Opened', properties: { machine: true } });
  });

  test('in the second of the delivery is a machine’s', async () => {
    const box = await mailbox();
    await box.report('Delivery', 'delivery', '2026-01-01T08:30:00Z');
    await box.open('2026-01-01T08:30:01Z');
    expect(await box.item()).toMatchObject({ status: 'delivered' });
  });
});

describe('a click', () => {
  test('counts when it is clear that it came alone', async () => {
    const box = await mailbox();
    expect(await box.click('2026-01-01T09:00:00Z')).toBe('later');
    expect(await box.events()).toEqual([]);
    await box.judge();
    expect((await box.events()).map(({ name, properties }) => [name, properties.machine])).toEqual([
      ['Email Link Clicked', undefined],
    ]);
    expect(await box.item()).toMatchObject({ status: 'clicked' });
  });

  test('among clicks on all links is a scanner’s, the first one too', async () => {
    const box = await mailbox();
    for (const [index, link] of ['a', 'b', 'c'].entries())
      await box.click(`2026-01-01T09:00:00.${index}00Z`, `https://shop.example/${link}`);
    await box.judge();
    expect((await box.events()).map(({ properties }) => properties.machine)).toEqual([true, true, true]);
    expect(await box.item()).toMatchObject({ status: 'sent' });
  });

  test('of a person is not lost among those of a scanner earlier on', async () => {
    const box = await mailbox();
    for (const link of ['a', 'b']) await box.click('2026-01-01T09:00:00Z', `https://shop.example/${link}`);
    await box.click('2026-01-01T09:30:00Z');
    await box.judge();
    expect((await box.events()).map(({ properties }) => properties.machine)).toEqual([true, true, undefined]);
    expect(await box.item()).toMatchObject({ status: 'clicked' });
  });
});

describe('a bounce', () => {
  test('says on the message why, in words', async () => {
    const box = await mailbox();
    const bouncedRecipients = [{ emailAddress: 'ann@example.com', diagnosticCode: 'smtp; 550 5.1.1 user unknown' }];
    await box.report('Bounce', 'bounce', '2026-01-01T09:00:00Z', {
      bounceType: 'Permanent',
      bounceSubType: 'NoEmail',
      bouncedRecipients,
    });
    expect(await box.item()).toMatchObject({
      status: 'bounced',
      reason: 'the address does not take mail (NoEmail: smtp; 550 5.1.1 user unknown)',
    });
  });

  test.each(['Suppressed', 'OnAccountSuppressionList', 'OnTenantSuppressionList', 'EmailValidationSuppressed'])(
    'of the kind %s was never tried, and says so',
    async (bounceSubType) => {
      const box = await mailbox();
      await box.report('Bounce', 'bounce', '2026-01-01T09:00:00Z', { bounceType: 'Permanent', bounceSubType });
      expect(await box.item()).toMatchObject({ reason: expect.stringMatching(/^not tried/) });
    },
  );

  test('for now carries when a mail was last delivered', async () => {
    const box = await mailbox();
    await box.report('Delivery', 'delivery', '2026-01-01T08:30:00Z');
    await box.report('Bounce', 'bounce', '2026-01-01T09:00:00Z', { bounceType: 'Transient', bounceSubType: 'MailboxFull' });
    expect((await box.events()).at(-1)?.properties).toMatchObject({ last_delivered_at: '2026-01-01T08:30:00.000Z' });
  });
});

test.each([
  ['leaves all lists of SES', { unsubscribeAll: true }, ['*']],
  [
    'leaves one',
    {
      topicSubscriptionStatus: [
        { topicName: 'news', subscriptionStatus: 'OptOut' },
        { topicName: 'x', subscriptionStatus: 'OptIn' },
      ],
    },
    ['news'],
  ],
  ['joins one', { topicSubscriptionStatus: [{ topicName: 'news', subscriptionStatus: 'OptIn' }] }, []],
  ['says nothing', null, []],
])('who %s is unsubscribed from as much', async (_, newTopicPreferences, lists) => {
  const box = await mailbox();
  await box.report('Subscription', 'subscription', '2026-01-01T09:00:00Z', { source: 'UnsubscribeHeader', newTopicPreferences });
  const left = (await box.events()).filter(({ name }) => name === 'Unsubscribed');
  expect(left.map(({ properties, origin }) => [properties.list_id, origin])).toEqual(lists.map((list) => [list, 'recipient']));
});

describe('a journey', () => {
  const waits = journey({
    id: 'welcome',
    trigger: { type: 'event', event: 'Signed Up' },
    steps: [
      mail('first'),
      {
        id: 'reaction',
        type: 'wait_for_event',
        timeout: 'P7D',
        events: [{ event: 'Email Link Clicked', steps: [mail('thanks', 'gift')] }],
      },
    ],
  });

  async function reactTo(where?: { property: string; is: boolean }) {
    const box = await mailbox();
    for (const link of ['a', 'b']) await box.click('2026-01-01T09:00:00Z', `https://shop.example/${link}`);
    await box.judge();
    const [wait] = waits.steps.slice(1);
    const events = [{ event: 'Email Link Clicked', ...(where && { where }), steps: [mail('thanks', 'gift')] }];
    const steps = [mail('first'), { ...wait, events } as (typeof waits.steps)[number]];
    const catalogue = linkRelease(release({ journeys: [{ ...waits, steps }] }));
    const signedUp = {
      ...(await box.events())[0],
      id: 's',
      name: 'Signed Up',
      at: instant(SENT),
      keyTime: SENT,
      properties: {},
      origin: 'api',
    };
    const entered = advance(ann(), [signedUp as never], catalogue, instant(SENT));
    const run = entered.customer.runs[0]?.id ?? '';
    const clicks = (await box.events()).map((event) => ({ ...event, properties: { ...event.properties, run } }));
    return advance(entered.customer, clicks, catalogue, instant('2026-01-01T09:01:00Z'));
  }

  test('does not take a scanner’s clicks for a person’s', async () => {
    const { customer } = await reactTo();
    expect(customer.runs[0]).toMatchObject({ step: 'reaction', messages: {} });
  });

  test('hears of them where it asks for machines', async () => {
    const { effects } = await reactTo({ property: 'machine', is: true });
    expect(effects.map((effect) => effect.type === 'message' && effect.message.step)).toEqual(['thanks']);
  });
});
