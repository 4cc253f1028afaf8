import * as z from 'zod';
import { Duration, Id, Locale, Name, otherwise, SchemaName, strict } from './primitives.ts';

const Pool = strict({
  id: Id,
  name: Name.describe('As marketers read it.'),
  description: Name.describe('What it is worth, as customers read it in mails: "20 % off your next order".'),
  translations: z
    .record(Locale, strict({ description: Name }))
    .describe('The description in the other languages of your mails, by language tag.')
    .exactOptional(),
  value: z
    .record(z.string(), z.union([z.string(), z.number(), z.boolean()]))
    .describe('What your shop makes of it, answered when a code is checked: { "percent": 20 }.')
    .exactOptional(),
  codes: z
    .enum(['generated', 'imported'])
    .describe(
      'generated: made when they are issued, unguessable, with a check character. imported: given out from a list of yours.',
    ),
  prefix: z
    .string()
    .regex(/^[A-Z0-9]{1,12}$/, otherwise('not a prefix', 'use up to 12 capital letters and digits, for instance "BACK"'))
    .describe('Of generated codes: BACK-7KQ2M-….')
    .exactOptional(),
  validFor: Duration.describe('From when it is issued; for ever, where neither this nor the step says how long.').exactOptional(),
  uses: z
    .union([z.int().min(1).max(1_000_000), z.literal('any')])
    .describe('How often one code may be used; once, where it is left out.')
    .exactOptional(),
  bound: z.boolean().describe('Only the customer whom it was issued to may use it. True where it is left out.').exactOptional(),
  lowAt: z
    .int()
    .min(0)
    .max(10_000_000)
    .describe('An alarm rings when fewer imported codes are left. 100 where it is left out.')
    .exactOptional(),
}).refine(
  ({ codes, prefix }) => codes === 'generated' || prefix === undefined,
  otherwise('imported codes have no prefix', 'leave "prefix" out'),
);

export const Vouchers = strict({ $schema: SchemaName, pools: z.array(Pool).min(1).max(200) }).meta({
  title: 'Vouchers',
  description: 'The kinds of vouchers that journeys and rewards issue.',
});
