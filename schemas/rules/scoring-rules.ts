import type { RuleDescription } from './rule-description.ts';

/** What makes scores and stages ones that can be counted and reached. */
export const scoringRules = {
  'scoring-circle': {
    severity: 'error',
    why: 'Scores and stages that depend on themselves have no answer. A score stands first, then segments, then stages, then whatever asks about stages.',
    fix: 'Say the condition itself, with events and attributes.',
    example: {
      bad: `"rules": [
  { "id": "ordered", "event": "Order Completed", "points": 20 },
  { "id": "hot", "when": { "score": "lead", "gte": 20 }, "points": 5 }
]`,
      good: `"rules": [
  { "id": "ordered", "event": "Order Completed", "points": 20 },
  { "id": "hot", "when": { "event": "Order Completed", "count": { "gte": 2 } }, "points": 5 }
]`,
    },
  },
  'score-out-of-reach': {
    severity: 'error',
    why: 'The score stays between its min and its max, so the condition holds for everybody or for nobody.',
    fix: 'Correct the bound, or the min or max of the score.',
    example: {
      given: 'The score "lead" has the min 0 and the max 100.',
      bad: '"when": { "score": "lead", "gte": 200 }',
      good: '"when": { "score": "lead", "gte": 80 }',
    },
  },
  'rule-twice': {
    severity: 'warning',
    why: 'Two rules of one score for the same thing both give their points, which is rarely meant.',
    fix: 'Make one rule of the two.',
    example: {
      bad: `"rules": [
  { "id": "ordered", "event": "Order Completed", "points": 20 },
  { "id": "bought", "event": "Order Completed", "points": 15 }
]`,
      good: `"rules": [
  { "id": "ordered", "event": "Order Completed", "points": 20 },
  { "id": "large", "event": "Order Completed", "where": { "property": "revenue", "gte": 200 }, "points": 15 }
]`,
    },
  },
  'unreachable-stage': {
    severity: 'error',
    why: 'Whoever fulfils its condition also fulfils that of a higher stage, and is there instead.',
    fix: 'Put the stages in the order of their conditions, the easiest first.',
    example: {
      bad: `"stages": [
  { "id": "qualified", "name": "Qualified", "when": { "score": "lead", "gte": 50 } },
  { "id": "lead", "name": "Lead", "when": { "score": "lead", "gte": 10 } }
]`,
      good: `"stages": [
  { "id": "lead", "name": "Lead", "when": { "score": "lead", "gte": 10 } },
  { "id": "qualified", "name": "Qualified", "when": { "score": "lead", "gte": 50 } }
]`,
    },
  },
} as const satisfies Record<string, RuleDescription>;
