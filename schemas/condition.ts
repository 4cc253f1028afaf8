import * as z from 'zod';
import type { Condition as CoreCondition, EventCondition as CoreEventCondition } from '#core/condition.ts';
import { Duration, EventName, Id, InstantText, otherwise, Path, Pattern, strict } from './primitives.ts';

const Scalar = z.union([z.string(), z.number(), z.boolean(), z.null()]);
const Ordered = z.union([z.number(), z.string()]);

const comparisons = {
  is: Scalar.describe('Equal to. null means: has no value.').exactOptional(),
  isNot: Scalar.describe('Not equal to; also true where there is no value.').exactOptional(),
  in: z.array(Scalar).min(1).describe('Equal to one of these.').exactOptional(),
  notIn: z.array(Scalar).min(1).describe('Equal to none of these; also true where there is no value.').exactOptional(),
  gt: Ordered.describe('Greater than.').exactOptional(),
  gte: Ordered.describe('Greater than or equal to.').exactOptional(),
  lt: Ordered.describe('Less than.').exactOptional(),
  lte: Ordered.describe('Less than or equal to.').exactOptional(),
  contains: Scalar.describe('A text that holds this text, or a list that holds this value.').exactOptional(),
  startsWith: z.string().min(1).exactOptional(),
  matches: Pattern.describe('A regular expression that some part of the text matches.').exactOptional(),
  exists: z.boolean().describe('Whether there is a value at all.').exactOptional(),
  before: InstantText.describe('An instant before this one.').exactOptional(),
  after: InstantText.describe('An instant after this one.').exactOptional(),
  within: Duration.describe('An instant that lies at most this long before or after now.').exactOptional(),
};
const comparisonKeys = Object.keys(comparisons);
const comparing = (keys: readonly string[]) => (value: object) => keys.some((key) => Object.hasOwn(value, key));

const bounds = {
  gt: z.number().exactOptional(),
  gte: z.number().exactOptional(),
  lt: z.number().exactOptional(),
  lte: z.number().exactOptional(),
  is: z.number().exactOptional(),
};
const boundKeys = Object.keys(bounds);
const bounded = otherwise('no bound is given', 'add one of gt, gte, lt, lte, is');

const Range = strict(bounds).refine(comparing(boundKeys), bounded).describe('At least one of gt, gte, lt, lte, is.');

const EventConditionObject = z.lazy(() =>
  strict({
    event: EventName,
    where: Condition.describe('What must be true of the event, with "property".').exactOptional(),
    count: Range.describe('How often. At least once, where it is left out.').exactOptional(),
    sum: strict({ property: Path, ...bounds })
      .refine(comparing(boundKeys), bounded)
      .describe('The sum of a property over these events.')
      .exactOptional(),
    within: Duration.describe('Only events of this last period. Ever, where it is left out.').exactOptional(),
  }),
);

export const EventCondition: z.ZodType<CoreEventCondition> = EventConditionObject.meta({
  id: 'EventCondition',
  description:
    'Whether, how often, or for how much an event has happened. "Never" is { "not": { "event": … } } or "count": { "is": 0 }.',
});

/** The key that tells one kind of condition from the others, in the order of the alternatives below. */
export const conditionKeys = [
  'all',
  'any',
  'not',
  'event',
  'attribute',
  'property',
  'segment',
  'journey',
  'message',
  'consent',
  'tier',
  'points',
  'score',
  'stage',
] as const;

export const Condition: z.ZodType<CoreCondition> = z
  .lazy(() =>
    z.union([
      strict({ all: z.array(Condition).min(1) }).describe('All of these hold.'),
      strict({ any: z.array(Condition).min(1) }).describe('At least one of these holds.'),
      strict({ not: Condition }).describe('This does not hold.'),
      EventCondition,
      strict({ attribute: Path, ...comparisons })
        .refine(comparing(comparisonKeys), otherwise('nothing is compared', 'add "is", "gte", "exists": true …'))
        .describe(
          'An attribute of the customer compares so. Several comparisons must all hold. With prediction.json also forecasts: prediction.pAlive, prediction.pOrder90Days, prediction.expectedOrders12Months, prediction.nextOrderAt, clv.next12Months, rfm.group, rfm.score.',
        ),
      strict({
        property: Path,
        equalsTrigger: Path.describe('Equal to this property of the event that started the run.').exactOptional(),
        ...comparisons,
      })
        .refine(
          comparing([...comparisonKeys, 'equalsTrigger']),
          otherwise('nothing is compared', 'add "is", "gte", "equalsTrigger" …'),
        )
        .describe(
          'A property of the event compares so: in a "where" of that event, elsewhere of the event that started the run.',
        ),
      strict({ segment: Id }).describe('The customer is in this segment.'),
      strict({ journey: Id, is: z.enum(['active', 'completed', 'exited', 'never']) }).describe(
        'How the customer stands to a journey.',
      ),
      strict({ message: Id, is: z.enum(['delivered', 'opened', 'clicked', 'bounced']) }).describe(
        'What became of the mail of a send_email step, by the id of the step.',
      ),
      strict({ consent: Id }).describe('The customer has consented to this topic.'),
      strict({ tier: Id }).describe('The customer is in this loyalty tier.'),
      strict({ points: Range }).describe('The balance of loyalty points.'),
      strict({ score: Id, ...bounds })
        .refine(comparing(boundKeys), bounded)
        .describe('A lead score of scoring.json, as it is at the time: { "score": "lead", "gte": 50 }.'),
      strict({ stage: Id }).describe('The customer is in this stage of scoring.json.'),
    ]),
  )
  .meta({
    id: 'Condition',
    description:
      'A condition. Kinds: all, any, not, event, attribute, property, segment, journey, message, consent, tier, points, score, stage.',
  });
