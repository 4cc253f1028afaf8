// The small form of zod: the whole of it would double what the function loads. And one file for each function, since a schema
// is built when its file is loaded, needed or not.
import * as z from 'zod/mini';
import { customerId } from './customer-id.ts';

/** What reaches `send`. */
export const SendRecord = z.object({
  detail: z.object({
    customer: customerId,
    message: z.string().check(z.startsWith('msg_')),
    trigger: z.optional(z.object({ customer: customerId, key: z.string().check(z.startsWith('E#')) })),
    voucher: z.optional(z.object({ customer: customerId, id: z.string().check(z.startsWith('vou_')) })),
    turnAt: z.optional(z.number()),
  }),
});
