/** Many senders at once, before an account that allows little: the real use case over a queue and an SES that count. */
import { describe, expect, test } from 'vitest';
import type { Message } from '#core/decision.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '#core/instant.ts';
import type { Handed, Item, Mail } from '#usecases/ports.ts';
import { type SendTask, sendAll } from '#usecases/send.ts';
import { catalogues, releaseItems } from '#usecases/store/catalogue.ts';
import { stateItem } from '#usecases/store/customers.ts';
import { currentKey, messageKey, templateKey } from '#usecases/store/keys.ts';
import { memoryTable } from '../support/memory-table.ts';
import { ann, instant, release } from '../support/shop.ts';

const START = instant('2026-03-01T09:00:00Z');
const SENDERS = 5;
const BATCH = 10;

type Account = { readonly perSecond: number; readonly perDay: number };
type Queued = { readonly task: SendTask; readonly visibleAt: number };

async function fleet(count: number, account: Account, trouble: (at: number) => Handed | undefined = () => undefined) {
  const table = memoryTable();
  let now = START;
  const shop = release();
  const template = { subject: 'Hi', preheader: '', html: '<p>Hi</p>', text: 'Hi', required: [] };
  const messages = Array.from({ length: count }, (_, index): Message => messageOf(index));
  const items: Item[] = [
    ...releaseItems(shop),
    { ...currentKey, release: shop.id },
    { ...templateKey('tv_hello', 'en'), body: JSON.stringify(template) },
    stateItem(ann(), 1),
    ...messages.map((one) => ({ ...messageKey(one.customer, one.id), status: 'queued', body: JSON.stringify(one) })),
  ];
  for (const item of items) await table.write({ put: item });

  let queue: Queued[] = messages.map(({ customer, id }) => ({ task: { customer, message: id }, visibleAt: now }));
  const sent: { readonly message: string; readonly at: number }[] = [];
  const rung = new Set<string>();
  let refused = 0;
  let asked = 0;
  const lastDay = (): number => sent.filter(({ at }) => at > now - DAY_MS).length;
  const hand = async (mail: Mail): Promise<Handed> => {
    const wrong = trouble(now);
    if (wrong !== undefined) {
      refused += 1;
      return wrong;
    }
    // SES counts by a bucket; a second that has seen more than its mails is more than it can be.
    if (sent.filter(({ at }) => at > now - 1000).length >= 2 * account.perSecond || lastDay() >= account.perDay) {
      refused += 1;
      return { outcome: 'later', reason: 'Maximum sending rate exceeded.' };
    }
    sent.push({ message: String(mail.tags.message), at: now });
    return { outcome: 'sent', id: `ses-${sent.length}` };
  };
  const limits = async () => {
    asked += 1;
    return { ...account, sentLastDay: lastDay() };
  };
  const dependencies = {
    table,
    catalogues: catalogues(table),
    mailer: { hand, limits },
    now: () => now,
    links: async () => ({ view: 'https://v', unsubscribe: 'https://u', preferences: 'https://p' }),
    warn: () => {},
    ring: (why: string) => void rung.add(why),
    line: {
      add: async (entries: readonly { readonly body: object; readonly delaySeconds: number }[]) => {
        for (const { body, delaySeconds } of entries)
          queue.push({ task: (body as { detail: SendTask }).detail, visibleAt: now + delaySeconds * 1000 });
      },
    },
  };

  /** Lets the senders work until nothing is left, or an instant is reached. */
  async function run(until = Number.POSITIVE_INFINITY): Promise<void> {
    for (let rounds = 0; ; rounds += 1) {
      if (rounds > 2000) throw new Error(`no end: ${queue.length} wait, the first for ${JSON.stringify(queue[0])}`);
      const next = Math.min(...queue.map(({ visibleAt }) => visibleAt));
      if (queue.length === 0 || next > until) return;
      now = Math.max(now, next);
      const due = queue.filter(({ visibleAt }) => visibleAt <= now).slice(0, SENDERS * BATCH);
      queue = queue.filter((one) => !due.includes(one));
      const batches = Array.from({ length: SENDERS }, (_, sender) => due.slice(sender * BATCH, (sender + 1) * BATCH));
      await Promise.all(
        batches.map(async (batch) => {
          const failed = await sendAll(
            dependencies,
            batch.map(({ task }) => ({ id: task.message, value: task })),
          );
          expect([...failed]).toEqual([]);
        }),
      );
    }
  }

  return {
    run,
    sent,
    rung,
    counts: () => ({ refused, asked, waiting: queue.length }),
    seconds: () => (Math.max(...sent.map(({ at }) => at)) - START) / 1000,
    item: (message: string) => table.get(messageKey(ann().id, message)),
    add: async (message: Message) => {
      await table.write({
        put: { ...messageKey(message.customer, message.id), status: 'queued', body: JSON.stringify(message) },
      });
      queue.push({ task: { customer: message.customer, message: message.id }, visibleAt: now });
    },
  };
}

function messageOf(index: number, parts: Partial<Message> = {}): Message {
  return {
    id: `msg_${index}`,
    customer: ann().id,
    at: START,
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
    ...parts,
  };
}

function mostWithin(ms: number, sent: readonly { readonly at: number }[]): number {
  const at = sent.map((one) => one.at).sort((one, other) => one - other);
  let first = 0;
  return at.reduce((most, one, index) => {
    while ((at[first] ?? 0) <= one - ms) first += 1;
    return Math.max(most, index - first + 1);
  }, 0);
}

describe('500 mails that are due at once, at 14 a second', () => {
  test('take the time that the rate asks for; none is lost, none goes twice, SES refuses none', async () => {
    const { run, sent, seconds, counts, rung } = await fleet(500, { perSecond: 14, perDay: 50_000 });
    await run();
    expect(new Set(sent.map(({ message }) => message)).size).toBe(500);
    expect(sent).toHaveLength(500);
    // 8 tenths of the rate are marketing's, and the first second's mails go at once.
    expect(seconds()).toBeGreaterThan(500 / 14);
    expect(seconds()).toBeLessThan(500 / 11.2 + 1);
    expect(counts()).toEqual({ refused: 0, asked: expect.any(Number), waiting: 0 });
    expect(mostWithin(10_000, sent)).toBeLessThanOrEqual(140);
    expect([...rung]).toEqual([]);
  });

  test('do not hold up a password that somebody waits for', async () => {
    const { run, sent, add } = await fleet(500, { perSecond: 14, perDay: 50_000 });
    await run(START + 10_000);
    await add(messageOf(1000, { topic: 'service', topicType: 'transactional' }));
    await run();
    const password = sent.find(({ message }) => message === 'msg_1000')?.at ?? 0;
    expect(password - START).toBeLessThan(12_000);
  });

  test('say on the message how long they wait, where that is longer than a minute', async () => {
    const { run, item } = await fleet(500, { perSecond: 2, perDay: 50_000 });
    await run(START + 5000);
    expect(await item('msg_499')).toMatchObject({
      status: 'waiting',
      reason: expect.stringMatching(/^many mails at once: its turn comes at 2026-03-01T09:0\d:\d\d/),
    });
    await run();
    expect(await item('msg_499')).toMatchObject({ status: 'sent' });
    expect(await item('msg_499')).not.toHaveProperty('reason');
  });
});

test('what is beyond the daily quota waits with the reason, rings, and goes when the quota has freed', async () => {
  const { run, sent, item, rung, counts } = await fleet(120, { perSecond: 10, perDay: 100 });
  await run(START + HOUR_MS);
  expect(sent).toHaveLength(95);
  expect(counts()).toMatchObject({ waiting: 25, refused: 0 });
  const left = Array.from({ length: 120 }, (_, n) => `msg_${n}`).filter((id) => !sent.some(({ message }) => message === id));
  const why = 'the account may send 100 mails in 24 hours, and has: it waits until some of these are older';
  for (const id of left) expect(await item(id)).toMatchObject({ status: 'waiting', reason: why });
  expect([...rung]).toEqual([why]);
  await run();
  expect(new Set(sent.map(({ message }) => message)).size).toBe(120);
  expect(sent).toHaveLength(120);
  expect(sent.filter(({ at }) => at > START + HOUR_MS).every(({ at }) => at >= START + DAY_MS)).toBe(true);
});

test('an account that SES has stopped is not asked for each mail; all wait with the reason, and go when it is back', async () => {
  const paused: Handed = { outcome: 'closed', reason: 'SendingPausedException: Sending is paused', forMs: 5 * MINUTE_MS };
  const { run, sent, item, rung, counts } = await fleet(500, { perSecond: 1000, perDay: 50_000 }, (at) =>
    at < START + 30 * MINUTE_MS ? paused : undefined,
  );
  await run(START + 30 * MINUTE_MS - 1);
  expect(sent).toEqual([]);
  expect(counts().waiting).toBe(500);
  // Not more than the senders had in their hands when it was found out, each five minutes.
  expect(counts().refused).toBeLessThanOrEqual(6 * SENDERS * BATCH);
  const why = 'SES takes no mail of this account now: SendingPausedException: Sending is paused';
  expect(await item('msg_7')).toMatchObject({ status: 'waiting', reason: why });
  expect([...rung]).toEqual([why]);
  await run();
  expect(sent).toHaveLength(500);
});

test('after an outage those who have lost their places take new ones, instead of going all at once', async () => {
  const { run, sent } = await fleet(300, { perSecond: 10, perDay: 50_000 }, (at) =>
    at > START + 5000 && at < START + 6000 ? { outcome: 'later', reason: 'slow down' } : undefined,
  );
  await run();
  expect(sent).toHaveLength(300);
  expect(mostWithin(10_000, sent)).toBeLessThanOrEqual(100);
});

test('without a word of SES the limits are those of its sandbox', async () => {
  const { run, sent } = await fleet(20, { perSecond: 1, perDay: 200 });
  await run(START + 11_000);
  expect(sent.length).toBeLessThanOrEqual(11);
});
