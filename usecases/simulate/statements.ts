import { type Instant, toIso } from '#core/instant.ts';
import type { ReleasedPrediction } from '#core/prediction/settings.ts';
import { listed } from '../describe-condition/duration.ts';
import type { BudgetUse } from './offers.ts';
import type { Assumed } from './reactions.ts';

/** How long after the last message of a history a replay ends, unless told: waits and segments come to their ends in it. */
export const AFTER_LAST_DAYS = 90;

type About = {
  readonly assume: Assumed;
  readonly calls: number;
  /** Forms with a double opt-in. */
  readonly doubles: readonly string[];
  readonly prediction: ReleasedPrediction | undefined;
  readonly from: Instant | undefined;
  readonly toldUntil: Instant | undefined;
  readonly until: Instant | undefined;
  readonly budgets: readonly BudgetUse[];
};

/** What was assumed, and what a replay cannot know. */
export function statements({ assume, calls, doubles, prediction, from, toldUntil, until, budgets }: About): string[] {
  const shares = Object.entries(assume).flatMap(([reaction, part]) => (part > 0 ? [`${percent(part)} ${reaction}`] : []));
  return [
    'A replay cannot know how people would have reacted to mails that were never sent: what they would have opened, clicked or bought because of them.',
    shares.length === 0
      ? 'No reaction was assumed: nobody opened or clicked a mail here, unless the history says so.'
      : `Assumed of all mails: ${shares.join(', ')}. Delivery comes a minute after the mail, an open after one hour, a click after two.`,
    ...(doubles.length === 0
      ? []
      : [`Nobody confirmed what they sent with ${listed(doubles)}: what starts with a confirmation starts for nobody here.`]),
    'Orders, visits and sign-ups happen as the history says, also where a mail would have changed them.',
    ...forecastStatements(prediction),
    ...budgets.flatMap(budgetStatement),
    ...(calls > 0 ? [`Webhooks were not called (${calls}): what they would have answered or changed is not known.`] : []),
    ...(from === undefined
      ? []
      : [`Journeys begin at ${toIso(from)}: what happened before only makes people known, and starts nothing.`]),
    ...(toldUntil === undefined && until !== undefined
      ? [`Time goes on until ${toIso(until)}, ${AFTER_LAST_DAYS} days after the last message.`]
      : []),
  ];
}

function forecastStatements(prediction: ReleasedPrediction | undefined): string[] {
  if (prediction === undefined) return [];
  const { model } = prediction;
  return model === undefined
    ? ['Nothing is foretold, since no model was given: segments that ask for a forecast go by their plain rule ("fallback").']
    : [
        `Forecasts go by the model of ${model.fittedAt.slice(0, 10)} (${model.customers} customers who ordered) all the time, as if it had been there from the beginning and did not grow old. In truth one is learnt each week.`,
      ];
}

function budgetStatement({ journey, periods }: BudgetUse): string[] {
  const refused = periods.reduce((sum, one) => sum + one.refused, 0);
  if (refused === 0) return [];
  const often = periods.filter((one) => one.refused > 0).length;
  return [
    `The budget of ${journey} was used up in ${often === 1 ? 'one period' : `${often} periods`}: ${refused === 1 ? 'once' : `${refused} times`} there was no voucher.`,
  ];
}

const percent = (part: number): string => `${Math.round(part * 1000) / 10} %`;
