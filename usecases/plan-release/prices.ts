/**
 * What a plan reckons with, in US dollars. List prices are of us-east-1, without free tiers, as of November 2026. What
 * Rekindle's own functions cost is the most that its design allows for ("npm run bench" measures less).
 */
export const planPrices = {
  mailBySes: { usd: 0.1 / 1e3, source: 'SES: $0.10 for 1,000 mails' },
  mailByRekindle: { usd: 15 / 1e6, source: 'to decide, render and follow a mail: at most $15 a million' },
  event: { usd: 10 / 1e6, source: 'to evaluate an event that the catalogue mentions: at most $10 a million' },
} as const;
