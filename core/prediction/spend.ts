import type { LogLikelihood } from './estimate.ts';
import { digamma, lnGamma } from './special-functions.ts';

/**
 * Gamma-Gamma (Fader & Hardie, The Gamma-Gamma Model of Monetary Value, 2013): the value of an order is Gamma(p, ν) around a
 * customer's own mean, and ν ~ Gamma(q, v) over the customers (v is the paper's γ). What people spend must be nearly
 * independent of how often they order.
 */
export type SpendParams = { readonly p: number; readonly q: number; readonly v: number };

/** Repeat order days, and the mean revenue of these days, which is above 0. */
export type Spender = { readonly repeats: number; readonly mean: number };

/**
 * The value of a customer's next order: her own mean and the shop's, weighed by how many orders hers rests upon.
 * E[M | x, m] = p (v + x m) / (p x + q − 1); infinite where q ≤ 1 and nothing is known of her.
 */
export function expectedSpend({ p, q, v }: SpendParams, spender: Spender | undefined): number {
  const { repeats, mean } = spender ?? { repeats: 0, mean: 0 };
  const weight = p * repeats + q - 1;
  return weight > 0 ? (p * (v + repeats * mean)) / weight : Number.POSITIVE_INFINITY;
}

/** The log-likelihood of all these customers at (ln p, ln q, ln v). */
export function spendLikelihood(spenders: readonly Spender[]): LogLikelihood {
  const repeats = Int32Array.from(spenders, (one) => one.repeats);
  const totals = Float64Array.from(spenders, (one) => one.repeats * one.mean);
  const counts = new Map<number, number>();
  for (const x of repeats) counts.set(x, (counts.get(x) ?? 0) + 1);
  const lnMeans = spenders.reduce((sum, { mean }) => sum + Math.log(mean), 0);
  const lnTotals = spenders.reduce((sum, { repeats: x, mean }) => sum + x * Math.log(x * mean), 0);
  return (point, gradient) => {
    const [p = 0, q = 0, v = 0] = point.map(Math.exp);
    let [value, byP, byQ, byV] = [p * lnTotals - lnMeans, lnTotals, 0, 0];
    for (const [x, count] of counts) {
      const [digammaAll, digammaX] = [digamma(p * x + q), digamma(p * x)];
      value += count * (lnGamma(p * x + q) - lnGamma(p * x) - lnGamma(q) + q * Math.log(v));
      byP += count * x * (digammaAll - digammaX);
      byQ += count * (digammaAll - digamma(q) + Math.log(v));
      byV += (count * q) / v;
    }
    for (let i = 0; i < repeats.length; i += 1) {
      const [x, all] = [repeats[i] as number, v + (totals[i] as number)];
      const lnAll = Math.log(all);
      value -= (p * x + q) * lnAll;
      byP -= x * lnAll;
      byQ -= lnAll;
      byV -= (p * x + q) / all;
    }
    gradient[0] = p * byP;
    gradient[1] = q * byQ;
    gradient[2] = v * byV;
    return value;
  };
}
