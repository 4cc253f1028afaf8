/** What a predicted probability has meant so far: of those with such a prediction, so many did order. */
export type Calibration = {
  /** Rising in both, from (0, 0) to (1, 1); between two points it is a straight line. */
  readonly points: readonly CalibrationPoint[];
};

type CalibrationPoint = { readonly predicted: number; readonly observed: number };

/** A prediction, and what came true. */
export type Outcome = { readonly predicted: number; readonly happened: boolean };

/** Customers of similar prediction, and how many of them did what was predicted, with the 95 % interval of Wilson. */
export type Band = {
  readonly from: number;
  readonly to: number;
  readonly customers: number;
  readonly predicted: number;
  readonly observed: number;
  readonly low: number;
  readonly high: number;
};

/** The probability that past customers of this shop bear out. Rises with the raw one, so who was before whom stays so or equal. */
export function calibrated({ points }: Calibration, raw: number): number {
  const place = points.findIndex(({ predicted }) => predicted >= raw);
  const [above, below] = [points[place], points[place - 1]];
  if (above === undefined) return points.at(-1)?.observed ?? raw;
  if (below === undefined || above.predicted === raw) return above.observed;
  const share = (raw - below.predicted) / (above.predicted - below.predicted);
  return below.observed + share * (above.observed - below.observed);
}

/** Fewest customers that one point of a calibration rests upon. */
const POINT_MIN = 50;
const POINTS_MAX = 20;

/**
 * By isotonic regression (pool adjacent violators) over customers of similar prediction, as many in each: the rising curve
 * nearest to what happened. Undefined where there are too few customers for two points.
 */
export function calibrate(outcomes: readonly Outcome[]): Calibration | undefined {
  const sorted = outcomes.toSorted((one, other) => one.predicted - other.predicted);
  const parts = Math.min(POINTS_MAX, Math.floor(sorted.length / POINT_MIN));
  if (parts < 2) return undefined;
  const pools: Pool[] = [];
  for (const pool of evenPools(sorted, parts)) {
    let added = pool;
    for (let last = pools.at(-1); last !== undefined && rate(last) >= rate(added); last = pools.at(-1)) {
      pools.pop();
      added = joined(last, added);
    }
    pools.push(added);
  }
  const points = pools.map((pool) => ({ predicted: pool.predicted / pool.customers, observed: rate(pool) }));
  const inner = points.filter(({ predicted }) => predicted > 0 && predicted < 1);
  return {
    points: [{ predicted: 0, observed: 0 }, ...inner, { predicted: 1, observed: Math.max(1, inner.at(-1)?.observed ?? 1) }],
  };
}

/** The table for people: bands of equal width, those without customers left out. */
export function bandsOf(outcomes: readonly Outcome[], count = 5): Band[] {
  const pools = Array.from({ length: count }, (): Pool => ({ customers: 0, predicted: 0, happened: 0 }));
  for (const { predicted, happened } of outcomes) {
    const place = Math.min(count - 1, Math.floor(predicted * count));
    pools[place] = joined(pools[place] as Pool, { customers: 1, predicted, happened: happened ? 1 : 0 });
  }
  return pools.flatMap((pool, i) =>
    pool.customers === 0
      ? []
      : [
          {
            from: i / count,
            to: (i + 1) / count,
            customers: pool.customers,
            predicted: pool.predicted / pool.customers,
            observed: rate(pool),
            ...wilson(pool),
          },
        ],
  );
}

type Pool = { readonly customers: number; readonly predicted: number; readonly happened: number };

/** Equal predictions stay together: whom the model cannot tell apart, the calibration must not either. */
function evenPools(sorted: readonly Outcome[], parts: number): Pool[] {
  const pools: Pool[] = [];
  const size = sorted.length / parts;
  let open: Pool = { customers: 0, predicted: 0, happened: 0 };
  for (const [i, { predicted, happened }] of sorted.entries()) {
    open = { customers: open.customers + 1, predicted: open.predicted + predicted, happened: open.happened + (happened ? 1 : 0) };
    if (open.customers >= size && sorted[i + 1]?.predicted !== predicted) {
      pools.push(open);
      open = { customers: 0, predicted: 0, happened: 0 };
    }
  }
  if (open.customers === 0) return pools;
  const last = open.customers < size / 2 ? pools.pop() : undefined;
  return [...pools, last === undefined ? open : joined(last, open)];
}

function joined(one: Pool, other: Pool): Pool {
  return {
    customers: one.customers + other.customers,
    predicted: one.predicted + other.predicted,
    happened: one.happened + other.happened,
  };
}

function rate({ happened, customers }: Pool): number {
  return happened / customers;
}

/** Wilson’s score interval (Journal of the American Statistical Association 22, 1927), 95 %. */
function wilson({ customers, happened }: Pool): { low: number; high: number } {
  const z2 = 1.959_964 ** 2;
  const share = happened / customers;
  const middle = (share + z2 / (2 * customers)) / (1 + z2 / customers);
  const half = Math.sqrt(z2 * (share * (1 - share) * customers + z2 / 4)) / (customers + z2);
  return { low: Math.max(0, middle - half), high: Math.min(1, middle + half) };
}
