/** What a point costs the shop at the most. */
import type { Programme } from '#core/loyalty/programme.ts';
import type { VoucherPool } from '#core/vouchers.ts';

export type PointValue = {
  /** In units of the programme's currency. */
  readonly value: number;
  /** Where it comes from, in words. */
  readonly by: string;
};

/** Taken where neither the caller nor a reward says more. */
const USUAL = 0.01;

/**
 * What the caller says; else what the best reward gives for a point, where its pool's `value` has an `amount` of money (and no
 * other `currency`); else one hundredth. The best, since customers may all choose it.
 */
export function pointValueOf(programme: Programme, pools: readonly VoucherPool[], stated: number | undefined): PointValue {
  if (stated !== undefined) return { value: stated, by: 'as you said' };
  const worth = programme.rewards.flatMap(({ name, points, pool }) => {
    const amount = amountOf(
      pools.find(({ id }) => id === pool),
      programme.currency,
    );
    return amount === undefined ? [] : [{ name, points, amount, value: amount / points }];
  });
  const best = worth.reduce<(typeof worth)[number] | undefined>(
    (most, one) => (most === undefined || one.value > most.value ? one : most),
    undefined,
  );
  if (best === undefined) return { value: USUAL, by: 'assumed: no reward says what it is worth in money' };
  return { value: best.value, by: `by the reward ${best.name}: ${best.amount} ${programme.currency} for ${best.points} points` };
}

function amountOf(pool: VoucherPool | undefined, currency: string): number | undefined {
  const { amount, currency: of = currency } = pool?.value ?? {};
  return typeof amount === 'number' && amount > 0 && of === currency ? amount : undefined;
}
