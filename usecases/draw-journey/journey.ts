import type { Journey } from '#core/catalogue.ts';
import {
  describeControls,
  describeExit,
  describeGoal,
  describeTrigger,
  onPublishWords,
  startsWord,
} from '../describe-journey.ts';
import { type Block, type Direction, flanked, leaf, series } from './block.ts';
import { triggerIcons } from './icons.ts';
import { card, end, note, type Piece } from './piece.ts';
import { stepBlocks } from './steps.ts';

/** What starts a journey with its notes beside it, its steps, and the end. */
export function journeyBlock(journey: Journey, direction: Direction): Block {
  const { trigger } = journey;
  const event = trigger.type === 'event' ? [`event “${trigger.event}”`] : [];
  const words = { kind: startsWord(trigger), title: describeTrigger(trigger), details: event };
  const start = leaf(card(words, 'start', triggerIcons[trigger.type]), direction);
  const beside = (piece: Piece | undefined) => piece && leaf(piece, direction);
  const body = stepBlocks(journey.steps, direction);
  const isOver = body.some(({ ends }) => ends);
  return series([
    flanked(start, beside(note(describeControls(journey))), beside(leaving(journey))),
    ...body,
    ...(isOver ? [] : [leaf(end(), direction, true)]),
  ]);
}

function leaving({ exitWhen = [], goal, onPublish }: Journey): Piece | undefined {
  const rows = [
    ...(goal === undefined ? [] : [['Goal', describeGoal(goal)] as const]),
    ...exitWhen.map((exit) => ['Leaves at once', describeExit(exit)] as const),
    ...(onPublish === undefined ? [] : [['New version', onPublishWords[onPublish]] as const]),
  ];
  return rows.length === 0 ? undefined : note(rows);
}
