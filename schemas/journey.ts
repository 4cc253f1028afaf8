import * as z from 'zod';
import type { Trigger as CoreTrigger } from '#core/catalogue.ts';
import { isPeriodLength } from '#core/period.ts';
import { Condition, EventCondition } from './condition.ts';
import {
  Cap,
  Currency,
  Description,
  Duration,
  EventName,
  hours,
  Id,
  Name,
  otherwise,
  Path,
  Rule,
  SchemaName,
  sameHours,
  strict,
  TimeOfDay,
  Zone,
} from './primitives.ts';
import { said } from './problem.ts';
import { AwaitedEvent, Step } from './step.ts';
import { didYouMean, listed } from './suggest.ts';

const triggerTypes = [
  'event',
  'form',
  'segment_entry',
  'segment_exit',
  'tier_change',
  'stage_change',
  'schedule',
  'date',
  'points',
  'voucher',
  'api',
] as const;

const unknownTrigger = (issue: { readonly input?: unknown; readonly code?: string }): string | undefined => {
  if (issue.code !== 'invalid_union' || typeof issue.input !== 'object' || issue.input === null) return undefined;
  const type = (issue.input as { type?: unknown }).type;
  if (type === undefined) return said('a trigger needs a "type"', `one of ${listed(triggerTypes)}`);
  return said(
    `no trigger has the type ${JSON.stringify(type)}`,
    didYouMean(String(type), triggerTypes, `known types: ${listed(triggerTypes)}`),
  );
};

const PointsTrigger = strict({
  type: z.literal('points'),
  reached: z.int().min(1).describe('The balance of points reaches this number from below.').exactOptional(),
  expiring: Duration.describe('So long before points lapse.').exactOptional(),
})
  .refine(
    ({ reached, expiring }) => (reached === undefined) !== (expiring === undefined),
    otherwise('a points trigger needs either "reached" or "expiring"', 'write "reached": 500, or "expiring": "P14D"'),
  )
  .transform((trigger) => trigger as Extract<CoreTrigger, { type: 'points' }>)
  .describe('The balance of points reaches a number, or points are about to lapse.');

const Trigger: z.ZodType<CoreTrigger> = z
  .discriminatedUnion(
    'type',
    [
      strict({
        type: z.literal('event'),
        event: EventName,
        where: Condition.describe('Which of these events, with "property".').exactOptional(),
      }).describe('An event happens.'),
      strict({ type: z.literal('form'), form: Id }).describe('A form is filled in.'),
      strict({ type: z.enum(['segment_entry', 'segment_exit']), segment: Id }).describe(
        'The customer enters or leaves a segment, by an event or by the mere passage of time.',
      ),
      strict({
        type: z.literal('tier_change'),
        to: z.array(Id).min(1).describe('Only a change to one of these tiers.').exactOptional(),
        direction: z.enum(['up', 'down', 'any']).describe('up is what it means where it is left out: "any".').exactOptional(),
      }).describe('The loyalty tier changes.'),
      strict({
        type: z.literal('stage_change'),
        to: z.array(Id).min(1).describe('Only a change to one of these stages.').exactOptional(),
        direction: z.enum(['up', 'down', 'any']).describe('"any" where it is left out.').exactOptional(),
      }).describe('The stage of a lead changes, by an event or by the mere passage of time; see scoring.json.'),
      strict({
        type: z.literal('schedule'),
        rule: Rule,
        start: z
          .string()
          .regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d$/, otherwise('not a wall-clock time', 'write "2026-01-01T09:00"'))
          .describe('The wall-clock time from which the rule counts; its time of the day is meant where the rule names none.'),
        zone: z
          .union([z.literal('customer'), Zone])
          .describe('An IANA name, or "customer" for each customer\'s own. The policy\'s zone where it is left out.')
          .exactOptional(),
        segment: Id.describe('Only customers who are in this segment at the time.').exactOptional(),
      }).describe('By the calendar, for everybody or for a segment.'),
      strict({
        type: z.literal('date'),
        attribute: Path.describe('An attribute with a date: "1990-02-28".'),
        repeat: z.enum(['yearly', 'once']),
        offsetDays: z.int().min(-366).max(366).describe('Days before (negative) or after the date.').exactOptional(),
        time: TimeOfDay.default('09:00'),
      }).describe(
        "A date of the customer's comes, on their own clock: a birthday, a renewal. 29 February is kept on 28 February in other years.",
      ),
      PointsTrigger,
      strict({
        type: z.literal('voucher'),
        expiring: Duration.describe('So long before a voucher lapses that was not used.'),
        pool: Id.describe('Only vouchers of this pool.').exactOptional(),
      }).describe('A voucher is about to lapse; the mails of the journey show it.'),
      strict({ type: z.literal('api') }).describe(
        'A system of yours asks for it: the event "Journey Requested", sent with a secret key, with the property "journey".',
      ),
    ],
    { error: unknownTrigger },
  )
  .describe('What starts the journey for a customer.');

const Reentry = strict({
  mode: z.enum(['once', 'always', 'after', 'max']),
  interval: Duration.describe('With "after": since the last entry.').exactOptional(),
  max: z.int().min(1).max(1000).describe('How many entries in all, with "max" or beside an interval.').exactOptional(),
  restart: z
    .boolean()
    .describe('A new entry ends the run that there is and begins anew. Without it, who is inside cannot enter.')
    .exactOptional(),
  key: Path.describe(
    'A property of the trigger that tells runs apart: one run for each order or cart, side by side.',
  ).exactOptional(),
})
  .refine(
    ({ mode, max }) => (mode === 'max' ? max !== undefined : max === undefined || mode === 'after'),
    otherwise('"max" goes with the mode "max", and may stand beside an interval', 'write { "mode": "max", "max": 3 }'),
  )
  .refine(
    (reentry) => (reentry.mode === 'after') === (reentry.interval !== undefined),
    otherwise('"interval" goes with the mode "after", and only with it', 'write { "mode": "after", "interval": "P180D" }'),
  )
  .refine(
    ({ mode, restart }) => restart !== true || mode !== 'once',
    otherwise('nobody enters a second time who could begin anew', 'choose another mode, or remove "restart"'),
  )
  .describe('How often one customer may enter: once (the default), always, or after an interval. Never twice at the same time.');

const OfferBudget = strict({
  max: z.int().min(1).max(10_000_000).describe('Vouchers.').exactOptional(),
  value: strict({ amount: z.number().gt(0).max(1_000_000_000), currency: Currency })
    .describe('What the vouchers may be worth together, by the "value" of their pools: { "amount": 5, "currency": "EUR" }.')
    .exactOptional(),
  per: Duration.refine(
    isPeriodLength,
    otherwise(
      'not a period of the calendar',
      'write whole days and weeks, or whole months and years: "P30D", "P1W", "P1M", "P1Y"',
    ),
  )
    .describe(
      'Periods follow each other from Monday, 1 January 2001 on and begin at midnight in the zone of the policy: P1W is a week from Monday on, P1M a month of the calendar, P3M a quarter, P30D each 30 days. In all, where it is left out.',
    )
    .exactOptional(),
})
  .refine(
    ({ max, value }) => max !== undefined || value !== undefined,
    otherwise('a budget needs a limit', 'write "max": 500, or "value": { "amount": 2000, "currency": "EUR" }'),
  )
  .describe(
    'What this journey may give to all customers together: never more than that, however many come at once. A voucher counts in the period in which it is decided on. Whoever gets none goes by "onRefused". What was given away stays counted when a release changes the budget.',
  );

export const Journey = strict({
  $schema: SchemaName,
  id: Id,
  name: Name,
  description: Description,
  status: z
    .enum(['draft', 'active', 'paused', 'archived'])
    .default('active')
    .describe(
      'active: people enter and go on. paused: nobody enters; those inside keep waiting, leave by an exit rule as ever, and whoever comes to the end of a wait is held there until it is active again. archived: nobody enters, and those inside leave. draft: checked, but not run.',
    ),
  trigger: Trigger,
  reentry: Reentry.default({ mode: 'once' }),
  holdout: strict({ percent: z.number().min(0).max(100) })
    .describe('A share of customers, fixed for each, that gets nothing from this journey, so that its effect can be measured.')
    .exactOptional(),
  caps: z.array(Cap).max(20).describe('For mails of this journey, beside the caps of the policy.').exactOptional(),
  offerBudget: OfferBudget.exactOptional(),
  quietHours: z
    .union([z.literal(false), strict(hours).refine(({ from, to }) => from !== to, sameHours)])
    .describe('Instead of the quiet hours of the policy; false for none.')
    .exactOptional(),
  onLate: strict({
    mode: z
      .enum(['send', 'skip', 'next_window'])
      .describe('send: all the same. skip: not at all, with that reason. next_window: after the quiet hours that it is now.'),
    maxAge: Duration.default('PT6H'),
  })
    .describe('What becomes of a mail that is late by more than "maxAge": after an outage, or because its trigger came late.')
    .exactOptional(),
  priority: z
    .int()
    .min(-100)
    .max(100)
    .describe(
      'Of mails that compete for the last place under a cap at the same instant, the higher number goes first. 0 where it is left out.',
    )
    .exactOptional(),
  onPublish: z
    .enum(['finish', 'migrate', 'exit'])
    .describe(
      'What this version does with people who are in an older one. finish (the default): they go on in that one. migrate: they go on here from the step of the same id, with the time that their wait has left; where it is gone they leave. exit: they leave.',
    )
    .exactOptional(),
  goal: strict({ ...AwaitedEvent, window: Duration.describe('Since the entry.') })
    .describe('What counts as success in reports.')
    .exactOptional(),
  exitWhen: z
    .array(EventCondition)
    .min(1)
    .describe('Events that end the journey for the customer at once, if they happen after the entry.')
    .exactOptional(),
  steps: z.array(Step).max(200),
}).meta({ title: 'Journey', description: 'What happens to a customer, step by step, after a trigger.' });
