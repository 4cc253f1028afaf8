import { type Backtest, backtest, orderOutcomes, type Trial } from './backtest.ts';
import { groupBuyers } from './buyer-groups.ts';
import { buyerDaysAt, type OrderHistory, rewound, spenderOf } from './buyers.ts';
import { type Calibration, calibrate } from './calibration.ts';
import { fitLifetime, type LifetimeFit, type Refusal } from './fit-lifetime.ts';
import { fitSpend, type SpendFit } from './fit-spend.ts';
import type { LifetimeKind } from './lifetime.ts';
import type { PredictionModel } from './model.ts';
import { rfmCuts } from './rfm.ts';

export type Lessons = {
  readonly kind: LifetimeKind;
  /** Of all customers who have ordered. */
  readonly histories: Iterable<OrderHistory>;
  /** The last whole day that the histories know, from 1970-01-01. */
  readonly untilDay: number;
  readonly fittedAt: string;
};

/** The probability that a marketer asks for, `prediction.pOrder90Days`, is calibrated over this time. */
export const CALIBRATED_DAYS = 90;

/** One for all who did not order: most customers of most shops. */
const NO_ORDERS: readonly number[] = [];

/** A history is split for its own back-test only where the part to learn from is at least that long. */
const LEARNING_DAYS_MIN = 90;

/**
 * Learns a model from the customers' histories: a fit on everything, and a back-test of a fit that has not seen the last
 * `CALIBRATED_DAYS`, from which comes the calibration. Refuses, with the reason, where nothing can be learnt.
 */
export function learnModel({ kind, histories, untilDay, fittedAt }: Lessons): PredictionModel | Refusal {
  // Gone through again for each question: an array of a million answers beside a million histories would not fit.
  const known = { [Symbol.iterator]: () => knownOn(histories, untilDay) };
  const fit = fitLifetime(kind, groupBuyers(told(known, (history) => buyerDaysAt(history, untilDay))));
  if ('refused' in fit) return fit;
  const spend = fitSpend(told(known, spenderOf));
  const tested = testedBefore(kind, known, untilDay - CALIBRATED_DAYS);
  const late = sizeOf(histories) - sizeOf(known);
  return {
    ...modelOf(fit),
    version: 1,
    fittedAt,
    untilDay,
    unit: 'P7D',
    ...('params' in spend && { spend: spend.params }),
    ...(tested?.calibration !== undefined && { calibration: { ...tested.calibration, days: CALIBRATED_DAYS } }),
    ...(tested !== undefined && { backtest: tested.backtest }),
    rfm: rfmCuts(
      {
        [Symbol.iterator]: () =>
          told(known, ({ lastDay, orderDays, revenue }) => ({ lastOrderDay: lastDay, orderDays, revenue })),
      },
      untilDay,
    ),
    notes: [
      ...fitNotes(fit),
      ...spendNotes(spend),
      ...(tested === undefined ? [] : backtestNotes(tested.backtest)),
      ...(tested === undefined ? ['History is too short for a back-test: probabilities are not calibrated.'] : []),
      ...(late > 0
        ? [
            late === 1
              ? '1 customer with orders after the last known day is left out.'
              : `${late} customers with orders after the last known day are left out.`,
          ]
        : []),
    ],
  };
}

function* knownOn(histories: Iterable<OrderHistory>, untilDay: number): Generator<OrderHistory> {
  for (const history of histories) if (history.lastDay <= untilDay) yield history;
}

function* told<One, Answer>(all: Iterable<One>, ask: (one: One) => Answer | undefined): Generator<Answer> {
  for (const one of all) {
    const answer = ask(one);
    if (answer !== undefined) yield answer;
  }
}

function sizeOf(all: Iterable<unknown>): number {
  let size = 0;
  for (const _ of all) size += 1;
  return size;
}

/** What a reader must know of a back-test: a standard error knows of chance, not of customers who are unlike the model. */
export function backtestNotes({ orders: { actual, error } }: Backtest): string[] {
  if (error === null || Math.abs(error) <= ERROR_MAX || actual < ORDERS_MIN) return [];
  return [
    `The back-test foretold ${Math.round(100 * Math.abs(error))} % too ${error > 0 ? 'many' : 'few'} orders: these customers are unlike the model, or something has changed. Use forecasts to rank people.`,
  ];
}

/** Beyond this share, a forecast of a sum is wrong; with fewer orders than that, it may be so by chance. */
const ERROR_MAX = 0.3;
const ORDERS_MIN = 30;

/** What a reader must know of a fit. */
export function fitNotes({ search, customers, worth }: LifetimeFit): string[] {
  return [
    ...(search.prior
      ? [
          search.status === 'diverged' || customers >= 1000
            ? 'These customers alone fit no finite parameters; what other shops are like was taken in.'
            : `${customers} customers are few: what other shops are like was taken in.`,
        ]
      : []),
    ...(search.status === 'converged'
      ? []
      : [`The search for the most likely parameters ${search.status}: do not rely on them.`]),
    ...(worth.confidence === 'low' ? ['Forecasts for the customers as a whole are rough; use them to rank people.'] : []),
  ];
}

export function spendNotes(spend: SpendFit | Refusal): string[] {
  if ('refused' in spend) return [`The value of an order is not known: ${spend.refused}.`];
  if (spend.search.status === 'diverged') return ['Orders are all of nearly one value, which is expected of everybody.'];
  return Math.abs(spend.correlation) <= CORRELATION_MAX
    ? []
    : [
        `Who orders more often also spends ${spend.correlation > 0 ? 'more' : 'less'} on an order (correlation ${spend.correlation.toFixed(2)}): values are rough.`,
      ];
}

/** Above, frequency and spend are not nearly independent, as Gamma-Gamma assumes. */
const CORRELATION_MAX = 0.3;

function modelOf({ kind, params, customers, repeatBuyers, logLikelihood, standardErrors, search, worth }: LifetimeFit) {
  return {
    kind,
    params,
    customers,
    repeatBuyers,
    logLikelihood,
    ...(standardErrors !== undefined && { standardErrors }),
    prior: search.prior,
    worth,
  };
}

function testedBefore(
  kind: LifetimeKind,
  histories: Iterable<OrderHistory>,
  day: number,
): { backtest: Backtest; calibration: Calibration | undefined } | undefined {
  const trials = [
    ...told(histories, (history): Trial | undefined => {
      const then = rewound(history, day);
      if (then === undefined) return undefined;
      return { before: then.before, after: then.after.length === 0 ? NO_ORDERS : then.after.map((one) => one - day) };
    }),
  ];
  if (trials.every(({ before }) => before.ageDay < LEARNING_DAYS_MIN)) return undefined;
  const fit = fitLifetime(kind, groupBuyers(told(trials, ({ before }) => before)));
  if ('refused' in fit) return undefined;
  return {
    backtest: backtest({ lifetime: fit }, trials, CALIBRATED_DAYS),
    calibration: calibrate(orderOutcomes(fit, trials, CALIBRATED_DAYS)),
  };
}
