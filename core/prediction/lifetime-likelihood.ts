import type { BuyerGroups } from './buyer-groups.ts';
import type { LogLikelihood } from './estimate.ts';
import { chancesToLeave, type LifetimeKind } from './lifetime.ts';
import { digamma, lnBeta, lnGamma } from './special-functions.ts';

/**
 * The log-likelihood of all customers at (ln r, ln α, ln a, ln b), α in weeks, by BG/NBD or MBG/NBD. With k chances to leave, a customer contributes
 * Γ(r+x)/Γ(r) · α^r · [ B(a, b+k) (α+T)^−(r+x) + B(a+1, b+k−1) (α+t_x)^−(r+x) ] / B(a, b): still active, or gone after the
 * last order. What depends on x, on T or on t_x alone is computed once for each value, so a group costs one exp and one log.
 */
export function lifetimeLikelihood(kind: LifetimeKind, groups: BuyerGroups): LogLikelihood {
  const { size, customers, repeats, lastDays, ageDays } = groups;
  const used = usedRepeats(groups);
  const lnTime = new Float64Array(groups.ageDaysMax + 1);
  const perTime = new Float64Array(groups.ageDaysMax + 1);
  return (point, gradient) => {
    const [r = 0, alpha = 0, a = 0, b = 0] = point.map(Math.exp);
    const rows = repeatRows({ kind, used, max: groups.repeatsMax, params: { r, alpha, a, b } });
    for (let day = 0; day < lnTime.length; day += 1) {
      lnTime[day] = Math.log(alpha + day / 7);
      perTime[day] = 1 / (alpha + day / 7);
    }
    let [value, byR, byAlpha, byA, byB] = [0, 0, 0, 0, 0];
    for (let i = 0; i < size; i += 1) {
      const [count, x, age, last] = [customers[i] as number, repeats[i] as number, ageDays[i] as number, lastDays[i] as number];
      const rate = r + x;
      const alive = (rows.alive[x] as number) - rate * (lnTime[age] as number);
      const gone = (rows.gone[x] as number) - rate * (lnTime[last] as number);
      // e^−|difference| serves both the sum and the share of the two.
      const small = Math.exp(-Math.abs(alive - gone));
      const shareGone = gone > alive ? 1 / (1 + small) : small / (1 + small);
      value += count * ((alive > gone ? alive : gone) + Math.log1p(small));
      byR -= count * ((lnTime[age] as number) + shareGone * ((lnTime[last] as number) - (lnTime[age] as number)));
      byAlpha -= count * rate * ((perTime[age] as number) + shareGone * ((perTime[last] as number) - (perTime[age] as number)));
      byA += count * shareGone;
      byB -= count * shareGone * (rows.perSurvived[x] as number);
    }
    const common = commonPart(used, rows);
    gradient[0] = r * (byR + common.byR);
    gradient[1] = alpha * (byAlpha + (groups.customersTotal * r) / alpha);
    gradient[2] = byA + a * common.byA;
    gradient[3] = b * (byB + common.byB);
    return value + common.value;
  };
}

type Used = readonly (readonly [repeats: number, customers: number])[];
type Params = { readonly r: number; readonly alpha: number; readonly a: number; readonly b: number };
type Rows = { readonly [Name in 'common' | 'alive' | 'gone' | 'byR' | 'byA' | 'byB' | 'perSurvived']: Float64Array };

function usedRepeats({ size, repeats, customers }: BuyerGroups): Used {
  const counts = new Map<number, number>();
  for (let i = 0; i < size; i += 1) {
    const x = repeats[i] as number;
    counts.set(x, (counts.get(x) ?? 0) + (customers[i] as number));
  }
  return [...counts];
}

/** What depends on the number of repeat orders alone. */
function repeatRows({
  kind,
  used,
  max,
  params: { r, alpha, a, b },
}: {
  kind: LifetimeKind;
  used: Used;
  max: number;
  params: Params;
}): Rows {
  const row = (): Float64Array => new Float64Array(max + 1);
  const rows = { common: row(), alive: row(), gone: row(), byR: row(), byA: row(), byB: row(), perSurvived: row() };
  const [lnAlpha, lnGammaR, digammaR, lnBetaAb] = [Math.log(alpha), lnGamma(r), digamma(r), lnBeta(a, b)];
  const [digammaAb, digammaB] = [digamma(a + b), digamma(b)];
  for (const [x] of used) {
    const tossed = chancesToLeave(kind, x);
    const digammaAll = digamma(a + b + tossed);
    const survived = b + tossed - 1;
    const alive = lnBeta(a, b + tossed) - lnBetaAb;
    rows.common[x] = lnGamma(r + x) - lnGammaR + r * lnAlpha;
    rows.alive[x] = alive;
    rows.gone[x] = tossed === 0 ? Number.NEGATIVE_INFINITY : alive + Math.log(a / survived);
    rows.byR[x] = digamma(r + x) - digammaR + lnAlpha;
    rows.byA[x] = digammaAb - digammaAll;
    rows.byB[x] = digamma(b + tossed) - digammaAll - digammaB + digammaAb;
    rows.perSurvived[x] = tossed === 0 ? 0 : 1 / survived;
  }
  return rows;
}

function commonPart(used: Used, rows: Rows): { value: number; byR: number; byA: number; byB: number } {
  const sum = { value: 0, byR: 0, byA: 0, byB: 0 };
  for (const [x, count] of used) {
    sum.value += count * (rows.common[x] as number);
    sum.byR += count * (rows.byR[x] as number);
    sum.byA += count * (rows.byA[x] as number);
    sum.byB += count * (rows.byB[x] as number);
  }
  return sum;
}
