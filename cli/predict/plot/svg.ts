import { escaped, round } from '#usecases/draw-journey/svg.ts';

export type Point = { readonly x: number; readonly y: number };
export type Size = { readonly width: number; readonly height: number };

/** Where data stand within a panel: below the heading, right of the numbers, above those of the other axis. */
type Frame = {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
  readonly at: (x: number, y: number) => Point;
};

export type Axis = {
  readonly max: number;
  readonly ticks: readonly number[];
  readonly label: (value: number) => string;
  readonly name: string;
};

/** Heading, axes and grid of a panel; what is drawn into it stands where `frame.at` says. */
export function panel(
  { width, height }: Size,
  heading: readonly [string, string],
  { x, y }: { readonly x: Axis; readonly y: Axis },
) {
  const [left, top, right, bottom] = [52, 54, width, height - 46];
  const at = (horizontal: number, vertical: number): Point => ({
    x: left + (horizontal / x.max) * (right - left),
    y: bottom - (vertical / y.max) * (bottom - top),
  });
  const frame: Frame = { left, top, right, bottom, at };
  const grid = y.ticks.flatMap((tick) => {
    const { y: height } = at(0, tick);
    return [
      line({ x: left, y: height }, { x: right, y: height }, tick === 0 ? 'axis' : 'grid'),
      text({ x: left - 8, y: height + 4 }, y.label(tick), 'tick end'),
    ];
  });
  const below = x.ticks.map((tick) => text({ x: at(tick, 0).x, y: bottom + 18 }, x.label(tick), 'tick middle'));
  return {
    frame,
    shapes: [
      text({ x: 0, y: 14 }, heading[0], 'heading'),
      text({ x: 0, y: 34 }, heading[1], 'muted'),
      ...grid,
      ...below,
      text({ x: (left + right) / 2, y: bottom + 38 }, x.name, 'muted middle'),
      `<text class="muted middle" transform="translate(10 ${round((top + bottom) / 2)}) rotate(-90)">${escaped(y.name)}</text>`,
    ],
  };
}

export function text({ x, y }: Point, words: string, style: string): string {
  return `<text class="${style}" x="${round(x)}" y="${round(y)}">${escaped(words)}</text>`;
}

export function line(from: Point, to: Point, style: string): string {
  return `<line class="${style}" x1="${round(from.x)}" y1="${round(from.y)}" x2="${round(to.x)}" y2="${round(to.y)}"/>`;
}

export function path(points: readonly Point[], style: string): string {
  return `<path class="${style}" d="M${points.map(({ x, y }) => `${round(x)} ${round(y)}`).join('L')}"/>`;
}

export function dot({ x, y }: Point, radius: number, style: string, words: string): string {
  return `<circle class="${style}" cx="${round(x)}" cy="${round(y)}" r="${round(radius)}"><title>${escaped(words)}</title></circle>`;
}

/** Round numbers from 0, about five of them, the last one not below `max`. */
export function ticksTo(max: number): number[] {
  const rough = Math.max(max, 1e-9) / 5;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = power * ([1, 2, 2.5, 5, 10].find((one) => one * power >= rough) ?? 10);
  return Array.from({ length: Math.ceil(max / step) + 1 }, (_, i) => i * step);
}

export function percent(share: number): string {
  return `${Math.round(100 * share)} %`;
}

/** Plain classes and no variables, so that programs which know little of CSS show the light one right. */
export function styleSheet(): string {
  const theme = (
    paper: string,
    ink: string,
    muted: string,
    grid: string,
    axis: string,
    come: string,
    foretold: string,
    shade: string,
  ): string =>
    `.paper{fill:${paper}}text{fill:${ink}}.muted,.tick{fill:${muted}}.grid{stroke:${grid}}.axis{stroke:${axis}}` +
    `.came{stroke:${come}}.dot{fill:${come}}.interval{stroke:${come}}.foretold{stroke:${foretold}}.ideal{stroke:${axis}}.test{fill:${shade}}.curve{stroke:${foretold}}`;
  return [
    "text{font-family:-apple-system,'Segoe UI',Roboto,'Helvetica Neue',Arial,'Liberation Sans',sans-serif;font-size:12px}",
    '.title{font-size:17px;font-weight:600}.heading{font-size:14px;font-weight:600}.tick{font-size:11px}',
    '.middle{text-anchor:middle}.end{text-anchor:end}',
    '.grid,.axis{stroke-width:1}.came,.foretold,.curve{fill:none;stroke-width:2}.foretold{stroke-dasharray:6 4}',
    '.ideal{stroke-width:1;stroke-dasharray:2 3}.interval{stroke-width:1.5;opacity:.55}',
    theme('#ffffff', '#1b2130', '#5d6678', '#e8ebf0', '#8a93a3', '#14614a', '#b3550a', '#f4f6f9'),
    `@media (prefers-color-scheme:dark){${theme('#14171c', '#eef0f4', '#a3acbc', '#262c36', '#7d879a', '#6fd1ad', '#f0a95c', '#1d2129')}}`,
  ].join('');
}
