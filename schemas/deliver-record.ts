import * as z from 'zod/mini';

/** What reaches `deliver`. */
export const DeliverRecord = z.object({
  detail: z.object({ customer: z.templateLiteral(['cus_', z.string()]), call: z.string().check(z.minLength(1)) }),
});
