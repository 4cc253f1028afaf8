/**
 * Light and dark, as whoever looks at it prefers. Plain classes and no variables, so that programs which know little of
 * CSS show the light one right. All names begin alike, so that nothing else on a page with the drawing is touched.
 */
import { type Style, styles, type Tone } from './piece.ts';

type Shades = { readonly fill: string; readonly ink: string };
type Theme = {
  readonly paper: string;
  readonly card: string;
  readonly border: string;
  readonly line: string;
  readonly text: string;
  readonly muted: string;
  readonly tones: Readonly<Record<Tone, Shades>>;
};

const light: Theme = {
  paper: '#ffffff',
  card: '#ffffff',
  border: '#d5d9e0',
  line: '#8a93a3',
  text: '#1b2130',
  muted: '#5d6678',
  tones: {
    start: { fill: '#1f3d36', ink: '#ffffff' },
    mail: { fill: '#dff0ea', ink: '#14614a' },
    wait: { fill: '#fbefd3', ink: '#855400' },
    way: { fill: '#e9e6fb', ink: '#5240a8' },
    data: { fill: '#dfeefb', ink: '#1a5c94' },
    out: { fill: '#e8ebf0', ink: '#414b5e' },
    end: { fill: '#fbe4e2', ink: '#a3312a' },
  },
};

const dark: Theme = {
  paper: '#14171c',
  card: '#1d2129',
  border: '#3a4150',
  line: '#7d879a',
  text: '#eef0f4',
  muted: '#a3acbc',
  tones: {
    start: { fill: '#bfe6d9', ink: '#10332a' },
    mail: { fill: '#1c4237', ink: '#8fe0c2' },
    wait: { fill: '#47360f', ink: '#f3c969' },
    way: { fill: '#332b66', ink: '#bdb1ff' },
    data: { fill: '#183c5c', ink: '#93cbff' },
    out: { fill: '#333b49', ink: '#c6cedb' },
    end: { fill: '#521f1c', ink: '#ffaaa3' },
  },
};

const FONTS = "-apple-system,'Segoe UI',Roboto,'Helvetica Neue',Arial,'Liberation Sans',sans-serif";

export function styleSheet(): string {
  const fonts = (Object.keys(styles) as Style[]).map((style) => {
    const { sizePx, bold } = styles[style];
    return `.j-${style}{font-size:${sizePx}px${bold ? ';font-weight:600' : ''}}`;
  });
  return [
    `.j-text{font-family:${FONTS}}`,
    ...fonts,
    '.j-line{fill:none;stroke-width:1.5}',
    '.j-dotted{stroke-dasharray:1.5 4;stroke-linecap:round}',
    '.j-card,.j-end{stroke-width:1}',
    '.j-icon{fill:none;stroke-width:1.5;stroke-linecap:round;stroke-linejoin:round}',
    ...colours(light),
    '@media (prefers-color-scheme:dark){',
    ...colours(dark),
    '}',
  ].join('\n');
}

function colours({ paper, card, border, line, text, muted, tones }: Theme): string[] {
  return [
    `.j-paper{fill:${paper}}`,
    `.j-card,.j-end{fill:${card};stroke:${border}}`,
    `.j-note,.j-label{fill:${tones.out.fill}}`,
    `.j-line{stroke:${line}}`,
    `.j-arrow{fill:${line}}`,
    `.j-text{fill:${text}}`,
    `.j-kind,.j-detail{fill:${muted}}`,
    ...Object.entries(tones).map(([tone, { fill, ink }]) => `.j-tile-${tone}{fill:${fill}}.j-ink-${tone}{stroke:${ink}}`),
  ];
}
