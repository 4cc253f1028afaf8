import type { Backtest } from './backtest.ts';
import type { Calibration } from './calibration.ts';
import type { Worth } from './fit-lifetime.ts';
import type { Lifetime, LifetimeParams } from './lifetime.ts';
import type { RfmCuts } from './rfm.ts';
import type { SpendParams } from './spend.ts';

/** What was learnt of a shop's customers: plain data, versioned, published and stored like everything else. */
export type PredictionModel = Lifetime & {
  readonly version: 1;
  /** When it was learnt, and the last day, from 1970-01-01, of which orders were known. */
  readonly fittedAt: string;
  readonly untilDay: number;
  /** Of alpha and of all times of the model. */
  readonly unit: 'P7D';
  readonly customers: number;
  readonly repeatBuyers: number;
  readonly logLikelihood: number;
  /** Of the logarithms of the parameters. */
  readonly standardErrors?: LifetimeParams;
  /** Whether what other shops are like took part. */
  readonly prior: boolean;
  readonly worth: Worth;
  /** None where too few have paid for a second order; why, stands in `notes`. */
  readonly spend?: SpendParams;
  /** Of the probability of an order within `days`; none where history is too short, or customers too few. */
  readonly calibration?: Calibration & { readonly days: number };
  readonly backtest?: Backtest;
  readonly rfm: RfmCuts;
  /** What a reader must know, in words. */
  readonly notes: readonly string[];
};
