import { aliveOutcomes, backtest, orderOutcomes } from '#core/prediction/backtest.ts';
import { type BuyerDays, groupBuyers } from '#core/prediction/buyer-groups.ts';
import { bandsOf, calibrate } from '#core/prediction/calibration.ts';
import { fitLifetime, type LifetimeFit, type Refusal } from '#core/prediction/fit-lifetime.ts';
import { CALIBRATED_DAYS } from '#core/prediction/learn-model.ts';
import type { Lifetime, LifetimeKind } from '#core/prediction/lifetime.ts';
import type { SpendParams } from '#core/prediction/spend.ts';
import { type KnownPerson, type Person, trackedWeeks, trialsAt } from './people.ts';

export type Fits = Readonly<Record<LifetimeKind, LifetimeFit | Refusal>>;

export type TestRequest = {
  readonly people: readonly Person[];
  readonly kind: LifetimeKind;
  readonly untilDay: number;
  readonly horizonDays: number;
};

export type Tested = NonNullable<ReturnType<typeof testPredictions>>;

/** A test shorter than that says nothing. */
const TEST_DAYS_MIN = 28;

/**
 * What came true in the days after `untilDay`, where the orders go on for four weeks; else of fits that have not seen the last
 * third of the days. At most for as long as the horizon. Undefined where there are too few days, or customers, to test with.
 */
export function testPredictions(request: TestRequest, models: { readonly fits: Fits; readonly spend?: SpendParams }) {
  const { people, kind, untilDay } = request;
  const { fromDay, endDay } = testDays(request);
  const days = endDay - fromDay;
  if (days < TEST_DAYS_MIN) return undefined;
  const trials = trialsAt(people, fromDay, endDay);
  const { bgnbd, mbgnbd } = fromDay === untilDay ? models.fits : fitsOf(trials.map(({ before }) => before));
  if ('refused' in bgnbd || 'refused' in mbgnbd) return undefined;
  const measured = (lifetime: Lifetime) => ({
    ...backtest({ lifetime, ...(models.spend !== undefined && { spend: models.spend }) }, trials, days),
    weekly: trackedWeeks(lifetime, people, { fromDay, endDay }),
  });
  return {
    fromDay,
    endDay,
    backtests: { bgnbd: measured(bgnbd), mbgnbd: measured(mbgnbd) },
    ...calibrationOf(kind === 'bgnbd' ? bgnbd : mbgnbd, trials, days),
  };
}

/** Both models, so that they can be compared. */
export function fitsOf(buyers: Iterable<BuyerDays>): Fits {
  const groups = groupBuyers(buyers);
  return { bgnbd: fitLifetime('bgnbd', groups), mbgnbd: fitLifetime('mbgnbd', groups) };
}

function testDays({ people, untilDay, horizonDays }: TestRequest): { fromDay: number; endDay: number } {
  let [first, last] = [untilDay, untilDay];
  for (const { days } of people) [first, last] = [Math.min(first, days[0] ?? first), Math.max(last, days.at(-1) ?? last)];
  const longest = Math.floor(horizonDays);
  const ahead = Math.min(longest, last - untilDay);
  if (ahead >= TEST_DAYS_MIN) return { fromDay: untilDay, endDay: untilDay + ahead };
  return { fromDay: untilDay - Math.min(longest, Math.floor((untilDay - first) / 3)), endDay: untilDay };
}

function calibrationOf(lifetime: Lifetime, trials: readonly KnownPerson[], days: number) {
  const calibratedDays = Math.min(CALIBRATED_DAYS, days);
  const outcomes = orderOutcomes(lifetime, trials, calibratedDays);
  return {
    calibratedDays,
    calibration: calibrate(outcomes),
    bands: bandsOf(outcomes),
    aliveBands: bandsOf(aliveOutcomes(lifetime, trials)),
  };
}
