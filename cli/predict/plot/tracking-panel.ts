import { round } from '#usecases/draw-journey/svg.ts';
import type { Predicted } from '#usecases/predict.ts';
import { legend } from './calibration-panel.ts';
import { panel, path, type Size, text, ticksTo } from './svg.ts';

/** All repeat orders since the start, week by week: those that came, and those that the model expected of them. */
export function trackingPanel({ backtest, chosen }: Predicted, size: Size): string[] {
  const weeks = backtest?.weekly.weeks ?? [];
  const last = weeks.at(-1);
  const most = Math.max(1, ...weeks.flatMap(({ actual, expected }) => [actual, expected]));
  const amounts = ticksTo(most);
  const error = last?.error ?? 0;
  const heading = [
    'Do the orders come that were foretold?',
    last === undefined
      ? ''
      : `Repeat orders since the start; at the end ${Math.abs(100 * error).toFixed(1)} % too ${error < 0 ? 'few' : 'many'} foretold`,
  ] as const;
  const end = Math.max(1, last?.week ?? 1);
  const { frame, shapes } = panel(size, heading, {
    x: { max: end, ticks: ticksTo(end).filter((week) => week <= end), label: String, name: 'weeks' },
    y: { max: amounts.at(-1) ?? 1, ticks: amounts, label: (value) => value.toLocaleString('en'), name: 'orders' },
  });
  if (backtest === null)
    return [...shapes, text({ x: size.width / 2, y: size.height / 2 }, 'too short a time to tell', 'muted middle')];
  const { at, top, bottom, right, left } = frame;
  const from = at(backtest.weekly.testFromWeek, 0).x;
  return [
    `<rect class="test" x="${round(from)}" y="${top}" width="${round(right - from)}" height="${bottom - top}"/>`,
    ...shapes,
    text({ x: (from + right) / 2, y: bottom - 10 }, 'not seen by the model', 'muted middle'),
    path([at(0, 0), ...weeks.map(({ week, actual }) => at(week, actual))], 'came'),
    path([at(0, 0), ...weeks.map(({ week, expected }) => at(week, expected))], 'foretold'),
    ...legend(
      [
        ['came', 'came'],
        ['foretold', `foretold by ${chosen === 'bgnbd' ? 'BG/NBD' : 'MBG/NBD'}`],
      ],
      { x: left + 10, y: top + 8 },
    ),
  ];
}
