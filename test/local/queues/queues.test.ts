import { DatabaseSync } from 'node:sqlite';
import fc from 'fast-check';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import type { Clock, QueueMessage } from '#local/ports.ts';
import { type LocalQueues, openQueues } from '#local/queues/queues.ts';

type Setup = { db: DatabaseSync; clock: Clock; queues: LocalQueues };

function setUp(): Setup {
  const db = new DatabaseSync(':memory:');
  let now = Date.parse('2026-11-21T12:00:00Z');
  const clock: Clock = {
    now: () => now,
    offset: new SharedArrayBuffer(8),
    set: (to) => {
      now = to;
    },
  };
  return { db, clock, queues: openQueues(db, clock) };
}

function only(messages: readonly QueueMessage[]): QueueMessage {
  expect(messages).toHaveLength(1);
  return messages[0] as QueueMessage;
}

describe('a queue', () => {
  let { db, clock, queues }: Setup = setUp();

  beforeEach(() => {
    ({ db, clock, queues } = setUp());
    queues.create({ name: 'work', visibilityTimeoutMs: 30_000, redrive: { deadLetterQueue: 'dead', receivesMax: 3 } });
    queues.create({ name: 'dead', visibilityTimeoutMs: 30_000 });
  });

  const pass = (milliseconds: number) => clock.set(clock.now() + milliseconds);

  test('hands out a message with its body, attributes and times', () => {
    const id = queues.send('work', 'hello', { kind: 'greeting' });
    const message = only(queues.receive('work', 10));
    expect(message).toMatchObject({ id, body: 'hello', attributes: { kind: 'greeting' }, receiveCount: 1, sentAt: clock.now() });
  });

  test('hands out messages in the order in which they came', () => {
    for (const body of ['a', 'b', 'c', 'd']) queues.send('work', body);
    expect(queues.receive('work', 3).map(({ body }) => body)).toEqual(['a', 'b', 'c']);
    expect(queues.receive('work', 3).map(({ body }) => body)).toEqual(['d']);
  });

  test('hides a received message until the visibility time-out is over', () => {
    queues.send('work', 'hello');
    queues.receive('work', 1);
    pass(29_999);
    expect(queues.receive('work', 1)).toEqual([]);
    pass(1);
    expect(only(queues.receive('work', 1)).receiveCount).toBe(2);
  });

  test('forgets a message that was removed', () => {
    queues.send('work', 'hello');
    queues.remove('work', only(queues.receive('work', 1)).receipt);
    pass(60_000);
    expect(queues.receive('work', 1)).toEqual([]);
    expect(queues.depth('work')).toEqual({ visible: 0, hidden: 0, nextVisibleAt: undefined });
  });

  test('takes a receipt after the time-out as long as nobody else got the message', () => {
    queues.send('work', 'hello');
    const { receipt } = only(queues.receive('work', 1));
    pass(40_000);
    queues.remove('work', receipt);
    expect(queues.receive('work', 1)).toEqual([]);
  });

  test('ignores a stale receipt', () => {
    queues.send('work', 'hello');
    const { receipt } = only(queues.receive('work', 1));
    pass(30_000);
    queues.receive('work', 1);
    queues.remove('work', receipt);
    queues.giveBack('work', receipt, 'too late');
    expect(queues.depth('work')).toMatchObject({ visible: 0, hidden: 1 });
    pass(30_000);
    expect(only(queues.receive('work', 1)).receiveCount).toBe(3);
  });

  test('ignores a receipt that belongs to another queue', () => {
    queues.send('work', 'hello');
    queues.remove('dead', only(queues.receive('work', 1)).receipt);
    expect(queues.depth('work')).toMatchObject({ hidden: 1 });
  });

  test('shows a message that was given back at once, or after a delay', () => {
    queues.send('work', 'hello');
    queues.giveBack('work', only(queues.receive('work', 1)).receipt, 'first');
    queues.giveBack('work', only(queues.receive('work', 1)).receipt, 'second', 5_000);
    expect(queues.receive('work', 1)).toEqual([]);
    expect(queues.depth('work')).toEqual({ visible: 0, hidden: 1, nextVisibleAt: clock.now() + 5_000 });
    pass(5_000);
    expect(only(queues.receive('work', 1)).receiveCount).toBe(3);
  });

  test('takes no receipt of a message that was given back, and keeps the cause while it waits and is tried again', () => {
    queues.send('work', 'hello');
    const { receipt } = only(queues.receive('work', 1));
    queues.giveBack('work', receipt, 'cannot be read', 60_000);
    queues.remove('work', receipt);
    expect(queues.peek('work', 1)).toMatchObject([{ cause: 'cannot be read' }]);
    pass(60_000);
    queues.receive('work', 1);
    expect(queues.peek('work', 1)).toMatchObject([{ cause: 'cannot be read', receiveCount: 2 }]);
  });

  test('lets those that wait go before a message that was given back', () => {
    queues.send('work', 'poison');
    pass(1);
    queues.send('work', 'good');
    pass(1);
    queues.giveBack('work', only(queues.receive('work', 1)).receipt, 'cannot be read');
    expect(only(queues.receive('work', 1)).body).toBe('good');
  });

  test('buries a message whose receives are used up, with the cause of the last failure', () => {
    const id = queues.send('work', 'poison', { kind: 'bad' });
    for (const cause of ['one', 'two', 'three']) queues.giveBack('work', only(queues.receive('work', 1)).receipt, cause);
    expect(queues.receive('work', 1)).toEqual([]);
    expect(queues.peek('dead', 10)).toMatchObject([
      { id, body: 'poison', attributes: { kind: 'bad' }, receiveCount: 3, cause: 'three' },
    ]);
    expect(queues.depth('dead').visible).toBe(1);
  });

  test('buries a message that nobody answered for, and hands out the next one', () => {
    queues.send('work', 'poison');
    for (let receive = 1; receive <= 3; receive += 1) {
      only(queues.receive('work', 1));
      pass(30_000);
    }
    queues.send('work', 'good');
    expect(only(queues.receive('work', 1)).body).toBe('good');
    expect(queues.peek('dead', 1)[0]?.cause).toContain('time-out of 30000 ms');
  });

  test('keeps a message for ever when it has no dead-letter queue', () => {
    queues.create({ name: 'patient', visibilityTimeoutMs: 1_000 });
    queues.send('patient', 'hello');
    for (let receive = 1; receive <= 20; receive += 1) {
      queues.giveBack('patient', only(queues.receive('patient', 1)).receipt, 'again');
    }
    expect(queues.peek('patient', 1)).toMatchObject([{ receiveCount: 20, cause: 'again' }]);
  });

  test('redrives dead letters, which start afresh', () => {
    for (const body of ['a', 'b']) queues.send('work', body);
    for (let receive = 1; receive <= 6; receive += 1) queues.giveBack('work', only(queues.receive('work', 1)).receipt, 'no');
    expect(queues.depth('dead').visible).toBe(2);
    expect(queues.redrive('dead', 'work')).toBe(2);
    expect(queues.depth('dead').visible).toBe(0);
    expect(queues.receive('work', 10).map(({ body, receiveCount }) => ({ body, receiveCount }))).toEqual([
      { body: 'a', receiveCount: 1 },
      { body: 'b', receiveCount: 1 },
    ]);
  });

  test('holds back messages of a queue with a delay', () => {
    queues.create({ name: 'slow', visibilityTimeoutMs: 1_000, delayMs: 10_000 });
    queues.send('slow', 'hello');
    expect(queues.depth('slow')).toEqual({ visible: 0, hidden: 1, nextVisibleAt: clock.now() + 10_000 });
    pass(10_000);
    expect(queues.receive('slow', 1)).toHaveLength(1);
  });

  test('peeks newest first without receiving', () => {
    for (const body of ['a', 'b', 'c']) queues.send('work', body);
    expect(queues.peek('work', 2).map(({ body }) => body)).toEqual(['c', 'b']);
    expect(queues.receive('work', 3).map(({ receiveCount }) => receiveCount)).toEqual([1, 1, 1]);
  });

  test('tells its subscribers once for all that was sent in one go, after it was sent', async () => {
    const listener = vi.fn();
    const end = queues.subscribe('work', listener);
    for (const body of ['a', 'b', 'c']) queues.send('work', body);
    expect(listener).not.toHaveBeenCalled();
    await Promise.resolve();
    expect(listener).toHaveBeenCalledTimes(1);
    end();
    queues.send('work', 'd');
    await Promise.resolve();
    expect(listener).toHaveBeenCalledTimes(1);
  });

  test('tells the subscribers of a dead-letter queue of what was buried', async () => {
    const listener = vi.fn();
    queues.subscribe('dead', listener);
    queues.send('work', 'poison');
    for (const cause of ['one', 'two', 'three']) queues.giveBack('work', only(queues.receive('work', 1)).receipt, cause);
    await Promise.resolve();
    expect(listener).toHaveBeenCalledTimes(1);
  });

  test('takes part in a transaction of its caller', () => {
    db.exec('BEGIN');
    queues.send('work', 'hello');
    queues.receive('work', 1);
    db.exec('ROLLBACK');
    expect(queues.depth('work')).toEqual({ visible: 0, hidden: 0, nextVisibleAt: undefined });
  });

  test('takes new options when it is created again, and keeps its messages', () => {
    queues.send('work', 'hello');
    queues.create({ name: 'work', visibilityTimeoutMs: 1_000 });
    expect(queues.receive('work', 1)).toHaveLength(1);
    expect(queues.depth('work').nextVisibleAt).toBe(clock.now() + 1_000);
  });

  test.each([
    ['sending to', () => queues.send('nowhere', 'hello')],
    ['receiving from', () => queues.receive('nowhere', 1)],
    ['the depth of', () => queues.depth('nowhere')],
    ['peeking into', () => queues.peek('nowhere', 1)],
  ])('refuses %s a queue that does not exist', (_what, act) => {
    expect(act).toThrow('There is no queue "nowhere".');
  });

  test('refuses a message above 1 MB', () => {
    expect(() => queues.send('work', 'é'.repeat(524_289))).toThrow('1048576 bytes');
    queues.send('work', 'é'.repeat(524_288));
  });
});

test('whatever happens, every message that was not removed stands in exactly one queue', () => {
  const step = fc.oneof(
    fc.constant('send' as const),
    fc.constant('receive' as const),
    fc.constant('remove' as const),
    fc.constant('give back' as const),
    fc.constant('pass' as const),
    fc.constant('redrive' as const),
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const { clock, queues, db } = setUp();
      queues.create({ name: 'work', visibilityTimeoutMs: 100, redrive: { deadLetterQueue: 'dead', receivesMax: 2 } });
      const expected = new Set<string>();
      const held: QueueMessage[] = [];
      for (const action of steps) {
        if (action === 'send') expected.add(queues.send('work', 'x'));
        if (action === 'receive') held.push(...queues.receive('work', 2));
        if (action === 'give back') queues.giveBack('work', held.shift()?.receipt ?? '', 'no', 50);
        if (action === 'pass') clock.set(clock.now() + 60);
        if (action === 'redrive') queues.redrive('dead', 'work');
        if (action !== 'remove') continue;
        const message = held.pop();
        if (!message) continue;
        const before = queues.peek('work', 100).find(({ id }) => id === message.id);
        queues.remove('work', message.receipt);
        if (before?.receipt === message.receipt) expected.delete(message.id);
      }
      const kept = [...queues.peek('work', 100), ...queues.peek('dead', 100)].map(({ id }) => id);
      expect(kept.toSorted()).toEqual([...expected].toSorted());
      const { visible, hidden } = queues.depth('work');
      expect(visible + hidden).toBe(queues.peek('work', 100).length);
      db.close();
    }),
    { numRuns: 60 },
  );
});
