import * as z from 'zod';

/** What Turnstile and hCaptcha answer about a token; both say more, which nobody here needs. */
export const SiteverifyAnswer = z.object({
  success: z.boolean(),
  'error-codes': z.array(z.string().max(200)).max(50).optional(),
  /** The host of the page on which the check was passed. */
  hostname: z.string().max(300).optional(),
});
