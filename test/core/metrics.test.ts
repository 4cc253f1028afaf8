import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { EventCondition } from '#core/condition.ts';
import type { Metric } from '#core/customer.ts';
import { add, DAY_MS, NEVER } from '#core/instant.ts';
import { metricOf, record, test as truth } from '#core/metrics.ts';

const day = (n: number): number => n * DAY_MS;

function counted(condition: EventCondition, events: readonly { at: number; value?: number }[]): Metric | undefined {
  const definition = metricOf(condition);
  return events.reduce<Metric | undefined>((metric, { at, value = 1 }) => record(metric, definition, at, value, at), undefined);
}

describe('a count within a window', () => {
  const twice: EventCondition = { event: 'Order Completed', count: { gte: 2 }, within: 'P30D' };

  test('is true from the second event until the first of the two leaves the window', () => {
    const metric = counted(twice, [{ at: day(0) }, { at: day(10) }]);
    expect(truth(metric, twice, day(10))).toEqual({ is: true, until: day(30) });
    expect(truth(metric, twice, day(30) - 1)).toEqual({ is: true, until: day(30) });
    expect(truth(metric, twice, day(30))).toEqual({ is: false, until: NEVER });
  });

  test('is exact for months, which are not of equal length', () => {
    const within: EventCondition = { event: 'Order Completed', within: 'P1M' };
    const at = Date.parse('2027-01-31T10:00:00Z');
    expect(new Date(truth(counted(within, [{ at }]), within, at).until).toISOString()).toBe('2027-02-28T10:00:00.000Z');
  });

  test('does not change where two events that leave at the same instant only pass the count on their way', () => {
    const exactly: EventCondition = { event: 'Order Completed', count: { is: 2 }, within: 'P30D' };
    const metric = counted(exactly, [{ at: day(0) }, { at: day(0) }, { at: day(10) }]);
    expect(truth(metric, exactly, day(10))).toEqual({ is: false, until: NEVER });
  });

  test('keeps no more instants than the bound needs', () => {
    const metric = counted(
      twice,
      Array.from({ length: 500 }, (_, index) => ({ at: index * 1000 })),
    );
    expect(metric?.t?.length).toBeLessThanOrEqual(3);
    expect(truth(metric, twice, 500_000).is).toBe(true);
  });
});

test('an event that arrives late is put in its place', () => {
  const within: EventCondition = { event: 'Order Completed', count: { gte: 1 }, within: 'P30D' };
  const definition = metricOf(within);
  const metric = record(record(undefined, definition, day(10), 1, day(10)), definition, day(5), 1, day(10));
  expect(truth(metric, within, day(10)).until).toBe(day(40));
});

test('decimal amounts add up as such', () => {
  const sum: EventCondition = { event: 'Order Completed', sum: { property: 'revenue', is: 0.3 } };
  expect(
    truth(
      counted(sum, [
        { at: 0, value: 0.1 },
        { at: 1, value: 0.2 },
      ]),
      sum,
      2,
    ).is,
  ).toBe(true);
});

const bounds = fc.constantFrom<NonNullable<EventCondition['count']>>(
  { gte: 1 },
  { gte: 3 },
  { gt: 2 },
  { lt: 2 },
  { lte: 1 },
  { is: 2 },
  { gte: 2, lte: 3 },
);
const history = fc.array(fc.integer({ min: 0, max: 100 }), { maxLength: 12 });

test('whatever the history, truth and next change are those of counting anew', () => {
  fc.assert(
    fc.property(bounds, history, fc.integer({ min: 0, max: 140 }), (count, hours, later) => {
      const condition: EventCondition = { event: 'E', count, within: 'PT24H' };
      const times = hours.map((hour) => hour * 3_600_000).sort((one, other) => one - other);
      const now = Math.max(later * 3_600_000, times.at(-1) ?? 0);
      const metric = counted(
        condition,
        times.map((at) => ({ at })),
      );
      const anew = (at: number): boolean => {
        const n = times.filter((time) => add(time, 'PT24H') > at).length;
        return (
          (count.gte ?? 0) <= n && n > (count.gt ?? -1) && n < (count.lt ?? 99) && n <= (count.lte ?? 99) && (count.is ?? n) === n
        );
      };
      const { is, until } = truth(metric, condition, now);
      expect(is).toBe(anew(now));
      const changes = times.map((time) => add(time, 'PT24H')).filter((at) => at > now);
      expect(until).toBe(changes.find((at) => anew(at) !== is) ?? NEVER);
    }),
    { numRuns: 500 },
  );
});
