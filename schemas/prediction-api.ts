/** Forecasts in the admin API. */
import * as z from 'zod';
import { Content } from './release-api.ts';

export const LearnState = z
  .object({
    status: z.enum(['requested', 'running', 'published', 'refused', 'failed']),
    by: z.string(),
    startedAt: z.iso.datetime(),
    doneAt: z.iso.datetime().optional(),
    customers: z.int().describe('Customers that were read so far.'),
    reason: z.string().optional().describe('Why nothing was learnt.'),
    release: z.string().optional().describe('The release that carries the model.'),
  })
  .meta({ id: 'LearnState' });

export const PredictionState = z
  .object({
    settings: Content.describe('As in prediction.json.'),
    model: Content.nullable().describe(
      'What was learnt: parameters, worth, back-test, calibration, notes. Null before the first time.',
    ),
    staleAt: z.iso.datetime().nullable().describe('From then on the model says nothing, and segments go by their plain rule.'),
    learning: LearnState.nullable().describe('The latest learning.'),
  })
  .meta({ id: 'PredictionState' });
