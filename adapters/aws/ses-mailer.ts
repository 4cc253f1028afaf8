import { GetAccountCommand, type SESv2Client, SendEmailCommand, type SendEmailCommandInput } from '@aws-sdk/client-sesv2';
import { MINUTE_MS } from '#core/instant.ts';
import { TURNING } from '#core/mail/escape.ts';
import type { Handed, Mail, Mailer } from '#usecases/ports.ts';

/** Errors by which SES says that it will never take this mail. */
const FINAL = new Set(['MessageRejected', 'BadRequestException']);
/** Errors by which SES says that it did not take the mail now. */
const PASSING = new Set(['TooManyRequestsException', 'LimitExceededException', 'ThrottlingException', 'ServiceUnavailable']);
/**
 * Errors that every other mail would meet too: the account is stopped, the sender is not verified, the configuration set (all
 * that a mail names) is not there, the role may not send. Somebody must mend that, and then the mail can go.
 */
const CLOSED = new Set([
  'AccountSuspendedException',
  'SendingPausedException',
  'MailFromDomainNotVerifiedException',
  'NotFoundException',
]);
const CLOSED_MS = 5 * MINUTE_MS;
/** The daily quota frees bit by bit. */
const QUOTA_MS = 15 * MINUTE_MS;
/** Errors of a connection that was never made: nothing can have been taken. */
const UNCONNECTED = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH']);

type Settings = { readonly sender: string; readonly configurationSet: string };

/**
 * SES behind the `Mailer` port. The client must be made with `maxAttempts: 1`: SES has no idempotency token, so a retry
 * after a broken line could send twice. Who may not know whether a mail was taken is told so (`unknown`).
 */
export function sesMailer(client: SESv2Client, settings: Settings): Mailer {
  return {
    hand: async (mail) => {
      try {
        const { MessageId: id } = await client.send(new SendEmailCommand(inputOf(mail, settings)));
        return id === undefined ? { outcome: 'unknown', reason: 'SES answered without a message id' } : { outcome: 'sent', id };
      } catch (error) {
        return outcomeOf(error, mail.from ?? settings.sender);
      }
    },
    limits: async () => {
      const { SendQuota: quota } = await client.send(new GetAccountCommand({}));
      if (quota?.MaxSendRate === undefined || quota.Max24HourSend === undefined) throw new Error('SES named no send quota');
      return { perSecond: quota.MaxSendRate, perDay: quota.Max24HourSend, sentLastDay: quota.SentLast24Hours ?? 0 };
    },
  };
}

function inputOf(mail: Mail, { sender, configurationSet }: Settings): SendEmailCommandInput {
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
  const plain = name
    .toWellFormed()
    .replace(/[\p{Cc}\p{Zl}\p{Zp}]/gu, ' ')
    .replace(TURNING, '');
  return [...plain.matchAll(WORD)].map(([word]) => `=?UTF-8?B?${Buffer.from(word).toString('base64')}?=`).join(' ');
}

/** An encoded word has at most 75 characters (RFC 2047), which are 45 bytes; ten code points have at most 40. */
const WORD = /.{1,10}/gsu;

function outcomeOf(error: unknown, sender: string): Handed {
  const {
    name = '',
    message = '',
    code = '',
    $metadata,
  } = error as Partial<Error> & { code?: string; $metadata?: { httpStatusCode?: number } };
  const reason = [name, message].filter(Boolean).join(': ').slice(0, 500);
  const status = $metadata?.httpStatusCode;
  if (CLOSED.has(name) || status === 401 || status === 403) return { outcome: 'closed', reason, forMs: CLOSED_MS };
  if (name === 'MessageRejected' && isUnverified(message, sender)) return { outcome: 'closed', reason, forMs: CLOSED_MS };
  if (PASSING.has(name) && /\bdaily\b/i.test(message)) return { outcome: 'closed', reason, forMs: QUOTA_MS };
  if (FINAL.has(name)) return { outcome: 'refused', reason };
  if (PASSING.has(name) || UNCONNECTED.has(code) || status === 429 || status === 503) return { outcome: 'later', reason };
  if (status !== undefined && status >= 400 && status < 500) return { outcome: 'refused', reason };
  return { outcome: 'unknown', reason };
}

/** In its sandbox SES rejects mail to addresses that are not verified, one by one; a sender that is not concerns every mail. */
function isUnverified(message: string, sender: string): boolean {
  const domain = sender.slice(sender.lastIndexOf('@') + 1);
  const named = message.toLowerCase().split(/[\s,;:]+/);
  return /not verified/i.test(message) && (named.includes(sender.toLowerCase()) || named.includes(domain.toLowerCase()));
}
