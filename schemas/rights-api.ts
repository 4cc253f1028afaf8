/** Blocking and erasing in the admin API. */
import * as z from 'zod';
import { CustomerId, Time } from './admin-api.ts';

const SuppressionReason = z
  .enum(['manual', 'bounce', 'complaint'])
  .describe('manual and bounce stop all mail, complaint stops marketing.');

export const Suppression = z.object({
  reason: SuppressionReason,
  at: Time,
  why: z.string().optional().describe('Of a block: why.'),
  by: z.string().optional().describe('Of a block: the label of the key that was used.'),
  address: z.string().optional().describe('Of a bounce: the address that it is about.'),
});

const Words = z.string().trim().min(1).max(500);

export const BlockRequest = z
  .strictObject({ reason: Words.describe('Why, in words that others understand later. It stands on the timeline.') })
  .meta({ id: 'BlockRequest' });

export const UnblockQuery = z.object({
  what: SuppressionReason.default('manual').describe('Which reason to lift.'),
  reason: Words.exactOptional().describe('Why, for the timeline.'),
});

export const Suppressing = z
  .object({
    customer: CustomerId,
    changed: z.boolean().describe('False where it was so already; then nothing was written.'),
    suppressions: z.array(Suppression).describe('What suppresses the customer now.'),
  })
  .meta({ id: 'Suppressing' });

export const Erasable = z
  .object({
    ids: z.array(CustomerId).describe('All ids of the customer.'),
    items: z.record(z.string(), z.int()).describe('What is held, by kind: events, decisions, messages …'),
    complete: z.boolean().describe('False where there is more than was counted.'),
  })
  .meta({ id: 'Erasable' });

export const ErasureState = z
  .object({
    id: z.string(),
    status: z.enum(['running', 'done']).describe('done: a read of everything that belonged to the customer found nothing.'),
    startedAt: Time,
    doneAt: Time.optional(),
    removed: z.int().describe('Items that were removed so far.'),
    identities: z
      .int()
      .describe('Ids that are barred from coming back; 0 once the last look was taken, and their names are gone.'),
    author: z.string().describe('The label of the key that asked for it.'),
  })
  .meta({ id: 'ErasureState' });
