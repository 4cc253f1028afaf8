import { describe, expect, test } from 'vitest';
import type { Message } from '#core/decision.ts';
import type { SesEvent } from '#usecases/feedback/report.ts';
import { feedback } from '#usecases/feedback.ts';
import type { Handed, Item, Mail } from '#usecases/ports.ts';
import { send } from '#usecases/send.ts';
import { catalogues, releaseItems } from '#usecases/store/catalogue.ts';
import { stateItem } from '#usecases/store/customers.ts';
import { currentKey, messageKey, templateKey } from '#usecases/store/keys.ts';
import { memoryTable } from '../support/memory-table.ts';
import { noLimits, openLine } from '../support/open-line.ts';
import { ann, instant, release } from '../support/shop.ts';

const message: Message = {
  id: 'msg_1',
  customer: ann().id,
  at: instant('2026-01-01'),
  status: 'queued',
  journey: 'welcome',
  run: 'run_1',
  step: 'first',
  template: 'hello',
  templateVersion: 'tv_hello',
  locale: 'en',
  topic: 'news',
  topicType: 'marketing',
  release: 'rel_test',
};

async function outbox(
  handed: Handed | (() => Promise<Handed>) = { outcome: 'sent', id: 'ses-1' },
  required: readonly string[] = [],
) {
  const table = memoryTable();
  let now = instant('2026-01-01T00:00:05Z');
  const shop = release();
  const mail = {
    subject: 'Hello {{ customer.firstName | default: "you" }}',
    preheader: '',
    html: '<p>Hi</p>',
    text: 'Hi',
    required,
  };
  const items: Item[] = [
    ...releaseItems(shop),
    { ...currentKey, release: shop.id },
    { ...templateKey('tv_hello', 'en'), body: JSON.stringify(mail) },
    stateItem(ann(), 1),
    { ...messageKey(message.customer, message.id), status: 'queued', body: JSON.stringify(message) },
  ];
  for (const item of items) await table.write({ put: item });
  const sent: Mail[] = [];
  const put: object[] = [];
  const hand = async (one: Mail): Promise<Handed> => {
    const answer = typeof handed === 'function' ? await handed() : handed;
    sent.push(one);
    return answer;
  };
  const links = async () => ({
    unsubscribe: 'https://shop.example/u/t',
    preferences: 'https://shop.example/p/t',
    view: 'https://shop.example/v/t',
  });
  const mailer = { hand, limits: noLimits };
  const line = { add: async (entries: readonly { readonly body: object }[]) => void put.push(...entries) };
  const dependencies = { ...openLine, line, table, catalogues: catalogues(table), mailer, now: () => now, links };
  return {
    table,
    sent,
    put,
    go: () => send(dependencies, { customer: message.customer, message: message.id }),
    report: (eventType: string, object: string, timestamp = '2026-01-01T00:01:00Z', more: object = {}) => {
      const tags = { customer: [message.customer], message: [message.id] };
      const event: SesEvent = { eventType, mail: { messageId: 'ses-1', timestamp, tags }, [object]: { timestamp, ...more } };
      return feedback({ table, now: () => now, ...openLine }, { detail: event, judged: true });
    },
    pass: (ms: number) => {
      now += ms;
    },
    item: async () => table.get(messageKey(message.customer, message.id)),
    events: async () => (await table.query(`C#${message.customer}`, { prefix: 'E#' })).items.map(({ name }) => name),
    become: (change: Parameters<typeof ann>[0]) => table.write({ put: stateItem(ann(change), 2) }),
  };
}

describe('a message', () => {
  test('is handed over once, with the one-click headers and tags that SES takes, however often the queue brings it', async () => {
    const box = await outbox();
    await box.go();
    await box.go();
    expect(box.sent).toHaveLength(1);
    expect(box.sent[0]).toMatchObject({
      to: 'ann@example.com',
      subject: 'Hello you',
      headers: { 'List-Unsubscribe': '<https://shop.example/u/t>', 'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click' },
      tags: { message: 'msg_1', customer: message.customer, journey: 'welcome', step: 'first' },
    });
    expect(await box.item()).toMatchObject({ status: 'sent', sesId: 'ses-1' });
  });

  test('is not sent to somebody who has unsubscribed since it was decided (I4)', async () => {
    const box = await outbox();
    await box.become({ consents: { news: { status: 'unsubscribed', at: 1, event: 'e', source: 's' } } });
    await box.go();
    expect(box.sent).toEqual([]);
    expect(await box.item()).toMatchObject({ status: 'skipped', reason: 'unsubscribed from the topic “News”' });
  });

  test('is not sent to somebody who was blocked since it was decided (I4)', async () => {
    const box = await outbox();
    await box.become({ suppressed: { reason: 'manual', at: 1, by: 'support' } });
    await box.go();
    expect(box.sent).toEqual([]);
    expect(await box.item()).toMatchObject({ status: 'skipped', reason: 'the person is blocked' });
  });

  test('is skipped with the reason where a value that it needs is missing', async () => {
    const box = await outbox(undefined, ['customer.firstName']);
    await box.go();
    expect(await box.item()).toMatchObject({ status: 'skipped', reason: 'no value for customer.firstName' });
  });

  test('is skipped with the reason where its template cannot be worked off with what is known of somebody', async () => {
    const box = await outbox();
    const all = '{% for a in customer.list %}';
    const html = `${all}${all}{{ a }}{% endfor %}{% endfor %}`;
    const body = JSON.stringify({ subject: 'Hello', preheader: '', html, text: 'Hi', required: [] });
    await box.table.write({ put: { ...templateKey('tv_hello', 'en'), body } });
    await box.become({ attributes: { list: Array(2_000).fill('x') } });
    await box.go();
    expect(box.sent).toEqual([]);
    expect(await box.item()).toMatchObject({
      status: 'skipped',
      reason: expect.stringMatching(/^the template hello cannot be rendered: the template runs more than 100000 steps/),
    });
  });

  test('that SES does not take now waits, and goes later', async () => {
    let tries = 0;
    const box = await outbox(async () =>
      ++tries === 1 ? { outcome: 'later', reason: 'too fast' } : { outcome: 'sent', id: 'ses-1' },
    );
    await box.go();
    expect(await box.item()).toMatchObject({ status: 'waiting', reason: 'SES will take it later: too fast' });
    const detail = { customer: message.customer, message: 'msg_1' };
    expect(box.put).toEqual([
      { body: { detail }, delaySeconds: expect.toSatisfy((seconds: number) => seconds >= 2 && seconds <= 4) },
    ]);
    await box.go();
    expect(await box.item()).toMatchObject({ status: 'sent' });
    expect(await box.item()).not.toHaveProperty('reason');
  });

  test('of which nobody knows whether it was sent says so, and an event asks for its settlement (I3)', async () => {
    const box = await outbox({ outcome: 'unknown', reason: 'the line broke' });
    await box.go();
    expect(await box.item()).toMatchObject({ status: 'unknown', reason: 'the line broke' });
    expect(await box.events()).toEqual(['Email Outcome Unknown']);
  });

  test('whose sender was cut off is not sent again: first it is left alone, then it is in doubt', async () => {
    const box = await outbox(() => Promise.reject(new Error('cut off')));
    await expect(box.go()).rejects.toThrow('cut off');
    await expect(box.go()).rejects.toThrow('is being sent elsewhere');
    box.pass(3 * 60_000);
    await box.go();
    expect(await box.item()).toMatchObject({ status: 'unknown' });
    expect(box.sent).toEqual([]);
  });
});

describe('what SES reports', () => {
  test('moves a message on and never back, in whatever order it comes', async () => {
    const box = await outbox();
    await box.go();
    await box.report('Click', 'click', '2026-01-01T00:03:00Z', { link: 'https://shop.example' });
    await box.report('Delivery', 'delivery');
    await box.report('Send', 'send');
    expect(await box.item()).toMatchObject({ status: 'clicked' });
  });

  test('twice is one event', async () => {
    const box = await outbox();
    await box.go();
    for (const _ of [1, 2]) await box.report('Delivery', 'delivery');
    expect(await box.events()).toEqual(['Email Delivered']);
  });

  test('settles a message that was in doubt', async () => {
    const box = await outbox({ outcome: 'unknown', reason: 'the line broke' });
    await box.go();
    await box.report('Send', 'send');
    expect(await box.item()).toMatchObject({ status: 'sent' });
    expect(await box.events()).toContain('Email Sent');
  });

  test('about mail that is not ours changes nothing', async () => {
    const box = await outbox();
    const event: SesEvent = { eventType: 'Bounce', mail: { messageId: 'x', timestamp: '2026-01-01T00:00:00Z' }, bounce: {} };
    expect(await feedback({ table: box.table, now: () => 0, ...openLine }, { detail: event })).toBe('not_ours');
    expect(await box.events()).toEqual([]);
  });
});
