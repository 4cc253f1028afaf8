import * as z from 'zod';
import { Duration, Locale, Name, SchemaName, strict, Zone } from './primitives.ts';

export const Policy = strict({
  $schema: SchemaName,
  sender: strict({
    name: Name.describe('The name that mail comes from.'),
    address: z
      .email()
      .describe('The address that mail comes from, of a verified identity. The one of the deployment, where it is left out.')
      .exactOptional(),
    replyTo: z.email().exactOptional(),
  }),
  brand: strict({
    name: Name,
    postalAddress: Name.describe('Stands in the footer of every mail; many countries demand it.'),
    url: z.url({ protocol: /^https?$/ }).exactOptional(),
  }),
  zone: Zone.describe('For customers whose own zone is not known.'),
  locale: Locale.describe(
    'The language of templates that have no locale in their name, and of customers whose own is not known.',
  ),
  unknownOutcome: strict({
    after: Duration,
    policy: z.enum(['assume_sent', 'retry']),
  })
    .default({ after: 'PT15M', policy: 'assume_sent' })
    .describe(
      'What becomes of a mail whose sending was cut off before its outcome was known, if no delivery report settles it in this time.',
    ),
}).meta({ title: 'Policy', description: 'Who sends, in which zone and language, and what is done in doubt.' });
