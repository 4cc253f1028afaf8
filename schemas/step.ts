import * as z from 'zod';
import type { Step as CoreStep } from '#core/catalogue.ts';
import { Condition } from './condition.ts';
import {
  Duration,
  EventName,
  hours,
  Id,
  InstantText,
  JsonObject,
  Name,
  otherwise,
  Path,
  SignedDuration,
  sameHours,
  strict,
  Url,
  Zone,
} from './primitives.ts';
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
  'time_window',
  'wait_for_event',
  'wait_until',
  'condition',
  'branch',
  'random_split',
  'holdout',
  'repeat',
  'update_profile',
  'subscribe',
  'unsubscribe',
  'award_points',
  'issue_voucher',
  'emit_event',
  'webhook',
  'start_journey',
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
        strict({
          ...base,
          type: z.literal('delay'),
          for: Duration.exactOptional(),
          until: InstantText.exactOptional(),
          untilAttribute: Path.describe('An attribute of the customer that holds an instant.').exactOptional(),
          offset: SignedDuration.describe('With "untilAttribute": so much before ("-P7D") or after it.').exactOptional(),
        })
          .refine(
            (step) => [step.for, step.until, step.untilAttribute].filter((one) => one !== undefined).length === 1,
            otherwise('a delay needs one of "for", "until" and "untilAttribute"', 'write "for": "P3D"'),
          )
          .refine(
            (step) => step.offset === undefined || step.untilAttribute !== undefined,
            otherwise('"offset" goes with "untilAttribute"', 'remove it, or name the attribute'),
          )
          .describe('Waits for a period, until an instant, or until (or before, or after) the instant in an attribute.'),
        strict({
          ...base,
          type: z.literal('time_window'),
          ...hours,
          zone: z
            .union([z.literal('customer'), Zone])
            .describe('An IANA name, or "customer" (which it means where it is left out): the customer\'s own zone.')
            .exactOptional(),
        })
          .refine(({ from, to }) => from !== to, sameHours)
          .describe('Goes on at once inside these hours, else when they begin.'),
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
          type: z.literal('wait_until'),
          when: Condition,
          timeout: Duration.describe('How long at most. Nothing waits for ever.'),
          onMet: Steps.describe('What follows if it became so in time.').exactOptional(),
          onTimeout: Steps.describe('What follows if it did not.').exactOptional(),
        }).describe('Waits until a condition holds, by an event or by the passage of time; goes on after it in any case.'),
        strict({
          ...base,
          type: z.literal('random_split'),
          branches: z
            .array(strict({ name: Name, percent: z.number().min(0).max(100), steps: Steps }))
            .min(2)
            .refine(
              (branches) => Math.abs(branches.reduce((sum, { percent }) => sum + percent, 0) - 100) < 1e-9,
              otherwise('the percentages do not add up to 100', 'make them add up to 100'),
            ),
        }).describe(
          'Splits by chance, but each customer always falls to the same side; changing 50/50 to 60/40 moves only those whom it must.',
        ),
        strict({ ...base, type: z.literal('holdout'), percent: z.number().min(0).max(100) }).describe(
          'This share leaves here and gets nothing more of the journey, so that the effect of what follows can be measured.',
        ),
        strict({
          ...base,
          type: z.literal('repeat'),
          times: z.int().min(1).max(100).describe('How many rounds at most.'),
          until: Condition.describe('Asked before each round: no further one once it holds.').exactOptional(),
          steps: Steps.describe('One round. It must hold a wait.'),
        }).describe('The same steps several times, with a wait inside; goes on after it.'),
        strict({ ...base, type: z.literal('start_journey'), journey: Id }).describe(
          'Lets the customer enter another journey too, by the re-entry rules of that one. This one goes on.',
        ),
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
        strict({
          ...base,
          type: z.literal('issue_voucher'),
          pool: Id.describe('Of catalogue/vouchers.json.'),
          validFor: Duration.describe("Instead of the pool's.").exactOptional(),
          onIssued: Steps.describe('What follows for those who get one.').exactOptional(),
          onRefused: Steps.describe(
            "What follows instead for those who get none, because the journey's offerBudget is used up.",
          ).exactOptional(),
        }).describe(
          'Issues a voucher, which the mails after it show as voucher.code, voucher.validUntil and voucher.description; goes on after it in any case.',
        ),
        strict({ ...base, type: z.literal('emit_event'), event: EventName, properties: JsonObject.exactOptional() }).describe(
          'Records an event on the customer; it can start other journeys.',
        ),
        strict({ ...base, type: z.literal('webhook'), url: Url, body: JsonObject.exactOptional() }).describe(
          'Calls an address of yours, signed, with retries. What it answers becomes the event "Webhook Answered", with "step", "status" (done or failed), "statusCode" and "answer", for which a later wait_for_event can look.',
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
