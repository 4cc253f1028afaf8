import type { Measure } from '#core/report/effect.ts';
import { round } from '#usecases/draw-journey/svg.ts';
import type { JourneyReport, ReportHead } from '#usecases/report/views.ts';
import { dot, line, type Point, styleSheet, text, ticksTo } from '../predict/plot/svg.ts';
import { money, percent, points, signed } from './figures.ts';

const MARGIN = 28;
const NAMES = 230;
const PANEL = 330;
const GAP = 40;
const ROW = 58;
const TOP = 104;

/**
 * What journeys add for each person, as points with their 95 % intervals around 0: light or dark as the reader prefers, and the
 * same text for the same figures.
 */
export function effectPlot(journeys: readonly JourneyReport[], { at, currency }: ReportHead): string {
  const compared = journeys.filter(({ effect }) => effect !== null);
  const width = 2 * MARGIN + NAMES + 2 * PANEL + GAP;
  const height = TOP + Math.max(1, compared.length) * ROW + 64;
  const words = `What journeys bring, against people held out, ${at.slice(0, 10)}`;
  const [first, second] = [MARGIN + NAMES, MARGIN + NAMES + PANEL + GAP];
  return `${[
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="${words}">`,
    `<style>${styleSheet()}.whole{stroke-width:3;stroke-linecap:round}</style>`,
    `<rect class="paper" width="${width}" height="${height}" rx="14"/>`,
    text({ x: MARGIN, y: MARGIN + 16 }, words, 'title'),
    ...(compared.length === 0
      ? [text({ x: MARGIN, y: TOP + 24 }, 'Nobody was held out yet, so there is nothing to compare.', 'muted')]
      : []),
    ...compared.flatMap((report, index) => names(report, TOP + index * ROW + ROW / 2)),
    ...panel(compared, {
      left: first,
      height,
      of: ({ conversion }) => conversion,
      words: percent,
      heading: 'Conversion, in points',
      difference: points,
    }),
    ...panel(compared, {
      left: second,
      height,
      of: ({ revenue }) => revenue,
      words: (amount) => money(amount, currency),
      heading: `Revenue for each person${currency === null ? '' : `, in ${currency}`}`,
      difference: (amount) => money(amount, currency),
    }),
    '</svg>',
  ].join('\n')}\n`;
}

type Panel = {
  readonly left: number;
  readonly height: number;
  readonly heading: string;
  readonly of: (effect: NonNullable<JourneyReport['effect']>) => Measure;
  /** A value of one group, and a difference. */
  readonly words: (value: number) => string;
  readonly difference: (value: number) => string;
};

function names({ name, effect }: JourneyReport, y: number): string[] {
  const both = effect === null ? '' : `${effect.people.treated} with, ${effect.people.heldOut} without`;
  return [
    text({ x: MARGIN, y: y - 2 }, name.length > 28 ? `${name.slice(0, 27)}…` : name, 'heading'),
    text({ x: MARGIN, y: y + 15 }, both, 'muted'),
  ];
}

function panel(journeys: readonly JourneyReport[], { left, height, heading, of, words, difference }: Panel): string[] {
  if (journeys.length === 0) return [];
  const measures = journeys.flatMap(({ effect }) => (effect === null ? [] : [of(effect)]));
  const far = Math.max(
    1e-6,
    ...measures.flatMap(({ difference: value, interval }) => [value, ...(interval ?? [])]).map(Math.abs),
  );
  const ticks = ticksTo(far).filter((_, index, all) => all.length < 5 || index % 2 === 0);
  const reach = Math.max(far, ticks.at(-1) ?? far) * 1.05;
  const x = (value: number): number => left + ((value + reach) / (2 * reach)) * PANEL;
  const bottom = height - 52;
  return [
    text({ x: left, y: TOP - 20 }, heading, 'heading'),
    ...[...ticks.slice(1).map((tick) => -tick), ...ticks].flatMap((tick) => [
      line({ x: x(tick), y: TOP - 6 }, { x: x(tick), y: bottom }, tick === 0 ? 'axis' : 'grid'),
      text({ x: x(tick), y: bottom + 18 }, tickWords(tick, difference), 'tick middle'),
    ]),
    ...measures.flatMap((measure, index) => rowOf(measure, { y: TOP + index * ROW + ROW / 2, x, words, difference })),
  ];
}

function tickWords(tick: number, difference: (value: number) => string): string {
  return tick === 0 ? '0' : signed(tick, difference).replace(/ .*$/, '').replace(/\.0+$/, '');
}

type Row = Pick<Panel, 'words' | 'difference'> & { readonly y: number; readonly x: (value: number) => number };

function rowOf({ difference: value, interval, treated, heldOut, verdict }: Measure, { y, x, words, difference }: Row): string[] {
  const at: Point = { x: x(value), y };
  const said = `${words(treated)} with, ${words(heldOut)} without: ${signed(value, difference)}${verdict === 'inconclusive' ? ', inconclusive' : ''}`;
  const ends = interval?.map((end) => round(x(end)));
  return [
    ...(ends === undefined ? [] : [line({ x: ends[0] ?? 0, y }, { x: ends[1] ?? 0, y }, 'interval whole')]),
    dot(at, 5, 'dot', said),
    text(
      { x: at.x, y: y - 11 },
      `${signed(value, difference)}${verdict === 'inconclusive' ? ' · inconclusive' : ''}`,
      'tick middle',
    ),
  ];
}
