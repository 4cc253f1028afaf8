import { estimate, type Search } from './estimate.ts';
import { REPEAT_BUYERS_MIN, type Refusal } from './fit-lifetime.ts';
import { expectedSpend, type Spender, type SpendParams, spendLikelihood } from './spend.ts';

export type SpendFit = {
  readonly params: SpendParams;
  readonly logLikelihood: number;
  readonly spenders: number;
  /** Standard errors of the logarithms of the parameters. */
  readonly standardErrors?: SpendParams;
  readonly search: Search;
  /** The mean value of an order over all customers, known or not: p v / (q − 1). */
  readonly meanOrder: number;
  /** Between how often people order and how much they spend. The model assumes that there is next to none. */
  readonly correlation: number;
};

const SHRINK_BELOW = 300;

/** The Gamma-Gamma parameters of these customers, each with at least one repeat order; or why none can be told. */
export function fitSpend(unsorted: Iterable<Spender>): SpendFit | Refusal {
  // The same customers in another order give the same estimates to the last digit.
  const spenders = [...unsorted].sort((one, other) => one.repeats - other.repeats || one.mean - other.mean);
  if (spenders.length < REPEAT_BUYERS_MIN)
    return {
      refused: `too few customers with a paid repeat order: ${spenders.length} of the ${REPEAT_BUYERS_MIN} that are needed`,
    };
  // Amounts in units of their mean: yen and dinars start alike, and the prior means the same everywhere.
  const unit = spenders.reduce((sum, { mean }) => sum + mean, 0) / spenders.length;
  const likelihood = spendLikelihood(spenders.map(({ repeats, mean }) => ({ repeats, mean: mean / unit })));
  const found = estimate({
    logLikelihood: likelihood,
    customers: spenders.length,
    starts: [PRIOR.map(({ mean }) => mean), [0, 1, 0]],
    prior: PRIOR,
    shrink: spenders.length < SHRINK_BELOW,
  });
  const [p = 0, q = 0, v = 0] = found.point.map(Math.exp);
  const params = { p, q, v: v * unit };
  const meanOrder = expectedSpend(params, undefined);
  if (!Number.isFinite(meanOrder))
    return { refused: 'a few orders are so much larger than the others that a mean cannot be told; look for wrong amounts' };
  const errors = found.covariance?.map((row, i) => Math.sqrt(row[i] ?? Number.NaN));
  return {
    params,
    logLikelihood: found.logLikelihood - spenders.length * Math.log(unit),
    spenders: spenders.length,
    ...(errors !== undefined && { standardErrors: { p: errors[0] ?? 0, q: errors[1] ?? 0, v: errors[2] ?? 0 } }),
    search: found.search,
    meanOrder,
    correlation: correlation(
      spenders.map(({ repeats }) => repeats),
      spenders.map(({ mean }) => mean),
    ),
  };
}

/** Around the published estimates for the CDNOW customers, v in units of their mean order, and wide. */
const PRIOR = [6.25, 3.74, 15.44 / 35.2].map((value) => ({ mean: Math.log(value), deviation: 1 }));

/** Pearson’s; 0 where one of the two does not vary. */
export function correlation(ones: readonly number[], others: readonly number[]): number {
  const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
  const [meanOne, meanOther] = [mean(ones), mean(others)];
  let [together, one, other] = [0, 0, 0];
  for (let i = 0; i < ones.length; i += 1) {
    const [x, y] = [(ones[i] as number) - meanOne, (others[i] as number) - meanOther];
    together += x * y;
    one += x * x;
    other += y * y;
  }
  return one > 0 && other > 0 ? together / Math.sqrt(one * other) : 0;
}
