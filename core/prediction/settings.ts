/** What a company says about predictions, in `prediction.json`, and what a release carries of them. */
import type { Duration } from '../instant.ts';
import { type Exchange, minorDigits } from '../loyalty/money.ts';
import { type Loyalty, type Orders, ordersOf } from '../loyalty/programme.ts';
import type { LifetimeKind } from './lifetime.ts';
import type { PredictionModel } from './model.ts';

export type Prediction = {
  /** How orders and refunds are called; as in the loyalty programme, where it is left out. */
  readonly orders?: Partial<Orders>;
  /** Amounts in another currency count by their rate. Without it all amounts are taken for one currency. */
  readonly currency?: string;
  readonly rates?: Readonly<Record<string, number>>;
  /** `mbgnbd` where it is left out. */
  readonly model?: LifetimeKind;
  /** What is left of revenue, from 0 to 1: all of it, where it is left out. */
  readonly margin?: number;
  /** Money a year later is worth that much less: 0.15 divides it by 1.15. 0.1 where it is left out. */
  readonly yearlyDiscount?: number;
  /** What keeping a customer costs in a year. Nothing, where it is left out. */
  readonly keepingCostPerYear?: number;
  /** A model that is older says nothing any more. P45D where it is left out. */
  readonly maxAge?: Duration;
  /** How often a model is learnt by itself. P7D where it is left out. */
  readonly learnEvery?: Duration;
};

/** Settings and the model that was learnt under them; without a model nothing is foretold yet. */
export type ReleasedPrediction = { readonly settings: Prediction; readonly model?: PredictionModel };

/** How orders are read out of events. */
export type OrderReading = { readonly orders: Orders; readonly exchange?: Exchange };

export function orderReading({ orders, currency, rates }: Prediction, loyalty: Loyalty | undefined): OrderReading {
  const counted = currency ?? loyalty?.currency;
  return {
    orders: ordersOf({ ...loyalty?.orders, ...orders }),
    ...(counted !== undefined && {
      exchange: { currency: counted, digits: minorDigits(counted), rates: rates ?? loyalty?.rates ?? {} },
    }),
  };
}

/** What a company reckons with, where it does not say. */
export const valueTermsOf = ({ margin = 1, yearlyDiscount = 0.1, keepingCostPerYear = 0 }: Prediction): ValueTermsOf => ({
  margin,
  yearlyDiscount,
  keepingCostPerYear,
});

type ValueTermsOf = { readonly margin: number; readonly yearlyDiscount: number; readonly keepingCostPerYear: number };

export const learnEveryOf = ({ learnEvery = 'P7D' }: Prediction): Duration => learnEvery;
export const maxAgeOf = ({ maxAge = 'P45D' }: Prediction): Duration => maxAge;
export const kindOf = ({ model = 'mbgnbd' }: Prediction): LifetimeKind => model;
