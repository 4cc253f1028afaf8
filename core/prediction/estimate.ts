import { type Minimum, minimise } from './minimise.ts';

/** Positive parameters found by maximum likelihood, on the scale of their logarithms. */
export type Estimate = {
  readonly point: Float64Array;
  /** Without the prior. */
  readonly logLikelihood: number;
  /** Of the logarithms; undefined where the likelihood is too flat to say. */
  readonly covariance: readonly Float64Array[] | undefined;
  readonly search: Search;
};

/** How the search went. `priors`: few data were helped by what other shops are like. */
export type Search = {
  readonly status: 'converged' | 'stalled' | 'exhausted' | 'diverged';
  readonly prior: boolean;
  readonly starts: number;
  readonly iterations: number;
  readonly evaluations: number;
};

/** The log-likelihood at logarithms of parameters; writes its gradient. */
export type LogLikelihood = (point: Float64Array, gradient: Float64Array) => number;

/** Independent normal distributions of the logarithms. */
export type Prior = readonly { readonly mean: number; readonly deviation: number }[];

export type Estimation = {
  readonly logLikelihood: LogLikelihood;
  /** Something like it that is quicker, to choose among the starts with. */
  readonly rough?: LogLikelihood;
  readonly customers: number;
  readonly starts: readonly (readonly number[])[];
  readonly prior: Prior;
  /** Whether the prior takes part from the beginning; else it does only where the search without it leads nowhere. */
  readonly shrink: boolean;
};

/** Parameters beyond this, or below its inverse, mean that the likelihood has no maximum: e¹⁰ is 22,000. */
const LN_PARAM_MAX = 10;
/** Of the mean log-likelihood of a customer. A search that ends a little above has met the limits of arithmetic. */
const SLOPE_MAX = 1e-6;

/** The most likely parameters, from several starts; a diverging search is done again with the prior. Never throws. */
export function estimate(estimation: Estimation): Estimate {
  const { shrink, prior } = estimation;
  const free = shrink ? undefined : attempt(estimation, undefined);
  return free !== undefined && free.search.status !== 'diverged' && free.search.status !== 'exhausted'
    ? free
    : attempt(estimation, prior);
}

function attempt({ logLikelihood, rough, customers, starts }: Estimation, prior: Prior | undefined): Estimate {
  const objective = penalised(logLikelihood, customers, prior);
  const looking = rough === undefined ? objective : penalised(rough, customers, prior);
  const looks = starts.map((start) => minimise(looking, start, rough === undefined ? {} : { slope: 1e-4 }));
  const best = looks.reduce((one, other) => (other.value < one.value ? other : one));
  const found = rough === undefined ? best : minimise(objective, [...best.point]);
  return {
    point: found.point,
    logLikelihood: logLikelihood(found.point, new Float64Array(found.point.length)),
    covariance: covarianceAt(objective, found.point, customers),
    search: {
      status: statusOf(found),
      prior: prior !== undefined,
      starts: starts.length,
      iterations: total(rough === undefined ? looks : [...looks, found], 'iterations'),
      evaluations: total(rough === undefined ? looks : [...looks, found], 'evaluations'),
    },
  };
}

function statusOf({ status, slope, point }: Minimum): Search['status'] {
  if (!point.every((value) => Math.abs(value) < LN_PARAM_MAX)) return 'diverged';
  return slope <= SLOPE_MAX ? 'converged' : status;
}

/** What is minimised: the negative logarithm of the posterior, for one customer, so that slopes mean the same in every shop. */
function penalised(logLikelihood: LogLikelihood, customers: number, prior: Prior | undefined): LogLikelihood {
  return (point, gradient) => {
    let value = logLikelihood(point, gradient);
    for (const [i, { mean, deviation }] of (prior ?? []).entries()) {
      const off = ((point[i] ?? 0) - mean) / deviation;
      value -= off ** 2 / 2;
      gradient[i] = (gradient[i] ?? 0) - off / deviation;
    }
    for (let i = 0; i < gradient.length; i += 1) gradient[i] = -(gradient[i] ?? 0) / customers;
    return -value / customers;
  };
}

/** The inverse of the curvature at the maximum, from differences of gradients. */
function covarianceAt(objective: LogLikelihood, point: Float64Array, customers: number): readonly Float64Array[] | undefined {
  const step = 1e-4;
  const size = point.length;
  const slopes = Array.from({ length: size }, (_, i) => {
    const [up, down] = [1, -1].map((sign) => {
      const gradient = new Float64Array(size);
      objective(
        point.map((value, j) => (j === i ? value + sign * step : value)),
        gradient,
      );
      return gradient;
    });
    return Float64Array.from({ length: size }, (_value, j) => (((up?.[j] ?? 0) - (down?.[j] ?? 0)) / (2 * step)) * customers);
  });
  const curvature = slopes.map((row, i) => row.map((value, j) => (value + (slopes[j]?.[i] ?? 0)) / 2));
  const inverse = inverted(curvature);
  return inverse?.every((row, i) => (row[i] ?? -1) > 0) ? inverse : undefined;
}

/** By Gauss and Jordan, with pivots; undefined where there is none. */
function inverted(matrix: readonly Float64Array[]): Float64Array[] | undefined {
  const size = matrix.length;
  const rows = matrix.map((row, i) => Float64Array.from([...row, ...Array.from({ length: size }, (_, j) => (i === j ? 1 : 0))]));
  for (let column = 0; column < size; column += 1) {
    const order = rows.slice(column).toSorted((one, other) => Math.abs(other[column] ?? 0) - Math.abs(one[column] ?? 0));
    rows.splice(column, order.length, ...order);
    const pivot = rows[column];
    const lead = pivot?.[column] ?? 0;
    if (pivot === undefined || !(Math.abs(lead) > 1e-12)) return undefined;
    for (let j = 0; j < pivot.length; j += 1) pivot[j] = (pivot[j] ?? 0) / lead;
    for (const row of rows) {
      const factor = row === pivot ? 0 : (row[column] ?? 0);
      if (factor !== 0) for (let j = 0; j < row.length; j += 1) row[j] = (row[j] ?? 0) - factor * (pivot[j] ?? 0);
    }
  }
  return rows.map((row) => row.slice(size));
}

function total(all: readonly Minimum[], what: 'iterations' | 'evaluations'): number {
  return all.reduce((sum, one) => sum + one[what], 0);
}
