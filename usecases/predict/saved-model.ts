import { DAY_MS, toIso } from '#core/instant.ts';
import { type OrderHistory, recordOrder } from '#core/prediction/buyers.ts';
import type { Refusal } from '#core/prediction/fit-lifetime.ts';
import { learnModel } from '#core/prediction/learn-model.ts';
import type { LifetimeKind } from '#core/prediction/lifetime.ts';
import type { PredictionModel } from '#core/prediction/model.ts';
import type { Person } from './people.ts';

/** The model that a running system would have learnt from these orders at the end of a day, to replay and to test with. */
export function savedModel(
  people: readonly Person[],
  { kind, untilDay }: { readonly kind: LifetimeKind; readonly untilDay: number },
): PredictionModel | Refusal {
  const histories = people.flatMap((person) => historyOf(person, untilDay) ?? []);
  return learnModel({ kind, histories, untilDay, fittedAt: toIso((untilDay + 1) * DAY_MS) });
}

function historyOf({ days, revenue }: Person, untilDay: number): OrderHistory | undefined {
  let history: OrderHistory | undefined;
  for (const [i, day] of days.entries()) if (day <= untilDay) history = recordOrder(history, { day, revenue: revenue[i] ?? 0 });
  return history;
}
