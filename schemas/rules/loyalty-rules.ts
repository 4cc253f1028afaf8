import type { RuleDescription } from './rule-description.ts';

/** What makes a loyalty programme one that gives what it promises. */
export const loyaltyRules = {
  'earn-rules-overlap': {
    severity: 'warning',
    why: 'Both rules may count for the same event. Unless something is said, only the better one does, which is not what everybody expects.',
    fix: 'Add "combine": "best" (the better one counts) or "combine": "sum" (both do), or let "where" and "when" tell the rules apart.',
    example: {
      given: 'The piece stands in catalogue/loyalty.json.',
      bad: `"earn": [
  { "id": "orders", "event": "Order Completed", "per": { "points": 1 } },
  { "id": "welcome-gift", "event": "Order Completed", "points": 50, "limit": { "max": 1 } }
]`,
      good: `"combine": "sum",
"earn": [
  { "id": "orders", "event": "Order Completed", "per": { "points": 1 } },
  { "id": "welcome-gift", "event": "Order Completed", "points": 50, "limit": { "max": 1 } }
]`,
    },
  },
  'earns-nothing': {
    severity: 'error',
    why: 'The rule can never give a point.',
    fix: 'Correct the amount, the event or the source, or remove the rule.',
    example: {
      given: 'What forms post comes from web pages, which count only where a rule says "from": "anyone".',
      bad: '"earn": [{ "id": "sign-up", "event": "Form Submitted", "points": 20, "limit": { "max": 1 } }]',
      good: '"earn": [{ "id": "sign-up", "event": "Form Submitted", "points": 20, "limit": { "max": 1 }, "from": "anyone" }]',
    },
  },
  'pending-beyond-expiry': {
    severity: 'error',
    why: 'Points lapse counted from the day they were earned: these are gone before they are confirmed, and nobody can ever spend them.',
    fix: 'Let points live longer than they are pending.',
    example: {
      given: 'The piece stands in catalogue/loyalty.json.',
      bad: '"pending": { "for": "P60D" }, "expiry": { "after": "P30D" }',
      good: '"pending": { "for": "P14D" }, "expiry": { "after": "P1Y" }',
    },
  },
  'grace-beyond-window': {
    severity: 'warning',
    why: 'A tier that is kept for longer than it takes to earn it again is hardly ever lost.',
    fix: 'Make the grace shorter than the window, or leave the window out: then tiers are for life.',
    example: {
      given: 'The piece stands in catalogue/loyalty.json.',
      bad: `"tiers": { "by": "spend", "window": { "rolling": "P6M" }, "grace": "P1Y",
  "levels": [{ "id": "silver", "name": "Silver", "from": 100 }] }`,
      good: `"tiers": { "by": "spend", "window": { "rolling": "P12M" }, "grace": "P1M",
  "levels": [{ "id": "silver", "name": "Silver", "from": 100 }] }`,
    },
  },
  'nothing-expires': {
    severity: 'error',
    why: 'The journey waits for points to lapse, and in this programme they never do.',
    fix: 'Add "expiry" to catalogue/loyalty.json, or archive the journey.',
    example: {
      given: 'The programme has no "expiry".',
      bad: '"trigger": { "type": "points", "expiring": "P14D" }',
      good: '"trigger": { "type": "points", "reached": 500 }',
    },
  },
} as const satisfies Record<string, RuleDescription>;
