import * as z from 'zod';
import type { Loyalty as CoreLoyalty } from '#core/loyalty/programme.ts';
import { Condition } from './condition.ts';
import {
  Currency,
  Duration,
  EventName,
  Id,
  InstantText,
  Name,
  otherwise,
  Path,
  SchemaName,
  strict,
  Weekday,
  Zone,
} from './primitives.ts';

const Points = z.int().min(1).max(10_000_000);
const Factor = z.number().gt(0).max(100);
const Texts = z.array(z.string().min(1).max(200)).min(1).max(1000);

const Pending = strict({
  for: Duration.describe('After this time points are confirmed in any case: the time for returns is over.'),
  event: EventName.describe('Confirms the points of the same order_id at once: "Order Delivered".').exactOptional(),
}).describe('Points are pending at first: they are shown, and cannot be spent yet.');

const Source = z
  .enum(['server', 'anyone'])
  .describe('server: only what was sent with a secret key counts. anyone: also what a web page sent, which a visitor can forge.');

const PerAmount = strict({
  points: z.number().gt(0).max(1_000_000).describe('Points for each unit of money, in proportion.'),
  unit: z.number().gt(0).max(1_000_000).describe('In units of the currency; 1 where it is left out.').exactOptional(),
  amount: Path.describe('The property with the amount; the one of orders, where it is left out.').exactOptional(),
  rounding: z.enum(['down', 'nearest', 'up']).describe('"down" where it is left out.').exactOptional(),
  minimum: z.number().gt(0).describe('Below this amount nothing is earned.').exactOptional(),
  exclude: strict({ categories: Texts.exactOptional(), skus: Texts.exactOptional() })
    .describe(
      'What products of these cost does not count; read from "products" of the order: category, sku or product_id, price, quantity.',
    )
    .exactOptional(),
});

const Multiplier = strict({
  factor: Factor,
  name: Name.exactOptional(),
  tiers: z.array(Id).min(1).describe('Only for customers in one of these tiers.').exactOptional(),
  segment: Id.describe('Only for customers in this segment.').exactOptional(),
  from: InstantText.describe("From this instant on. A day alone begins at midnight of the programme's zone.").exactOptional(),
  to: InstantText.describe('Before this instant.').exactOptional(),
  days: z.array(Weekday).min(1).exactOptional(),
})
  .refine(
    ({ tiers, segment, from, to, days }) => [tiers, segment, from, to, days].some((one) => one !== undefined),
    otherwise('the multiplier applies always', 'say when: tiers, segment, from, to or days'),
  )
  .refine(
    ({ from, to }) => from === undefined || to === undefined || Date.parse(from) < Date.parse(to),
    otherwise('"from" is not before "to"', 'correct one of the two'),
  );

const EarnRule = strict({
  id: Id,
  name: Name.describe('As customers read it in their history.').exactOptional(),
  event: EventName.describe('What points are earned by.'),
  where: Condition.describe('Which of these events, with "property".').exactOptional(),
  when: Condition.describe('For which customers: a segment, a tier, their first order.').exactOptional(),
  points: Points.describe('A fixed number of points.').exactOptional(),
  per: PerAmount.describe('Points for money spent.').exactOptional(),
  multipliers: z.array(Multiplier).min(1).max(50).describe('Of those that apply the highest factor counts.').exactOptional(),
  limit: strict({
    max: z.int().min(1).max(10_000),
    per: z
      .enum(['day', 'week', 'month', 'year'])
      .describe('By the calendar of the programme; ever, where it is left out.')
      .exactOptional(),
  })
    .describe('How often it counts for one customer.')
    .exactOptional(),
  key: Path.describe(
    'Events with the same value of this property earn once: "review_id". Orders are told apart by order_id.',
  ).exactOptional(),
  pending: z
    .union([Pending, z.literal(false)])
    .describe("Instead of the programme's; false for points that count at once.")
    .exactOptional(),
  from: Source.exactOptional(),
}).refine(
  ({ points, per }) => (points === undefined) !== (per === undefined),
  otherwise('a rule needs either "points" or "per"', 'write "points": 50, or "per": { "points": 1 }'),
);

const ShortEarn = strict({
  event: EventName.describe('What points are earned by.'),
  amount: Path.describe('The property of the event that holds the money spent.'),
  pointsPerUnit: z.number().min(0).max(1_000_000).describe('Points for each whole unit of the currency.'),
});

const level = {
  id: Id,
  name: Name,
  benefits: z.array(Name).max(50).exactOptional(),
  attributes: z
    .record(z.string(), z.union([z.string(), z.number(), z.boolean()]))
    .describe('What templates may use as loyalty.tier.attributes: { "discountPercent": 5 }.')
    .exactOptional(),
};

const Tiers = strict({
  by: z
    .enum(['spend', 'points', 'orders'])
    .describe('What counts: money spent, points earned, or orders. Refunds are taken off.'),
  window: z
    .union([
      strict({ rolling: Duration }).describe('A period that ends now: { "rolling": "P12M" }.'),
      strict({ calendar: z.enum(['month', 'quarter', 'year']) }).describe('The present calendar period.'),
    ])
    .describe('Over a lifetime, where it is left out.')
    .exactOptional(),
  grace: Duration.describe('How long somebody who falls below a tier keeps it. Upgrades come at once.').exactOptional(),
  levels: z
    .array(strict({ ...level, from: z.number().min(0).describe('Reached with this much.') }))
    .min(1)
    .max(50)
    .describe('From the lowest up. Below the first one a customer has no tier.'),
});

const ShortTiers = z
  .array(strict({ ...level, spend: z.number().min(0).describe('Reached with this much spent over a lifetime.') }))
  .max(50)
  .describe('From the lowest up, by the money spent over a lifetime.');

/** How orders are called, for whoever reads them. */
export const Orders = strict({
  event: EventName.exactOptional(),
  amount: Path.exactOptional(),
  refunded: z.array(EventName).min(1).exactOptional(),
  cancelled: z.array(EventName).min(1).exactOptional(),
  from: Source.exactOptional(),
}).describe(
  'How orders and refunds are called: "Order Completed", "revenue", "Order Refunded", "Order Cancelled" where it is left out.',
);

export const Loyalty = strict({
  $schema: SchemaName,
  currency: Currency.describe('What the programme counts in.'),
  rates: z
    .record(Currency, z.number().gt(0).max(1_000_000))
    .describe('Units of the programme\'s currency for one unit of another one: { "USD": 0.92 }. Orders in others are not booked.')
    .exactOptional(),
  zone: Zone.describe("The wall clock of calendar periods; the policy's zone where it is left out.").exactOptional(),
  orders: Orders.exactOptional(),
  earn: z
    .union([z.array(EarnRule).max(100), ShortEarn])
    .describe('The rules by which points are earned; or the short form of one rule.'),
  combine: z
    .enum(['best', 'sum'])
    .describe('Of several rules that one event meets the best one counts, or all of them. "best" where it is left out.')
    .exactOptional(),
  pending: Pending.exactOptional(),
  expiry: strict({
    after: Duration.describe('So long after they were earned.').exactOptional(),
    endOf: z
      .enum(['month', 'quarter', 'year'])
      .describe('At the end of this calendar period: of the one in which "after" ends, if both stand here.')
      .exactOptional(),
    inactivity: Duration.describe('All points lapse after so long without earning or spending any.').exactOptional(),
  })
    .refine(
      ({ after, endOf, inactivity }) => after !== undefined || endOf !== undefined || inactivity !== undefined,
      otherwise('nothing says when points lapse', 'add "after", "endOf" or "inactivity"; or leave "expiry" out'),
    )
    .describe('When points lapse. Never, where it is left out.')
    .exactOptional(),
  allowDebt: z
    .boolean()
    .describe(
      'Whether points of a refunded order that were spent already make the balance negative. They do not, where it is left out.',
    )
    .exactOptional(),
  referral: strict({
    referrer: Points.describe('For whoever brings a friend.').exactOptional(),
    friend: Points.describe('For the friend.').exactOptional(),
    link: z
      .string()
      .max(500)
      .regex(
        /^https:\/\/\S*\{code\}\S*$/,
        otherwise('not a link with a code', 'for instance "https://shop.example/?friend={code}"'),
      )
      .describe('Where friends are sent; {code} stands for the code.'),
    property: Path.describe(
      'The property of an event, or the field of a form, that holds the code; "referral_code" where it is left out.',
    ).exactOptional(),
  })
    .refine(
      ({ referrer, friend }) => referrer !== undefined || friend !== undefined,
      otherwise('nobody gets anything', 'add "referrer", "friend", or both'),
    )
    .describe(
      "Both are rewarded when the friend's first order is final: when its points are confirmed, and it was not given back.",
    )
    .exactOptional(),
  rewards: z
    .array(
      strict({
        id: Id,
        name: Name.describe('As customers read it.'),
        points: Points.describe('What it costs.'),
        pool: Id.describe('The pool of catalogue/vouchers.json that it is given out of.'),
      }),
    )
    .max(200)
    .describe('What points can be spent on.')
    .exactOptional(),
  tiers: z.union([ShortTiers, Tiers]),
}).meta({
  title: 'Loyalty',
  description: 'How points are earned, kept and lost, and which tiers there are.',
}) satisfies z.ZodType<CoreLoyalty>;
