import * as z from 'zod';
import { ModelParameters } from './prediction-model.ts';
import { Description, EventName, Id, InstantText, JsonObject, Name, otherwise, SchemaName, strict } from './primitives.ts';

const At = InstantText.describe('When: 2026-03-29T08:00:00+01:00, or with Z for UTC.');

const kinds = ['event', 'form', 'confirms', 'attributes', 'message'] as const;

const Happening = strict({
  at: At,
  event: EventName.exactOptional(),
  properties: JsonObject.describe('Of the event.').exactOptional(),
  form: Id.describe('The form that is filled in.').exactOptional(),
  fields: JsonObject.describe(
    'What is filled into the form; the e-mail address of the customer is there by itself.',
  ).exactOptional(),
  confirms: Id.describe('A form with double opt-in: the button is pressed to which its last mail led.').exactOptional(),
  attributes: JsonObject.describe('Attributes that become known then.').exactOptional(),
  message: Id.describe('A send_email step of this journey: what becomes of the mail that it sent last.').exactOptional(),
  is: z.enum(['delivered', 'opened', 'clicked', 'bounced']).describe('With "message".').exactOptional(),
})
  .refine(
    (one) => kinds.filter((kind) => one[kind] !== undefined).length === 1,
    otherwise(
      'one thing happens at a time: an "event", a "form", "confirms", "attributes" or a "message"',
      'use exactly one of these keys',
    ),
  )
  .refine(
    (one) => (one.message === undefined) === (one.is === undefined) && (one.properties === undefined || one.event !== undefined),
    otherwise(
      '"properties" goes with "event", and "is" with "message"',
      'write for instance { "message": "hello", "is": "clicked" }',
    ),
  )
  .refine(
    (one) => one.fields === undefined || one.form !== undefined,
    otherwise('"fields" goes with "form"', 'name the form, or remove "fields"'),
  );

const Forecasts = strict({
  model: z
    .union([
      ModelParameters,
      z.enum(
        ['typical', 'learnt'],
        otherwise(
          'no such model',
          'write "typical", "learnt", or the parameters: { "r": 0.53, "alpha": 6.2, "a": 0.89, "b": 1.6 }',
        ),
      ),
    ])
    .describe(
      '"typical" is a model of a shop in which most people order once and a few keep coming back; "learnt" is the one that "rekindle test" is given by --model or --url, and without it the case is left out; or the parameters themselves, in weeks.',
    ),
  learntAt: At.describe(
    'When the model was learnt: it says nothing any more after the "maxAge" of prediction.json. Where this is left out, it does not grow old.',
  ).exactOptional(),
}).describe(
  'What forecasts ("prediction.…", "clv.…", "rfm.…") go by. Where it is left out nothing is foretold, and segments go by their plain rule ("fallback").',
);

const Given = strict({
  email: z
    .union([z.email(otherwise('not an e-mail address', 'for instance "ann@example.com"')), z.null()])
    .describe('null for somebody without an address. "customer@example.com" where it is left out.')
    .exactOptional(),
  since: At.describe('When the customer is known from; a day before the first event, where it is left out.').exactOptional(),
  attributes: JsonObject.describe('For instance { "country": "PT", "timezone": "Europe/Lisbon" }.').exactOptional(),
  consents: z.array(Id).describe('Topics that the customer has consented to.').exactOptional(),
  usedUp: z.array(Id).describe('Journeys whose offerBudget is used up: they give no voucher.').exactOptional(),
  events: z
    .array(Happening)
    .max(1000)
    .describe('What happened before. It counts for conditions, segments and points, and starts no journey.')
    .exactOptional(),
  prediction: Forecasts.exactOptional(),
}).describe('Who the customer is. Without it, somebody of whom nothing is known yet.');

const ExpectedMail = strict({
  template: Id,
  at: At.exactOptional(),
  step: Id.exactOptional(),
  status: z.enum(['sent', 'skipped']).describe('sent where it is left out; skipped, where there is a "reason".').exactOptional(),
  reason: Name.describe('A part of the reason why it is skipped.').exactOptional(),
});

const Expect = strict({
  steps: z.array(Id).describe('All steps, in the order in which the customer comes to them.').exactOptional(),
  mails: z.array(ExpectedMail).describe('All mails of this journey, in their order, the skipped ones too.').exactOptional(),
  outcome: z
    .enum(['active', 'completed', 'exited', 'holdout', 'failed'])
    .describe('How the (last) run ended; active, if it has not.')
    .exactOptional(),
  goal: z.boolean().describe('Whether the goal was reached.').exactOptional(),
  notEntered: Name.describe('A part of the reason why the customer did not enter.').exactOptional(),
}).refine(
  (expected) => Object.keys(expected).length > 0,
  otherwise('nothing is expected', 'say which "steps", "mails" or "outcome" you expect; [] for none'),
);

const TestCase = strict({
  name: Name.describe('A sentence: "quiet hours hold the mail until morning".'),
  given: Given.exactOptional(),
  when: z.array(Happening).max(1000).describe('What happens, in the order of its times.').exactOptional(),
  until: At.describe('When to look.'),
  expect: Expect,
})
  .refine(
    ({ given, when = [] }) => when.length > 0 || given?.since !== undefined || (given?.events ?? []).length > 0,
    otherwise('nothing says when the test begins', 'add an event to "when", or "since" to "given"'),
  )
  .refine(
    ({ given, when = [] }) => {
      const last = Math.max(Number.NEGATIVE_INFINITY, ...(given?.events ?? []).map(({ at }) => Date.parse(at)));
      return when.every(({ at }) => Date.parse(at) > last);
    },
    otherwise('something in "when" is not after all of "given"', 'move it to "given", or give it a later time'),
  );

export const JourneyTest = strict({
  $schema: SchemaName,
  description: Description,
  cases: z.array(TestCase).min(1).max(500),
}).meta({
  title: 'Journey test',
  description:
    'What a journey must do, checked by "rekindle test". It lies beside the journey and has its name: welcome.test.json tests welcome.json. All journeys of the catalogue run, as they do in truth.',
});

export type JourneyTest = z.infer<typeof JourneyTest>;
export type TestCase = JourneyTest['cases'][number];
export type Happening = z.infer<typeof Happening>;
