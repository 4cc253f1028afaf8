import * as z from 'zod';
import type { Trigger as CoreTrigger } from '#core/catalogue.ts';
import { Condition, EventCondition } from './condition.ts';
import { Description, Duration, EventName, Id, Name, otherwise, SchemaName, strict } from './primitives.ts';
import { said } from './problem.ts';
import { AwaitedEvent, Step } from './step.ts';
import { didYouMean, listed } from './suggest.ts';

const triggerTypes = ['event', 'form', 'segment_entry', 'segment_exit', 'tier_change'] as const;

const unknownTrigger = (issue: { readonly input?: unknown; readonly code?: string }): string | undefined => {
  if (issue.code !== 'invalid_union' || typeof issue.input !== 'object' || issue.input === null) return undefined;
  const type = (issue.input as { type?: unknown }).type;
  if (type === undefined) return said('a trigger needs a "type"', `one of ${listed(triggerTypes)}`);
  return said(
    `no trigger has the type ${JSON.stringify(type)}`,
    didYouMean(String(type), triggerTypes, `known types: ${listed(triggerTypes)}`),
  );
};

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
    ],
    { error: unknownTrigger },
  )
  .describe('What starts the journey for a customer.');

const Reentry = strict({
  mode: z.enum(['once', 'always', 'after']),
  interval: Duration.describe('With "after": since the last entry.').exactOptional(),
})
  .refine(
    (reentry) => (reentry.mode === 'after') === (reentry.interval !== undefined),
    otherwise('"interval" goes with the mode "after", and only with it', 'write { "mode": "after", "interval": "P180D" }'),
  )
  .describe('How often one customer may enter: once (the default), always, or after an interval. Never twice at the same time.');

export const Journey = strict({
  $schema: SchemaName,
  id: Id,
  name: Name,
  description: Description,
  status: z
    .enum(['draft', 'active', 'paused', 'archived'])
    .default('active')
    .describe(
      'active: people enter and go on. paused: nobody enters, and those inside stay where they are; waits run on and take effect when it is active again. archived: those inside leave. draft: checked, but not run.',
    ),
  trigger: Trigger,
  reentry: Reentry.default({ mode: 'once' }),
  holdout: strict({ percent: z.number().min(0).max(100) })
    .describe('A share of customers, fixed for each, that gets nothing from this journey, so that its effect can be measured.')
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
