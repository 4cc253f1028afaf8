// The small form of zod: these schemas are all that the hot functions parse, and the whole of it would double what they load.
import * as z from 'zod/mini';

const customer = z.templateLiteral(['cus_', z.string()]);

/** An event of a customer, as the bus carries it; whoever wrote it to the table has checked the rest. */
const TimelineDetail = z.looseObject({
  id: z.string().check(z.minLength(1)),
  customer,
  name: z.string().check(z.minLength(1)),
  at: z.string(),
  receivedAt: z.string(),
  keyTime: z.string(),
  identities: z.object({ userId: z.optional(z.string()), email: z.optional(z.string()), anonymousId: z.optional(z.string()) }),
  properties: z.record(z.string(), z.json()),
});

/** What reaches `evaluate`: an event, or the word that a customer's time has come. */
export const EvaluateRecord = z.discriminatedUnion('source', [
  z.object({ source: z.literal('rekindle'), 'detail-type': z.string(), detail: TimelineDetail }),
  z.object({
    source: z.literal('rekindle.internal'),
    'detail-type': z.literal('Wake Due'),
    detail: z.object({ customer, due: z.string() }),
  }),
]);

/** What reaches `send`. */
export const SendRecord = z.object({
  detail: z.object({
    customer,
    message: z.string().check(z.startsWith('msg_')),
    trigger: z.optional(z.object({ customer, key: z.string().check(z.startsWith('E#')) })),
    voucher: z.optional(z.object({ customer, id: z.string().check(z.startsWith('vou_')) })),
    turnAt: z.optional(z.number()),
  }),
});

/** What reaches `feedback`: SES's own event. */
export const FeedbackRecord = z.object({
  source: z.literal('aws.ses'),
  judged: z.optional(z.boolean()),
  detail: z.looseObject({
    eventType: z.string(),
    mail: z.looseObject({
      messageId: z.string(),
      timestamp: z.string(),
      tags: z.optional(z.record(z.string(), z.array(z.string()))),
      commonHeaders: z.optional(z.looseObject({ subject: z.optional(z.string()) })),
    }),
  }),
});
