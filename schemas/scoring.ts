import * as z from 'zod';
import type { Scoring as CoreScoring, ScoreRule } from '#core/catalogue.ts';
import { add, DAY_MS, HOUR_MS } from '#core/instant.ts';
import { INSTANTS_MAX } from '#core/tally.ts';
import { Condition } from './condition.ts';
import { Description, Duration, EventName, Id, Name, otherwise, SchemaName, strict } from './primitives.ts';

/** No rule gives or takes more: a larger number is a slip. */
const POINTS_MAX = 1000;

/** Where the length must not depend on the month: a half-life, a period that is counted from 1970. */
const SteadyDuration = z
  .string()
  .regex(
    /^P(?=.)(\d+W)?(\d+D)?(T(?=.)(\d+H)?(\d+M)?)?$/,
    otherwise('not a duration in weeks, days and hours', 'write "P30D", "P1D" or "PT12H": months differ in length'),
  )
  .refine(
    (text) =>
      !/^P(?=.)(\d+W)?(\d+D)?(T(?=.)(\d+H)?(\d+M)?)?$/.test(text) || (add(0, text) >= HOUR_MS && add(0, text) <= 3650 * DAY_MS),
    otherwise('shorter than an hour or longer than ten years', 'write for instance "P30D"'),
  )
  .describe('ISO 8601 in weeks, days and hours: P30D, P1D, PT12H.');

const forEvents = ['where', 'limit', 'expires', 'lasts'] as const;

const Rule = strict({
  id: Id,
  name: Name.describe('What the points are for, as people read it.').exactOptional(),
  points: z
    .int()
    .min(-POINTS_MAX)
    .max(POINTS_MAX)
    .refine((points) => points !== 0, otherwise('0 points change nothing', 'give or take some points'))
    .describe('For each such event, or for as long as the condition holds. May be negative.'),
  event: EventName.exactOptional(),
  where: Condition.describe('With "event": which of these events, with "property".').exactOptional(),
  limit: strict({
    max: z.int().min(1).max(INSTANTS_MAX),
    per: SteadyDuration.describe(
      'In each period of this length, the earliest events of each. Periods begin at midnight UTC, for days.',
    ).exactOptional(),
  })
    .describe('With "event": so many of these events count at the most. Without "per" the latest ones, where points fade or end.')
    .exactOptional(),
  expires: Duration.describe(
    `With "event": counts in full for so long, then not at all, and does not fade. The latest ${INSTANTS_MAX} count at the most.`,
  ).exactOptional(),
  lasts: z.boolean().describe('With "event": true means that these points do not fade.').exactOptional(),
  when: Condition.describe('Instead of "event": points for as long as this holds.').exactOptional(),
})
  .refine(
    (rule) => (rule.event === undefined) !== (rule.when === undefined),
    otherwise('a rule gives points for an "event" or for a condition', 'add either "event" or "when"'),
  )
  .refine(
    (rule) => rule.when === undefined || forEvents.every((key) => rule[key] === undefined),
    otherwise(`${forEvents.map((key) => `"${key}"`).join(', ')} go with "event"`, 'remove them, or replace "when" by "event"'),
  )
  .refine(
    (rule) => !(rule.lasts === true && rule.expires !== undefined),
    otherwise('points that last do not expire', 'remove "lasts" or "expires"'),
  )
  .transform((rule) => rule as ScoreRule);

const Score = strict({
  id: Id,
  name: Name,
  description: Description,
  halfLife: SteadyDuration.describe(
    'Points of events fade: half of them is left after so long, a quarter after twice as long. Without it they stay.',
  ).exactOptional(),
  min: z.number().describe('The score never shows less.').exactOptional(),
  max: z.number().describe('The score never shows more.').exactOptional(),
  rules: z.array(Rule).min(1).max(50),
}).refine(
  ({ min, max }) => min === undefined || max === undefined || min < max,
  otherwise('"min" is not below "max"', 'exchange or correct them'),
);

export const Scoring: z.ZodType<CoreScoring> = strict({
  $schema: SchemaName,
  scores: z.array(Score).min(1).max(10),
  stages: z
    .array(strict({ id: Id, name: Name, description: Description, when: Condition }))
    .min(1)
    .max(20)
    .describe('From the lowest up. A customer is in the highest one whose condition holds.')
    .exactOptional(),
  stagesGoBack: z
    .boolean()
    .describe('Whether a stage is left when its condition no longer holds. false where it is left out: people only rise.')
    .exactOptional(),
  contacts: z
    .array(EventName)
    .max(20)
    .describe(
      'Events by which the company turns to a lead, beside mails: they end the time that the lead waits for an answer. "Lead Contacted" where it is left out.',
    )
    .exactOptional(),
  touches: z
    .array(EventName)
    .max(20)
    .describe(
      'Events that show where somebody comes from, by campaign (UTM) and referrer, beside forms and identify calls: usually "Page". Each of them is evaluated, which costs as much as an event that starts a journey.',
    )
    .exactOptional(),
}).meta({ title: 'Scoring', description: 'Lead scores, the stages of a lead, and where leads come from.' });
