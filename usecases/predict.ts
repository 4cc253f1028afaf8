import { add, DAY_MS, type Duration } from '#core/instant.ts';
import type { LifetimeFit, Refusal } from '#core/prediction/fit-lifetime.ts';
import { fitSpend } from '#core/prediction/fit-spend.ts';
import { backtestNotes, fitNotes, spendNotes } from '#core/prediction/learn-model.ts';
import type { LifetimeKind } from '#core/prediction/lifetime.ts';
import { predictCustomers } from './predict/customers.ts';
import { type Person, trialsAt } from './predict/people.ts';
import { type Fits, fitsOf, type Tested, testPredictions } from './predict/test-predictions.ts';
import { backtestView, calibrationView, dateOf, modelViews } from './predict/views.ts';

export type PredictRequest = {
  readonly people: readonly Person[];
  readonly kind: LifetimeKind;
  /** The last day that is learnt from, from 1970-01-01; orders after it serve the back-test alone. */
  readonly untilDay: number;
  readonly horizon: Duration;
  readonly yearlyDiscount: number;
  readonly margin: number;
  /** Says how far it has come. */
  readonly progress: (done: string) => void;
};

export type Predicted = ReturnType<typeof predicted>;

/** Models, back-test, calibration and forecasts from orders alone; or, in words, why nothing can be learnt from them. */
export function predict(request: PredictRequest): Predicted | Refusal {
  const { people, kind, untilDay, progress } = request;
  progress('fitting');
  const known = trialsAt(people, untilDay, untilDay);
  const fits = fitsOf(known.map(({ before }) => before));
  const chosen = fits[kind];
  if ('refused' in chosen) return chosen;
  const spend = fitSpend(known.flatMap(({ spender }) => spender ?? []));
  progress('testing');
  const tested = testPredictions(
    { people, kind, untilDay, horizonDays: horizonDays(request) },
    { fits, ...('params' in spend && { spend: spend.params }) },
  );
  return predicted({ request, known, fits, chosen, spend, tested });
}

type Found = {
  readonly request: PredictRequest;
  readonly known: ReturnType<typeof trialsAt>;
  readonly fits: Fits;
  readonly chosen: LifetimeFit;
  readonly spend: ReturnType<typeof fitSpend>;
  readonly tested: Tested | undefined;
};

function predicted({ request, known, fits, chosen, spend, tested }: Found) {
  const { people, untilDay, horizon, yearlyDiscount, margin, progress } = request;
  const later = people.length - known.length;
  return {
    until: dateOf(untilDay),
    horizon,
    chosen: chosen.kind,
    model: modelViews(fits, spend),
    customers: predictCustomers({
      known,
      models: { lifetime: chosen, ...('params' in spend && { spend: spend.params }) },
      untilDay,
      terms: { weeks: horizonDays(request) / 7, yearlyDiscount, margin },
      ...(tested?.calibration !== undefined && { calibration: tested.calibration }),
      progress,
    }),
    calibration: tested === undefined ? null : calibrationView(tested),
    backtest: tested === undefined ? null : backtestView(tested, chosen.kind),
    notes: [
      ...fitNotes(chosen),
      ...spendNotes(spend),
      ...(tested === undefined ? [] : backtestNotes(tested.backtests[chosen.kind])),
      ...(tested === undefined ? ['There is too little to back-test with: probabilities are not calibrated.'] : []),
      ...(later > 0
        ? [`${later === 1 ? 'One customer' : `${later} customers`} ordered first after ${dateOf(untilDay)}: no forecast.`]
        : []),
    ],
  };
}

function horizonDays({ untilDay, horizon }: PredictRequest): number {
  return (add(untilDay * DAY_MS, horizon) - untilDay * DAY_MS) / DAY_MS;
}
