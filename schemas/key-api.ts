/** Keys and secrets in the admin API. */
import * as z from 'zod';
import { Time } from './admin-api.ts';
import { scopes } from './scopes.ts';

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
