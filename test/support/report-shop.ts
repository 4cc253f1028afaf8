/** A shop of many people with a journey that holds some of them out, on a table in memory. */
import type { Release } from '#core/catalogue.ts';
import type { TimelineEvent } from '#core/event.ts';
import { customerIdsOf } from '#core/identity.ts';
import { evaluate } from '#usecases/evaluate.ts';
import { startReport, stepReport } from '#usecases/report.ts';
import { releaseItems } from '#usecases/store/catalogue.ts';
import { append } from '#usecases/store/events.ts';
import { currentKey } from '#usecases/store/keys.ts';
import { linkedCatalogues } from '#usecases/store/linked-catalogues.ts';
import { memoryTable } from './memory-table.ts';
import { event, instant, journey, mail, release } from './shop.ts';

/** Held out: half of those who are thanked. The goal is another order, and counts for two weeks. */
export const thanking = (parts: Partial<Release> = {}): Release =>
  release({
    id: 'rel_thanking',
    journeys: [
      journey({
        id: 'thank',
        name: 'Thank people who signed up',
        trigger: { type: 'event', event: 'Signed Up' },
        reentry: { mode: 'always', restart: true },
        holdout: { percent: 50 },
        goal: { event: 'Order Completed', where: { property: 'revenue', gte: 10 }, window: 'P14D' },
        exitWhen: [{ event: 'Order Completed' }],
        steps: [mail('thanks', 'hello', 'service'), { id: 'later', type: 'delay', for: 'P1D' }, mail('offer', 'gift', 'offers')],
      }),
    ],
    ...parts,
  });

export async function reportShop(first: Release = thanking()) {
  const table = memoryTable();
  let now = instant('2026-01-01');
  const dependencies = {
    table,
    catalogues: linkedCatalogues(table),
    bus: { publish: async () => [] },
    now: () => now,
    pause: async () => {},
  };
  const publish = async (next: Release): Promise<void> => {
    for (const item of releaseItems(next)) await table.write({ put: item });
    await table.write({ put: { ...currentKey, release: next.id } });
  };
  await publish(first);
  return {
    ...dependencies,
    publish,
    at: (time: string): void => {
      now = instant(time);
    },
    /** Takes events in at their own times, each as often as it is delivered. */
    take: async (events: readonly TimelineEvent[], times = 1): Promise<void> => {
      for (const one of [...events].sort((a, b) => a.at - b.at)) {
        now = Math.max(now, one.at);
        for (let delivery = 0; delivery < times; delivery += 1) {
          await append(table, [one]);
          const failed = await evaluate(dependencies, [{ id: `${one.id} ${delivery}`, customer: one.customer, event: one }]);
          for (const cause of failed.values()) throw cause;
        }
      }
    },
    gather: async (period: { from?: string; to?: string } = {}) => {
      let state = await startReport(dependencies, period);
      while (state.status === 'running') state = (await stepReport(dependencies, state.id)) ?? { ...state, status: 'done' };
      return state;
    },
  };
}

/** An event of the person of this number. */
export const of = (person: number, name: string, at: string, properties = {}): TimelineEvent =>
  event(name, at, properties, { identities: { userId: `u${person}` } });

export const idOf = (person: number): string => customerIdsOf({ userId: `u${person}` })[0] ?? '';
