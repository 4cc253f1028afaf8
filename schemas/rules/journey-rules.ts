import type { RuleDescription } from './rule-description.ts';

/** What makes a journey one that people can go. */
export const journeyRules = {
  'unreachable-step': {
    severity: 'error',
    why: 'Everybody has left the journey before this step.',
    fix: 'Move it before the exit, or remove it.',
    example: {
      bad: `"steps": [
  { "id": "done", "type": "exit", "reason": "welcomed" },
  { "id": "hello", "type": "send_email", "template": "welcome", "topic": "newsletter" }
]`,
      good: `"steps": [
  { "id": "hello", "type": "send_email", "template": "welcome", "topic": "newsletter" },
  { "id": "done", "type": "exit", "reason": "welcomed" }
]`,
    },
  },
  'empty-journey': {
    severity: 'error',
    why: 'A journey without steps does nothing.',
    fix: 'Add a step, or set "status": "draft" and add one before publishing.',
    example: {
      bad: '"steps": []',
      good: '"steps": [{ "id": "hello", "type": "send_email", "template": "welcome", "topic": "newsletter" }]',
    },
  },
  'repeat-without-wait': {
    severity: 'error',
    why: 'All rounds would happen at the same instant, and a customer would get the same mail several times at once.',
    fix: 'Put a delay, a wait or a time window into the round.',
    example: {
      bad: `{ "id": "again", "type": "repeat", "times": 3, "steps": [
  { "id": "hello", "type": "send_email", "template": "welcome", "topic": "newsletter" }
] }`,
      good: `{ "id": "again", "type": "repeat", "times": 3, "steps": [
  { "id": "hello", "type": "send_email", "template": "welcome", "topic": "newsletter" },
  { "id": "pause", "type": "delay", "for": "P7D" }
] }`,
    },
  },
  'journeys-in-a-circle': {
    severity: 'error',
    why: 'Journeys that set each other off go round until a limit stops them.',
    fix: 'Take one start_journey or emit_event out of the circle, or let the first journey of it be entered once.',
    example: {
      bad: `catalogue/journeys/thanks.json
{ "id": "thanks", "name": "Thanks", "trigger": { "type": "api" }, "reentry": { "mode": "always" },
  "steps": [{ "id": "next", "type": "start_journey", "journey": "survey" }] }
catalogue/journeys/survey.json
{ "id": "survey", "name": "Survey", "trigger": { "type": "api" }, "reentry": { "mode": "always" },
  "steps": [{ "id": "back", "type": "start_journey", "journey": "thanks" }] }`,
      good: `catalogue/journeys/thanks.json
{ "id": "thanks", "name": "Thanks", "trigger": { "type": "api" }, "reentry": { "mode": "once" },
  "steps": [{ "id": "next", "type": "start_journey", "journey": "survey" }] }
catalogue/journeys/survey.json
{ "id": "survey", "name": "Survey", "trigger": { "type": "api" }, "reentry": { "mode": "always" },
  "steps": [{ "id": "back", "type": "start_journey", "journey": "thanks" }] }`,
    },
  },
  'always-quiet': {
    severity: 'error',
    why: 'A mail that may leave only in quiet hours never leaves on time.',
    fix: 'Change the time window or the quiet hours so that they leave some hours to both.',
    example: {
      given: 'The policy has quiet hours from 20:00 to 09:00, and a mail of marketing follows.',
      bad: '{ "id": "evening", "type": "time_window", "from": "21:00", "to": "23:00" }',
      good: '{ "id": "evening", "type": "time_window", "from": "18:00", "to": "20:00" }',
    },
  },
  'variable-not-offered': {
    severity: 'error',
    why: 'The journey that sends the template can never give the variable a value, so every mail would be skipped.',
    fix: 'Use another template, or another variable.',
    example: {
      given: 'The journey sends a template whose front matter lists "event.order_id" under "variables:".',
      bad: '"trigger": { "type": "segment_entry", "segment": "big-spenders" }',
      good: '"trigger": { "type": "event", "event": "Order Completed" }',
    },
  },
} as const satisfies Record<string, RuleDescription>;
