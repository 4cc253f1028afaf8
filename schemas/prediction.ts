import * as z from 'zod';
import { add, DAY_MS } from '#core/instant.ts';
import { type Prediction as CorePrediction, learnEveryOf, maxAgeOf } from '#core/prediction/settings.ts';
import { Orders } from './loyalty.ts';
import { Currency, Duration, otherwise, SchemaName, strict } from './primitives.ts';

/** A model that was learnt yesterday is no news, and one of last year knows nothing of today. */
const MaxAge = Duration.refine(
  (text) => /^P/.test(text) && add(0, text) >= 7 * DAY_MS && add(0, text) <= 366 * DAY_MS,
  otherwise('shorter than a week or longer than a year', 'write for instance "P45D": a model is learnt once a week'),
);

/** A schedule looks once a day; a model that is learnt once a season is old most of the time. */
const LearnEvery = Duration.refine(
  (text) => /^P[^T]+$/.test(text) && add(0, text) <= 90 * DAY_MS,
  otherwise('not a number of days up to 90', 'write for instance "P7D"; the schedule looks once a day'),
);

export const Prediction: z.ZodType<CorePrediction & { $schema?: string }> = strict({
  $schema: SchemaName,
  orders: Orders.exactOptional(),
  currency: Currency.describe(
    'What amounts are counted in. As in loyalty.json, where it is left out; without either all amounts are taken for one currency.',
  ).exactOptional(),
  rates: z
    .record(Currency, z.number().gt(0).max(1_000_000))
    .describe('Units of "currency" for one unit of another one.')
    .exactOptional(),
  model: z
    .enum(['mbgnbd', 'bgnbd'])
    .describe('"mbgnbd" where it is left out: under "bgnbd" whoever ordered once has never left.')
    .exactOptional(),
  margin: z
    .number()
    .gt(0)
    .max(1)
    .describe('What is left of revenue: 0.4 keeps 40 %. All of it, where it is left out.')
    .exactOptional(),
  yearlyDiscount: z
    .number()
    .min(0)
    .max(1)
    .describe('Money a year later is worth that much less: 0.15 divides it by 1.15. 0.1 where it is left out.')
    .exactOptional(),
  keepingCostPerYear: z
    .number()
    .min(0)
    .max(1_000_000)
    .describe('What keeping a customer costs in a year. 0 where it is left out.')
    .exactOptional(),
  maxAge: MaxAge.describe(
    'A model that is older says nothing any more, and segments go by their plain rule. P45D where it is left out.',
  ).exactOptional(),
  learnEvery: LearnEvery.describe(
    'How often a model is learnt by itself, at night; "rekindle learn" learns at any time. P7D where it is left out.',
  ).exactOptional(),
})
  .refine((settings) => add(0, learnEveryOf(settings)) < add(0, maxAgeOf(settings)), {
    path: ['learnEvery'],
    ...otherwise(
      'as long as "maxAge", or longer: each model would be too old before the next one',
      'learn more often, or raise "maxAge"',
    ),
  })
  .refine(
    ({ rates, currency }) => rates === undefined || currency !== undefined,
    otherwise('"rates" without "currency"', 'say what amounts are counted in: "currency": "EUR"'),
  )
  .meta({
    title: 'Prediction',
    description:
      'Forecasts by customer: the probability of being still active, of an order, the value to expect. Learnt from orders once a week, or as often as "learnEvery" says.',
  });
