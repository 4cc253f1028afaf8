import { type Command, json, Misuse, remote } from './command.ts';
import { balance, history } from './loyalty/balance.ts';
import { adjust, redeem } from './loyalty/change.ts';
import { planned } from './loyalty/plan.ts';

const ACTIONS = { balance, history, redeem, adjust, plan: planned } as const;

export const loyalty: Command = {
  name: 'loyalty',
  usage: 'balance | history | redeem | adjust CUSTOMER, plan [DIR]',
  summary: 'Points and tiers: look at them, change them, try other rules',
  details: [
    'CUSTOMER is a customer id, e-mail address, user id or anonymous id.',
    '',
    'balance shows points by when they lapse, what is pending, the tier, what is missing to the next one, and the rewards.',
    'history shows every entry of the ledger, newest first, with its reason.',
    'redeem spends points on a --reward of the programme, or --points on something of your own. It never goes below nothing.',
    'adjust puts a balance right by --points (negative ones with an equals sign: --points=-50) and says why: --reason.',
    'Both show an idempotency key. Whoever repeats the command with --idempotency-key and that key does it once.',
    '',
    'plan replays past orders through the programme of DIR (catalogue/loyalty.json there; here, unless told) and through the',
    'published one, side by side: points issued, redeemed, expired, outstanding, what they are worth in money, what each rule',
    'gives, and whose tier changes. Nothing is published. The history is what "rekindle simulate" reads, one message a line; it',
    'may hold "Points Redeemed" with the property "points".',
  ],
  options: {
    reward: { type: 'string', value: 'ID', help: 'With redeem: a reward of the programme' },
    points: { type: 'string', value: 'N', help: 'With redeem and adjust: so many points' },
    reason: { type: 'string', value: 'TEXT', help: 'With redeem and adjust: as the customer reads it in the history' },
    'idempotency-key': {
      type: 'string',
      value: 'KEY',
      help: 'With redeem and adjust: the same for a repeat; made anew unless told',
    },
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
    'rekindle loyalty balance ann@example.com',
    'rekindle loyalty redeem ann@example.com --reward five-euros',
    'rekindle loyalty adjust ann@example.com --points=-50 --reason "booked twice by the till"',
    'rekindle loyalty plan --history orders.ndjson',
    'rekindle loyalty plan ./draft --against ./shop --history orders.ndjson --point-value 0.02 --json',
  ],
  run: async (context) => {
    const [action = '', ...args] = context.args;
    if (!Object.hasOwn(ACTIONS, action)) {
      throw new Misuse(
        `say what to do: ${Object.keys(ACTIONS)
          .map((one) => `loyalty ${one}`)
          .join(', ')}`,
      );
    }
    return ACTIONS[action as keyof typeof ACTIONS]({ ...context, args });
  },
};
