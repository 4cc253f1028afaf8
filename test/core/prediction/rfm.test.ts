import { describe, expect, test } from 'vitest';
import { DAY_MS, NEVER } from '#core/instant.ts';
import { rfmCuts, rfmOf, whenRfmChanges } from '#core/prediction/rfm.ts';

const today = 20_000;
const customer = (silentDays: number, orderDays: number, revenue: number) => ({
  lastOrderDay: today - silentDays,
  orderDays,
  revenue,
});
const hundred = Array.from({ length: 100 }, (_, i) => customer(i, 100 - i, 1000 - i));

describe('scores', () => {
  test('are quintiles: twenty of a hundred customers have each', () => {
    const cuts = rfmCuts(hundred, today);
    const scores = hundred.map((one) => rfmOf(cuts, one, today));
    for (const score of [1, 2, 3, 4, 5])
      for (const name of ['recency', 'frequency', 'monetary'] as const)
        expect(scores.filter((one) => one[name] === score)).toHaveLength(20);
    expect(scores[0]).toEqual({ recency: 5, frequency: 5, monetary: 5, group: 'champions' });
    expect(scores[99]).toEqual({ recency: 1, frequency: 1, monetary: 1, group: 'lost' });
  });

  test('are the same for the same values, the middle one where all are alike', () => {
    const alike = [customer(9, 1, 20), customer(9, 1, 20), customer(9, 1, 20)];
    expect(rfmOf(rfmCuts(alike, today), customer(9, 1, 20), today)).toEqual({
      recency: 3,
      frequency: 3,
      monetary: 3,
      group: 'loyal',
    });
    const half = [...Array.from({ length: 50 }, () => customer(9, 1, 20)), ...hundred.slice(0, 50)];
    expect(rfmOf(rfmCuts(half, today), customer(9, 1, 20), today).frequency).toBe(2);
  });

  test('survive as JSON, also where nobody reaches one', () => {
    const cuts = rfmCuts([customer(9, 1, 20)], today);
    expect(JSON.parse(JSON.stringify(cuts))).toEqual(cuts);
    expect(cuts.orderDays).toEqual([1, 1, null, null]);
  });
});

test.each([
  [5, 5, 5, 'champions'],
  [4, 4, 4, 'champions'],
  [5, 3, 2, 'loyal'],
  [3, 5, 5, 'loyal'],
  [5, 1, 1, 'recent'],
  [3, 1, 2, 'attention'],
  [2, 4, 5, 'at-risk'],
  [1, 1, 2, 'lost'],
] as const)('recency %d, frequency %d and value %d is %s', (recency, frequency, monetary, group) => {
  const cuts = { silentDays: [40, 30, 20, 10], orderDays: [2, 3, 4, 5], revenue: [20, 30, 40, 50] } as const;
  expect(rfmOf(cuts, customer(50 - 9 * recency, frequency, 10 * monetary), today).group).toBe(group);
});

test('recency falls at the midnight after the last day of its quintile', () => {
  const cuts = rfmCuts(hundred, today);
  let [one, now, seen] = [customer(0, 5, 100), today * DAY_MS, [] as number[]];
  for (let at = whenRfmChanges(cuts, one, now); at !== NEVER; at = whenRfmChanges(cuts, one, now)) {
    expect(rfmOf(cuts, one, (at - 1) / DAY_MS).recency).toBe(rfmOf(cuts, one, at / DAY_MS).recency + 1);
    [now, seen] = [at, [...seen, at / DAY_MS - today]];
  }
  expect(seen).toEqual([20, 40, 60, 80]);
});
