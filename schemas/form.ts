import * as z from 'zod';
import { add, DAY_MS } from '#core/instant.ts';
import { Description, Duration, Id, Name, otherwise, Pattern, SchemaName, strict } from './primitives.ts';

const fieldName = /^[A-Za-z][A-Za-z0-9_]{0,63}$/;

const FormField = strict({
  name: z
    .string()
    .regex(fieldName, otherwise('not a field name', 'letters, digits and underscores, for instance "firstName"'))
    .describe('The name attribute in HTML, and the attribute of the customer that it fills.'),
  type: z.enum(['email', 'text', 'tel', 'number', 'date', 'checkbox', 'select', 'hidden', 'consent']),
  label: Name,
  required: z.boolean().exactOptional(),
  options: z.array(Name).min(1).max(500).describe('For "select".').exactOptional(),
  pattern: Pattern.describe('A regular expression that the whole text must match.').exactOptional(),
  maxLength: z.int().min(1).max(10_000).exactOptional(),
});

const ofDays = Duration.regex(
  /^P(\d+W)?(\d+D)?(T.*)?$/,
  otherwise('not a duration of weeks, days or hours', 'write "PT12H", "P2D" or "P30D", without months and years'),
);

const Limit = strict({
  max: z.int().min(1).max(1_000_000),
  per: ofDays.refine((text) => add(0, text) <= DAY_MS, otherwise('longer than a day', 'write for instance "PT1H"')),
});

const Captcha = strict({
  provider: z.enum(['turnstile', 'hcaptcha']),
  siteKey: z
    .string()
    .regex(/^[\w-]{8,100}$/, otherwise('not a site key', 'copy the site key (not the secret) from the provider'))
    .describe('Public. The secret that belongs to it is no part of the catalogue: "rekindle captcha set" stores it.'),
  onFailure: z
    .enum(['accept', 'refuse'])
    .default('accept')
    .describe(
      'While the provider does not answer. accept: the post is taken, with "captcha.result": "unchecked" among the properties of its event. refuse: it is to be sent again later.',
    ),
});

const FILL_TIME_MAX_MS = 60_000;

/** Longer than anybody remembers what they filled in. */
const VALID_MAX_MS = 366 * DAY_MS;

const Confirmation = strict({
  template: Id.describe('The mail that asks; it has {{ links.confirm }} in it.'),
  reminderTemplate: Id.describe('Of the reminders; the same template, where it is left out.').exactOptional(),
  reminders: z
    .array(ofDays)
    .max(3)
    .default([])
    .describe('When somebody who has not answered is reminded, each counted from the post: ["P1D", "P4D"]. At most three.'),
  validFor: ofDays
    .refine((text) => add(0, text) <= VALID_MAX_MS, otherwise('longer than a year', 'write at most "P366D"'))
    .default('P30D')
    .describe('How long it can be confirmed, counted from the post.'),
});

export const Form = strict({
  $schema: SchemaName,
  id: Id,
  name: Name,
  description: Description,
  fields: z.array(FormField).min(1).max(100),
  consent: strict({
    topics: z.array(Id).min(1).describe('What ticking the field of type "consent" consents to.'),
    text: z.string().min(1).max(4000).describe('The words that are consented to; kept with the consent as proof.'),
    version: Name.describe('Changes whenever the text changes.'),
  }).exactOptional(),
  optIn: z
    .enum(['single', 'double'])
    .default('single')
    .describe(
      'single: consent counts at once. double: a mail asks whether it was really they, consent counts from their answer, and journeys with this form as their trigger start then.',
    ),
  confirmation: Confirmation.describe('With "optIn": "double".').exactOptional(),
  honeypot: z
    .string()
    .regex(fieldName)
    .describe('A field that people do not see and only robots fill in. What they send is thanked for and thrown away.')
    .exactOptional(),
  fillTimeMin: ofDays
    .refine((text) => add(0, text) <= FILL_TIME_MAX_MS, otherwise('longer than a minute', 'write for instance "PT3S"'))
    .describe(
      'Nobody fills the form in faster than that: whoever sends our own page of it sooner is asked to send it once more, and loses nothing.',
    )
    .exactOptional(),
  limits: strict({
    perAddress: Limit.describe('Posts from one network address. 30 in ten minutes, where it is left out.').exactOptional(),
    perForm: Limit.describe('Posts of this form in all. 10,000 an hour, where it is left out.').exactOptional(),
  })
    .describe('What is above is refused with 429, and not kept.')
    .exactOptional(),
  captcha: Captcha.describe(
    'A check by Turnstile or hCaptcha that a person sends the form. Our own page shows it; a form on another site carries its widget itself.',
  ).exactOptional(),
  allowedOrigins: z
    .array(
      z
        .string()
        .regex(/^(\*|https?:\/\/[^\s/]+)$/, otherwise('not an origin', 'for instance "https://www.example.com", without a path')),
    )
    .min(1)
    .exactOptional(),
  redirect: z
    .string()
    .regex(/^(\/(?!\/)|https?:\/\/)\S*$/, otherwise('not an address', 'a whole address, or a path that starts with "/"'))
    .describe('Where a plain HTML form leads after it was sent.')
    .exactOptional(),
  submitLabel: Name.exactOptional(),
  thanks: z.string().min(1).max(1000).exactOptional(),
}).meta({ title: 'Form', description: 'A form that a website may post: its fields, what is consented to, where it leads.' });
