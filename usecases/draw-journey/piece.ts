/** What is drawn, before anybody knows where: cards, the labels of ways, notes, the end. */
import { shortened, textWidth, wrap } from './text.ts';

export type Tone = 'start' | 'mail' | 'wait' | 'way' | 'data' | 'out' | 'end';

export type Line = {
  readonly text: string;
  readonly style: Style;
  readonly x: number;
  readonly y: number;
  readonly anchor?: Anchor;
};
type Anchor = 'middle' | 'end';

export type Piece = {
  readonly type: 'card' | 'label' | 'note' | 'end';
  readonly width: number;
  readonly height: number;
  readonly lines: readonly Line[];
  readonly tone?: Tone;
  readonly icon?: string;
  /** All of the text, also what was cut. */
  readonly full: string;
};

export const styles = {
  heading: { sizePx: 19, bold: true, heightPx: 25 },
  kind: { sizePx: 11, bold: false, heightPx: 15 },
  title: { sizePx: 14, bold: true, heightPx: 18.5 },
  detail: { sizePx: 12, bold: false, heightPx: 16 },
  label: { sizePx: 12, bold: false, heightPx: 15.5 },
  name: { sizePx: 12, bold: true, heightPx: 15.5 },
} as const;
export type Style = keyof typeof styles;

const CARD_WIDTH = 260;
const PADDING = 13;
const TEXT_LEFT = 56;
const TEXT_WIDTH = CARD_WIDTH - TEXT_LEFT - PADDING;
const CARD_HEIGHT_MIN = 56;

export type CardText = {
  readonly kind: string;
  readonly id?: string;
  readonly title: string;
  readonly details: readonly string[];
};

/** A step or the trigger: an icon, what sort it is, its id, what it does. */
export function card({ kind, id = '', title, details }: CardText, tone: Tone, icon: string): Piece {
  const left = TEXT_WIDTH - textWidth(kind, styles.kind) - 10;
  const [text, height] = stacked(
    [
      { style: 'title', text: title, linesMax: 6 },
      ...details.slice(0, DETAILS_MAX).map((detail) => ({ style: 'detail' as const, text: detail, linesMax: 4 })),
      ...(details.length > DETAILS_MAX
        ? [{ style: 'detail' as const, text: `and ${details.length - DETAILS_MAX} more`, linesMax: 1 }]
        : []),
    ],
    { x: TEXT_LEFT, y: PADDING + styles.kind.heightPx + 1, widthPx: TEXT_WIDTH },
  );
  const first = baseline('kind', PADDING);
  const ids = id === '' || left < ID_WIDTH_MIN ? [] : [shortened(id, styles.kind, left)];
  return {
    type: 'card',
    tone,
    icon,
    width: CARD_WIDTH,
    height: Math.max(height + PADDING, CARD_HEIGHT_MIN),
    lines: [
      { text: kind, style: 'kind', x: TEXT_LEFT, y: first },
      ...ids.map((short) => ({ text: short, style: 'kind' as const, x: CARD_WIDTH - PADDING, y: first, anchor: 'end' as const })),
      ...text,
    ],
    full: [kind, id && `(${id})`, `· ${title}`, ...details.map((detail) => `· ${detail}`)].filter(Boolean).join(' '),
  };
}

const DETAILS_MAX = 4;
const ID_WIDTH_MIN = 24;

/** The words on the way into a branch. */
export function label({ name, words }: { readonly name?: string; readonly words: string }): Piece {
  const parts = [
    ...(name === undefined
      ? []
      : wrap(name, styles.name, { widthPx: LABEL_WIDTH, linesMax: 2 }).map((text) => ['name', text] as const)),
    ...wrap(words, styles.label, { widthPx: LABEL_WIDTH, linesMax: 7 }).map((text) => ['label', text] as const),
  ];
  const width = Math.ceil(Math.max(...parts.map(([style, text]) => textWidth(text, styles[style])), 12)) + 20;
  const height = parts.length * styles.label.heightPx + 9;
  const lines = parts.map(
    ([style, text], index): Line => ({
      text,
      style,
      x: width / 2,
      y: baseline(style, 4.5 + index * styles.label.heightPx),
      anchor: 'middle',
    }),
  );
  return { type: 'label', width, height, lines, full: [name, words].filter(Boolean).join(': ') };
}

const LABEL_WIDTH = 168;

/** What stands beside the trigger: names with their words. */
export function note(rows: readonly (readonly [name: string, words: string])[]): Piece {
  const [lines, height] = stacked(
    rows.flatMap(([name, words], index) => [
      { style: 'kind' as const, text: name, linesMax: 1, ...(index > 0 && { space: 7 }) },
      { style: 'detail' as const, text: words, linesMax: 5 },
    ]),
    { x: 14, y: 10, widthPx: NOTE_WIDTH - 26 },
  );
  const full = rows.map((row) => row.join(': ')).join('; ');
  return { type: 'note', width: NOTE_WIDTH, height: height + 10, lines, full };
}

const NOTE_WIDTH = 208;

export function end(): Piece {
  const width = 64;
  const lines: Line[] = [{ text: 'End', style: 'label', x: width / 2, y: baseline('label', 6), anchor: 'middle' }];
  return { type: 'end', width, height: 28, lines, full: 'End of the journey' };
}

/** The title over the drawing. */
export function heading(text: string, below: string, widthPx: number): Pick<Piece, 'lines' | 'height' | 'width'> {
  const [lines, height] = stacked(
    [
      { style: 'heading', text, linesMax: 3 },
      { style: 'detail', text: below, linesMax: 2 },
    ],
    { x: 0, y: 0, widthPx },
  );
  return { lines, height, width: Math.max(...lines.map((line) => textWidth(line.text, styles[line.style]))) };
}

type Paragraph = { readonly style: Style; readonly text: string; readonly linesMax: number; readonly space?: number };

/** Paragraphs below each other; answers their lines, and where they end. */
function stacked(
  paragraphs: readonly Paragraph[],
  { x, y, widthPx }: { readonly x: number; readonly y: number; readonly widthPx: number },
): [Line[], number] {
  let top = y;
  const lines: Line[] = [];
  for (const { style, text, linesMax, space = 0 } of paragraphs) {
    top += space;
    for (const line of wrap(text, styles[style], { widthPx, linesMax })) {
      lines.push({ text: line, style, x, y: baseline(style, top) });
      top += styles[style].heightPx;
    }
  }
  return [lines, top];
}

/** Where the letters stand in a line that begins at `top`. */
function baseline(style: Style, top: number): number {
  const { heightPx, sizePx } = styles[style];
  return top + (heightPx - sizePx) / 2 + sizePx * 0.82;
}
