/** What journeys give away in a replay, period by period, and what they have left. */
import type { OfferBudget, Release } from '#core/catalogue.ts';
import type { Decision } from '#core/decision.ts';
import { type Instant, NEVER, toIso } from '#core/instant.ts';
import {
  budgetPeriod,
  limitOf,
  minus,
  NOTHING,
  type OffersLeft,
  type OfferTally,
  plus,
  type Spending,
} from '#core/offer-budget.ts';
import type { Period } from '#core/period.ts';

export type BudgetUse = {
  readonly journey: string;
  /** Periods in which somebody came for a voucher; a budget without end has one, from null to null. */
  readonly periods: readonly {
    readonly from: string | null;
    readonly to: string | null;
    readonly vouchers: number;
    /** In the budget's currency; null where it counts vouchers only. */
    readonly value: number | null;
    readonly refused: number;
  }[];
};

export type Offers = {
  /** Whether any journey has a budget. */
  readonly areLimited: boolean;
  left(now: Instant): OffersLeft | undefined;
  decided(decisions: readonly Decision[], now: Instant): void;
  used(): BudgetUse[];
};

type Spent = OfferTally[string] & { readonly period: Period };

/** Of journeys in `usedUp` nothing is left from the beginning. */
export function offersOf({ journeys, policy }: Release, usedUp: readonly string[] = []): Offers {
  const budgets = new Map(journeys.flatMap(({ id, offerBudget }) => (offerBudget ? [[id, offerBudget] as const] : [])));
  const spent = new Map<string, Map<Instant, Spent>>();
  const periods = new Map<string, Period>();
  const periodNow = (journey: string, budget: OfferBudget, now: Instant): Period => {
    const known = periods.get(journey);
    if (known !== undefined && known.from <= now && now < known.to) return known;
    const period = budgetPeriod(budget, now, policy.zone);
    periods.set(journey, period);
    return period;
  };
  const leftOf = (journey: string, budget: OfferBudget, now: Instant): Spending => {
    if (usedUp.includes(journey)) return NOTHING;
    return minus(limitOf(budget), spent.get(journey)?.get(periodNow(journey, budget, now).from) ?? NOTHING);
  };
  return {
    areLimited: budgets.size > 0,
    left: (now) => (budgets.size === 0 ? undefined : new Map([...budgets].map(([id, budget]) => [id, leftOf(id, budget, now)]))),
    decided: (decisions, now) => {
      for (const [journey, more] of decisions.flatMap(({ offers = {} }) => Object.entries(offers))) {
        const budget = budgets.get(journey);
        if (budget === undefined) continue;
        const period = periodNow(journey, budget, now);
        const all = spent.get(journey) ?? new Map<Instant, Spent>();
        spent.set(journey, all);
        const before = all.get(period.from);
        all.set(period.from, { ...plus(before ?? NOTHING, more), refused: (before?.refused ?? 0) + more.refused, period });
      }
    },
    used: () =>
      [...budgets].map(([journey, { value }]) => ({
        journey,
        periods: [...(spent.get(journey)?.values() ?? [])]
          .sort((one, other) => one.period.from - other.period.from)
          .map(({ vouchers, cents, refused, period }) => ({
            from: period.to === NEVER ? null : toIso(period.from),
            to: period.to === NEVER ? null : toIso(period.to),
            vouchers,
            value: value === undefined ? null : cents / 100,
            refused,
          })),
      })),
  };
}
