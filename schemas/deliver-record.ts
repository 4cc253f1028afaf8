import * as z from 'zod';

/** What reaches `deliver`. */
export const DeliverRecord = z.object({
  detail: z.object({ customer: z.templateLiteral(['cus_', z.string()]), call: z.string().min(1) }),
});
