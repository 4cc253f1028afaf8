/**
 * Layout. A journey is nested, not a net, so its drawing is boxes in boxes: what is inside a block never leaves it, and
 * nothing can overlap. Blocks know two directions only: `main`, in which the journey runs, and `cross`; which of them is
 * down is decided when it is drawn. Each block hangs on an axis, the line on which the journey comes in and goes out.
 */
import type { Piece } from './piece.ts';

export type Direction = 'down' | 'right';
export type Point = { readonly main: number; readonly cross: number };

export type Shape =
  | { readonly type: 'piece'; readonly piece: Piece; readonly at: Point }
  | { readonly type: 'line'; readonly points: readonly Point[]; readonly arrow?: boolean; readonly dotted?: boolean };

export type Block = {
  readonly length: number;
  /** How far it reaches on either side of its axis. */
  readonly before: number;
  readonly after: number;
  /** Nobody comes out of it again. */
  readonly ends: boolean;
  /** A line into it ends with an arrow. */
  readonly pointed: boolean;
  readonly draw: (start: Point) => Shape[];
};

/** The room between a block and the next, in which the arrow stands. */
const GAP = 26;
/** From a block to the line across, and from there to a branch. */
const TURN = 15;
const COLUMN_GAP = 30;
const RAIL_GAP = 20;

export function leaf(piece: Piece, direction: Direction, ends = false): Block {
  const [length, breadth] = direction === 'down' ? [piece.height, piece.width] : [piece.width, piece.height];
  return {
    length,
    before: breadth / 2,
    after: breadth / 2,
    ends,
    pointed: piece.type !== 'label',
    draw: ({ main, cross }) => [{ type: 'piece', piece, at: { main, cross: cross - breadth / 2 } }],
  };
}

/** One after the other. */
export function series(blocks: readonly Block[]): Block {
  const starts: number[] = [];
  let length = 0;
  for (const block of blocks) {
    starts.push(length);
    length += block.length + GAP;
  }
  const draw: Block['draw'] = ({ main, cross }) =>
    blocks.flatMap((block, index) => {
      const at = main + (starts[index] ?? 0);
      const next = blocks[index + 1];
      const shapes = block.draw({ main: at, cross });
      if (next === undefined || block.ends) return shapes;
      const from = at + block.length;
      return [...shapes, straight(cross, from, from + GAP, next.pointed)];
    });
  return {
    length: Math.max(length - GAP, 0),
    before: Math.max(0, ...blocks.map(({ before }) => before)),
    after: Math.max(0, ...blocks.map(({ after }) => after)),
    ends: blocks.some(({ ends }) => ends),
    pointed: blocks[0]?.pointed ?? false,
    draw,
  };
}

export type Branch = { readonly label: Block; readonly steps: readonly Block[] };

/** A head with branches side by side, which come together again. Labels take the same room, so that the steps are in line. */
export function fork(head: Block, branches: readonly Branch[]): Block {
  const slot = Math.max(...branches.map(({ label }) => label.length));
  const columns = branches.map(({ label, steps }) => series([{ ...label, length: slot, draw: inSlot(label, slot) }, ...steps]));
  const axes = axesOf(columns);
  const middle = ((axes[0] ?? 0) + (axes.at(-1) ?? 0)) / 2;
  const start = head.length + 2 * TURN;
  const inner = start + Math.max(...columns.map(({ length }) => length));
  const ends = columns.every((column) => column.ends);
  const join = inner + TURN;
  return {
    length: ends ? inner : join + TURN,
    before: Math.max(head.before, ...columns.map((column, index) => middle - (axes[index] ?? 0) + column.before)),
    after: Math.max(head.after, ...columns.map((column, index) => (axes[index] ?? 0) - middle + column.after)),
    ends,
    pointed: head.pointed,
    draw: ({ main, cross }) => [
      ...columns.flatMap((column, index): Shape[] => {
        const axis = cross + (axes[index] ?? 0) - middle;
        const from = main + head.length;
        const out = main + start + column.length;
        const into = path([from, cross], [from + TURN, cross], [from + TURN, axis], [main + start, axis]);
        const back = path([out, axis], [main + join, axis], [main + join, cross], [main + join + TURN, cross]);
        return [into, ...(column.ends ? [] : [back]), ...column.draw({ main: main + start, cross: axis })];
      }),
      ...head.draw({ main, cross }),
    ],
  };
}

/** A head with a round that leads back to it on one side, and a way past the round on the other. */
export function loop(head: Block, round: Block, { done, again }: { readonly done: Block; readonly again: Block }): Block {
  const start = head.length + GAP;
  const roundEnd = start + Math.max(round.length, done.length + 2 * TURN, again.length + 2 * TURN);
  const doneRail = Math.max(head.before, round.before) + RAIL_GAP + done.after;
  const againRail = Math.max(head.after, round.after) + RAIL_GAP + again.before;
  const join = roundEnd + 2 * TURN;
  return {
    length: join + TURN,
    before: doneRail + done.before,
    after: round.ends ? Math.max(head.after, round.after) : againRail + again.after,
    ends: false,
    pointed: head.pointed,
    draw: ({ main, cross }) => {
      const middle = main + head.length / 2;
      const [left, right, turn, out] = [cross - doneRail, cross + againRail, main + roundEnd + TURN, main + join];
      const labels = main + start + TURN;
      const roundOut = main + start + round.length;
      const over = [
        path([middle, cross - head.before], [middle, left], [labels, left]),
        path([labels + done.length, left], [out, left], [out, cross], [out + TURN, cross]),
      ];
      const back: Shape[] = [
        path([roundOut, cross], [turn, cross], [turn, right], [labels + again.length, right]),
        { ...path([labels, right], [middle, right], [middle, cross + head.after]), arrow: true },
        ...again.draw({ main: labels, cross: right }),
      ];
      return [
        straight(cross, main + head.length, main + start, round.pointed),
        ...over,
        ...(round.ends ? [] : back),
        ...head.draw({ main, cross }),
        ...round.draw({ main: main + start, cross }),
        ...done.draw({ main: labels, cross: left }),
      ];
    },
  };
}

/** A head with something on either side of it, tied to it by a dotted line. */
export function flanked(head: Block, before: Block | undefined, after: Block | undefined): Block {
  const reach = (side: 'before' | 'after', block: Block | undefined): number =>
    head[side] + (block === undefined ? 0 : COLUMN_GAP + block.before + block.after);
  const middle = Math.min(head.length, before?.length ?? head.length, after?.length ?? head.length) / 2;
  const tie = ({ main, cross }: Point, sign: 1 | -1, block: Block | undefined): Shape[] => {
    if (block === undefined) return [];
    const from = cross + sign * (sign < 0 ? head.before : head.after);
    const to = from + sign * COLUMN_GAP;
    const at = main + middle;
    return [
      { ...path([at, from], [at, to]), dotted: true },
      ...block.draw({ main, cross: to + sign * (sign < 0 ? block.after : block.before) }),
    ];
  };
  const length = Math.max(head.length, before?.length ?? 0, after?.length ?? 0);
  return {
    ...head,
    length,
    before: reach('before', before),
    after: reach('after', after),
    draw: (start) => [
      ...(length > head.length ? [straight(start.cross, start.main + head.length, start.main + length, false)] : []),
      ...tie(start, -1, before),
      ...tie(start, 1, after),
      ...head.draw(start),
    ],
  };
}

/** Where each column hangs, if they stand side by side with a gap between them. */
function axesOf(columns: readonly Block[]): number[] {
  let edge = 0;
  return columns.map(({ before, after }) => {
    const axis = edge + before;
    edge = axis + after + COLUMN_GAP;
    return axis;
  });
}

const inSlot =
  (label: Block, slot: number): Block['draw'] =>
  ({ main, cross }) => [
    ...label.draw({ main, cross }),
    ...(slot > label.length ? [straight(cross, main + label.length, main + slot, false)] : []),
  ];

const straight = (cross: number, from: number, to: number, arrow: boolean): Shape => ({
  ...path([from, cross], [to, cross]),
  arrow,
});

function path(...points: readonly (readonly [main: number, cross: number])[]): Extract<Shape, { type: 'line' }> {
  return { type: 'line', points: points.map(([main, cross]) => ({ main, cross })) };
}
