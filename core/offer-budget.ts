/**
 * What one journey may give away to all customers together. Who decides about one person does not know what others got: how
 * much is left is told, and what is decided to be spent goes out with the vouchers, for whoever commits it to count.
 */
import type { OfferBudget } from './catalogue.ts';
import type { Decision } from './decision.ts';
import type { Draft } from './draft.ts';
import { type Instant, NEVER } from './instant.ts';
import type { Catalogue } from './linked.ts';
import { lastDay, lengthWords, type Period, periodOf } from './period.ts';
import type { VoucherPool } from './vouchers.ts';

/** Vouchers, and what they are worth in hundredths of the budget's currency. */
export type Spending = { readonly vouchers: number; readonly cents: number };

/** How much journeys have left; one that is not there has enough. */
export type OffersLeft = ReadonlyMap<string, Spending>;

/** What a decision spent of budgets, and how many vouchers it refused, by journey. */
export type OfferTally = Readonly<Record<string, Spending & { readonly refused: number }>>;

export const NOTHING: Spending = { vouchers: 0, cents: 0 };

/** The budget that counts for a journey: that of the present release, whatever version a customer is in. */
export function offerBudgetOf({ current, versions }: Catalogue, journey: string): OfferBudget | undefined {
  const linked = current.get(journey) ?? [...versions.values()].findLast((one) => one.journey.id === journey);
  return linked?.journey.offerBudget;
}

/** How much a budget allows in one period; what it does not limit is without end. */
export function limitOf({ max, value }: OfferBudget): Spending {
  return { vouchers: max ?? NEVER, cents: value === undefined ? NEVER : hundredths(value.amount) };
}

/** What one voucher of a pool spends of a budget. */
export function costOf({ value: limit }: OfferBudget, pool: VoucherPool | undefined): Spending {
  const money = moneyOf(pool);
  return { vouchers: 1, cents: money === undefined || money.currency !== limit?.currency ? 0 : hundredths(money.amount) };
}

/** The worth of a voucher, where its pool states it in money. */
export function moneyOf(pool: VoucherPool | undefined): { readonly amount: number; readonly currency: string } | undefined {
  const { amount, currency } = pool?.value ?? {};
  return typeof amount === 'number' && typeof currency === 'string' ? { amount, currency } : undefined;
}

/** The period that a budget counts in now; one without end, where it says none. */
export function budgetPeriod({ per }: OfferBudget, now: Instant, zone: string): Period {
  return per === undefined ? { from: 0, to: NEVER } : periodOf(per, now, zone);
}

/** Spends a voucher of what a journey has left. Answers its cost, or in words why it may not be given; undefined: no budget. */
export function spend(
  draft: Draft,
  journey: string,
  pool: VoucherPool | undefined,
): { readonly cost: Spending } | { readonly refused: string } | undefined {
  const { catalogue, left, now } = draft;
  const budget = offerBudgetOf(catalogue, journey);
  if (budget === undefined) return undefined;
  const cost = costOf(budget, pool);
  const rest = left.get(journey);
  const isEnough = rest === undefined || isWithin(cost, rest);
  if (rest !== undefined && isEnough) left.set(journey, minus(rest, cost));
  record(draft, journey, isEnough ? { ...cost, refused: 0 } : { ...NOTHING, refused: 1 });
  return isEnough ? { cost } : { refused: usedUpWords(budget, now, catalogue.release.policy.zone) };
}

/** Why there is no voucher: "the budget of 500 vouchers for the 30 days to 2026-03-14 is used up". */
export function usedUpWords(budget: OfferBudget, now: Instant, zone: string): string {
  const { per } = budget;
  const when = per === undefined ? '' : ` for ${lengthWords(per)} to ${lastDay(budgetPeriod(budget, now, zone), zone)}`;
  return `the budget of ${limitWords(budget)}${when} is used up`;
}

/** "500 vouchers", "2000 EUR", "500 vouchers and 2000 EUR". */
export function limitWords({ max, value }: OfferBudget): string {
  const vouchers = max === undefined ? [] : [`${max} ${max === 1 ? 'voucher' : 'vouchers'}`];
  return [...vouchers, ...(value === undefined ? [] : [`${value.amount} ${value.currency}`])].join(' and ');
}

/** What decisions spent, by journey: a replay that has just this left gives and refuses the same. */
export function spentBy(decisions: readonly Pick<Decision, 'offers'>[]): OffersLeft {
  const sums = new Map<string, Spending>();
  for (const { offers = {} } of decisions)
    for (const [journey, spent] of Object.entries(offers)) sums.set(journey, plus(sums.get(journey) ?? NOTHING, spent));
  return sums;
}

export function isWithin(wish: Spending, left: Spending): boolean {
  return wish.vouchers <= left.vouchers && wish.cents <= left.cents;
}

export const plus = (one: Spending, other: Spending): Spending => ({
  vouchers: one.vouchers + other.vouchers,
  cents: one.cents + other.cents,
});

export const minus = (one: Spending, other: Spending): Spending => ({
  vouchers: one.vouchers - other.vouchers,
  cents: one.cents - other.cents,
});

function record({ decisions }: Draft, journey: string, more: OfferTally[string]): void {
  const decision = decisions.at(-1);
  if (decision === undefined) return;
  const before = decision.offers?.[journey];
  const { refused = 0 } = before ?? {};
  decision.offers = {
    ...decision.offers,
    [journey]: { ...plus(before ?? NOTHING, more), refused: refused + more.refused },
  };
}

const hundredths = (amount: number): number => Math.round(amount * 100);
