import { describe, expect, test } from 'vitest';
import { minimise, type Objective } from '#core/prediction/minimise.ts';

/** Rosenbrock’s valley, whose minimum of 0 is at (1, 1). */
const valley: Objective = (point, gradient) => {
  const [x = 0, y = 0] = point;
  gradient[0] = -400 * x * (y - x ** 2) - 2 * (1 - x);
  gradient[1] = 200 * (y - x ** 2);
  return 100 * (y - x ** 2) ** 2 + (1 - x) ** 2;
};

test.each([[[-1.2, 1]], [[10, -10]], [[1, 1]]])('finds the bottom of a bent valley from %j', (start) => {
  const { status, point } = minimise(valley, start);
  expect(status).toBe('converged');
  expect(point[0]).toBeCloseTo(1, 6);
  expect(point[1]).toBeCloseTo(1, 6);
});

describe('how a search ended is data', () => {
  test('a function without a minimum exhausts it', () => {
    const { status, iterations } = minimise(
      ([x = 0], gradient) => {
        gradient[0] = -1;
        return -x;
      },
      [0],
      { iterationsMax: 20 },
    );
    expect([status, iterations]).toEqual(['exhausted', 20]);
  });

  test('a slope that leads nowhere stalls it', () => {
    const lying: Objective = (_, gradient) => {
      gradient[0] = 1;
      return 7;
    };
    expect(minimise(lying, [3])).toMatchObject({ status: 'stalled', value: 7 });
  });

  test('a start where the function is no number stays there', () => {
    const nowhere: Objective = (_, gradient) => {
      gradient[0] = Number.NaN;
      return Number.NaN;
    };
    expect(minimise(nowhere, [3])).toMatchObject({ status: 'stalled', value: Number.POSITIVE_INFINITY });
  });
});

test('steps into places where the function is no number are taken back', () => {
  const { status, point } = minimise(
    ([x = 0], gradient) => {
      gradient[0] = x - 1 / x;
      return x ** 2 / 2 - Math.log(x);
    },
    [0.001],
  );
  expect(status).toBe('converged');
  expect(point[0]).toBeCloseTo(1, 7);
});
