import { Refusal } from './refusal.ts';

/** What the account may send. */
export type SendLimits = { readonly perSecond: number; readonly perDay: number };

/** Of an account in production that has grown; `npm start` can be told others, to see how mails wait. */
export const usualLimits: SendLimits = { perSecond: 1_000, perDay: 1_000_000 };

/**
 * Refuses what is more than the account may send, as SES does: a bucket of one second's mails that fills at the rate, and
 * the mails of the last 24 hours, which `sentLastDay` counts.
 */
export function limiter(limits: SendLimits, now: () => number, sentLastDay: () => number): () => void {
  const isDefault = limits.perDay === usualLimits.perDay;
  let tokens = limits.perSecond;
  let filledAt = now();
  return () => {
    const at = now();
    tokens = Math.min(limits.perSecond, tokens + (Math.max(0, at - filledAt) * limits.perSecond) / 1000);
    filledAt = at;
    // Counting takes longer the more was sent, and nobody sends a million mails here.
    if (!isDefault && sentLastDay() >= limits.perDay)
      throw new Refusal('TooManyRequestsException', 'Daily message quota exceeded.');
    if (tokens < 1) throw new Refusal('TooManyRequestsException', 'Maximum sending rate exceeded.');
    tokens -= 1;
  };
}
