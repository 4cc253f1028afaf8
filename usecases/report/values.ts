/** What customers are worth, so far and in the coming year, as a report tells it. */
import { add, DAY_MS, fromIso, type Instant, toIso } from '#core/instant.ts';
import type { Catalogue } from '#core/linked.ts';
import { maxAgeOf, valueTermsOf } from '#core/prediction/settings.ts';
import { added } from '#core/report/added.ts';
import { plainReading } from '#core/report/orders.ts';
import { medianMinor, type Spread, type ValueSums, type ValueTally, type ValueTerms } from '#core/report/value-tally.ts';

const CLV = 'clv.next12Months';

/** Undefined where the release asks for no forecasts: then nobody has said what a customer is worth. */
export function valueTerms(catalogue: Catalogue | undefined): ValueTerms | undefined {
  const settings = catalogue?.release.prediction?.settings;
  const linked = catalogue?.prediction;
  if (settings === undefined || linked === undefined) return undefined;
  const { orders, exchange } = linked.reading;
  return {
    reading: { ...plainReading, ...exchange, orders },
    ...valueTermsOf(settings),
    forecast: (customer, at) => {
      const why = linked.missing([CLV], customer, at);
      if (why !== undefined) return why;
      const { [CLV]: clv, 'rfm.group': group } = linked.values(customer, at);
      return typeof clv === 'number' && typeof group === 'string' ? { clv, group } : `the model does not tell ${CLV}`;
    },
  };
}

/** In units of the currency; means and the median are null where there is nobody. */
type Figures = {
  readonly customers: number;
  /** Revenue times the margin less the cost of keeping them so far, in money of each one's first order. */
  readonly historic: number;
  readonly historicMean: number | null;
  /** Those of them of whom something is foretold. */
  readonly foretold: number;
  /** What is expected of these in the next twelve months. */
  readonly predicted: number;
  readonly predictedMean: number | null;
};

type WithMedian = Figures & { readonly predictedMedian: number | null };

export type ValueReport = {
  readonly currency: string | null;
  readonly margin: number;
  readonly yearlyDiscount: number;
  readonly keepingCostPerYear: number;
  /** What the forecasts come from; null where nothing was learnt yet. */
  readonly model: {
    readonly kind: string;
    readonly learntAt: string;
    /** Whole days from then to the report. */
    readonly ageDays: number;
    /** From then on it says nothing any more. */
    readonly staleAt: string;
    readonly confidence: string;
    readonly notes: readonly string[];
  } | null;
  readonly all: WithMedian;
  /** Why nothing is foretold of the others. */
  readonly missing: Readonly<Record<string, number>>;
  readonly groups: readonly (WithMedian & { readonly group: string })[];
  readonly cohorts: readonly (Figures & { readonly month: string })[];
};

/** Null where the release that the report was gathered under asks for no forecasts. */
export function valueReport(
  { cohorts, groups, missing }: ValueTally,
  catalogue: Catalogue | undefined,
  at: Instant,
): ValueReport | null {
  const settings = catalogue?.release.prediction?.settings;
  const terms = valueTerms(catalogue);
  if (catalogue === undefined || settings === undefined || terms === undefined) return null;
  const { currency, digits } = terms.reading;
  const units = figuresIn(digits);
  const spread = Object.values(groups).reduce<Spread>((sum, one) => added(sum, one.spread), {});
  return {
    currency,
    ...valueTermsOf(settings),
    model: modelOf(catalogue, at),
    all: { ...units.of(Object.values(cohorts).reduce(added, nobody)), predictedMedian: units.median(spread) },
    missing,
    groups: Object.entries(groups)
      .map(([group, one]) => ({ group, ...units.of(one), predictedMedian: units.median(one.spread) }))
      .sort((one, other) => other.predicted - one.predicted || (one.group < other.group ? -1 : 1)),
    cohorts: Object.entries(cohorts)
      .map(([month, one]) => ({ month, ...units.of(one) }))
      .sort((one, other) => (one.month < other.month ? -1 : 1)),
  };
}

const nobody: ValueSums = { customers: 0, historicMinor: 0, foretold: 0, foretoldMinor: 0 };

function figuresIn(digits: number) {
  const unit = 10 ** digits;
  return {
    of: ({ customers, historicMinor, foretold, foretoldMinor }: ValueSums): Figures => ({
      customers,
      historic: historicMinor / unit,
      historicMean: customers === 0 ? null : historicMinor / unit / customers,
      foretold,
      predicted: foretoldMinor / unit,
      predictedMean: foretold === 0 ? null : foretoldMinor / unit / foretold,
    }),
    median: (spread: Spread): number | null => {
      const minor = medianMinor(spread);
      return minor === undefined ? null : minor / unit;
    },
  };
}

function modelOf({ release: { prediction } }: Catalogue, at: Instant): ValueReport['model'] {
  if (prediction?.model === undefined) return null;
  const { kind, fittedAt, worth, notes } = prediction.model;
  const learntAt = fromIso(fittedAt) ?? 0;
  return {
    kind,
    learntAt: fittedAt,
    ageDays: Math.max(0, Math.floor((at - learntAt) / DAY_MS)),
    staleAt: toIso(add(learntAt, maxAgeOf(prediction.settings))),
    confidence: worth.confidence,
    notes,
  };
}
