import type { RuleDescription } from './rule-description.ts';

/** What makes conditions on forecasts ones that can be answered, timed, and done without. */
export const predictionRules = {
  'forecast-without-settings': {
    severity: 'error',
    why: 'Forecasts are learnt only where catalogue/prediction.json asks for it; without it the condition would never hold.',
    fix: 'Add catalogue/prediction.json; {} is enough.',
    example: {
      given: 'There is no catalogue/prediction.json.',
      bad: '"when": { "attribute": "prediction.pAlive", "lt": 0.5 }',
      good: '"when": { "event": "Order Completed", "count": { "is": 0 }, "within": "P60D" }',
    },
  },
  'unknown-forecast': {
    severity: 'error',
    why: 'Names that begin with prediction, clv and rfm are those of forecasts, and there is none of this name.',
    fix: 'Correct the name.',
    example: {
      bad: '"when": { "attribute": "prediction.alive", "lt": 0.5 }',
      good: '"when": { "attribute": "prediction.pAlive", "lt": 0.5 }',
    },
  },
  'forecast-comparison': {
    severity: 'error',
    why: 'Probabilities and values fall a little every moment. When one goes below a line can be solved for; when one equals a number cannot.',
    fix: 'Use lt, lte, gt, gte with a number, or exists.',
    example: {
      bad: '"when": { "attribute": "prediction.pAlive", "is": 0.5 }',
      good: '"when": { "attribute": "prediction.pAlive", "lt": 0.5 }',
    },
  },
  'forecast-without-fallback': {
    severity: 'error',
    why: 'Before a model is learnt, and when it is too old or a shop too small for one, nobody has a forecast: without a plain rule such a segment stands empty, or holds everybody.',
    fix: 'Add "fallback": the condition that you would write without forecasts.',
    example: {
      bad: '"when": { "attribute": "prediction.pAlive", "lt": 0.5 }',
      good: `"when": { "attribute": "prediction.pAlive", "lt": 0.5 },
"fallback": { "all": [{ "event": "Order Completed" }, { "not": { "event": "Order Completed", "within": "P60D" } }] }`,
    },
  },
  'forecast-in-fallback': {
    severity: 'error',
    why: 'The plain rule is for when there is no forecast.',
    fix: 'Say it with events, attributes and periods.',
    example: {
      bad: `"when": { "attribute": "prediction.pAlive", "lt": 0.5 },
"fallback": { "attribute": "clv.next12Months", "lt": 10 }`,
      good: `"when": { "attribute": "prediction.pAlive", "lt": 0.5 },
"fallback": { "not": { "event": "Order Completed", "within": "P60D" } }`,
    },
  },
  'unused-fallback': {
    severity: 'warning',
    why: 'A plain rule counts only where the condition of the segment asks for a forecast.',
    fix: 'Remove it.',
    example: {
      bad: `"when": { "attribute": "country", "is": "PT" },
"fallback": { "attribute": "country", "is": "ES" }`,
      good: '"when": { "attribute": "country", "is": "PT" }',
    },
  },
} as const satisfies Record<string, RuleDescription>;
