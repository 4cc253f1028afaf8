import { setTimeout } from 'node:timers/promises';
import type { Erasable } from '#usecases/erase.ts';
import type { ErasureState } from '#usecases/erasure/jobs.ts';
import { type Api, apiOf, part } from './api.ts';
import { type Command, json, only, remote } from './command.ts';
import { progress } from './progress.ts';
import { count, show, time } from './show.ts';

export const erase: Command = {
  name: 'erase',
  usage: 'ID|EMAIL',
  summary: 'Remove a customer for good; without --yes only tells what would go',
  details: [
    'Removes everything under all ids of the customer: state, events, decisions, messages, points, calls. It is done when',
    'a read of all of it finds nothing. What is left are keyed hashes of the ids, which name nobody: they keep events and',
    'imports of this person out. Only the person can come back, by a form with consent.',
    'Take an export before ("rekindle export"): nothing can be brought back. docs/rights.md says what lies elsewhere',
    '(backups, dead-letter queues, the inbox of the local cloud), and how long.',
  ],
  options: { yes: { type: 'boolean', help: 'Do it' }, ...remote, ...json },
  examples: ['rekindle erase ann@example.com', 'rekindle erase ann@example.com --yes'],
  run: async (context) => {
    const api = apiOf(context);
    const path = `/admin/v1/customers/${part(only(context, 'ID|EMAIL'))}/erasure`;
    if (context.options.yes !== true) {
      const { body } = await api.call('GET', path);
      show(context, body, () => preview(body as Erasable));
      return 0;
    }
    const state = await ended(api, (await api.call('POST', path)).body as ErasureState);
    show(context, state, () => [
      `Erased ${state.doneAt === undefined ? '' : `at ${time(state.doneAt)} UTC`}: ${count(state.removed, 'item')} removed, and a last read found nothing.`,
      `${state.id} stands for it in your records; the person’s name stands nowhere.`,
    ]);
    return 0;
  },
};

const POLL_MS = 500;

/** Waits until it is done. The system goes on by itself, also where nobody waits. */
async function ended({ call }: Api, first: ErasureState): Promise<ErasureState> {
  const told = progress();
  let state = first;
  while (state.status !== 'done') {
    told.tell(`${count(state.removed, 'item')} removed; ${state.id} goes on by itself also without this command`);
    await setTimeout(POLL_MS);
    state = (await call('GET', `/admin/v1/erasures/${part(state.id)}`)).body as ErasureState;
  }
  told.end();
  return state;
}

function preview({ ids, items, complete }: Erasable): string[] {
  return [
    `Held under ${count(ids.length, 'id')}${complete ? '' : ', at least'}:`,
    ...Object.entries(items).map(([what, number]) => `  ${String(number).padStart(6)} ${what}`),
    '',
    'Nothing was removed. To erase all of it for good: the same command with --yes.',
  ];
}
