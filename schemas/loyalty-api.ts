/** What the loyalty and voucher routes of the admin API take and answer. */
import * as z from 'zod';

const Time = z.iso.datetime();
const Who = z.string().min(1).max(256);
const Properties = z.record(z.string(), z.json());
const Count = z.int().min(0);

export const Balance = z
  .object({
    customer: z.string(),
    points: z.int().describe('What can be spent.'),
    pending: Count.describe('Earned, and not yet confirmed.'),
    currency: z.string(),
    spend: z.number().describe('Over a lifetime, refunds taken off, in units of the currency.'),
    lots: z
      .array(z.object({ points: Count, expiresAt: Time.nullable() }))
      .describe('The points by when they lapse, soonest first.'),
    waiting: z
      .array(z.object({ points: Count, confirmedAt: Time }))
      .describe('Pending points, and when they are confirmed at the latest.'),
    tier: z.object({ id: z.string(), name: z.string(), benefits: z.array(z.string()), since: Time.optional() }).optional(),
    next: z
      .object({ id: z.string(), name: z.string(), missing: z.number(), by: z.enum(['spend', 'points', 'orders']) })
      .optional()
      .describe('The next tier up, and what is missing to it.'),
    keep: z.object({ missing: z.number(), until: Time }).optional().describe('What is missing to keep the tier, and until when.'),
    expiring: z.object({ points: Count, at: Time }).optional(),
    rewards: z.array(z.object({ id: z.string(), name: z.string(), points: Count, pool: z.string(), affordable: z.boolean() })),
  })
  .meta({ id: 'LoyaltyBalance' });

const Entry = z.object({
  id: z.string(),
  customer: z.string(),
  at: Time,
  type: z.enum(['earn', 'award', 'confirm', 'reverse', 'redeem', 'expire', 'adjust']),
  points: z.int().describe('Change of the balance.'),
  pending: z.int().optional().describe('Change of what is pending.'),
  balance: z.int().describe('After it.'),
  reason: z.string(),
  source: z.string(),
  author: z.string().optional(),
});

export const LedgerPage = z.object({ items: z.array(Entry), cursor: z.null() }).meta({ id: 'LoyaltyLedger' });

export const QuoteRequest = z.strictObject({
  customer: Who.optional().describe(
    'For whom: a customer id, e-mail address, user id or anonymous id; for somebody new, where it is left out.',
  ),
  event: z.string().min(1).max(128).optional().describe("The programme's order event, where it is left out."),
  properties: Properties.describe('As the event will have them: revenue, currency, products …'),
});

export const Quote = z
  .object({
    points: Count.describe('To be spent at once.'),
    pending: Count.describe('Once they are confirmed.'),
    rules: z.array(z.object({ points: Count, reason: z.string() })),
    refused: z.array(z.string()).describe('Why nothing is earned.'),
    tier: z.string().optional().describe('The tier that it would lead to, if that is another one.'),
  })
  .meta({ id: 'LoyaltyQuote' });

export const RedeemRequest = z
  .strictObject({
    reward: z.string().min(1).max(63).optional().describe('A reward of the programme.'),
    points: z.int().min(1).max(100_000_000).optional().describe('Or so many points, for something of your own.'),
    reason: z.string().min(1).max(200).optional().describe('As the customer reads it in the history.'),
  })
  .refine(({ reward, points }) => (reward === undefined) !== (points === undefined), {
    message: 'send either "reward" or "points"',
  });

export const AdjustRequest = z.strictObject({
  points: z
    .int()
    .min(-100_000_000)
    .max(100_000_000)
    .refine((points) => points !== 0, { message: 'must not be 0' }),
  reason: z.string().min(1).max(200),
});

export const Redeeming = z
  .object({
    redeemed: z.boolean(),
    reason: z.string().optional().describe('Why not.'),
    balance: z.int(),
    voucher: z.object({ code: z.string(), validUntil: Time.optional() }).optional(),
  })
  .meta({ id: 'LoyaltyRedemption' });

export const VerificationQuery = z.object({
  shard: z.coerce.number().int().min(0).max(15).default(0).describe('Customers are kept in shards from 0 on: ask for each.'),
  cursor: z
    .string()
    .regex(/^\S{1,40} C#cus_[0-9a-f]{26}$/, 'is none that a verification gave')
    .optional()
    .describe('Goes on where the page before ended.'),
  limit: z.coerce.number().int().min(1).max(200).default(50).describe('Customers of one page.'),
});

export const LedgerVerification = z
  .object({
    items: z
      .array(
        z.object({
          customer: z.string(),
          email: z.string().optional(),
          points: z.int(),
          pending: z.int(),
          differences: z.array(
            z.object({
              rule: z.enum(['balance', 'pending', 'lots', 'waiting', 'twice', 'negative']),
              says: z.string().describe('What differs from what.'),
            }),
          ),
        }),
      )
      .describe('The customers whose points are not what the ledger says; none where all is well.'),
    cursor: z.string().nullable().describe('Null where the shard is through.'),
    shard: Count,
    shards: Count,
    customers: Count.describe('That this page has looked at.'),
    entries: Count,
  })
  .meta({ id: 'LedgerVerification' });

export const Voucher = z
  .object({
    code: z.string(),
    status: z.enum(['valid', 'used', 'expired', 'not_issued', 'of_another_customer', 'unknown', 'mistyped']),
    pool: z.string().optional(),
    description: z.string().optional(),
    value: z
      .record(z.string(), z.union([z.string(), z.number(), z.boolean()]))
      .optional()
      .describe('As the pool declares it.'),
    validUntil: Time.optional(),
    remaining: Count.nullable().optional().describe('How often it may still be used; null for any number of times.'),
  })
  .meta({ id: 'Voucher' });

export const VoucherQuery = z.object({
  customer: Who.optional().describe('Who wants to use it: a bound code works for its owner only.'),
});

export const VoucherUse = z.strictObject({
  order: z.string().min(1).max(256).describe('The order that it is used for; a repeat with the same order counts once.'),
  customer: Who.optional(),
});

export const VoucherUsed = z
  .object({ redeemed: z.boolean(), repeated: z.boolean().describe('This use was recorded before.'), voucher: Voucher })
  .meta({ id: 'VoucherUsed' });

export const CodesRequest = z.strictObject({ codes: z.array(z.string().max(200)).min(1).max(500) });

export const CodesImported = z
  .object({
    added: Count,
    known: Count,
    refused: z.array(z.object({ line: z.int(), why: z.string() })),
  })
  .meta({ id: 'CodesImported' });

export const Pools = z
  .object({
    items: z.array(
      z.object({
        pool: z.string(),
        name: z.string(),
        codes: z.enum(['generated', 'imported']),
        free: Count.nullable().describe('Codes that nobody has yet; null for generated ones.'),
        low: z.boolean(),
      }),
    ),
    cursor: z.null(),
  })
  .meta({ id: 'VoucherPools' });

export const Budgets = z
  .object({
    items: z.array(
      z.object({
        journey: z.string(),
        name: z.string(),
        per: z.string().nullable().describe('The length of a period; null for a budget without end.'),
        from: Time.nullable(),
        to: Time.nullable().describe('When the next period begins.'),
        vouchers: z.object({ max: Count.nullable(), used: Count, left: Count.nullable() }),
        value: z
          .object({ amount: z.number(), currency: z.string(), used: z.number(), left: z.number() })
          .nullable()
          .describe('In units of the currency; null where the budget counts vouchers only.'),
        usedBefore: Count.describe('Vouchers that were given in the period before.'),
        usedUp: z.boolean().describe('Nobody gets a voucher of this journey any more in this period.'),
      }),
    ),
    cursor: z.null(),
  })
  .meta({ id: 'OfferBudgets' });

export const TokenRequest = z.strictObject({ hours: z.number().gt(0).max(24).default(1).describe('How long it is good for.') });

export const MemberToken = z.object({ token: z.string(), expiresAt: Time }).meta({ id: 'MemberToken' });

export const Referral = z.object({ link: z.string().nullable() }).meta({ id: 'ReferralLink' });
