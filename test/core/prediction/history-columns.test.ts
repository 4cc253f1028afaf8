import { expect, test } from 'vitest';
import { type OrderHistory, recordOrder } from '#core/prediction/buyers.ts';
import { historyColumns } from '#core/prediction/history-columns.ts';
import { learnModel } from '#core/prediction/learn-model.ts';

/** People with one to nine order days; beyond the first thousand, so that columns grow. */
const histories = Array.from({ length: 3000 }, (_, i) => {
  const days = Array.from({ length: 1 + ((i * 7) % 9) }, (_, n) => 20_000 + ((i * 13) % 300) + n * (3 + (i % 40)));
  return days.reduce<OrderHistory | undefined>(
    (known, day) => recordOrder(known, { day, revenue: 10 + (i % 7) + 0.37 }),
    undefined,
  );
}).filter((one) => one !== undefined);

test('columns give back what was put in, in order, again and again', () => {
  const columns = historyColumns();
  expect([...columns]).toEqual([]);
  for (const history of histories) columns.add(history);
  expect(columns.size()).toBe(histories.length);
  expect([...columns]).toEqual(histories);
  expect([...columns]).toEqual(histories);
});

test('what is learnt from columns is what is learnt from the histories themselves', () => {
  const columns = historyColumns();
  for (const history of histories) columns.add(history);
  const lessons = { kind: 'mbgnbd', untilDay: 20_700, fittedAt: '2026-09-05T00:00:00.000Z' } as const;
  expect(learnModel({ ...lessons, histories: columns })).toEqual(learnModel({ ...lessons, histories }));
});
