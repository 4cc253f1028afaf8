import * as z from 'zod';

const customer = z.templateLiteral(['cus_', z.string()]);

/** An event of a customer, as the bus carries it; whoever wrote it to the table has checked the rest. */
const TimelineDetail = z.looseObject({
  id: z.string().min(1),
  customer,
  name: z.string().min(1),
  at: z.string(),
  receivedAt: z.string(),
  keyTime: z.string(),
  identities: z.object({ userId: z.string().optional(), email: z.string().optional(), anonymousId: z.string().optional() }),
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
    message: z.string().startsWith('msg_'),
    trigger: z.object({ customer, key: z.string().startsWith('E#') }).optional(),
  }),
});

/** What reaches `feedback`: SES's own event. */
export const FeedbackRecord = z.object({
  source: z.literal('aws.ses'),
  detail: z.looseObject({
    eventType: z.string(),
    mail: z.looseObject({
      messageId: z.string(),
      timestamp: z.string(),
      tags: z.record(z.string(), z.array(z.string())).optional(),
      commonHeaders: z.looseObject({ subject: z.string().optional() }).optional(),
    }),
  }),
});
