/**
 * Buying till the customer is gone: BG/NBD (Fader, Hardie & Lee, Marketing Science 24, 2005) and MBG/NBD (Batislam, Denizel &
 * Filiztekin, International Journal of Research in Marketing 24, 2007). While active, a customer orders at a rate of her own,
 * λ ~ Gamma(r, α). After an order she leaves for good with a probability of her own, p ~ Beta(a, b): in MBG/NBD after each
 * order, in BG/NBD after each but the first. One-time buyers have therefore never left under BG/NBD, which is why a win-back
 * takes MBG/NBD. All times are weeks.
 */
export type LifetimeKind = 'bgnbd' | 'mbgnbd';

export type LifetimeParams = { readonly r: number; readonly alpha: number; readonly a: number; readonly b: number };

export type Lifetime = { readonly kind: LifetimeKind; readonly params: LifetimeParams };

/** What the models know of one customer. Orders of one day are one. */
export type Buyer = {
  /** Order days after the first one: x. */
  readonly repeats: number;
  /** Weeks from the first order day to the last one: t_x. 0 where there was one only. */
  readonly lastWeek: number;
  /** Weeks from the first order day until now: T. */
  readonly ageWeeks: number;
};

/** How often the customer could have left: the coins tossed. */
export function chancesToLeave(kind: LifetimeKind, repeats: number): number {
  return kind === 'mbgnbd' ? repeats + 1 : repeats;
}

/** The probability of being still active. It falls while no order comes; under BG/NBD it stays 1 until a second order. */
export function probabilityAlive(lifetime: Lifetime, buyer: Buyer): number {
  return 1 / (1 + Math.exp(lnOddsGone(lifetime, buyer)));
}

/** ln of the odds of having left: −∞ where the customer could not yet leave. */
function lnOddsGone({ kind, params }: Lifetime, { repeats, lastWeek, ageWeeks }: Buyer): number {
  const { r, alpha, a, b } = params;
  const tossed = chancesToLeave(kind, repeats);
  if (tossed === 0) return Number.NEGATIVE_INFINITY;
  return Math.log(a / (b + tossed - 1)) + (r + repeats) * Math.log((alpha + ageWeeks) / (alpha + lastWeek));
}

/**
 * The probability of at least one order in the next `weeks`. An active customer's next order does not depend on p, which
 * acts after it: with λ ~ Gamma(r + x, α + T), none comes within t with probability ((α + T) / (α + T + t))^(r + x).
 * Falls while no order comes, from both factors.
 */
export function probabilityOfOrder(lifetime: Lifetime, buyer: Buyer, weeks: number): number {
  const { r, alpha } = lifetime.params;
  return -probabilityAlive(lifetime, buyer) * Math.expm1(-(r + buyer.repeats) * Math.log1p(weeks / (alpha + buyer.ageWeeks)));
}

/** Orders to expect in the next `weeks`: E[Y(t) | x, t_x, T]. */
export function expectedOrders(lifetime: Lifetime, buyer: Buyer, weeks: number): number {
  return probabilityAlive(lifetime, buyer) * expectedWhileAlive(lifetime, buyer, weeks);
}

/** Repeat orders to expect of somebody who has just ordered for the first time, within `weeks`: E[X(t)]. */
export function expectedOfNewBuyer(lifetime: Lifetime, weeks: number): number {
  return expectedOrders(lifetime, { repeats: 0, lastWeek: 0, ageWeeks: 0 }, weeks);
}

/**
 * Weeks from now until an active customer has ordered with even chance: the median of the wait, which is a Lomax
 * distribution and often has no mean.
 */
export function medianWaitWeeks({ params: { r, alpha } }: Lifetime, { repeats, ageWeeks }: Buyer): number {
  return (alpha + ageWeeks) * Math.expm1(Math.LN2 / (r + repeats));
}

/**
 * E[Y(t)] of a customer who is active. With R = r + x, A = α + T, p ~ Beta(a, B), z = t / (A + t) and Euler's transformation
 * of the published formula, it is (C / (a − 1)) · [1 − (1 − z)^(a−1) · F(C − R, a − 1; C; z)], C = a + B − 1. The factor a − 1
 * of all terms of F but the first is taken out of the series, so that nothing happens at a = 1.
 */
export function expectedWhileAlive({ kind, params }: Lifetime, { repeats, ageWeeks }: Buyer, weeks: number): number {
  if (weeks <= 0) return 0;
  const { r, alpha, a, b } = params;
  const rate = r + repeats;
  const c = a + b + chancesToLeave(kind, repeats) - 1;
  const z = weeks / (alpha + ageWeeks + weeks);
  const lnRest = -Math.log1p(weeks / (alpha + ageWeeks));
  if (c - rate < ALTERNATES_BELOW) return steadyBuyer({ rate, a, c, z, lnRest });
  const near = a === 1 ? -lnRest : -Math.expm1((a - 1) * lnRest) / (a - 1);
  return c * near - Math.exp((a - 1) * lnRest) * reducedSeries(c - rate, a, c, z);
}

/** Below, the terms of the reduced series take turns in sign and are large, and digits are lost. */
const ALTERNATES_BELOW = -12;
const TERMS_MAX = 200_000;

/** c · (F(u, a − 1; c; z) − 1) / (a − 1) = Σ (u)ₙ (a)ₙ₋₁ / ((c + 1)ₙ₋₁ n!) zⁿ, also where c, which is above −1, is 0 or less. */
function reducedSeries(u: number, a: number, c: number, z: number): number {
  let term = u * z;
  let sum = term;
  for (let n = 1; n < TERMS_MAX && Math.abs(term) > 1e-16 * Math.abs(sum); n += 1) {
    term *= ((u + n) * (a + n - 1) * z) / ((c + n) * (n + 1));
    sum += term;
  }
  return sum;
}

type Steady = { readonly rate: number; readonly a: number; readonly c: number; readonly z: number; readonly lnRest: number };

/** The published form, whose terms are all positive, for people who order far more regularly than they leave. */
function steadyBuyer({ rate, a, c, z, lnRest }: Steady): number {
  // The formula is 0/0 at a = 1 and smooth around it: the mean of two neighbours is off by the square of their distance.
  if (Math.abs(a - 1) < 1e-5)
    return [-2e-5, 2e-5].reduce((sum, by) => sum + steadyBuyer({ rate, a: 1 + by, c: c + by, z, lnRest }) / 2, 0);
  return (-c * Math.expm1(rate * lnRest) - Math.exp(rate * lnRest + lnSeries(rate, c - a + 1, c, z))) / (a - 1);
}

/** ln of c · (F(u, v; c; z) − 1) for u, v > 0, c > −1 and z in (0, 1): the plain series, in pieces that a number can hold. */
function lnSeries(u: number, v: number, c: number, z: number): number {
  let [term, sum, lnScale] = [u * v * z, u * v * z, 0];
  for (let n = 1; n < TERMS_MAX; n += 1) {
    const growth = ((u + n) * (v + n) * z) / ((c + n) * (n + 1));
    term *= growth;
    sum += term;
    if (growth < 1 && term < 1e-17 * sum) break;
    if (sum > 1e200) [term, sum, lnScale] = [term * 1e-200, sum * 1e-200, lnScale + 200 * Math.LN10];
  }
  return Math.log(sum) + lnScale;
}
