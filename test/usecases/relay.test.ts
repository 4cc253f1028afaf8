import { expect, test } from 'vitest';
import type { Published } from '#usecases/ports.ts';
import { eventOfDetail, relay } from '#usecases/relay.ts';
import { eventItem } from '#usecases/store/events.ts';
import { event } from '../support/shop.ts';

const order = event('Order Completed', '2026-01-01T10:00:00.123Z', { revenue: 5 });
const message = {
  pk: `C#${order.customer}`,
  sk: 'M#msg_1',
  status: 'queued',
  body: JSON.stringify({ trigger: { customer: order.customer, key: 'E#1' } }),
};
const news = [eventItem(order), message, { ...message, sk: 'M#msg_2', status: 'skipped' }, { pk: message.pk, sk: 'STATE' }].map(
  (item, index) => ({ id: String(index), item }),
);

function bus(answer: (entries: readonly Published[], round: number) => readonly number[]) {
  const published: Published[] = [];
  let round = 0;
  return {
    published,
    publish: async (entries: readonly Published[]) => {
      const refused = answer(entries, round++);
      published.push(...entries.filter((_, index) => !refused.includes(index)));
      return refused;
    },
  };
}

const dependencies = (one: ReturnType<typeof bus>) => ({ bus: one, now: () => 0, pause: async () => {} });

test('events and queued messages are published, and nothing else; an event comes back as it was', async () => {
  const one = bus(() => []);
  expect(await relay(dependencies(one), news)).toEqual([]);
  expect(one.published.map(({ source, type }) => `${source} ${type}`)).toEqual([
    'rekindle Order Completed',
    'rekindle.internal Message Queued',
  ]);
  expect(eventOfDetail(one.published[0]?.detail as Record<string, unknown>)).toEqual(order);
  expect(one.published[1]?.detail).toEqual({
    customer: order.customer,
    message: 'msg_1',
    trigger: { customer: order.customer, key: 'E#1' },
  });
});

test('what the bus does not take is offered again, alone', async () => {
  const one = bus((_, round) => (round === 0 ? [1] : []));
  expect(await relay(dependencies(one), news)).toEqual([]);
  expect(one.published).toHaveLength(2);
});

test('what it never takes is named, so that the stream offers it again', async () => {
  const one = bus((entries) => entries.flatMap(({ type }, index) => (type === 'Message Queued' ? [index] : [])));
  expect(await relay(dependencies(one), news)).toEqual(['1']);
});
