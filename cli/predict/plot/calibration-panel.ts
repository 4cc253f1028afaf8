import type { Predicted } from '#usecases/predict.ts';
import { type Axis, dot, line, panel, path, percent, type Size, text } from './svg.ts';

const shares: readonly number[] = [0, 0.2, 0.4, 0.6, 0.8, 1];

/** What was foretold of an order within 90 days against what came: on the slope, a probability means what it says. */
export function calibrationPanel({ calibration }: Predicted, size: Size): string[] {
  const axis = (name: string): Axis => ({ max: 1, ticks: shares, label: percent, name });
  const days = calibration?.days ?? 90;
  const heading = [
    'Does a probability mean what it says?',
    `An order within ${days} days: bands of customers, 95 % intervals`,
  ] as const;
  const { frame, shapes } = panel(size, heading, { x: axis('foretold'), y: axis('ordered') });
  const { at } = frame;
  if (calibration === null) return [...shapes, text(at(0.5, 0.5), 'too short a time to tell', 'muted middle')];
  const most = Math.max(...calibration.pOrder.map(({ customers }) => customers));
  return [
    ...shapes,
    line(at(0, 0), at(1, 1), 'ideal'),
    ...(calibration.curve === null
      ? []
      : [
          path(
            calibration.curve.map(({ predicted, observed }) => at(predicted, observed)),
            'curve',
          ),
        ]),
    ...calibration.pOrder.flatMap(({ predicted, observed, low, high, customers }) => [
      line(at(predicted, low), at(predicted, high), 'interval'),
      dot(
        at(predicted, observed),
        4 + 5 * Math.sqrt(customers / most),
        'dot',
        `${customers} customers: ${percent(predicted)} foretold, ${percent(observed)} ordered`,
      ),
    ]),
    ...legend(
      [
        ['dot', 'customers'],
        ['curve', 'calibrated'],
      ],
      at(0.03, 0.97),
    ),
  ];
}

/** Small samples of what is drawn, one below the other. */
export function legend(
  entries: readonly (readonly [style: string, words: string])[],
  { x, y }: { readonly x: number; readonly y: number },
): string[] {
  return entries.flatMap(([style, words], i) => {
    const height = y + 18 * i;
    const sample =
      style === 'dot'
        ? `<circle class="dot" cx="${x + 11}" cy="${height}" r="5"/>`
        : line({ x, y: height }, { x: x + 22, y: height }, style);
    return [sample, text({ x: x + 30, y: height + 4 }, words, 'muted')];
  });
}
