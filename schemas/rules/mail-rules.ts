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
  'confirm-link': {
    severity: 'error',
    why: 'The link to confirm is there in the mails of a form with a double opt-in, and in no others.',
    fix: 'Put {{ links.confirm }} into the template that the form names under "confirmation", and into no other.',
    example: {
      given: 'A journey sends the mail to people who have ordered.',
      bad: '<mj-button href="{{ links.confirm }}">Yes, it was me</mj-button>',
      good: '<mj-button href="https://shop.example">Take a look around</mj-button>',
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
  'image-alt': {
    severity: 'error',
    why: 'Many readers see no pictures, and some hear the mail: a picture without a text is a hole for them.',
    fix: 'Add alt="…" with what it shows, or alt="" where it is only there for its looks.',
    example: {
      bad: '<mj-text>New in: cups from Caldas</mj-text><mj-image src="https://shop.example/cup.jpg" />',
      good: '<mj-text>New in: cups from Caldas</mj-text><mj-image src="https://shop.example/cup.jpg" alt="A cup with a green glaze" />',
    },
  },
  'mail-link': {
    severity: 'error',
    why: 'A mail stands on no page: a placeholder or a part of an address leads nowhere, and mail programs refuse scripts.',
    fix: 'Write the whole address: https://…, mailto:… or tel:….',
    example: {
      bad: '<mj-button href="/new">What is new</mj-button>',
      good: '<mj-button href="https://shop.example/new">What is new</mj-button>',
    },
  },
  'mail-contrast': {
    severity: 'warning',
    why: 'Text below the contrast of WCAG 2.2 AA cannot be read in the sun, on a dim screen, or by older eyes.',
    fix: 'Choose a darker or a lighter colour, in the template or in templates/theme.json; for the dark look, one of the theme.',
    example: {
      bad: '<mj-text color="#a0a0a0">Until Sunday</mj-text>',
      good: '<mj-text>Until Sunday</mj-text>',
    },
  },
  'unsubscribe-missing': {
    severity: 'error',
    why: 'Every marketing mail must have a way out that can be seen; mailbox providers and the law ask for it.',
    fix: 'Leave "links" as it is, and hide nothing that the footer stands in.',
    example: {
      bad: '<mj-text>{% assign links = "none" %}Hello</mj-text>',
      good: '<mj-text>Hello</mj-text>',
    },
  },
  'empty-text-part': {
    severity: 'warning',
    why: 'Pictures alone say nothing to who does not load them, and look like spam to filters.',
    fix: 'Say in words what the picture says.',
    example: {
      bad: '<mj-image src="https://shop.example/sale.jpg" alt="Sale" />',
      good: '<mj-image src="https://shop.example/sale.jpg" alt="" /><mj-text>Everything for the garden is a fifth off until Sunday.</mj-text>',
    },
  },
  'subject-length': {
    severity: 'warning',
    why: 'Phones show about 40 characters of a subject, desktops about 70; the end of a longer one is not seen.',
    fix: 'Say it shorter; what is left over fits into the preheader.',
    example: {
      bad: `---
subject: What is new in the shop this week, and a few words about how we choose what we sell
preheader: Four glazes, one green
---`,
      good: `---
subject: What is new in the shop this week
preheader: And a few words about how we choose what we sell
---`,
    },
  },
  'preheader-length': {
    severity: 'warning',
    why: 'The line beside the subject is half of what decides whether a mail is opened; about 150 characters of it are shown.',
    fix: 'Write one sentence that goes on where the subject ends.',
    example: {
      bad: `---
subject: What is new
preheader: What is new
---`,
      good: `---
subject: What is new
preheader: Four glazes, one green
---`,
    },
  },
} as const satisfies Record<string, RuleDescription>;
