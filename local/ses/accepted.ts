import { randomUUID } from 'node:crypto';
import type { InboxMessage } from '../ports.ts';
import { addressOf } from './address.ts';
import type { Mail } from './engine.ts';
import type { Header } from './headers.ts';
import { checkRecipients, type Recipients, type SendRequest } from './send-request.ts';

/** A mail that SES took: what the inbox shows and what the events about it say. */
export type AcceptedMail = {
  readonly id: string;
  readonly at: number;
  readonly from: string;
  readonly recipients: Recipients;
  readonly subject: string;
  readonly html: string;
  readonly text: string;
  readonly headers: readonly Header[];
  readonly tags: Readonly<Record<string, string>>;
  readonly configurationSet: string | undefined;
};

/** The request's own words win over the engine's; a raw mail without a Destination has its recipients in its headers. */
export function accepted(request: SendRequest, mail: Mail, now: number): AcceptedMail {
  const named = request.recipients;
  const isNamed = named.to.length + named.cc.length + named.bcc.length > 0;
  const recipients = isNamed
    ? named
    : { to: split(mail.destination.to), cc: split(mail.destination.cc), bcc: split(mail.destination.bcc) };
  checkRecipients(recipients);
  const id = messageId(now);
  const body = { subject: mail.subject, html: mail.body.html ?? '', text: mail.body.text ?? '' };
  const { tags, configurationSet } = request;
  const headers = request.isRaw ? request.headers : [...standardHeaders(mail, id, now), ...request.headers];
  return { id, at: now, from: mail.from, recipients, ...body, headers, tags, configurationSet };
}

export function inboxMessageOf({ id, at, from, recipients, subject, html, text, headers, tags }: AcceptedMail): InboxMessage {
  return {
    id,
    at: new Date(at).toISOString(),
    from,
    to: recipients.to,
    subject,
    html,
    text,
    headers: Object.fromEntries(headers.map(({ name, value }) => [name, value])),
    tags,
  };
}

/** Every address that gets the mail, without names. */
export function addressesOf({ to, cc, bcc }: Recipients): string[] {
  return [...to, ...cc, ...bcc].map((mailbox) => addressOf(mailbox) ?? mailbox);
}

/** Of the form that SES's ids have. The engine's own are nine random digits, which meet again after some ten thousand mails. */
function messageId(now: number): string {
  return `0100${now.toString(16).padStart(12, '0')}-${randomUUID()}-000000`;
}

function standardHeaders(mail: Mail, id: string, now: number): Header[] {
  const { to, cc } = mail.destination;
  return [
    { name: 'From', value: mail.from },
    ...(to.length > 0 ? [{ name: 'To', value: to.join(', ') }] : []),
    ...(cc.length > 0 ? [{ name: 'Cc', value: cc.join(', ') }] : []),
    ...(mail.replyTo.length > 0 ? [{ name: 'Reply-To', value: mail.replyTo.join(', ') }] : []),
    { name: 'Subject', value: mail.subject },
    { name: 'Date', value: new Date(now).toUTCString().replace('GMT', '+0000') },
    { name: 'Message-ID', value: `<${id}@email.amazonses.com>` },
    { name: 'MIME-Version', value: '1.0' },
  ];
}

/** The engine gives the recipients of a raw mail as they stand in one header: `a@example.net, "B, C" <b@example.net>`. */
function split(headers: readonly string[]): string[] {
  return headers.flatMap((header) => header.match(/(?:"(?:[^"\\]|\\.)*"|[^",])+/g) ?? []).map((mailbox) => mailbox.trim());
}
