import type { Journey, Step } from '#core/catalogue.ts';
import { steps } from '#core/journey/nested.ts';
import { describeStep } from './describe-journey/step.ts';
import { describeTrigger, startsWord } from './describe-journey.ts';
import type { Direction } from './draw-journey/block.ts';
import { journeyBlock } from './draw-journey/journey.ts';
import { heading } from './draw-journey/piece.ts';
import { styleSheet } from './draw-journey/style.ts';
import { escaped, rect, shapesSvg, textSvg } from './draw-journey/svg.ts';

export type { Direction };

/**
 * A journey as an SVG document: what starts it, its steps, the ways that it may take, and who leaves when. The same
 * journey always gives the same text. It stands alone: no fonts, styles or pictures from elsewhere.
 */
export function drawJourney(journey: Journey, { direction = 'down' }: { readonly direction?: Direction } = {}): string {
  const block = journeyBlock(journey, direction);
  const [breadth, length] = [block.before + block.after, block.length];
  const [width, height] = direction === 'down' ? [breadth, length] : [length, breadth];
  const head = heading(journey.name, headLine(journey), Math.max(width, HEAD_WIDTH_MIN));
  const top = head.height + HEAD_GAP;
  const full = { width: Math.max(width, head.width) + 2 * MARGIN, height: top + height + 2 * MARGIN };
  // A drawing that is narrower than its title stands in the middle below it.
  const left = MARGIN + (full.width - 2 * MARGIN - width) / 2;
  const start =
    direction === 'down'
      ? { main: MARGIN + top, cross: left + block.before }
      : { main: left, cross: MARGIN + top + block.before };
  const [w, h] = [Math.ceil(full.width), Math.ceil(full.height)];
  const id = `journey-${journey.id}`;
  return `${[
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${w} ${h}" width="${w}" height="${h}" role="img" aria-labelledby="${id}-title ${id}-words">`,
    `<title id="${id}-title">${escaped(journey.name)}</title>`,
    `<desc id="${id}-words">${escaped(inWords(journey))}</desc>`,
    `<style>${styleSheet()}</style>`,
    rect({ x: 0, y: 0 }, { width: w, height: h }, 14, 'j-paper'),
    ...head.lines.map((line) => textSvg(line, { x: MARGIN, y: MARGIN })),
    ...shapesSvg(block.draw(start), direction),
    '</svg>',
  ].join('\n')}\n`;
}

const MARGIN = 28;
const HEAD_GAP = 22;
const HEAD_WIDTH_MIN = 420;

function headLine({ id, status }: Journey): string {
  return status === 'active' ? id : `${id} · ${status}`;
}

/** For those who cannot see it, and for searches: the steps in the order of the file. */
function inWords({ description, steps: list, trigger }: Journey): string {
  const all = steps(list).map((step: Step) => {
    const { kind, title } = describeStep(step);
    return `${kind}: ${title}`;
  });
  return [
    description,
    `${startsWord(trigger)} ${describeTrigger(trigger)}.`,
    all.length === 0 ? 'It has no steps.' : `${all.join('; ')}.`,
  ]
    .filter(Boolean)
    .join(' ');
}
