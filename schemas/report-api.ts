/** What the report routes of the admin API take and answer. docs/reports.md says what each figure means. */
import * as z from 'zod';
import { fromIso } from '#core/instant.ts';
import { CostReport } from './costs-api.ts';
import { Id } from './primitives.ts';

const Time = z.iso.datetime().describe('ISO 8601 in UTC.');
const Day = z
  .string()
  .max(40)
  .refine((text) => fromIso(text) !== undefined, 'is no time: write 2026-01-31 or 2026-01-31T09:00:00Z');
const Count = z.int().min(0);
const Counts = z.record(z.string(), Count);
const Interval = z
  .tuple([z.number(), z.number()])
  .describe('From lowest to highest: 95 of 100 such intervals hold what is true.');

export const ReportRequest = z
  .strictObject({
    from: Day.exactOptional().describe('Entries, mails and leads from then on. Everything, where it is left out.'),
    to: Day.exactOptional().describe('Those before then.'),
  })
  .refine(({ from = '', to = '9999-12-31' }) => (fromIso(from) ?? 0) < (fromIso(to) ?? 0), {
    path: ['to'],
    message: 'is not after "from"',
  })
  .meta({ id: 'ReportRequest' });

export const ReportState = z
  .object({
    id: z.string(),
    status: z.enum(['running', 'done']),
    at: Time.describe('What happened until then is in the report.'),
    from: z.string().nullable(),
    to: z.string().nullable(),
    people: Count.describe('People who are in it so far.'),
    shardsDone: z.int(),
    shards: z.int(),
  })
  .meta({ id: 'ReportState' });

const Head = {
  report: z.string(),
  at: Time.describe('What happened until then is in it.'),
  from: z.string().nullable(),
  to: z.string().nullable(),
  known: Count.describe('Everybody who is known.'),
  currency: z.string().nullable().describe('Of the loyalty programme; null without one, then amounts are added as they stand.'),
};

const Both = z.object({ treated: Count, heldOut: Count });

const Measure = z.object({
  treated: z.number(),
  heldOut: z.number(),
  difference: z.number().describe('What the journey adds for each person who entered.'),
  interval: Interval.nullable().describe('Null where a group is too small to tell.'),
  lift: z.number().nullable().describe('The difference relative to those held out: 0.25 is a quarter more.'),
  brought: z.number().describe('The difference over all who were treated.'),
  broughtInterval: Interval.nullable(),
  verdict: z.enum(['more', 'less', 'inconclusive']).describe('inconclusive: the interval holds 0.'),
});

const Effect = z.object({
  people: Both.describe('Whose window is over.'),
  converted: Both,
  open: Both.describe('Whose window is not over; they do not count yet.'),
  conversion: Measure.extend({ treatedInterval: Interval, heldOutInterval: Interval }),
  revenue: Measure.describe('For each person, in units of the currency.'),
  needed: z.object({
    people: Count.nullable().describe('Of both groups, to find a difference as large as this in 80 of 100 trials.'),
    more: Count.nullable().describe('How many of them are missing.'),
  }),
  percents: z
    .array(z.number())
    .describe('The percentages that were held out; of several ones the groups came at different times.'),
  changedSides: Count.describe('People who were held out first and let in later, or the other way round.'),
});

const MailFigures = z
  .object({
    decided: Count.describe('sent + skipped + failed + underWay.'),
    sent: Count.describe('SES took them.'),
    arrived: Count,
    opened: Count,
    clicked: Count,
    bounced: Count,
    complained: Count,
    skipped: Count,
    failed: Count,
    underWay: Count,
    whySkipped: Counts,
    whyFailed: Counts,
  })
  .meta({ id: 'MailFigures' });

const Journey = {
  journey: Id,
  name: z.string(),
  goal: z
    .object({
      event: z.string(),
      window: z.string(),
      isStated: z.boolean().describe('false: the journey states none; an order counts.'),
    })
    .nullable(),
  holdout: z.object({ journey: z.number(), all: z.number() }).nullable().describe('Percentages by the current release.'),
  entries: Count,
  heldOutEntries: Count,
  people: Count,
  success: z
    .object({ people: Count, converted: Count, rate: z.number() })
    .describe('Of all who were let in and whose window is over. It is no effect: some would have come anyway.'),
  goalsNoted: Count,
  comparedWith: z.enum(['held out of this journey', 'held out of all marketing']).nullable(),
  effect: Effect.nullable(),
  without: z.object({ noHoldout: Count, outOfAll: Count }).describe('People whom nobody can be compared with.'),
  mails: MailFigures,
};

export const JourneyReport = z.object({ ...Head, ...Journey }).meta({ id: 'JourneyReport' });

export const JourneyReports = z.object({ ...Head, journeys: z.array(z.object(Journey)) }).meta({ id: 'JourneyReports' });

const Rate = z.number().min(0).max(1);

const Values = {
  customers: Count,
  historic: z.number().describe('Revenue times the margin less the cost of keeping so far, in money of each first order.'),
  historicMean: z.number().nullable(),
  foretold: Count.describe('Those of whom something is foretold.'),
  predicted: z.number().describe('The sum of clv.next12Months of these, as each customer shows it at the time of the report.'),
  predictedMean: z.number().nullable(),
};
const predictedMedian = z.number().nullable().describe('To three digits.');

const ValueReport = z
  .object({
    currency: z.string().nullable().describe('Of forecasts.'),
    margin: z.number(),
    yearlyDiscount: z.number(),
    keepingCostPerYear: z.number(),
    model: z
      .object({
        kind: z.string(),
        learntAt: Time,
        ageDays: Count,
        staleAt: Time.describe('From then on it says nothing any more.'),
        confidence: z.string().describe('good, fair or low.'),
        notes: z.array(z.string()),
      })
      .nullable()
      .describe('Null where nothing was learnt yet.'),
    all: z.object({ ...Values, predictedMedian }),
    missing: Counts.describe('Why nothing is foretold of the others.'),
    groups: z.array(z.object({ group: z.string(), ...Values, predictedMedian })).describe('By group of RFM.'),
    cohorts: z.array(z.object({ month: z.string(), ...Values })).describe('By the month of the first order.'),
  })
  .meta({ id: 'ValueReport' });
const Figures = z.record(z.string(), MailFigures);

export const KpiReport = z
  .object({
    ...Head,
    customers: z.object({
      customers: Count.describe('People with an order.'),
      repeatCustomers: Count.describe('With more than one.'),
      repeatRate: Rate,
      orders: Count,
      revenue: z.number(),
      valuePerCustomer: z.number().describe('Historic customer lifetime value: revenue so far for each customer.'),
      retention: z
        .array(z.object({ months: Count, customers: Count, retained: Count, retention: Rate, churn: Rate }))
        .describe('So many months after that of the first order, over all cohorts for which that month is over.'),
      cohorts: z.array(z.object({ month: z.string(), customers: Count, valuePerCustomer: z.number(), retained: z.array(Rate) })),
      ordersWithoutAmount: Count,
    }),
    value: ValueReport.nullable().describe('What customers are worth; null where the release asks for no forecasts.'),
    sources: z.array(
      z.object({
        source: z.string(),
        campaign: z.string(),
        leads: Count,
        customers: Count,
        rate: Rate,
        interval: Interval,
        revenue: z.number(),
      }),
    ),
    sourcesByMonth: z
      .array(
        z.object({
          month: z.string(),
          source: z.string(),
          campaign: z.string(),
          leads: Count,
          customers: Count,
          revenue: z.number(),
        }),
      )
      .describe('The same by the month of the first touch.'),
    rates: z.record(z.string(), z.number()).describe('What one unit of other currencies is worth, as in loyalty.json.'),
    costs: CostReport.nullable().describe(
      'By the costs that are stored, of months in the time of the report; null where none are.',
    ),
    measures: z.array(
      z.object({
        journey: Id,
        name: z.string(),
        people: Count,
        converted: Count,
        rate: Rate,
        verdict: z.enum(['more', 'less', 'inconclusive']).nullable(),
      }),
    ),
    mails: z.object({ journeys: Figures, topics: Figures }),
    vouchers: z
      .array(
        z.object({
          pool: z.string(),
          name: z.string(),
          decided: Count.describe('used + open + lapsed + withoutCode.'),
          used: Count.describe('At least once.'),
          open: Count,
          lapsed: Count,
          withoutCode: Count.describe('There was none left to give.'),
        }),
      )
      .describe('Vouchers that were issued in the time of the report, by pool.'),
  })
  .meta({ id: 'KpiReport' });
