import { DAY_MS, type Instant, NEVER } from '../instant.ts';

/** 1 (least) to 5 (most) of recency, frequency and monetary value, and the group that people of such scores belong to. */
export type Rfm = { readonly recency: Score; readonly frequency: Score; readonly monetary: Score; readonly group: RfmGroup };

type Score = 1 | 2 | 3 | 4 | 5;

const rfmGroups = ['champions', 'loyal', 'recent', 'attention', 'at-risk', 'lost'] as const;

/**
 * By recency R and worth W, the mean of frequency and monetary value rounded up: **champions** R ≥ 4 and W ≥ 4; **loyal** R ≥ 3
 * and W ≥ 3 beside these; **recent** R ≥ 4, W ≤ 2; **attention** R = 3, W ≤ 2; **at-risk** R ≤ 2, W ≥ 3; **lost** R ≤ 2, W ≤ 2.
 */
type RfmGroup = (typeof rfmGroups)[number];

export type RfmFacts = { readonly lastOrderDay: number; readonly orderDays: number; readonly revenue: number };

/** The smallest value that has the score 2, 3, 4 and 5; recency counts in days of silence, so there it is the largest. */
export type RfmCuts = { readonly silentDays: Cuts; readonly orderDays: Cuts; readonly revenue: Cuts };
/** None where nobody reaches the score. */
type Cut = number | null;
type Cuts = readonly [Cut, Cut, Cut, Cut];

/**
 * Quintiles of these customers, as they are on a day. Equal values have equal scores: that of the middle of their ranks. So
 * where half of all customers ordered once, these have frequency 2, nobody has 1, and the rest share 3 to 5.
 */
export function rfmCuts(customers: Iterable<RfmFacts>, today: number): RfmCuts {
  return {
    silentDays: cutsOf(customers, ({ lastOrderDay }) => lastOrderDay - today).map((cut) => cut && -cut) as unknown as Cuts,
    orderDays: cutsOf(customers, ({ orderDays }) => orderDays),
    revenue: cutsOf(customers, ({ revenue }) => revenue),
  };
}

/** The scores of one customer at a time, in days from 1970-01-01. Silence counts whole days. */
export function rfmOf(cuts: RfmCuts, { lastOrderDay, orderDays, revenue }: RfmFacts, nowDays: number): Rfm {
  const silentDays = Math.floor(nowDays) - lastOrderDay;
  const recency = scoreOf(cuts.silentDays, (cut) => silentDays <= cut);
  const frequency = scoreOf(cuts.orderDays, (cut) => orderDays >= cut);
  const monetary = scoreOf(cuts.revenue, (cut) => revenue >= cut);
  return { recency, frequency, monetary, group: groupOf(recency, Math.ceil((frequency + monetary) / 2)) };
}

/** The instant after `now` at which the scores of a customer who does not order next change; NEVER where they do not. */
export function whenRfmChanges({ silentDays }: RfmCuts, { lastOrderDay }: RfmFacts, now: Instant): Instant {
  const changes = silentDays.filter((cut) => cut !== null).map((cut) => (lastOrderDay + cut + 1) * DAY_MS);
  return changes.filter((at) => at > now).reduce((first, at) => Math.min(first, at), NEVER);
}

function groupOf(recency: Score, worth: number): RfmGroup {
  if (recency <= 2) return worth >= 3 ? 'at-risk' : 'lost';
  if (worth <= 2) return recency === 3 ? 'attention' : 'recent';
  return recency >= 4 && worth >= 4 ? 'champions' : 'loyal';
}

function cutsOf(customers: Iterable<RfmFacts>, of: (customer: RfmFacts) => number): Cuts {
  const sorted = Float64Array.from(customers, of).sort();
  const cuts: [Cut, Cut, Cut, Cut] = [null, null, null, null];
  for (let start = 0; start < sorted.length; ) {
    let end = start;
    while (end < sorted.length && sorted[end] === sorted[start]) end += 1;
    const score = 1 + Math.floor((5 * (start + end)) / (2 * sorted.length));
    for (let at = 0; at < score - 1; at += 1) cuts[at] ??= sorted[start] as number;
    start = end;
  }
  return cuts;
}

function scoreOf(cuts: Cuts, reaches: (cut: number) => boolean): Score {
  return (1 + cuts.filter((cut) => cut !== null && reaches(cut)).length) as Score;
}
