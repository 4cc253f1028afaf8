// The small form of zod, for `capture` is loaded with it.
import * as z from 'zod/mini';

/** What Turnstile and hCaptcha answer about a token; both say more, which nobody here needs. */
export const SiteverifyAnswer = z.object({
  success: z.boolean(),
  'error-codes': z.optional(z.array(z.string().check(z.maxLength(200))).check(z.maxLength(50))),
  /** The host of the page on which the check was passed. */
  hostname: z.optional(z.string().check(z.maxLength(300))),
});
