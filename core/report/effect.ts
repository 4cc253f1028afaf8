/** What a journey brought, against people who were held out: intention to treat, whatever became of the mails. */
import type { Trial } from './journey-tally.ts';
import { type Interval, newcombeInterval, peopleNeeded, rateOf, wilsonInterval } from './proportions.ts';
import { meanOf, revenueInterval } from './revenue.ts';

export type Verdict = 'more' | 'less' | 'inconclusive';

/** One measure of both groups. `difference` is what the journey adds for each person; lift is that relative to those held out. */
export type Measure = {
  readonly treated: number;
  readonly heldOut: number;
  readonly difference: number;
  /** Null where a group is too small to tell. */
  readonly interval: Interval | null;
  /** Null where those held out have nothing of it. */
  readonly lift: number | null;
  /** Over all who were treated, and its interval. */
  readonly brought: number;
  readonly broughtInterval: Interval | null;
  readonly verdict: Verdict;
};

export type Effect = {
  readonly people: { readonly treated: number; readonly heldOut: number };
  readonly converted: { readonly treated: number; readonly heldOut: number };
  readonly open: { readonly treated: number; readonly heldOut: number };
  readonly conversion: Measure & { readonly treatedInterval: Interval; readonly heldOutInterval: Interval };
  /** In units of the currency. */
  readonly revenue: Measure;
  /** People still missing, of both groups together, to find a difference as large as the observed one in 80 of 100 trials. */
  readonly needed: { readonly people: number | null; readonly more: number | null };
  readonly percents: readonly number[];
  readonly changedSides: number;
};

/** `digits` are those behind the point of the currency; the same seed gives the same interval of revenue. */
export function effectOf(trial: Trial, { seed, digits }: { readonly seed: string; readonly digits: number }): Effect {
  const { treated, heldOut, open, percents, changedSides } = trial;
  const all = peopleNeeded(treated, heldOut);
  const unit = 10 ** digits;
  const minor = revenueInterval(treated.buckets, heldOut.buckets, seed);
  return {
    people: { treated: treated.people, heldOut: heldOut.people },
    converted: { treated: treated.converted, heldOut: heldOut.converted },
    open,
    conversion: {
      ...measure([rateOf(treated), rateOf(heldOut)], newcombeInterval(treated, heldOut), treated.people),
      treatedInterval: wilsonInterval(treated),
      heldOutInterval: wilsonInterval(heldOut),
    },
    revenue: measure(
      [meanOf(treated.buckets) / unit, meanOf(heldOut.buckets) / unit],
      minor && [minor[0] / unit, minor[1] / unit],
      treated.people,
    ),
    needed: {
      people: all ?? null,
      more: all === undefined ? null : Math.max(0, all - treated.people - heldOut.people),
    },
    percents: Object.keys(percents)
      .map(Number)
      .sort((one, other) => one - other),
    changedSides,
  };
}

function measure([treated, heldOut]: readonly [number, number], interval: Interval | undefined, people: number): Measure {
  const difference = treated - heldOut;
  return {
    treated,
    heldOut,
    difference,
    interval: interval ?? null,
    lift: heldOut === 0 ? null : difference / heldOut,
    brought: difference * people,
    broughtInterval: interval === undefined ? null : [interval[0] * people, interval[1] * people],
    verdict: verdictOf(interval),
  };
}

/** An interval that holds 0 says nothing about the direction. */
function verdictOf(interval: Interval | undefined): Verdict {
  if (interval === undefined || (interval[0] <= 0 && interval[1] >= 0)) return 'inconclusive';
  return interval[0] > 0 ? 'more' : 'less';
}
