/** Previews and tests of mails in the admin API. */
import * as z from 'zod';
import type { JsonObject } from '#core/json.ts';
import { Id } from './primitives.ts';
import { PublishRequest } from './release-api.ts';

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
