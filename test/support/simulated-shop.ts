import type { BuyerDays } from '#core/prediction/buyer-groups.ts';
import { chancesToLeave, type Lifetime } from '#core/prediction/lifetime.ts';
import type { SpendParams } from '#core/prediction/spend.ts';
import { type Random, random } from './random.ts';

export type ShopTruth = {
  readonly lifetime: Lifetime;
  readonly spend?: SpendParams;
  readonly customers: number;
  /** Customers come evenly over these days; what they did is told until `untilDay`, and beyond it until `endDay`. */
  readonly arrivalDays: number;
  readonly untilDay: number;
  readonly endDay: number;
};

export type SimulatedBuyer = {
  /** Distinct order days, the first included, with the revenue of each. */
  readonly orders: readonly { readonly day: number; readonly revenue: number }[];
  readonly leftDay: number;
};

/** Customers who behave exactly as the models assume, so that what is estimated can be held against what is true. */
export function* simulatedShop({ lifetime, spend, ...shop }: ShopTruth, seed: number): Generator<SimulatedBuyer> {
  const dice = random(seed);
  for (let i = 0; i < shop.customers; i += 1) {
    const { r, alpha, a, b } = lifetime.params;
    const rate = gamma(dice, r) / alpha / 7;
    const [one, other] = [gamma(dice, a), gamma(dice, b)];
    const leaves = one / (one + other);
    const scale = spend === undefined ? 0 : gamma(dice, spend.q) / spend.v;
    const revenue = (): number => (spend === undefined ? 0 : gamma(dice, spend.p) / scale);
    const firstDay = Math.floor((i * shop.arrivalDays) / shop.customers);
    const orders = [{ day: firstDay, revenue: revenue() }];
    let at = firstDay;
    let leftDay = chancesToLeave(lifetime.kind, 0) === 1 && dice.chance(leaves) ? firstDay : Number.POSITIVE_INFINITY;
    while (leftDay > at) {
      at += -Math.log(1 - dice.next()) / rate;
      if (at >= shop.endDay + 1) break;
      const day = Math.floor(at);
      if (orders.at(-1)?.day !== day) orders.push({ day, revenue: revenue() });
      if (dice.chance(leaves)) leftDay = at;
    }
    yield { orders, leftDay };
  }
}

/** What the models see of a simulated customer at the end of a day; undefined before the first order. */
export function seenOn({ orders }: SimulatedBuyer, day: number): BuyerDays | undefined {
  const known = orders.filter((order) => order.day <= day);
  const [first, last] = [known[0], known.at(-1)];
  if (first === undefined || last === undefined) return undefined;
  return { repeats: known.length - 1, lastDay: last.day - first.day, ageDay: day - first.day };
}

/** Gamma(shape, 1) by Marsaglia & Tsang (ACM Transactions on Mathematical Software 26, 2000). */
function gamma(dice: Random, shape: number): number {
  if (shape < 1) return gamma(dice, shape + 1) * (1 - dice.next()) ** (1 / shape);
  const d = shape - 1 / 3;
  const c = 1 / Math.sqrt(9 * d);
  for (;;) {
    const x = normal(dice);
    const v = (1 + c * x) ** 3;
    if (v > 0 && Math.log(1 - dice.next()) < x ** 2 / 2 + d - d * v + d * Math.log(v)) return d * v;
  }
}

function normal(dice: Random): number {
  return Math.sqrt(-2 * Math.log(1 - dice.next())) * Math.cos(2 * Math.PI * dice.next());
}
