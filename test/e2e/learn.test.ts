/** Forecasts in the deployed functions: orders come in, a model is learnt, and each buyer's own rhythm decides. */
import { expect } from 'vitest';
import { DAY_MS } from '#core/instant.ts';
import { test } from './support/test.ts';

type Prediction = {
  readonly model: { readonly customers: number; readonly fittedAt: string } | null;
  readonly learning: { readonly status: string; readonly by: string; readonly reason?: string } | null;
};

/** Orders of somebody, the last one so many days ago. */
const orders = (email: string, every: number, count: number, ago: number, now: number) =>
  Array.from({ length: count }, (_, n) => ({
    type: 'track',
    userId: email,
    event: 'Order Completed',
    messageId: `${email}-${n}`,
    timestamp: new Date(now - (ago + (count - 1 - n) * every) * DAY_MS).toISOString(),
    context: { traits: { email } },
    properties: { order_id: `${email}-${n}`, revenue: 30 + n },
  }));

test('a model is learnt from the orders, by request and then by the schedule, and weekly buyers are missed before yearly ones', async ({
  cloud,
}) => {
  const now = (await cloud.now()).getTime();
  const crowd = Array.from({ length: 120 }, (_, i) =>
    orders(`buyer${i}@example.com`, 5 + (i % 60), 1 + ((i * 7) % 9), (i * 11) % 150, now),
  ).flat();
  const batch = [...crowd, ...orders('weekly@example.com', 7, 20, 1, now), ...orders('yearly@example.com', 365, 5, 1, now)];
  for (let from = 0; from < batch.length; from += 100) await cloud.call('batch', { batch: batch.slice(from, from + 100) });
  await cloud.settle();
  const state = async () => (await cloud.admin('GET', '/prediction')).body as Prediction;
  expect(await state()).toMatchObject({ model: null, learning: null });

  expect((await cloud.admin('POST', '/prediction/learn')).status).toBe(202);
  await cloud.settle();
  expect(await state()).toMatchObject({ model: { customers: 122 }, learning: { status: 'published' } });

  const isDrifting = async (email: string) => (await cloud.customer(email)).segments.some(({ id }) => id === 'drifting-away');
  expect([await isDrifting('weekly@example.com'), await isDrifting('yearly@example.com')]).toEqual([false, false]);
  await cloud.advance('P55D');
  // The plain rule, sixty days, would know of neither by now.
  expect([await isDrifting('weekly@example.com'), await isDrifting('yearly@example.com')]).toEqual([true, false]);
  expect((await state()).learning).toMatchObject({ status: 'published', by: 'the schedule' });
  expect(await cloud.deadLetters('rekindle-dev-learn-dead')).toEqual([]);
});
