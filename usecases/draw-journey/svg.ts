import type { Direction, Point, Shape } from './block.ts';
import type { Line, Piece } from './piece.ts';

type At = { readonly x: number; readonly y: number };

/** Shapes as SVG: lines first, so that nothing is crossed out by one. */
export function shapesSvg(shapes: readonly Shape[], direction: Direction): string[] {
  const place = ({ main, cross }: Point): At => (direction === 'down' ? { x: cross, y: main } : { x: main, y: cross });
  const lines = shapes.flatMap((shape) => (shape.type === 'line' ? lineSvg(shape.points.map(place), shape) : []));
  const pieces = shapes.flatMap((shape) => (shape.type === 'piece' ? pieceSvg(shape.piece, place(shape.at)) : []));
  return [...new Set(lines), ...pieces];
}

export function textSvg({ text, style, x, y, anchor }: Line, at: At): string {
  const where = `x="${round(at.x + x)}" y="${round(at.y + y)}"${anchor === undefined ? '' : ` text-anchor="${anchor}"`}`;
  return `<text class="j-text j-${style}" ${where}>${escaped(text)}</text>`;
}

/** Signs that XML does not know at all are left out. */
export function escaped(text: string): string {
  return text
    .replace(/[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu, '')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}

const CORNERS = { card: 11, note: 9, label: 9, end: 14 } as const;

function pieceSvg(piece: Piece, at: At): string[] {
  const { type, width, height, lines, tone, icon } = piece;
  const tile = tone === undefined || icon === undefined ? [] : tileSvg(tone, icon, { x: at.x + 13, y: at.y + 13 });
  return [
    `<g><title>${escaped(piece.full)}</title>`,
    rect(at, { width, height }, CORNERS[type], `j-${type}`),
    ...tile,
    ...lines.map((line) => textSvg(line, at)),
    '</g>',
  ];
}

const TILE = 30;

function tileSvg(tone: string, icon: string, at: At): string[] {
  return [
    rect(at, { width: TILE, height: TILE }, 8, `j-tile-${tone}`),
    `<path class="j-icon j-ink-${tone}" transform="translate(${round(at.x + 7)} ${round(at.y + 7)})" d="${icon}"/>`,
  ];
}

export function rect({ x, y }: At, { width, height }: { width: number; height: number }, radius: number, style: string): string {
  return `<rect class="${style}" x="${round(x)}" y="${round(y)}" width="${round(width)}" height="${round(height)}" rx="${radius}"/>`;
}

const ARROW = { length: 8, half: 4.5 };
const CORNER = 9;

function lineSvg(all: readonly At[], { arrow = false, dotted = false }: { arrow?: boolean; dotted?: boolean }): string[] {
  const points = bends(all);
  const [before, tip] = points.slice(-2);
  if (before === undefined || tip === undefined) return [];
  const style = `j-line${dotted ? ' j-dotted' : ''}`;
  if (!arrow) return [`<path class="${style}" d="${rounded(points)}"/>`];
  const way = { x: Math.sign(tip.x - before.x), y: Math.sign(tip.y - before.y) };
  const base = { x: tip.x - way.x * ARROW.length, y: tip.y - way.y * ARROW.length };
  const side = (sign: number): string => pair({ x: base.x + sign * way.y * ARROW.half, y: base.y + sign * way.x * ARROW.half });
  return [
    `<path class="${style}" d="${rounded([...points.slice(0, -1), base])}"/>`,
    `<path class="j-arrow" d="M${pair(tip)}L${side(1)}L${side(-1)}z"/>`,
  ];
}

/** Only the points at which the way turns: others would stand in the way of round corners. */
function bends(points: readonly At[]): At[] {
  const apart = points.filter((point, index) => index === 0 || distance(point, points[index - 1] ?? point) > 0.01);
  return apart.filter((point, index) => {
    const [before, after] = [apart[index - 1], apart[index + 1]];
    if (before === undefined || after === undefined) return true;
    return (
      !(Math.abs(before.x - after.x) < 0.01 || Math.abs(before.y - after.y) < 0.01) ||
      (before.x !== point.x && before.y !== point.y)
    );
  });
}

function rounded(points: readonly At[]): string {
  return points
    .map((point, index) => {
      const [before, after] = [points[index - 1], points[index + 1]];
      if (before === undefined) return `M${pair(point)}`;
      if (after === undefined) return `L${pair(point)}`;
      const radius = Math.min(CORNER, distance(before, point) / 2, distance(point, after) / 2);
      return `L${pair(towards(point, before, radius))}Q${pair(point)} ${pair(towards(point, after, radius))}`;
    })
    .join('');
}

const distance = (one: At, other: At): number => Math.hypot(one.x - other.x, one.y - other.y);

function towards(from: At, to: At, length: number): At {
  const all = distance(from, to);
  return { x: from.x + ((to.x - from.x) * length) / all, y: from.y + ((to.y - from.y) * length) / all };
}

const pair = ({ x, y }: At): string => `${round(x)} ${round(y)}`;

export const round = (number: number): number => Math.round(number * 10) / 10;
