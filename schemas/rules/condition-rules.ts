import type { RuleDescription } from './rule-description.ts';

/** What makes a condition one that decides something. */
export const conditionRules = {
  'segment-circle': {
    severity: 'error',
    why: 'Segments that are defined by each other have no answer.',
    fix: 'Let one of them say its conditions itself.',
    example: {
      bad: `catalogue/segments/regulars.json
{ "id": "regulars", "name": "Regulars", "when": { "segment": "fans" } }
catalogue/segments/fans.json
{ "id": "fans", "name": "Fans", "when": { "segment": "regulars" } }`,
      good: `catalogue/segments/regulars.json
{ "id": "regulars", "name": "Regulars", "when": { "event": "Order Completed", "count": { "gte": 5 } } }
catalogue/segments/fans.json
{ "id": "fans", "name": "Fans", "when": { "segment": "regulars" } }`,
    },
  },
  'never-true': {
    severity: 'error',
    why: 'Nobody can ever meet the condition.',
    fix: 'Correct or remove the contradiction.',
    example: {
      bad: '"when": { "all": [{ "attribute": "country", "is": "PT" }, { "attribute": "country", "is": "ES" }] }',
      good: '"when": { "attribute": "country", "in": ["PT", "ES"] }',
    },
  },
  'always-true': {
    severity: 'warning',
    why: 'A condition that holds for everybody decides nothing.',
    fix: 'Correct the bound, or remove the condition.',
    example: {
      bad: '"when": { "event": "Order Completed", "count": { "gte": 0 } }',
      good: '"when": { "event": "Order Completed", "count": { "gte": 1 } }',
    },
  },
  'property-without-event': {
    severity: 'error',
    why: '"property" reads the event that started the run, and here is none.',
    fix: 'Use "attribute", or put it into the "where" of an event.',
    example: {
      bad: `catalogue/segments/great-orders.json
{ "id": "great-orders", "name": "Great orders", "when": { "property": "revenue", "gte": 200 } }`,
      good: `catalogue/segments/great-orders.json
{ "id": "great-orders", "name": "Great orders",
  "when": { "event": "Order Completed", "where": { "property": "revenue", "gte": 200 } } }`,
    },
  },
  'loyalty-needed': {
    severity: 'error',
    why: 'Tiers and points exist only with a loyalty programme.',
    fix: 'Add catalogue/loyalty.json.',
    example: {
      given: 'There is no catalogue/loyalty.json.',
      bad: '"when": { "tier": "gold" }',
      good: '"when": { "event": "Order Completed", "sum": { "property": "revenue", "gte": 500 } }',
    },
  },
} as const satisfies Record<string, RuleDescription>;
