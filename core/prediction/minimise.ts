/** What is minimised: answers the value at a point, and writes its gradient there. Values that are no number count as infinite. */
export type Objective = (point: Float64Array, gradient: Float64Array) => number;

export type Minimum = {
  /** `converged`: the gradient has vanished. `stalled`: no step makes it smaller any more. `exhausted`: too many steps. */
  readonly status: 'converged' | 'stalled' | 'exhausted';
  readonly point: Float64Array;
  readonly value: number;
  /** The largest component of the gradient. */
  readonly slope: number;
  readonly iterations: number;
  readonly evaluations: number;
};

export type MinimiseOptions = { readonly slope?: number; readonly iterationsMax?: number };

/**
 * The nearest minimum of a smooth function, by BFGS with a line search that ensures descent (Nocedal & Wright, Numerical
 * Optimization, chapters 3 and 6). Deterministic; never throws: how it ended stands in `status`.
 */
export function minimise(objective: Objective, start: readonly number[], options: MinimiseOptions = {}): Minimum {
  const { slope: slopeMax = 1e-8, iterationsMax = 300 } = options;
  const here: Place = placeAt(objective, Float64Array.from(start));
  let inverse = identity(start.length);
  let [place, evaluations, iterations, restarted] = [here, 1, 0, true];
  while (Number.isFinite(place.value) && largest(place.gradient) > slopeMax && iterations < iterationsMax) {
    iterations += 1;
    const direction = descent(inverse, place.gradient);
    const found = search(objective, place, direction);
    evaluations += found.evaluations;
    if (found.place === undefined) {
      // A bent idea of the surface is thrown away once before giving up.
      if (restarted) break;
      inverse = identity(start.length);
      restarted = true;
      continue;
    }
    inverse = updated(inverse, place, found.place, restarted);
    restarted = false;
    place = found.place;
  }
  const slope = largest(place.gradient);
  const status = slope <= slopeMax ? 'converged' : iterations >= iterationsMax ? 'exhausted' : 'stalled';
  return { status, point: place.point, value: place.value, slope, iterations, evaluations };
}

type Place = { readonly point: Float64Array; readonly value: number; readonly gradient: Float64Array };
type Matrix = readonly Float64Array[];

/** No parameter moves farther in one step: a far-off guess must not end where the function is flat for ever. */
const STEP_MAX = 2;
const HALVINGS_MAX = 40;
/** Shares of the first slope: how much lower the value must be, and how much flatter the end of a step (the Wolfe conditions). */
const LOWER = 1e-4;
const FLATTER = 0.9;

function placeAt(objective: Objective, point: Float64Array): Place {
  const gradient = new Float64Array(point.length);
  const value = objective(point, gradient);
  return { point, value: Number.isFinite(value) && gradient.every(Number.isFinite) ? value : Number.POSITIVE_INFINITY, gradient };
}

/** A step that meets both Wolfe conditions, found by doubling and halving; the best lower place where none is found in time. */
function search(objective: Objective, from: Place, direction: Float64Array): { place: Place | undefined; evaluations: number } {
  const fall = dot(from.gradient, direction);
  let [low, high] = [0, Number.POSITIVE_INFINITY];
  let step = Math.min(1, STEP_MAX / largest(direction));
  let best: Place | undefined;
  for (let evaluations = 1; evaluations <= HALVINGS_MAX; evaluations += 1) {
    const place = placeAt(
      objective,
      from.point.map((value, i) => value + step * (direction[i] ?? 0)),
    );
    if (!(place.value <= from.value + LOWER * step * fall)) high = step;
    else {
      if (best === undefined || place.value < best.value) best = place;
      const far = 2 * step * largest(direction) > STEP_MAX;
      if (dot(place.gradient, direction) >= FLATTER * fall || far) return { place: best, evaluations };
      low = step;
    }
    step = Number.isFinite(high) ? (low + high) / 2 : 2 * step;
  }
  return { place: best !== undefined && best.value < from.value ? best : undefined, evaluations: HALVINGS_MAX };
}

/** The BFGS update of the inverse Hessian; left as it is where the curvature along the step is not positive. */
function updated(inverse: Matrix, from: Place, to: Place, first: boolean): Matrix {
  const moved = to.point.map((value, i) => value - (from.point[i] ?? 0));
  const turned = to.gradient.map((value, i) => value - (from.gradient[i] ?? 0));
  const curvature = dot(moved, turned);
  if (!(curvature > 1e-300)) return inverse;
  const scale = curvature / dot(turned, turned);
  const base = first ? inverse.map((row) => row.map((value) => value * scale)) : inverse;
  const leaning = base.map((row) => dot(row, turned));
  const weight = (1 + dot(turned, Float64Array.from(leaning)) / curvature) / curvature;
  return base.map((row, i) =>
    row.map((value, j) => {
      const [mi = 0, mj = 0, li = 0, lj = 0] = [moved[i], moved[j], leaning[i], leaning[j]];
      return value + weight * mi * mj - (li * mj + mi * lj) / curvature;
    }),
  );
}

function descent(inverse: Matrix, gradient: Float64Array): Float64Array {
  const direction = Float64Array.from(inverse, (row) => -dot(row, gradient));
  return dot(direction, gradient) < 0 ? direction : gradient.map((value) => -value);
}

function identity(size: number): Matrix {
  return Array.from({ length: size }, (_, i) => Float64Array.from({ length: size }, (__, j) => (i === j ? 1 : 0)));
}

function dot(one: Float64Array, other: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < one.length; i += 1) sum += (one[i] as number) * (other[i] as number);
  return sum;
}

function largest(values: Float64Array): number {
  return values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
}
