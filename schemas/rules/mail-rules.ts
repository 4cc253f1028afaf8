import type { RuleDescription } from './rule-description.ts';

/** What makes a template one that arrives as it was meant. */
export const mailRules = {
  'front-matter': {
    severity: 'error',
    why: 'Subject, preheader and variables stand in the block between two lines of "---".',
    fix: 'Correct the block at the start of the template.',
    example: {
      bad: `---
title: Welcome
---`,
      good: `---
subject: Welcome
preheader: Good to have you here
---`,
    },
  },
  'mjml-syntax': {
    severity: 'error',
    why: 'MJML drops what it does not understand without a word.',
    fix: 'Correct the markup.',
    example: {
      bad: '<mj-button link="https://shop.example/new">What is new</mj-button>',
      good: '<mj-button href="https://shop.example/new">What is new</mj-button>',
    },
  },
  'liquid-syntax': {
    severity: 'error',
    why: 'The mail could not be rendered.',
    fix: 'Correct the Liquid.',
    example: {
      bad: '<mj-text>Hello{% if customer.firstName %} {{ customer.firstName }}</mj-text>',
      good: '<mj-text>Hello{% if customer.firstName %} {{ customer.firstName }}{% endif %}</mj-text>',
    },
  },
  'unknown-partial': {
    severity: 'error',
    why: 'There is nothing to include.',
    fix: 'Add templates/partials/<name>.mjml or correct the name.',
    example: {
      given: 'There is templates/partials/opening-hours.mjml.',
      bad: "{% include 'opening-times' %}",
      good: "{% include 'opening-hours' %}",
    },
  },
  'template-variable': {
    severity: 'error',
    why: 'Nothing gives the variable a value, so the mail would have a hole.',
    fix: 'Use a variable that is offered.',
    example: {
      bad: '<mj-text>Hello {{ user.firstName | default: "you" }}</mj-text>',
      good: '<mj-text>Hello {{ customer.firstName | default: "you" }}</mj-text>',
    },
  },
  'undeclared-variable': {
    severity: 'warning',
    why: 'Not every customer or event has a value for it, and the mail would have a hole.',
    fix: 'Add "| default: …", or list it under "variables:" in the front matter to skip the mail where it is missing.',
    example: {
      bad: '<mj-text>Hello {{ customer.firstName }}</mj-text>',
      good: '<mj-text>Hello {{ customer.firstName | default: "you" }}</mj-text>',
    },
  },
  'locale-without-default': {
    severity: 'error',
    why: 'A customer whose language has no file of its own gets the default one.',
    fix: 'Add the template without a locale in its name.',
    example: {
      bad: 'templates/birthday.pt.mjml',
      good: 'templates/birthday.mjml\ntemplates/birthday.pt.mjml',
    },
  },
  'mail-size': {
    severity: 'error',
    why: 'Gmail cuts off a mail at about 102 KB, and with it the unsubscribe link.',
    fix: 'Shorten the mail, or move parts of it to a page.',
    example: {
      given: 'The terms of sale have 110 KB.',
      bad: '<mj-text>Terms of sale: …</mj-text>',
      good: '<mj-text><a href="https://shop.example/terms">Terms of sale</a></mj-text>',
    },
  },
} as const satisfies Record<string, RuleDescription>;
