import { type Command, json, Misuse, remote } from './command.ts';
import { planned } from './loyalty/plan.ts';

export const loyalty: Command = {
  name: 'loyalty',
  usage: 'plan [DIR]',
  summary: 'Points and tiers: try other rules on the past',
  details: [
    'plan replays past orders through the programme of DIR (catalogue/loyalty.json there; here, unless told) and through the',
    'published one, side by side: points issued, redeemed, expired, outstanding, what they are worth in money, what each rule',
    'gives, and whose tier changes. Nothing is published. The history is what "rekindle simulate" reads, one message a line; it',
    'may hold "Points Redeemed" with the property "points".',
  ],
  options: {
    history: { type: 'string', value: 'FILE', help: 'With plan: what happened, one message a line (NDJSON)' },
    against: { type: 'string', value: 'DIR', help: 'With plan: the catalogue in this folder instead of the published release' },
    until: { type: 'string', value: 'T', help: 'With plan: the end; the last message of the history, unless told' },
    'point-value': {
      type: 'string',
      value: 'MONEY',
      help: 'With plan: what a point is worth; else by the rewards whose pools have an "amount", else 0.01',
    },
    ...remote,
    ...json,
  },
  examples: [
    'rekindle loyalty plan --history orders.ndjson',
    'rekindle loyalty plan ./draft --against ./shop --history orders.ndjson --point-value 0.02 --json',
  ],
  run: async (context) => {
    const [action, ...args] = context.args;
    if (action === 'plan') return planned({ ...context, args });
    throw new Misuse('say what to do: loyalty plan');
  },
};
