import type { RuleDescription } from './rule-description.ts';

/** What makes a file one that can be read at all. */
export const fileRules = {
  'json-syntax': {
    severity: 'error',
    why: 'A file that is not JSON cannot be read at all.',
    fix: 'Mend the text at the line and column given.',
    example: {
      bad: '{ "id": "newsletter", "name": "Newsletter" "type": "marketing" }',
      good: '{ "id": "newsletter", "name": "Newsletter", "type": "marketing" }',
    },
  },
  'duplicate-key': {
    severity: 'error',
    why: 'JSON keeps only the last of two equal keys, so the first is silently lost.',
    fix: 'Remove or rename one of the two.',
    example: {
      bad: '{ "id": "newsletter", "name": "Newsletter", "name": "Once a month", "type": "marketing" }',
      good: '{ "id": "newsletter", "name": "Newsletter", "description": "Once a month", "type": "marketing" }',
    },
  },
  'unknown-file': {
    severity: 'warning',
    why: 'A file in the wrong folder or with the wrong name is not published.',
    fix: 'Move it to where its kind belongs.',
    example: { bad: 'catalogue/journey/birthday.json', good: 'catalogue/journeys/birthday.json' },
  },
  'missing-file': {
    severity: 'error',
    why: 'Topics and policy are needed to send anything.',
    fix: 'Add the file.',
    example: {
      bad: 'catalogue/topics.json\ncatalogue/journeys/welcome.json',
      good: 'catalogue/policy.json\ncatalogue/topics.json\ncatalogue/journeys/welcome.json',
    },
  },
  'unknown-key': {
    severity: 'error',
    why: 'A misspelt key would be ignored without a word.',
    fix: 'Correct the key or remove it.',
    example: {
      bad: '{ "id": "pause", "type": "delay", "fro": "P3D" }',
      good: '{ "id": "pause", "type": "delay", "for": "P3D" }',
    },
  },
  'missing-key': {
    severity: 'error',
    why: 'The file cannot work without it.',
    fix: 'Add the key.',
    example: {
      bad: '{ "id": "hello", "type": "send_email", "template": "welcome" }',
      good: '{ "id": "hello", "type": "send_email", "template": "welcome", "topic": "newsletter" }',
    },
  },
  'wrong-value': {
    severity: 'error',
    why: 'The value is not one that the schema allows.',
    fix: 'Use a value that the schema describes.',
    example: {
      bad: '{ "id": "pause", "type": "delay", "for": "3 days" }',
      good: '{ "id": "pause", "type": "delay", "for": "P3D" }',
    },
  },
  'tiers-ascending': {
    severity: 'error',
    why: 'A tier is the highest whose spend is reached, so tiers are listed from the lowest up.',
    fix: 'Sort the tiers by spend; no two alike.',
    example: {
      bad: `"tiers": [
  { "id": "gold", "name": "Gold", "spend": 500 },
  { "id": "silver", "name": "Silver", "spend": 100 }
]`,
      good: `"tiers": [
  { "id": "silver", "name": "Silver", "spend": 100 },
  { "id": "gold", "name": "Gold", "spend": 500 }
]`,
    },
  },
  'unread-translation': {
    severity: 'warning',
    why: 'Pages for recipients come in certain languages; a translation of a topic into another one is never shown.',
    fix: 'Correct the language tag, or remove the translation.',
    example: {
      bad: `"translations": { "po": { "name": "Novidades" } }`,
      good: `"translations": { "pt": { "name": "Novidades" } }`,
    },
  },
  'form-fields': {
    severity: 'error',
    why: 'The form could not be filled in, or its answer could not be used.',
    fix: 'Correct the fields.',
    example: {
      bad: `"fields": [
  { "name": "email", "type": "text", "label": "E-mail" }
]`,
      good: `"fields": [
  { "name": "email", "type": "email", "label": "E-mail", "required": true }
]`,
    },
  },
  'double-opt-in': {
    severity: 'error',
    why: 'Nobody could confirm what the form asks for.',
    fix: 'Complete the settings of the double opt-in.',
    example: {
      bad: '"optIn": "double"',
      good: '"optIn": "double",\n"confirmation": { "template": "confirm", "reminders": ["P1D", "P4D"] }',
    },
  },
  'reserved-id': {
    severity: 'error',
    why: 'Rekindle makes a journey and a topic of this name itself, for forms with a double opt-in.',
    fix: 'Choose another id.',
    example: {
      given: 'The form offers has a double opt-in.',
      bad: 'catalogue/journeys/confirm-offers.json',
      good: 'catalogue/journeys/offers-confirmed.json',
    },
  },
} as const satisfies Record<string, RuleDescription>;
