import { expect, test } from 'vitest';
import { createLocks } from '#local/dynamodb/locks.ts';

test('whoever comes second waits for the first', async () => {
  const locks = createLocks();
  const order: string[] = [];
  const release = await locks.acquire(['a']);
  const second = locks.acquire(['b', 'a']).then((releaseSecond) => {
    order.push('second');
    releaseSecond();
  });
  order.push('first');
  release();
  await second;
  expect(order).toEqual(['first', 'second']);
});

test('locks that are asked for in different orders do not block each other for ever', async () => {
  const locks = createLocks();
  const turns = Array.from({ length: 100 }, async (_, turn) => {
    const release = await locks.acquire(turn % 2 === 0 ? ['a', 'b', 'c'] : ['c', 'b', 'a']);
    await Promise.resolve();
    release();
  });
  await expect(Promise.all(turns)).resolves.toHaveLength(100);
});

test('a transaction does not wait for another one: it learns what they both want', async () => {
  const locks = createLocks();
  const release = await locks.acquireForTransaction(['a', 'b']);
  expect(locks.acquireForTransaction(['b', 'c'])).toEqual({ conflicts: new Set(['b']) });
  if (typeof release === 'function') release();
  expect(locks.acquireForTransaction(['b', 'c'])).toBeInstanceOf(Promise);
});

test('a transaction waits for single writes, and they for it', async () => {
  const locks = createLocks();
  const order: string[] = [];
  const release = await locks.acquire(['a']);
  const transaction = locks.acquireForTransaction(['a']);
  const last = locks.acquire(['a']).then(() => order.push('single'));
  release();
  const releaseTransaction = await transaction;
  order.push('transaction');
  if (typeof releaseTransaction === 'function') releaseTransaction();
  await last;
  expect(order).toEqual(['transaction', 'single']);
});
