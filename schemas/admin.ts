/** What the admin API takes and answers. The OpenAPI document is made from these. */

import * as z from 'zod';
import type { JsonObject } from '#core/json.ts';
import { Id } from './primitives.ts';
import { scopes } from './scopes.ts';

const Time = z.iso.datetime().describe('ISO 8601 in UTC.');
const CustomerId = z.string().regex(/^cus_[0-9a-f]{26}$/);

/** Longest text of one file, and most files of one catalogue. */
const FILE_LENGTH_MAX = 400_000;
const FILES_MAX = 2000;

export const PublishRequest = z
  .strictObject({
    files: z
      .record(z.string().min(1).max(300), z.string().max(FILE_LENGTH_MAX))
      .refine((files) => Object.keys(files).length <= FILES_MAX, `at most ${FILES_MAX} files`)
      .describe(
        'Texts by path: "catalogue/journeys/welcome.json", "templates/welcome.pt.mjml". All of the catalogue, not only what changed.',
      ),
    note: z.string().max(1000).exactOptional().describe('What changed and why, for the list of releases.'),
    base: z
      .string()
      .max(100)
      .exactOptional()
      .describe('The release that this was made from. Where another one is current by now, the answer is 409.'),
  })
  .meta({ id: 'PublishRequest' });

const MailRequest = z.strictObject({
  template: Id.describe('The name of the template: "welcome".'),
  files: PublishRequest.shape.files
    .exactOptional()
    .describe('The files of a draft, as for publishing. The current release, where they are left out.'),
  locale: z.string().max(35).exactOptional().describe('Else that of the customer, else the default one.'),
  customer: z
    .string()
    .max(300)
    .exactOptional()
    .describe('Customer id, e-mail address, user id or anonymous id. Sample values, where it is left out.'),
  event: z
    .record(z.string(), z.json())
    .exactOptional()
    .describe('Properties of the event that starts the journey. Of a customer, else those of the latest such event.'),
  journey: Id.exactOptional().describe('The journey that sends it; the first that does, where it is left out.'),
  step: Id.exactOptional(),
});

/** Which mail is wanted, for whom, on what occasion. */
export type MailWish = Readonly<Omit<z.infer<typeof MailRequest>, 'event'>> & { readonly event?: JsonObject };

export const MailPreviewRequest = MailRequest.meta({ id: 'MailPreviewRequest' });

export const MailPreview = z
  .object({
    template: z.string(),
    locale: z.string(),
    locales: z.array(z.string()),
    journey: z.string().optional(),
    step: z.string().optional(),
    topic: z.string().optional(),
    customer: z.string().optional(),
    from: z.string(),
    subject: z.string(),
    preheader: z.string(),
    html: z.string(),
    text: z.string(),
    bytes: z.int().describe('Of the HTML, after SES has rewritten its links.'),
    skip: z.string().optional().describe('Why this customer would not get it.'),
    variables: z.array(z.object({ path: z.string(), value: z.json().optional(), required: z.boolean() })),
  })
  .meta({ id: 'MailPreview' });

export const MailTestRequest = MailRequest.extend({
  to: z.email().max(254),
  anyAddress: z
    .boolean()
    .exactOptional()
    .describe('The address is meant, though "testRecipients" of the published policy does not name it.'),
}).meta({ id: 'MailTestRequest' });

export const MailTestSent = z
  .object({ to: z.string(), subject: z.string(), id: z.string().describe('The message id of SES.') })
  .meta({ id: 'MailTestSent' });

const CatalogueProblem = z
  .object({
    file: z.string(),
    path: z.string().describe('Inside the file: "steps[0].template". Empty for the file as a whole.'),
    line: z.int().optional(),
    column: z.int().optional(),
    rule: z.string(),
    severity: z.enum(['error', 'warning']),
    message: z.string(),
    fix: z.string(),
  })
  .meta({ id: 'CatalogueProblem' });

const Release = z
  .object({
    id: z.string().describe('"rel_" and a hash of the content: the same content is the same release.'),
    at: Time.describe('When it became the current one.'),
    author: z.string(),
    note: z.string().optional(),
    current: z.boolean(),
    counts: z.record(z.enum(['journeys', 'segments', 'templates', 'forms', 'topics']), z.int()),
  })
  .meta({ id: 'Release' });

export const Published = z
  .object({
    id: z.string(),
    unchanged: z.boolean(),
    release: Release.optional(),
    problems: z.array(CatalogueProblem).describe('Warnings.'),
    notices: z
      .array(z.string())
      .describe('What the release needs that its files cannot hold: a secret for a captcha, for instance.'),
  })
  .meta({ id: 'Published' });

export const Releases = z.object({ items: z.array(Release), cursor: z.string().nullable() }).meta({ id: 'Releases' });

const Content = z.record(z.string(), z.unknown());

export const ReleaseContent = z
  .object({
    id: z.string(),
    release: z
      .object({
        id: z.string(),
        topics: z.array(Content),
        policy: Content,
        segments: z.array(Content),
        forms: z.array(Content),
        journeys: z.array(Content),
        loyalty: Content.optional(),
        vouchers: z.array(Content).optional(),
        scoring: Content.optional(),
        prediction: Content.optional(),
        templates: z.array(z.object({ name: z.string(), version: z.string(), locales: z.array(z.string()) })),
      })
      .describe('As it was written in the files, with what they left out filled in; the JSON Schemas of the files describe it.'),
    templates: z.array(
      z.object({
        name: z.string(),
        version: z.string(),
        required: z.array(z.string()).describe('Variables without which the mail is not sent.'),
        locales: z.record(
          z.string(),
          z.object({ subject: z.string(), preheader: z.string(), hash: z.string().describe('Of the HTML and the text.') }),
        ),
      }),
    ),
  })
  .meta({ id: 'ReleaseContent' });

const SaidConsent = z.object({
  status: z
    .enum(['subscribed', 'unsubscribed', 'pending'])
    .describe('pending waits for its confirmation, and counts as no consent.'),
  at: Time,
  source: z.string(),
  event: z.string().describe('The event that says so.'),
  version: z.string().optional().describe('Of the words that were consented to.'),
});

const Consent = SaidConsent.extend({ history: z.array(SaidConsent).describe('Other words on the topic, latest first.') });

const SuppressionReason = z
  .enum(['manual', 'bounce', 'complaint'])
  .describe('manual and bounce stop all mail, complaint stops marketing.');

const Suppression = z.object({
  reason: SuppressionReason,
  at: Time,
  why: z.string().optional().describe('Of a block: why.'),
  by: z.string().optional().describe('Of a block: the label of the key that was used.'),
  address: z.string().optional().describe('Of a bounce: the address that it is about.'),
});

const Words = z.string().trim().min(1).max(500);

export const BlockRequest = z
  .strictObject({ reason: Words.describe('Why, in words that others understand later. It stands on the timeline.') })
  .meta({ id: 'BlockRequest' });

export const UnblockQuery = z.object({
  what: SuppressionReason.default('manual').describe('Which reason to lift.'),
  reason: Words.exactOptional().describe('Why, for the timeline.'),
});

export const Suppressing = z
  .object({
    customer: CustomerId,
    changed: z.boolean().describe('False where it was so already; then nothing was written.'),
    suppressions: z.array(Suppression).describe('What suppresses the customer now.'),
  })
  .meta({ id: 'Suppressing' });

export const Erasable = z
  .object({
    ids: z.array(CustomerId).describe('All ids of the customer.'),
    items: z.record(z.string(), z.int()).describe('What is held, by kind: events, decisions, messages …'),
    complete: z.boolean().describe('False where there is more than was counted.'),
  })
  .meta({ id: 'Erasable' });

export const ErasureState = z
  .object({
    id: z.string(),
    status: z.enum(['running', 'done']).describe('done: a read of everything that belonged to the customer found nothing.'),
    startedAt: Time,
    doneAt: Time.optional(),
    removed: z.int().describe('Items that were removed so far.'),
    identities: z
      .int()
      .describe('Ids that are barred from coming back; 0 once the last look was taken, and their names are gone.'),
    author: z.string().describe('The label of the key that asked for it.'),
  })
  .meta({ id: 'ErasureState' });

const Run = z.object({
  id: z.string(),
  journey: Id,
  name: z.string(),
  version: z.string(),
  enteredAt: Time,
  trigger: z.object({ name: z.string(), at: Time }),
  step: z.string(),
  since: Time,
  until: Time.nullable(),
  goalAt: Time.optional(),
});

const Loyalty = z.object({
  points: z.number(),
  pending: z.number().describe('Earned, and not yet confirmed.'),
  spend: z.number().describe('Over a lifetime, in units of the currency.'),
  currency: z.string(),
  tier: z.object({ id: z.string(), name: z.string(), since: Time.optional() }).optional(),
  nextTier: z.object({ name: z.string(), missing: z.number() }).optional(),
  keep: z.object({ missing: z.number(), until: Time }).optional().describe('What is missing to keep the tier, and until when.'),
  expiring: z.object({ points: z.number(), at: Time }).optional().describe('The points that lapse next.'),
});

const Score = z.object({
  id: z.string(),
  name: z.string(),
  value: z.number(),
  at: Time.describe('When it was reckoned: scores fade.'),
  halfLife: z.string().optional(),
  rules: z
    .array(
      z.object({
        id: z.string(),
        name: z.string(),
        points: z.number().describe('What it gives now.'),
        given: z.number().describe('What it was worth when it happened.'),
        event: z.string().optional(),
        events: z
          .array(z.object({ id: z.string(), at: Time, points: z.number(), given: z.number() }))
          .describe('The latest events that count, newest first.'),
        earlier: z.object({ count: z.int(), points: z.number() }).optional(),
      }),
    )
    .describe('The rules that give something, or gave something that has faded.'),
});

const Stage = z.object({
  id: z.string().nullable(),
  name: z.string().nullable(),
  since: Time,
  history: z
    .array(
      z.object({
        stage: z.string().nullable().describe('Null where every stage was left.'),
        name: z.string().nullable(),
        at: Time,
        by: z.string().describe('The event that brought it about, the passage of time, or a new release.'),
        contactedAt: Time.optional().describe('The first mail or other contact by the company in this stage.'),
        responseMs: z.int().optional().describe('From the entry to that contact.'),
      }),
    )
    .describe('Oldest first; the latest 20 changes.'),
});

const Touch = z.object({
  at: Time,
  event: z.string().describe('The event that shows it.'),
  source: z.string().describe('utm_source, else the host that referred, else "direct".'),
  medium: z.string().optional(),
  campaign: z.string().optional(),
  term: z.string().optional(),
  content: z.string().optional(),
  referrer: z.string().optional(),
  form: z.string().optional(),
  page: z.string().optional(),
});

export const Customer = z
  .object({
    id: CustomerId,
    version: z.int(),
    createdAt: Time,
    email: z.string().optional(),
    userId: z.string().optional(),
    anonymousIds: z.array(z.string()),
    mergedIds: z.array(CustomerId).describe('Ids that were folded into this one.'),
    vouched: z.boolean().describe('Whether a secret key or the person confirmed who this is.'),
    attributes: z.record(z.string(), z.json()),
    consents: z.record(z.string(), Consent).describe('By topic.'),
    suppressed: Suppression.optional().describe('What keeps mail from the customer; of several reasons the one that stops most.'),
    suppressions: z.array(Suppression),
    segments: z.array(z.object({ id: z.string(), name: z.string(), since: Time })),
    runs: z.array(Run).describe('Journeys that the customer is inside.'),
    loyalty: Loyalty.optional(),
    scores: z.array(Score).optional().describe('Lead scores, and which rule and event gave what.'),
    stage: Stage.optional(),
    touches: z.object({ first: Touch, last: Touch }).optional().describe('Where the customer came from, first and last.'),
    forecasts: z
      .record(z.string(), z.union([z.string(), z.number()]))
      .optional()
      .describe('What is foretold now, by attribute; absent where there is no model or no order.'),
    wakeAt: Time.nullable().describe('When something next changes if no event comes.'),
    release: z.string().nullable(),
  })
  .meta({ id: 'Customer' });

const TimelineItem = z.looseObject({ type: z.enum(['event', 'decision', 'message', 'ledger', 'call']), at: Time }).meta({
  id: 'TimelineItem',
  description:
    'event: name, properties, traits, identities. decision: notes, each with what, why, and the journey and step that it is about. message: id, status, reason, template, journey, step. ledger: booking, points, balance, reason. call: status, url, reason.',
});

export const Timeline = z
  .object({ customer: CustomerId, items: z.array(TimelineItem), cursor: z.string().nullable() })
  .meta({ id: 'Timeline' });

export const Problem = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    detail: z.string().optional(),
    errors: z.array(z.object({ path: z.string(), message: z.string() })).optional(),
    problems: z.array(CatalogueProblem).optional().describe('What is wrong with a catalogue that was refused.'),
    current: z.string().nullable().optional().describe('With 409: the release that is current.'),
  })
  .meta({ id: 'Problem', description: 'RFC 9457.' });

const Page = {
  limit: z.coerce.number().int().min(1).max(200).default(50).describe('Items of one page.'),
  cursor: z.string().max(2000).exactOptional().describe('The cursor of the page before.'),
};

export const PageQuery = z.object(Page);

export const ExportQuery = z.object({ ...Page, limit: Page.limit.default(200) });

export const ExportPage = z
  .object({
    format: z.literal('rekindle-export-1'),
    exportedAt: Time,
    customer: Customer.nullable(),
    ids: z.array(CustomerId).describe('All ids of the customer.'),
    items: z
      .array(
        z.looseObject({
          type: z.enum(['state', 'pointer', 'event', 'decision', 'message', 'ledger', 'call', 'other']),
          id: CustomerId.describe('The id that it stands under.'),
        }),
      )
      .describe('As on the timeline; "state" is what decisions are made from, with times in milliseconds since 1970.'),
    cursor: z.string().nullable(),
  })
  .meta({ id: 'ExportPage' });

export const CreateKeyRequest = z
  .strictObject({
    kind: z
      .enum(['publishable', 'secret'])
      .describe('publishable: may stand in a web page, and may only write events. secret: for servers and tools.'),
    label: z.string().min(1).max(200).describe('Who uses it: shown in lists, and as the author of releases.'),
    scopes: z.array(z.enum(scopes)).min(1).exactOptional().describe('For a secret key; everything ("*") where it is left out.'),
  })
  .meta({ id: 'CreateKeyRequest' });

const Key = z
  .object({
    id: z.string().describe('Names the key where it must not be shown itself.'),
    kind: z.enum(['publishable', 'secret']),
    label: z.string(),
    scopes: z.array(z.enum(scopes)),
    createdAt: Time,
    revokedAt: Time.optional(),
  })
  .meta({ id: 'Key' });

export const CreatedKey = Key.extend({ key: z.string().describe('The key itself. It is shown only this once.') }).meta({
  id: 'CreatedKey',
});

export const Keys = z.object({ items: z.array(Key), cursor: z.null() }).meta({ id: 'Keys' });

export const WebhookSecret = z
  .object({
    secret: z
      .string()
      .describe('X-Rekindle-Signature is "t=<seconds>,v1=<hex>", the HMAC-SHA256 of "<seconds>.<body>" with this as key.'),
  })
  .meta({ id: 'WebhookSecret' });

export const CaptchaProvider = z.enum(['turnstile', 'hcaptcha']);

export const StoreCaptchaSecretRequest = z
  .strictObject({
    provider: CaptchaProvider,
    secret: z
      .string()
      .regex(/^[\w-]{8,200}$/, 'is not a secret: letters, digits, underscores and dashes')
      .describe('What the provider shows beside the site key. It is not shown again.'),
  })
  .meta({ id: 'StoreCaptchaSecretRequest' });

export const CaptchaSecret = z
  .object({ provider: CaptchaProvider, storedAt: Time, storedBy: z.string().describe('The name of the key.') })
  .meta({ id: 'CaptchaSecret' });

export const CaptchaSecrets = z.object({ items: z.array(CaptchaSecret), cursor: z.null() }).meta({ id: 'CaptchaSecrets' });

export const FillState = z
  .object({
    release: z.string(),
    startedAt: z.iso.datetime(),
    doneAt: z.iso.datetime().optional(),
    customers: z.int().describe('Customers that were asked for so far.'),
    shardsDone: z.int(),
    shards: z.int(),
  })
  .meta({ id: 'FillState' });

export const LearnState = z
  .object({
    status: z.enum(['requested', 'running', 'published', 'refused', 'failed']),
    by: z.string(),
    startedAt: z.iso.datetime(),
    doneAt: z.iso.datetime().optional(),
    customers: z.int().describe('Customers that were read so far.'),
    reason: z.string().optional().describe('Why nothing was learnt.'),
    release: z.string().optional().describe('The release that carries the model.'),
  })
  .meta({ id: 'LearnState' });

export const PredictionState = z
  .object({
    settings: Content.describe('As in prediction.json.'),
    model: Content.nullable().describe(
      'What was learnt: parameters, worth, back-test, calibration, notes. Null before the first time.',
    ),
    staleAt: z.iso.datetime().nullable().describe('From then on the model says nothing, and segments go by their plain rule.'),
    learning: LearnState.nullable().describe('The latest learning.'),
  })
  .meta({ id: 'PredictionState' });
