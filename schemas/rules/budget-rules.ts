import type { RuleDescription } from './rule-description.ts';

/** What makes a budget of vouchers one that is kept, and a journey one that goes on when it is used up. */
export const budgetRules = {
  'budget-without-voucher': {
    severity: 'error',
    why: 'A budget counts the vouchers that the journey itself issues, and this one issues none: nothing would ever be counted.',
    fix: 'Move "offerBudget" to the journey that has the issue_voucher step, or remove it.',
    example: {
      given: 'The journey sends one mail, and issues no voucher.',
      bad: '"offerBudget": { "max": 500, "per": "P1M" }',
      good: '"caps": [{ "max": 1, "per": "P30D" }]',
    },
  },
  'budget-without-worth': {
    severity: 'error',
    why: 'What a voucher spends of a budget in money is what its pool says it is worth, and this pool does not say it in that currency.',
    fix: 'Give the pool a "value" with "amount" and "currency", or limit the number of vouchers by "max" instead.',
    example: {
      given: 'The pool comeback-20 states no value in money.',
      bad: `"offerBudget": { "value": { "amount": 2000, "currency": "EUR" }, "per": "P1M" },
"steps": [{ "id": "gift", "type": "issue_voucher", "pool": "comeback-20" }]`,
      good: `"offerBudget": { "max": 100, "per": "P1M" },
"steps": [{ "id": "gift", "type": "issue_voucher", "pool": "comeback-20" }]`,
    },
  },
  'budget-below-one-voucher': {
    severity: 'error',
    why: 'The budget is less than one voucher is worth, so nobody would ever get one.',
    fix: 'Raise the amount of the budget, or issue vouchers of another pool.',
    example: {
      given: 'A voucher of the pool five-euros is worth 5 EUR.',
      bad: `"offerBudget": { "value": { "amount": 2, "currency": "EUR" }, "per": "P1M" },
"steps": [{ "id": "gift", "type": "issue_voucher", "pool": "five-euros" }]`,
      good: `"offerBudget": { "value": { "amount": 200, "currency": "EUR" }, "per": "P1M" },
"steps": [{ "id": "gift", "type": "issue_voucher", "pool": "five-euros" }]`,
    },
  },
  'voucher-may-be-missing': {
    severity: 'error',
    why: 'When the budget is used up, this mail comes up for people who got no voucher, and would not be sent for want of its code.',
    fix: 'Move the mail into "onIssued" of the issue_voucher step, and say in "onRefused" what the others get.',
    example: {
      given: 'The template welcome shows the code of a voucher, and news does not.',
      bad: `"offerBudget": { "max": 100, "per": "P1M" },
"steps": [
  { "id": "gift", "type": "issue_voucher", "pool": "comeback-20" },
  { "id": "offer", "type": "send_email", "template": "welcome", "topic": "newsletter" }
]`,
      good: `"offerBudget": { "max": 100, "per": "P1M" },
"steps": [
  { "id": "gift", "type": "issue_voucher", "pool": "comeback-20",
    "onIssued": [{ "id": "offer", "type": "send_email", "template": "welcome", "topic": "newsletter" }],
    "onRefused": [{ "id": "update", "type": "send_email", "template": "news", "topic": "newsletter" }] }
]`,
    },
  },
  'never-refused': {
    severity: 'warning',
    why: 'Without a budget everybody gets the voucher, and nobody goes this way.',
    fix: 'Give the journey an "offerBudget", or remove "onRefused".',
    example: {
      given: 'The journey has no "offerBudget".',
      bad: `"steps": [
  { "id": "gift", "type": "issue_voucher", "pool": "comeback-20",
    "onRefused": [{ "id": "sorry", "type": "exit", "reason": "no voucher is left" }] }
]`,
      good: `"offerBudget": { "max": 100, "per": "P1M" },
"steps": [
  { "id": "gift", "type": "issue_voucher", "pool": "comeback-20",
    "onRefused": [{ "id": "sorry", "type": "exit", "reason": "no voucher is left" }] }
]`,
    },
  },
} as const satisfies Record<string, RuleDescription>;
