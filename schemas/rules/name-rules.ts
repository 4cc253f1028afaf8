import type { RuleDescription } from './rule-description.ts';

/** What keeps the names in a catalogue pointing at something. */
export const nameRules = {
  'id-matches-file': {
    severity: 'error',
    why: 'Who reads an id in a report must find its file by name.',
    fix: 'Give the file and the id the same name.',
    example: {
      bad: `catalogue/segments/regulars.json
{ "id": "regular", "name": "Regulars", "when": { "event": "Order Completed", "count": { "gte": 5 } } }`,
      good: `catalogue/segments/regulars.json
{ "id": "regulars", "name": "Regulars", "when": { "event": "Order Completed", "count": { "gte": 5 } } }`,
    },
  },
  'duplicate-id': {
    severity: 'error',
    why: 'Reports and running journeys refer to things by id.',
    fix: 'Give each an id of its own.',
    example: {
      bad: `"topics": [
  { "id": "newsletter", "name": "Newsletter", "type": "marketing" },
  { "id": "newsletter", "name": "Offers", "type": "marketing" }
]`,
      good: `"topics": [
  { "id": "newsletter", "name": "Newsletter", "type": "marketing" },
  { "id": "offers", "name": "Offers", "type": "marketing" }
]`,
    },
  },
  'duplicate-step-id': {
    severity: 'error',
    why: 'People in flight are remembered by the id of their step.',
    fix: 'Give each step of a journey an id of its own.',
    example: {
      bad: `"steps": [
  { "id": "pause", "type": "delay", "for": "P1D" },
  { "id": "hello", "type": "send_email", "template": "welcome", "topic": "newsletter" },
  { "id": "pause", "type": "delay", "for": "P3D" }
]`,
      good: `"steps": [
  { "id": "pause", "type": "delay", "for": "P1D" },
  { "id": "hello", "type": "send_email", "template": "welcome", "topic": "newsletter" },
  { "id": "longer-pause", "type": "delay", "for": "P3D" }
]`,
    },
  },
  'unknown-template': {
    severity: 'error',
    why: 'The journey would have no mail to send.',
    fix: 'Add templates/<name>.mjml or correct the name.',
    example: {
      given: 'There is templates/welcome.mjml.',
      bad: '{ "id": "hello", "type": "send_email", "template": "wellcome", "topic": "newsletter" }',
      good: '{ "id": "hello", "type": "send_email", "template": "welcome", "topic": "newsletter" }',
    },
  },
  'unknown-topic': {
    severity: 'error',
    why: 'Consent is kept for each topic, so a topic must be declared.',
    fix: 'Declare it in catalogue/topics.json or correct the name.',
    example: {
      given: 'The topic "newsletter" is declared.',
      bad: '{ "id": "hello", "type": "send_email", "template": "welcome", "topic": "news" }',
      good: '{ "id": "hello", "type": "send_email", "template": "welcome", "topic": "newsletter" }',
    },
  },
  'topic-differs': {
    severity: 'error',
    why: 'The words of the mail would not fit what was consented to.',
    fix: 'Send it with the topic of its front matter, or correct that.',
    example: {
      given: 'The front matter of templates/welcome.mjml says "topic: newsletter".',
      bad: '{ "id": "hello", "type": "send_email", "template": "welcome", "topic": "offers" }',
      good: '{ "id": "hello", "type": "send_email", "template": "welcome", "topic": "newsletter" }',
    },
  },
  'unknown-segment': {
    severity: 'error',
    why: 'Nobody can ever be in it.',
    fix: 'Add catalogue/segments/<id>.json or correct the name.',
    example: {
      given: 'There is catalogue/segments/big-spenders.json.',
      bad: '"trigger": { "type": "segment_entry", "segment": "big-spender" }',
      good: '"trigger": { "type": "segment_entry", "segment": "big-spenders" }',
    },
  },
  'unknown-form': {
    severity: 'error',
    why: 'Nobody can ever fill it in.',
    fix: 'Add catalogue/forms/<id>.json or correct the name.',
    example: {
      given: 'There is catalogue/forms/sign-up.json.',
      bad: '"trigger": { "type": "form", "form": "signup" }',
      good: '"trigger": { "type": "form", "form": "sign-up" }',
    },
  },
  'unknown-tier': {
    severity: 'error',
    why: 'Nobody can ever reach it.',
    fix: 'Declare it in catalogue/loyalty.json or correct the name.',
    example: {
      given: 'The tiers are silver and gold.',
      bad: '"when": { "tier": "golden" }',
      good: '"when": { "tier": "gold" }',
    },
  },
  'unknown-pool': {
    severity: 'error',
    why: 'No voucher can be issued.',
    fix: 'Declare it in catalogue/vouchers.json or correct the name.',
    example: {
      given: 'The pool is called comeback-20.',
      bad: '{ "id": "gift", "type": "issue_voucher", "pool": "comeback20" }',
      good: '{ "id": "gift", "type": "issue_voucher", "pool": "comeback-20" }',
    },
  },
  'unknown-score': {
    severity: 'error',
    why: 'A score that nothing counts stays at nothing.',
    fix: 'Declare it in catalogue/scoring.json or correct the name.',
    example: {
      given: 'catalogue/scoring.json has the score "lead".',
      bad: '"when": { "score": "leads", "gte": 50 }',
      good: '"when": { "score": "lead", "gte": 50 }',
    },
  },
  'unknown-stage': {
    severity: 'error',
    why: 'Nobody can ever reach it.',
    fix: 'Declare it in catalogue/scoring.json or correct the name.',
    example: {
      given: 'The stages of catalogue/scoring.json are lead and qualified.',
      bad: '"when": { "stage": "qualfied" }',
      good: '"when": { "stage": "qualified" }',
    },
  },
  'unknown-journey': {
    severity: 'error',
    why: 'Nobody can ever be in it.',
    fix: 'Add catalogue/journeys/<id>.json or correct the name.',
    example: {
      given: 'There is catalogue/journeys/win-back.json.',
      bad: '{ "id": "next", "type": "start_journey", "journey": "winback" }',
      good: '{ "id": "next", "type": "start_journey", "journey": "win-back" }',
    },
  },
  'unknown-step': {
    severity: 'error',
    why: 'The condition names a mail that no journey sends.',
    fix: 'Use the id of a send_email step.',
    example: {
      given: 'The step "hello" sends the template "welcome".',
      bad: '"when": { "message": "welcome", "is": "opened" }',
      good: '"when": { "message": "hello", "is": "opened" }',
    },
  },
  'unknown-event': {
    severity: 'warning',
    why: 'The name differs a little from a well-known one, and would silently never match.',
    fix: 'Use the well-known name, if it was meant.',
    example: { bad: '"when": { "event": "Order Complete" }', good: '"when": { "event": "Order Completed" }' },
  },
  'unknown-attribute': {
    severity: 'warning',
    why: 'The name differs a little from a well-known one, and would silently never match.',
    fix: 'Use the well-known name, if it was meant.',
    example: {
      bad: '"when": { "attribute": "firstname", "exists": true }',
      good: '"when": { "attribute": "firstName", "exists": true }',
    },
  },
  'unknown-property': {
    severity: 'warning',
    why: 'The name differs a little from what the event that starts the journey brings, and the mail would show its default, or nothing.',
    fix: 'Use the name of the property, if it was meant.',
    example: {
      given: 'The journey starts with "Order Completed".',
      bad: '<mj-text>Order {{ event.orderid | default: "received" }}</mj-text>',
      good: '<mj-text>Order {{ event.order_id | default: "received" }}</mj-text>',
    },
  },
} as const satisfies Record<string, RuleDescription>;
