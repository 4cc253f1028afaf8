/** What journeys have given away of their budgets, and what is left, for people who look after them. */
import type { OfferBudget, Release } from '#core/catalogue.ts';
import { type Instant, NEVER, toIso } from '#core/instant.ts';
import { steps } from '#core/journey/nested.ts';
import { costOf } from '#core/offer-budget.ts';
import type { VoucherPool } from '#core/vouchers.ts';
import type { Table } from '../ports.ts';
import { readAccount, termsOf } from './budget-account.ts';

export type BudgetLevel = {
  readonly journey: string;
  readonly name: string;
  readonly per: string | null;
  /** The period that it counts in now, until just before `to`; null for a budget without end. */
  readonly from: string | null;
  readonly to: string | null;
  readonly vouchers: { readonly max: number | null; readonly used: number; readonly left: number | null };
  readonly value: { readonly amount: number; readonly currency: string; readonly used: number; readonly left: number } | null;
  /** Vouchers that were given in the period before. */
  readonly usedBefore: number;
  /** Nobody gets one any more in this period. */
  readonly usedUp: boolean;
};

/** The budgets of a release, journey by journey. */
export function budgetLevels(table: Table, release: Release, now: Instant): Promise<BudgetLevel[]> {
  const pools = new Map((release.vouchers ?? []).map((pool) => [pool.id, pool]));
  return Promise.all(
    release.journeys.flatMap(({ id, name, offerBudget, steps: list }) => {
      if (offerBudget === undefined) return [];
      const issued = steps(list).flatMap((step) => (step.type === 'issue_voucher' ? [pools.get(step.pool)] : []));
      return [levelOf(table, { release, pools, journey: { id, name }, budget: offerBudget, issued }, now)];
    }),
  );
}

type About = {
  readonly release: Release;
  readonly pools: ReadonlyMap<string, VoucherPool>;
  readonly journey: { readonly id: string; readonly name: string };
  readonly budget: OfferBudget;
  /** The pools that the journey issues vouchers of. */
  readonly issued: readonly (VoucherPool | undefined)[];
};

async function levelOf(table: Table, { release, pools, journey, budget, issued }: About, now: Instant): Promise<BudgetLevel> {
  const terms = termsOf({ release, pools }, { journey: journey.id, budget, now });
  const { used, left, before } = await readAccount(table, terms, now);
  const { period } = terms;
  const cheapest = Math.min(...issued.map((pool) => costOf(budget, pool).cents));
  const { value } = budget;
  return {
    journey: journey.id,
    name: journey.name,
    per: budget.per ?? null,
    from: period.to === NEVER ? null : toIso(period.from),
    to: period.to === NEVER ? null : toIso(period.to),
    vouchers: { max: budget.max ?? null, used: used.vouchers, left: left.vouchers === NEVER ? null : left.vouchers },
    value: value === undefined ? null : { ...value, used: used.cents / 100, left: left.cents / 100 },
    usedBefore: before.vouchers,
    usedUp: left.vouchers === 0 || left.cents < cheapest,
  };
}
