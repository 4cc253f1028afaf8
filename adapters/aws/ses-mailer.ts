import { type SESv2Client, SendEmailCommand, type SendEmailCommandInput } from '@aws-sdk/client-sesv2';
import type { Handed, Mail, Mailer } from '#usecases/ports.ts';

/** Errors by which SES says that it will never take this mail. */
const FINAL = new Set(['MessageRejected', 'BadRequestException', 'MailFromDomainNotVerifiedException', 'NotFoundException']);
/** Errors by which SES says that it did not take the mail now. */
const PASSING = new Set([
  'TooManyRequestsException',
  'LimitExceededException',
  'ThrottlingException',
  'ServiceUnavailable',
  'AccountSuspendedException',
  'SendingPausedException',
]);
/** Errors of a connection that was never made: nothing can have been taken. */
const UNCONNECTED = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH']);

/**
 * SES behind the `Mailer` port. The client must be made with `maxAttempts: 1`: SES has no idempotency token, so a retry
 * after a broken line could send twice. Who may not know whether a mail was taken is told so (`unknown`).
 */
export function sesMailer(client: SESv2Client, settings: { readonly sender: string; readonly configurationSet: string }): Mailer {
  return {
    hand: async (mail) => {
      try {
        const { MessageId: id } = await client.send(new SendEmailCommand(inputOf(mail, settings)));
        return id === undefined ? { outcome: 'unknown', reason: 'SES answered without a message id' } : { outcome: 'sent', id };
      } catch (error) {
        return outcomeOf(error);
      }
    },
  };
}

function inputOf(mail: Mail, { sender, configurationSet }: { sender: string; configurationSet: string }): SendEmailCommandInput {
  const utf8 = (data: string) => ({ Data: data, Charset: 'UTF-8' });
  return {
    FromEmailAddress: `${phrase(mail.fromName)} <${mail.from ?? sender}>`,
    Destination: { ToAddresses: [mail.to] },
    ...(mail.replyTo !== undefined && { ReplyToAddresses: [mail.replyTo] }),
    ConfigurationSetName: configurationSet,
    EmailTags: Object.entries(mail.tags).map(([Name, Value]) => ({ Name, Value })),
    Content: {
      Simple: {
        Subject: utf8(mail.subject),
        Body: { Html: utf8(mail.html), Text: utf8(mail.text) },
        Headers: Object.entries(mail.headers).map(([Name, Value]) => ({ Name, Value })),
      },
    },
  };
}

/** A display name as RFC 5322 wants it: quoted where it is ASCII, an encoded word where it is not. */
function phrase(name: string): string {
  if (/^[\x20-\x7e]*$/.test(name)) return `"${name.replace(/["\\]/g, '\\$&')}"`;
  return `=?UTF-8?B?${Buffer.from(name.replace(/\p{Cc}/gu, ' ')).toString('base64')}?=`;
}

function outcomeOf(error: unknown): Handed {
  const {
    name = '',
    message = '',
    code = '',
    $metadata,
  } = error as Partial<Error> & { code?: string; $metadata?: { httpStatusCode?: number } };
  const reason = [name, message].filter(Boolean).join(': ').slice(0, 500);
  const status = $metadata?.httpStatusCode;
  if (FINAL.has(name)) return { outcome: 'refused', reason };
  if (PASSING.has(name) || UNCONNECTED.has(code) || status === 429 || status === 503) return { outcome: 'later', reason };
  if (status !== undefined && status >= 400 && status < 500) return { outcome: 'refused', reason };
  return { outcome: 'unknown', reason };
}
