/** Customers, their timelines and their export in the admin API. */
import * as z from 'zod';
import { CustomerId, Page, Time } from './admin-api.ts';
import { Id } from './primitives.ts';
import { Suppression } from './rights-api.ts';

const SaidConsent = z.object({
  status: z
    .enum(['subscribed', 'unsubscribed', 'pending'])
    .describe('pending waits for its confirmation, and counts as no consent.'),
  at: Time,
  source: z.string(),
  event: z.string().describe('The event that says so.'),
  version: z.string().optional().describe('Of the words that were consented to.'),
});

const Consent = SaidConsent.extend({ history: z.array(SaidConsent).describe('Other words on the topic, latest first.') });

const Run = z.object({
  id: z.string(),
  journey: Id,
  name: z.string(),
  version: z.string(),
  enteredAt: Time,
  trigger: z.object({ name: z.string(), at: Time }),
  step: z.string(),
  since: Time,
  until: Time.nullable(),
  goalAt: Time.optional(),
});

const Loyalty = z.object({
  points: z.number(),
  pending: z.number().describe('Earned, and not yet confirmed.'),
  spend: z.number().describe('Over a lifetime, in units of the currency.'),
  currency: z.string(),
  tier: z.object({ id: z.string(), name: z.string(), since: Time.optional() }).optional(),
  nextTier: z.object({ name: z.string(), missing: z.number() }).optional(),
  keep: z.object({ missing: z.number(), until: Time }).optional().describe('What is missing to keep the tier, and until when.'),
  expiring: z.object({ points: z.number(), at: Time }).optional().describe('The points that lapse next.'),
});

const Score = z.object({
  id: z.string(),
  name: z.string(),
  value: z.number(),
  at: Time.describe('When it was reckoned: scores fade.'),
  halfLife: z.string().optional(),
  rules: z
    .array(
      z.object({
        id: z.string(),
        name: z.string(),
        points: z.number().describe('What it gives now.'),
        given: z.number().describe('What it was worth when it happened.'),
        event: z.string().optional(),
        events: z
          .array(z.object({ id: z.string(), at: Time, points: z.number(), given: z.number() }))
          .describe('The latest events that count, newest first.'),
        earlier: z.object({ count: z.int(), points: z.number() }).optional(),
      }),
    )
    .describe('The rules that give something, or gave something that has faded.'),
});

const Stage = z.object({
  id: z.string().nullable(),
  name: z.string().nullable(),
  since: Time,
  history: z
    .array(
      z.object({
        stage: z.string().nullable().describe('Null where every stage was left.'),
        name: z.string().nullable(),
        at: Time,
        by: z.string().describe('The event that brought it about, the passage of time, or a new release.'),
        contactedAt: Time.optional().describe('The first mail or other contact by the company in this stage.'),
        responseMs: z.int().optional().describe('From the entry to that contact.'),
      }),
    )
    .describe('Oldest first; the latest 20 changes.'),
});

const Touch = z.object({
  at: Time,
  event: z.string().describe('The event that shows it.'),
  source: z.string().describe('utm_source, else the host that referred, else "direct".'),
  medium: z.string().optional(),
  campaign: z.string().optional(),
  term: z.string().optional(),
  content: z.string().optional(),
  referrer: z.string().optional(),
  form: z.string().optional(),
  page: z.string().optional(),
});

export const Customer = z
  .object({
    id: CustomerId,
    version: z.int(),
    createdAt: Time,
    email: z.string().optional(),
    userId: z.string().optional(),
    anonymousIds: z.array(z.string()),
    mergedIds: z.array(CustomerId).describe('Ids that were folded into this one.'),
    vouched: z.boolean().describe('Whether a secret key or the person confirmed who this is.'),
    attributes: z.record(z.string(), z.json()),
    consents: z.record(z.string(), Consent).describe('By topic.'),
    suppressed: Suppression.optional().describe('What keeps mail from the customer; of several reasons the one that stops most.'),
    suppressions: z.array(Suppression),
    segments: z.array(z.object({ id: z.string(), name: z.string(), since: Time })),
    runs: z.array(Run).describe('Journeys that the customer is inside.'),
    loyalty: Loyalty.optional(),
    scores: z.array(Score).optional().describe('Lead scores, and which rule and event gave what.'),
    stage: Stage.optional(),
    touches: z.object({ first: Touch, last: Touch }).optional().describe('Where the customer came from, first and last.'),
    forecasts: z
      .record(z.string(), z.union([z.string(), z.number()]))
      .optional()
      .describe('What is foretold now, by attribute; absent where there is no model or no order.'),
    wakeAt: Time.nullable().describe('When something next changes if no event comes.'),
    release: z.string().nullable(),
  })
  .meta({ id: 'Customer' });

const TimelineItem = z.looseObject({ type: z.enum(['event', 'decision', 'message', 'ledger', 'call']), at: Time }).meta({
  id: 'TimelineItem',
  description:
    'event: name, properties, traits, identities. decision: notes, each with what, why, and the journey and step that it is about. message: id, status, reason, template, journey, step. ledger: booking, points, balance, reason. call: status, url, reason.',
});

export const Timeline = z
  .object({ customer: CustomerId, items: z.array(TimelineItem), cursor: z.string().nullable() })
  .meta({ id: 'Timeline' });

export const ExportQuery = z.object({ ...Page, limit: Page.limit.default(200) });

export const ExportPage = z
  .object({
    format: z.literal('rekindle-export-1'),
    exportedAt: Time,
    customer: Customer.nullable(),
    ids: z.array(CustomerId).describe('All ids of the customer.'),
    items: z
      .array(
        z.looseObject({
          type: z.enum(['state', 'pointer', 'event', 'decision', 'message', 'ledger', 'call', 'other']),
          id: CustomerId.describe('The id that it stands under.'),
        }),
      )
      .describe('As on the timeline; "state" is what decisions are made from, with times in milliseconds since 1970.'),
    cursor: z.string().nullable(),
  })
  .meta({ id: 'ExportPage' });
