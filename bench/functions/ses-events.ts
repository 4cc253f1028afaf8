import { randomUUID } from 'node:crypto';
import type { SentMail } from './aws.ts';

const names = { Send: 'Email Sent', Delivery: 'Email Delivered', Open: 'Email Opened', Click: 'Email Clicked' } as const;

export type SesEventType = keyof typeof names;

const userAgent = 'Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148';

/** What SES puts on the default bus about a mail. */
export function sesEvent(mail: SentMail, eventType: SesEventType): object {
  const timestamp = new Date().toISOString();
  const recipients = mail.Destination.ToAddresses;
  // People take a while to read.
  const visit = { timestamp: new Date(Date.now() + 60_000).toISOString(), ipAddress: '203.0.113.7', userAgent };
  const particulars = {
    Send: { send: {} },
    Delivery: {
      delivery: {
        timestamp,
        processingTimeMillis: 400,
        recipients,
        smtpResponse: '250 OK',
        reportingMTA: 'a8-1.smtp-out.amazonses.com',
      },
    },
    Open: { open: visit },
    Click: { click: { ...visit, link: 'https://juniper.example/' } },
  };
  const tags = Object.fromEntries(mail.EmailTags.map(({ Name, Value }) => [Name, [Value]]));
  const about = {
    timestamp,
    messageId: `0102-${tags.message?.[0]}`,
    source: 'hello@example.com',
    sendingAccountId: '000000000000',
    destination: recipients,
    headersTruncated: false,
    commonHeaders: { subject: mail.Content.Simple.Subject.Data, to: recipients },
    tags,
  };
  return framed('aws.ses', names[eventType], timestamp, { eventType, mail: about, ...particulars[eventType] });
}

/** An event as a target of a bus gets it. */
export function framed(source: string, type: string, time: string, detail: object): object {
  const account = '000000000000';
  return {
    version: '0',
    id: randomUUID(),
    'detail-type': type,
    source,
    account,
    time,
    region: 'eu-west-1',
    resources: [],
    detail,
  };
}
