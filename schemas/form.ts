import * as z from 'zod';
import { Description, Id, Name, otherwise, Pattern, SchemaName, strict } from './primitives.ts';

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
  optIn: z.enum(['single']).default('single').describe('single: consent counts at once.'),
  honeypot: z
    .string()
    .regex(fieldName)
    .describe('A field that people do not see and only robots fill in. What they send is thanked for and thrown away.')
    .exactOptional(),
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
