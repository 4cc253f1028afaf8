/** What the cost routes of the admin API take and answer. Amounts go in and out as decimal text, so that none is rounded. */
import * as z from 'zod';

const Count = z.int().min(0);
const Source = z
  .string()
  .trim()
  .min(1, 'is empty: write the source as leads have it, for instance "google"')
  .max(200)
  .describe('As the first touch of leads names it: utm_source, or the host of the site that they came from.');
const Campaign = z
  .string()
  .trim()
  .max(200)
  .describe('As utm_campaign names it; without one it is a cost of the source as a whole.');
const Month = z
  .string()
  .regex(/^(?:19|2\d)\d\d-(?:0[1-9]|1[0-2])$/, 'is no month: write 2026-01')
  .describe('The month that it was spent for: 2026-01.');

const Amount = z
  .union([z.string(), z.number()])
  .transform(String)
  .describe('In units of the currency: "1200.50", or 1200.5. No finer than the currency, and not below 0.');

const WrittenCost = z.strictObject({
  source: Source,
  campaign: Campaign.default(''),
  month: Month,
  amount: Amount,
  currency: z
    .string()
    .regex(/^[A-Z]{3}$/, 'is no currency: write EUR')
    .refine((code) => Intl.supportedValuesOf('currency').includes(code), 'is no currency of ISO 4217')
    .exactOptional()
    .describe('That of reports (loyalty.json), where it is left out.'),
});

const Costs = z.array(WrittenCost).max(500, 'are more than 500: send them in parts');

export const CostsRequest = z.strictObject({ costs: Costs.min(1, 'are none') }).meta({ id: 'CostsRequest' });

export const CostsReplacement = z
  .strictObject({
    months: z.array(Month).min(1, 'are none: name the months whose costs are replaced').max(120),
    costs: Costs,
  })
  .meta({ id: 'CostsReplacement' });

export const CostsChanged = z
  .object({
    set: Count.describe('New ones, and those whose amount or currency has changed.'),
    unchanged: Count,
    deleted: Count,
  })
  .meta({ id: 'CostsChanged' });

export const CostQuery = z.object({
  month: Month.exactOptional().describe('Of this month alone.'),
  limit: z.coerce.number().int().min(1).max(200).default(50).describe('Items of one page.'),
  cursor: z.string().max(2000).exactOptional().describe('The cursor of the page before.'),
});

export const CostToDelete = z.object({ source: Source, campaign: Campaign.default(''), month: Month });

const StoredCost = z
  .object({
    source: z.string(),
    campaign: z.string().describe('Empty: of the source as a whole.'),
    month: z.string(),
    amount: z.string(),
    minor: Count.describe('The same in minor units: cents.'),
    currency: z.string().nullable(),
    changedAt: z.iso.datetime(),
    by: z.string(),
  })
  .meta({ id: 'Cost' });

export const StoredCosts = z.object({ items: z.array(StoredCost), cursor: z.string().nullable() }).meta({ id: 'Costs' });

const CostRow = {
  leads: Count,
  customers: Count,
  rate: z.number().min(0).max(1),
  revenue: z.number(),
  cost: z.number(),
  costPerLead: z.number().nullable(),
  costPerCustomer: z.number().nullable().describe('Acquisition cost.'),
  returnOnCost: z.number().nullable().describe('(revenue − cost) ÷ cost.'),
};

export const CostReport = z
  .object({
    from: Month.describe('The first month that costs are known for: leads, customers and revenue are of these months, too.'),
    to: Month,
    refused: z.string().nullable().describe('Why costs cannot be added up; then there are no figures.'),
    rates: z.record(z.string(), z.number()).describe('What one unit of other currencies was counted as.'),
    all: z.object(CostRow).nullable(),
    sources: z.array(
      z.object({
        source: z.string(),
        ...CostRow,
        campaigns: z.array(z.object({ campaign: z.string(), ...CostRow })).describe('Those with a cost of their own.'),
      }),
    ),
    missing: z
      .array(z.object({ source: z.string(), month: z.string(), leads: Count }))
      .describe('Months in which people came from a source that costs something in other months.'),
    nobody: z
      .array(z.object({ source: z.string(), campaign: z.string(), cost: z.number() }))
      .describe('Costs of sources and campaigns from which nobody came.'),
  })
  .meta({ id: 'CostReport' });
