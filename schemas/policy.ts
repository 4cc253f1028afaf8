import * as z from 'zod';
import { add, DAY_MS } from '#core/instant.ts';
import { Cap, Duration, hours, Locale, Name, otherwise, SchemaName, sameHours, strict, Zone } from './primitives.ts';

const ReportEvery = Duration.refine(
  (text) => /^P[^T]+$/.test(text) && add(0, text) <= 31 * DAY_MS,
  otherwise('not a number of days up to a month', 'write "P1D", "P7D" or "P1M", or "never"'),
);

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
  caps: z.array(Cap).max(20).describe('Over all journeys; what would go beyond one is skipped with that reason.').exactOptional(),
  quietHours: strict(hours)
    .refine(({ from, to }) => from !== to, sameHours)
    .describe("Marketing mail waits for their end, on the reader's own clock (the zone above, where theirs is not known).")
    .exactOptional(),
  holdout: strict({ percent: z.number().min(0).max(100) })
    .describe(
      'A share of all people, fixed for each, that gets no marketing journey at all, so that the effect of everything can be measured.',
    )
    .exactOptional(),
  testRecipients: z
    .array(
      z
        .string()
        .max(254)
        .regex(
          /^[^\s@]*@[^\s@]+\.[^\s@]+$/,
          otherwise('no address', 'write "ann@example.com", or "@example.com" for all of a domain'),
        ),
    )
    .max(100)
    .exactOptional()
    .describe('Who may get the test mails of "rekindle send-test": addresses, and domains such as "@example.com".'),
  softBounces: strict({ max: z.int().min(1).max(50), within: Duration })
    .default({ max: 5, within: 'P30D' })
    .describe(
      'After so many mails in a row that could not be delivered for now (a full mailbox, a server that is down), the address counts as dead. A delivery in between starts the count anew.',
    ),
  unknownOutcome: strict({
    after: Duration,
    policy: z.enum(['assume_sent', 'retry']),
  })
    .default({ after: 'PT15M', policy: 'assume_sent' })
    .describe(
      'What becomes of a mail whose sending was cut off before its outcome was known, if no delivery report settles it in this time.',
    ),
  reports: strict({
    every: z.union([z.literal('never'), ReportEvery]).describe('P1D, P7D, P1M; "never" leaves it to "rekindle report".'),
  })
    .describe(
      'How often a report of everything is gathered by itself, at night. Each day where it is left out; once a week while nobody has looked at one for two weeks.',
    )
    .exactOptional(),
}).meta({ title: 'Policy', description: 'Who sends, in which zone and language, and what is done in doubt.' });
