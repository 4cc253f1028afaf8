import * as z from 'zod';
import type { PredictionModel as CoreModel } from '#core/prediction/model.ts';
import { InstantText, otherwise, strict } from './primitives.ts';

const Parameter = z.number().gt(0).max(1_000_000);
const Kind = z.enum(['mbgnbd', 'bgnbd']);
const Share = z.number().min(0).max(1);
const Cut = z.number().nullable();
const Cuts = z.tuple([Cut, Cut, Cut, Cut]);
const Rfm = strict({ silentDays: Cuts, orderDays: Cuts, revenue: Cuts });
const Points = z
  .array(strict({ predicted: Share, observed: Share }))
  .min(2)
  .max(50)
  .refine(
    (points) => points.every((one, i) => i === 0 || one.predicted > (points[i - 1]?.predicted ?? 1)),
    otherwise('the points are not in the order of "predicted"', 'sort them from the smallest to the largest'),
  );
const Spend = strict({ p: Parameter, q: Parameter, v: Parameter });

/** A model as somebody writes it by hand, for a test. */
export const ModelParameters = strict({
  kind: Kind.describe('"mbgnbd" where it is left out.').exactOptional(),
  r: Parameter.describe(
    'Shape of the rates at which customers order; with "alpha" in weeks: r / alpha orders a week on average.',
  ),
  alpha: Parameter.describe('In weeks.'),
  a: Parameter.describe('Of the chance to leave after an order: a / (a + b) on average.'),
  b: Parameter,
  spend: Spend.describe('Gamma-Gamma, of the value of an order. Without it "clv.next12Months" has no value.').exactOptional(),
  calibration: Points.describe(
    'What a probability of an order within 90 days has meant: { "predicted": 0.3, "observed": 0.5 } says that half of those with 0.3 ordered. Without it "prediction.pOrder90Days" has no value.',
  ).exactOptional(),
  rfm: Rfm.describe('The smallest value (of "silentDays" the largest) that has the score 2, 3, 4 and 5.').exactOptional(),
});

export type ModelParameters = z.infer<typeof ModelParameters>;

const Params = z.object({ r: Parameter, alpha: Parameter, a: Parameter, b: Parameter });

/** A model as "rekindle predict --save" writes it, and as a published release carries it. What only reports show is taken as it is. */
export const PredictionModel: z.ZodType<CoreModel> = z.looseObject({
  version: z.literal(1),
  kind: Kind,
  params: Params,
  fittedAt: InstantText,
  untilDay: z.int(),
  unit: z.literal('P7D'),
  customers: z.int().min(0),
  repeatBuyers: z.int().min(0),
  logLikelihood: z.number(),
  prior: z.boolean(),
  worth: z.looseObject({ confidence: z.enum(['low', 'fair', 'good']) }),
  spend: z.object({ p: Parameter, q: Parameter, v: Parameter }).exactOptional(),
  calibration: z.looseObject({ points: Points, days: z.int().min(1) }).exactOptional(),
  rfm: Rfm,
  notes: z.array(z.string()),
});
