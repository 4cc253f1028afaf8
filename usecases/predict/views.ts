import { DAY_MS, toIso } from '#core/instant.ts';
import type { LifetimeFit, Refusal } from '#core/prediction/fit-lifetime.ts';
import type { SpendFit } from '#core/prediction/fit-spend.ts';
import type { LifetimeKind } from '#core/prediction/lifetime.ts';
import type { Tested } from './test-predictions.ts';

/** The fits as a reader of JSON wants them: parameters beside what they are worth. One that was refused says why. */
export function modelViews(fits: Readonly<Record<LifetimeKind, LifetimeFit | Refusal>>, spend: SpendFit | Refusal) {
  return { bgnbd: lifetimeView(fits.bgnbd), mbgnbd: lifetimeView(fits.mbgnbd), gammaGamma: spendView(spend) };
}

function lifetimeView(fit: LifetimeFit | Refusal) {
  if ('refused' in fit) return fit;
  const { params, logLikelihood, customers, repeatBuyers, standardErrors, search, worth } = fit;
  return { ...params, logLikelihood, customers, repeatBuyers, standardErrors: standardErrors ?? null, ...worth, search };
}

function spendView(fit: SpendFit | Refusal) {
  if ('refused' in fit) return fit;
  const { params, logLikelihood, spenders, standardErrors, search, meanOrder, correlation } = fit;
  return {
    ...params,
    logLikelihood,
    customers: spenders,
    standardErrors: standardErrors ?? null,
    meanOrder,
    correlation,
    search,
  };
}

/** What probabilities have meant so far: bands of the raw ones with what came true, and the curve that mends them. */
export function calibrationView({ calibratedDays, calibration, bands, aliveBands }: Tested) {
  return { days: calibratedDays, pOrder: bands, pAlive: aliveBands, curve: calibration?.points ?? null };
}

/** The back-test of the chosen model, and the main figures of both. */
export function backtestView({ fromDay, endDay, backtests }: Tested, chosen: LifetimeKind) {
  const { weekly, ...measured } = backtests[chosen];
  return {
    from: dateOf(fromDay),
    until: dateOf(endDay),
    ...measured,
    cumulative: weekly.weeks.at(-1) ?? null,
    byModel: { bgnbd: brief(backtests.bgnbd), mbgnbd: brief(backtests.mbgnbd) },
    weekly,
  };
}

export function dateOf(day: number): string {
  return toIso(day * DAY_MS).slice(0, 10);
}

function brief({ orders, correlation, discrimination, weekly }: Tested['backtests'][LifetimeKind]) {
  return { orders, correlation, discrimination, cumulative: weekly.weeks.at(-1) ?? null };
}
