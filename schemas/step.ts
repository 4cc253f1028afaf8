import * as z from 'zod';
import type { Step as CoreStep } from '#core/catalogue.ts';
import { Condition } from './condition.ts';
import { Duration, EventName, Id, InstantText, JsonObject, Name, otherwise, strict, Url } from './primitives.ts';
import { said } from './problem.ts';
import { didYouMean, listed } from './suggest.ts';

const base = { id: Id, name: Name.describe('For reports; the id where it is left out.').exactOptional() };

export const AwaitedEvent = {
  event: EventName,
  where: Condition.describe('Which of these events: with "property", also "equalsTrigger".').exactOptional(),
};

const stepTypes = [
  'send_email',
  'delay',
  'wait_for_event',
  'condition',
  'branch',
  'update_profile',
  'subscribe',
  'unsubscribe',
  'award_points',
  'emit_event',
  'webhook',
  'exit',
] as const;

const unknownType = (issue: { readonly input?: unknown; readonly code?: string }): string | undefined => {
  if (issue.code !== 'invalid_union' || typeof issue.input !== 'object' || issue.input === null) return undefined;
  const type = (issue.input as { type?: unknown }).type;
  if (type === undefined) return said('a step needs a "type"', `one of ${listed(stepTypes)}`);
  return said(
    `no step has the type ${JSON.stringify(type)}`,
    didYouMean(String(type), stepTypes, `known types: ${listed(stepTypes)}`),
  );
};

export const Step: z.ZodType<CoreStep> = z
  .lazy(() =>
    z.discriminatedUnion(
      'type',
      [
        strict({
          ...base,
          type: z.literal('send_email'),
          template: Id.describe('templates/<this>.mjml'),
          topic: Id.describe('The topic that the customer must have consented to, if it is a marketing one.'),
        }).describe(
          'Sends a mail. Where the customer has not consented, the mail is skipped with that reason and the journey goes on.',
        ),
        strict({ ...base, type: z.literal('delay'), for: Duration.exactOptional(), until: InstantText.exactOptional() })
          .refine(
            (step) => (step.for === undefined) !== (step.until === undefined),
            otherwise('a delay needs either "for" or "until"', 'write "for": "P3D"'),
          )
          .describe('Waits for a period, or until an instant.'),
        strict({
          ...base,
          type: z.literal('wait_for_event'),
          events: z
            .array(strict({ ...AwaitedEvent, steps: Steps.describe('What follows if this event comes first.').exactOptional() }))
            .min(1),
          timeout: Duration.describe('How long at most. Nothing waits for ever.'),
          onTimeout: Steps.describe('What follows if none came in time.').exactOptional(),
        }).describe('Waits for the first of some events; goes on after it in any case.'),
        strict({
          ...base,
          type: z.literal('condition'),
          when: Condition,
          yes: Steps.exactOptional(),
          no: Steps.exactOptional(),
        }).describe('One way or the other; both go on after it.'),
        strict({
          ...base,
          type: z.literal('branch'),
          cases: z
            .array(strict({ name: Name, when: Condition, steps: Steps }))
            .min(1)
            .describe('The first case that holds is taken.'),
          default: Steps.describe('If no case holds.').exactOptional(),
        }).describe('One of several ways; all go on after it.'),
        strict({
          ...base,
          type: z.literal('update_profile'),
          set: JsonObject.describe('Attributes and their new values; null removes one.'),
        }).describe('Changes attributes of the customer.'),
        strict({ ...base, type: z.enum(['subscribe', 'unsubscribe']), topic: Id }).describe(
          'Gives or takes back consent to a topic.',
        ),
        strict({ ...base, type: z.literal('award_points'), points: z.int().min(1).max(1_000_000), reason: Name }).describe(
          'Adds loyalty points.',
        ),
        strict({ ...base, type: z.literal('emit_event'), event: EventName, properties: JsonObject.exactOptional() }).describe(
          'Records an event on the customer; it can start other journeys.',
        ),
        strict({ ...base, type: z.literal('webhook'), url: Url, body: JsonObject.exactOptional() }).describe(
          'Calls an address of yours, signed, with retries.',
        ),
        strict({ ...base, type: z.literal('exit'), reason: Name.describe('Shown in reports and on the timeline.') }).describe(
          'Leaves the journey.',
        ),
      ],
      { error: unknownType },
    ),
  )
  .meta({ id: 'Step', description: 'One step of a journey. What comes after a branch is what stands after it.' });

const Steps = z.lazy(() => z.array(Step).max(200));
