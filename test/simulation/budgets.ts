import { expect } from 'vitest';
import type { Decision } from '#core/decision.ts';
import { budgetPeriod } from '#core/offer-budget.ts';
import type { Voucher } from '#core/vouchers.ts';
import { budgetPk } from '#usecases/store/keys.ts';
import type { World } from './world.ts';

/** No journey gives more than its budget; what decisions say, what was issued and what is counted are the same (I2, I8). */
export function budgetsAreKept(world: World): void {
  const items = [...world.table.items.values()];
  const decisions = world.decided.map(({ body }) => JSON.parse(String(body)) as Decision);
  const issued = items
    .filter(({ sk }) => sk.startsWith('V#'))
    .flatMap(({ body }) => (JSON.parse(String(body)) as Voucher).spent?.journey ?? []);
  const { zone } = world.release.policy;
  for (const { id, offerBudget } of world.release.journeys) {
    if (offerBudget === undefined) continue;
    const given = new Map<number, number>();
    for (const { now, offers = {} } of decisions) {
      const { from } = budgetPeriod(offerBudget, now, zone);
      given.set(from, (given.get(from) ?? 0) + (offers[id]?.vouchers ?? 0));
    }
    for (const [from, vouchers] of given)
      expect(vouchers, `${id} from ${new Date(from).toISOString()} on`).toBeLessThanOrEqual(offerBudget.max ?? 0);
    const all = [...given.values()].reduce((sum, one) => sum + one, 0);
    expect(
      issued.filter((journey) => journey === id),
      `the vouchers of ${id}`,
    ).toHaveLength(all);
    const latest = Math.max(...given.keys());
    const counted = items.filter(({ pk, from }) => pk === budgetPk(id) && from === new Date(latest).toISOString());
    const used = counted.reduce((sum, { vouchers }) => sum + Number(vouchers), 0);
    expect(used, `what is counted of ${id}`).toBe(given.get(latest) ?? 0);
  }
}
