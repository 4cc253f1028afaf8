import { type BuyerGroups, thinned } from './buyer-groups.ts';
import { type Estimate, estimate, type Prior, type Search } from './estimate.ts';
import { expectedOfNewBuyer, type LifetimeKind, type LifetimeParams } from './lifetime.ts';
import { lifetimeLikelihood } from './lifetime-likelihood.ts';

export type LifetimeFit = {
  readonly kind: LifetimeKind;
  readonly params: LifetimeParams;
  readonly logLikelihood: number;
  readonly customers: number;
  readonly repeatBuyers: number;
  /** Standard errors of the logarithms of the parameters: times 1.96, factors of the 95 % interval. */
  readonly standardErrors?: LifetimeParams;
  readonly search: Search;
  readonly worth: Worth;
};

/** What a fit is worth: the standard error, as a share, of the repeat orders that a new customer makes within a year. */
export type Worth = { readonly confidence: 'low' | 'fair' | 'good'; readonly yearError?: number };

export type Refusal = { readonly refused: string };

/** Below this many customers, or repeat customers, even the prior is louder than the data. */
const BUYERS_MIN = 50;
export const REPEAT_BUYERS_MIN = 5;

/** Up to this many, the prior takes part: beyond, it would change nothing that a forecast shows. */
const SHRINK_BELOW = 1000;

/** Groups with which the starts are compared. */
const ROUGH_MAX = 20_000;

/** The parameters that make what the customers did most likely; or why none can be told. Weeks are of 7 days. */
export function fitLifetime(kind: LifetimeKind, groups: BuyerGroups): LifetimeFit | Refusal {
  const refused = refusal(groups);
  if (refused !== undefined) return { refused };
  const found = estimate({
    logLikelihood: lifetimeLikelihood(kind, groups),
    ...(groups.size > ROUGH_MAX && { rough: lifetimeLikelihood(kind, thinned(groups, ROUGH_MAX)) }),
    customers: groups.customersTotal,
    starts: startsOf(kind, groups),
    prior: priors[kind],
    shrink: groups.customersTotal < SHRINK_BELOW,
  });
  const standardErrors = found.covariance && paramsOf(found.covariance.map((row, i) => Math.sqrt(row[i] ?? Number.NaN)));
  return {
    kind,
    params: paramsOf([...found.point.map(Math.exp)]),
    logLikelihood: found.logLikelihood,
    customers: groups.customersTotal,
    repeatBuyers: groups.repeatBuyers,
    ...(standardErrors !== undefined && { standardErrors }),
    search: found.search,
    worth: worthOf(kind, found),
  };
}

/** Why there is nothing to learn from these customers, in words that a marketer can read. */
function refusal({ customersTotal, repeatBuyers, ageDaysMax }: BuyerGroups): string | undefined {
  if (customersTotal === 0) return 'there are no customers';
  if (ageDaysMax === 0) return 'all orders are of one day: how often people come back cannot be seen yet';
  if (repeatBuyers === 0) return 'nobody has ordered on a second day: how often people come back cannot be seen';
  if (customersTotal < BUYERS_MIN) return `too few customers: ${customersTotal} of the ${BUYERS_MIN} that are needed`;
  if (repeatBuyers < REPEAT_BUYERS_MIN)
    return `${repeatBuyers} of ${customersTotal} customers have ordered on a second day: ${REPEAT_BUYERS_MIN} are needed`;
  return undefined;
}

/**
 * What shops are like, for those too small to tell: centred on the estimates for the CDNOW customers (the published ones for
 * BG/NBD), and wide. 95 of 100 shops are within 7 times more or less, and within 19 times for the scale of time.
 */
const priors: Readonly<Record<LifetimeKind, Prior>> = {
  bgnbd: priorAround([0.243, 4.414, 0.793, 2.426]),
  mbgnbd: priorAround([0.525, 6.183, 0.891, 1.614]),
};

function priorAround(params: readonly number[]): Prior {
  return params.map((value, i) => ({ mean: Math.log(value), deviation: i === 1 ? 1.5 : 1 }));
}

function startsOf(kind: LifetimeKind, { ageDaysMax }: BuyerGroups): number[][] {
  const alpha = Math.log(Math.max(1 / 7, ageDaysMax / 35));
  return [[0, alpha, 0, 0], priors[kind].map(({ mean }) => mean), [-1, alpha - 1, -1, 1]];
}

function worthOf(kind: LifetimeKind, { point, covariance, search }: Estimate): Worth {
  if (covariance === undefined || search.status !== 'converged') return { confidence: 'low' };
  const lnYear = (at: Float64Array): number =>
    Math.log(expectedOfNewBuyer({ kind, params: paramsOf([...at.map(Math.exp)]) }, 52));
  const step = 1e-4;
  const slopes = Array.from(point, (_, i) => {
    const moved = (by: number): number => lnYear(point.map((value, j) => (j === i ? value + by : value)));
    return (moved(step) - moved(-step)) / (2 * step);
  });
  const variance = covariance.reduce(
    (sum, row, i) => sum + row.reduce((part, value, j) => part + value * (slopes[i] ?? 0) * (slopes[j] ?? 0), 0),
    0,
  );
  const yearError = Math.sqrt(variance);
  if (!Number.isFinite(yearError)) return { confidence: 'low' };
  return { confidence: yearError <= 0.1 ? 'good' : yearError <= 0.25 ? 'fair' : 'low', yearError };
}

function paramsOf([r = 0, alpha = 0, a = 0, b = 0]: readonly number[]): LifetimeParams {
  return { r, alpha, a, b };
}
