import * as z from 'zod/mini';
import { customerId } from './customer-id.ts';

/** What reaches `deliver`. */
export const DeliverRecord = z.object({
  detail: z.object({ customer: customerId, call: z.string().check(z.minLength(1)) }),
});
