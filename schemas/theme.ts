import * as z from 'zod';
import { Name, otherwise, SchemaName, strict } from './primitives.ts';

const Colour = z
  .string()
  .regex(/^#[0-9a-fA-F]{6}$/, otherwise('not a colour', 'write six hexadecimal digits, for instance "#1f6f54"'));

/** The colours of a mail, by what they are for. */
const colours = (
  defaults: Record<'background' | 'surface' | 'text' | 'muted' | 'accent' | 'warm' | 'onAccent' | 'soft' | 'border', string>,
) =>
  strict({
    background: Colour.default(defaults.background).describe('Around the mail.'),
    surface: Colour.default(defaults.surface).describe('Behind the text.'),
    text: Colour.default(defaults.text),
    muted: Colour.default(defaults.muted).describe('Small print.'),
    accent: Colour.default(defaults.accent).describe('Buttons and the block at the top.'),
    warm: Colour.default(defaults.warm).describe('A second colour for the block at the top.'),
    onAccent: Colour.default(defaults.onAccent).describe('Text on the accent and on the warm colour.'),
    soft: Colour.default(defaults.soft).describe('Quiet boxes.'),
    border: Colour.default(defaults.border).describe('Lines.'),
  });

const light = {
  background: '#f4f1ec',
  surface: '#ffffff',
  text: '#2b2a28',
  muted: '#6f6b64',
  accent: '#1f5c4a',
  warm: '#a04a2c',
  onAccent: '#ffffff',
  soft: '#f1f5f0',
  border: '#e5e0d8',
};
const dark = {
  background: '#161614',
  surface: '#21211e',
  text: '#ece9e3',
  muted: '#a8a39a',
  accent: '#256352',
  warm: '#7d3a23',
  onAccent: '#ffffff',
  soft: '#2a2e29',
  border: '#3a3934',
};

export const Theme = strict({
  $schema: SchemaName,
  logo: z
    .union([
      strict({ text: Name.describe('Set as text: it shows everywhere, also where pictures are blocked.') }),
      strict({ image: z.url({ protocol: /^https$/ }), alt: Name, width: z.int().min(20).max(400) }),
    ])
    .exactOptional(),
  light: colours(light).default(light),
  dark: colours(dark).default(dark),
  fonts: strict({
    heading: z
      .string()
      .regex(/^[^"<>{}]+$/)
      .default('Georgia, "Times New Roman", serif'.replaceAll('"', "'")),
    body: z
      .string()
      .regex(/^[^"<>{}]+$/)
      .default("-apple-system, BlinkMacSystemFont, 'Segoe UI', Roboto, Helvetica, Arial, sans-serif"),
  })
    .default({
      heading: "Georgia, 'Times New Roman', serif",
      body: "-apple-system, BlinkMacSystemFont, 'Segoe UI', Roboto, Helvetica, Arial, sans-serif",
    })
    .describe('Names of fonts that are there already; mails load none.'),
  radius: z.int().min(0).max(40).default(14).describe('How round corners are, in pixels.'),
}).meta({ title: 'Theme', description: 'How mails look: logo, colours by day and by night, fonts.' });

export type Theme = z.output<typeof Theme>;
