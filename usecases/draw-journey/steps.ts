import type { Step } from '#core/catalogue.ts';
import { nested } from '#core/journey/nested.ts';
import { describeBranches, describeStep } from '../describe-journey/step.ts';
import { type Block, type Direction, fork, leaf, loop, series } from './block.ts';
import { stepLooks } from './icons.ts';
import { card, label } from './piece.ts';

/** The steps of a list as blocks. */
export function stepBlocks(steps: readonly Step[], direction: Direction): Block[] {
  return steps.map((step) => stepBlock(step, direction));
}

function stepBlock(step: Step, direction: Direction): Block {
  const words = describeStep(step);
  const branches = Object.entries(nested(step));
  const forks = step.type !== 'repeat' && branches.some(([, steps]) => steps.length > 0);
  // Where the ways have labels, the card need not say the same again.
  const own = forks && step.type === 'wait_for_event' && step.name === undefined ? { ...words, ...waiting(step) } : words;
  const [tone, icon] = stepLooks[step.type];
  const head = leaf(card({ ...own, id: step.id }, tone, icon), direction, step.type === 'exit');
  if (step.type === 'repeat') {
    const done = label({ words: step.until === undefined ? `after ${step.times} rounds` : 'it is so, or all rounds are over' });
    return loop(head, series(stepBlocks(step.steps, direction)), {
      done: leaf(done, direction),
      again: leaf(label({ words: 'again' }), direction),
    });
  }
  if (!forks) return head;
  const ways = describeBranches(step);
  return fork(
    head,
    branches.map(([name, steps]) => ({
      label: leaf(label(ways[name] ?? { words: name }), direction),
      steps: stepBlocks(steps, direction),
    })),
  );
}

function waiting({ events }: Extract<Step, { readonly type: 'wait_for_event' }>): { title: string; details: string[] } {
  return { title: events.length === 1 ? (events[0]?.event ?? '') : 'what comes first', details: [] };
}
