// The small form of zod: the whole of it would double what the function loads. And one file for each function, since a schema
// is built when its file is loaded, needed or not.
import * as z from 'zod/mini';

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
