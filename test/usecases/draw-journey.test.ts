import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Journey, Step } from '#core/catalogue.ts';
import { withConfirmations } from '#usecases/compile-catalogue/double-opt-in.ts';
import { readSources } from '#usecases/compile-catalogue/sources.ts';
import type { Point, Shape } from '#usecases/draw-journey/block.ts';
import { journeyBlock } from '#usecases/draw-journey/journey.ts';
import { textWidth, wrap } from '#usecases/draw-journey/text.ts';
import { type Direction, drawJourney } from '#usecases/draw-journey.ts';
import { starterFiles } from './starter-files.ts';

const { forms, journeys } = readSources(starterFiles());
const starters = withConfirmations(
  journeys.map(({ value }) => value),
  forms.map(({ value }) => value),
);
const drawn = new URL('../../docs/journeys/', import.meta.url);

describe('the drawings in docs/journeys, which "rekindle draw --all docs/journeys" writes,', () => {
  test('are those of the starter catalogue', () => {
    expect(readdirSync(drawn).sort()).toEqual(starters.map(({ id }) => `${id}.svg`).sort());
  });

  test.each(starters)('are up to date: $id', (journey) => {
    expect(readFileSync(new URL(`${journey.id}.svg`, drawn), 'utf8')).toBe(drawJourney(journey));
  });
});

const journeyOf = (steps: readonly Step[], more: Partial<Journey> = {}): Journey => ({
  id: 'made-up',
  name: 'Made up',
  status: 'active',
  trigger: { type: 'event', event: 'Signed Up' },
  reentry: { mode: 'once' },
  steps,
  ...more,
});

test('a drawing says what starts the journey, what each step does, and under which condition a way is taken', () => {
  const svg = drawJourney(
    journeyOf(
      [
        {
          id: 'worth',
          type: 'branch',
          cases: [{ name: 'good', when: { event: 'Order Completed', count: { gte: 2 } }, steps: [mailStep('gift')] }],
        },
      ],
      { exitWhen: [{ event: 'Account Deleted' }], goal: { event: 'Order Completed', window: 'P30D' } },
    ),
  );
  const texts = [...svg.matchAll(/<text[^>]*>([^<]*)</g)].map(([, text]) => text);
  expect(texts).toEqual(
    expect.arrayContaining([
      'somebody signs up',
      'gift',
      'good',
      'otherwise',
      'ordered within 30 days',
      'deleted the account',
      'End',
    ]),
  );
  expect(texts.join(' ')).toContain('has ordered at least 2 times');
});

test('what somebody wrote cannot break out of its place', () => {
  const svg = drawJourney(journeyOf([{ ...mailStep('x'), name: '</text><script>"&\u0001' }], { name: '<b>&' }));
  for (const bad of ['<script', '<b>', '\u0001']) expect(svg).not.toContain(bad);
  expect(svg).toContain('&lt;/text&gt;&lt;script&gt;&quot;&amp;');
});

test('a journey that always leaves by an exit step has no other end', () => {
  expect(drawJourney(journeyOf([{ id: 'out', type: 'exit', reason: 'done' }]))).not.toContain('>End<');
  expect(drawJourney(journeyOf([]))).toContain('>End<');
});

test('a status other than active is said', () => {
  expect(drawJourney(journeyOf([], { status: 'paused' }))).toContain('>made-up · paused<');
});

const { steps: anySteps } = fc.letrec<{ steps: Step[]; step: Step }>((tie) => {
  const steps = tie('steps') as fc.Arbitrary<Step[]>;
  const id = fc.constant('step-id');
  const text = fc.oneof(
    fc.constantFrom('vip', 'a longer name that must be wrapped somewhere'),
    fc.string({ minLength: 1, maxLength: 40 }),
  );
  const when = fc.record({ attribute: text, is: text });
  return {
    steps: fc.array(tie('step') as fc.Arbitrary<Step>, { maxLength: 3, depthIdentifier: 'steps' }),
    step: fc.oneof(
      { depthIdentifier: 'steps', depthSize: 'small', maxDepth: 4 },
      fc.record({ id, type: fc.constant('send_email' as const), template: text, topic: text }),
      fc.record({ id, type: fc.constant('exit' as const), reason: text }),
      fc.record({ id, type: fc.constant('condition' as const), when, yes: steps, no: steps }),
      fc.record({ id, type: fc.constant('repeat' as const), times: fc.integer({ min: 1, max: 99 }), steps }),
      fc.record({
        id,
        type: fc.constant('branch' as const),
        cases: fc.uniqueArray(fc.record({ name: text, when, steps }), {
          minLength: 1,
          maxLength: 4,
          selector: ({ name }) => name,
        }),
        default: steps,
      }),
    ),
  };
});

describe.each(['down', 'right'] as const)('however a journey looks, drawn %s,', (direction) => {
  test('nothing lies over anything else, no line goes through a box, and all of it is inside', () => {
    fc.assert(
      fc.property(anySteps, (steps) => {
        const journey = journeyOf(steps, { exitWhen: [{ event: 'Order Completed' }] });
        const block = journeyBlock(journey, direction);
        const shapes = block.draw({ main: 0, cross: block.before });
        const boxes = shapes.flatMap((shape) => (shape.type === 'piece' ? [boxOf(shape, direction)] : []));
        const lines = shapes.flatMap((shape) => (shape.type === 'line' ? segments(shape.points) : []));
        for (const [index, box] of boxes.entries()) {
          expect(boxes.slice(index + 1).filter((other) => overlap(box, other))).toEqual([]);
          expect(lines.filter((line) => overlap(box, line))).toEqual([]);
        }
        for (const { main, cross } of [...boxes, ...lines]) {
          expect(Math.min(main[0], cross[0])).toBeGreaterThanOrEqual(-0.01);
          expect(main[1]).toBeLessThanOrEqual(block.length + 0.01);
          expect(cross[1]).toBeLessThanOrEqual(block.before + block.after + 0.01);
        }
      }),
      { numRuns: 150 },
    );
  });

  test('the same journey is the same text', () => {
    fc.assert(
      fc.property(anySteps, (steps) => {
        const journey = journeyOf(steps);
        expect(drawJourney(structuredClone(journey), { direction })).toBe(drawJourney(journey, { direction }));
      }),
      { numRuns: 20 },
    );
  });
});

test('text is wrapped into its width, cut words and all, and ends in … where it is too long', () => {
  const font = { sizePx: 12 };
  fc.assert(
    fc.property(fc.string({ maxLength: 120 }), fc.integer({ min: 30, max: 200 }), (text, widthPx) => {
      const lines = wrap(text, font, { widthPx, linesMax: 3 });
      expect(lines.length).toBeLessThanOrEqual(3);
      for (const line of lines) expect([...line].length < 3 || textWidth(line, font) <= widthPx).toBe(true);
    }),
  );
  expect(wrap('one two three four', font, { widthPx: 40, linesMax: 2 })).toEqual(['one', 'two…']);
  expect(wrap('a/very/long/path', font, { widthPx: 60, linesMax: 9 })).toEqual(['a/very/', 'long/path']);
});

type Box = { readonly main: readonly [number, number]; readonly cross: readonly [number, number] };

function boxOf({ piece, at }: Extract<Shape, { type: 'piece' }>, direction: Direction): Box {
  const [length, breadth] = direction === 'down' ? [piece.height, piece.width] : [piece.width, piece.height];
  return { main: [at.main, at.main + length], cross: [at.cross, at.cross + breadth] };
}

function segments(points: readonly Point[]): Box[] {
  return points.slice(1).map((to, index) => {
    const from = points[index] ?? to;
    return { main: sorted(from.main, to.main), cross: sorted(from.cross, to.cross) };
  });
}

const sorted = (one: number, other: number): [number, number] => (one < other ? [one, other] : [other, one]);

/** Boxes may touch. */
function overlap(one: Box, other: Box): boolean {
  const inside = ([a, b]: readonly [number, number], [c, d]: readonly [number, number]): boolean => a < d - 0.01 && c < b - 0.01;
  return inside(one.main, other.main) && inside(one.cross, other.cross);
}

function mailStep(template: string): Extract<Step, { type: 'send_email' }> {
  return { id: `mail-${template}`, type: 'send_email', template, topic: 'offers' };
}
