// The small form of zod: the whole of it would double what the function loads. And one file for each function, since a schema
// is built when its file is loaded, needed or not.
import * as z from 'zod/mini';
import { customerId } from './customer-id.ts';

/** An event of a customer, as the bus carries it; whoever wrote it to the table has checked the rest. */
const TimelineDetail = z.looseObject({
  id: z.string().check(z.minLength(1)),
  customer: customerId,
  name: z.string().check(z.minLength(1)),
  at: z.string(),
  receivedAt: z.string(),
  keyTime: z.string(),
  identities: z.object({ userId: z.optional(z.string()), email: z.optional(z.string()), anonymousId: z.optional(z.string()) }),
  properties: z.record(z.string(), z.unknown()),
});

/** What reaches `evaluate`: an event, or the word that a customer's time has come. */
export const EvaluateRecord = z.discriminatedUnion('source', [
  z.object({ source: z.literal('rekindle'), 'detail-type': z.string(), detail: TimelineDetail }),
  z.object({
    source: z.literal('rekindle.internal'),
    'detail-type': z.literal('Wake Due'),
    detail: z.object({ customer: customerId, due: z.string() }),
  }),
]);
