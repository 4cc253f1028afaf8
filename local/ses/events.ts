import { randomUUID } from 'node:crypto';
import { type AcceptedMail, addressesOf } from './accepted.ts';
import { addressOf } from './address.ts';

export type SesEvent = { readonly detailType: string; readonly detail: object };
export type SesIdentity = { readonly account: string; readonly region: string };

type Fate = 'delivered' | 'bounced' | 'complained' | 'suppressed';

const SIMULATOR_DOMAIN = 'simulator.amazonses.com';
const REPORTING_MTA = 'a8-1.smtp-out.amazonses.com';
const HEADERS_BYTES_MAX = 10 * 1024;

/** What SES publishes about a mail, in the order of its happening. Nothing without a configuration set. */
export function eventsOf(mail: AcceptedMail, identity: SesIdentity): SesEvent[] {
  if (mail.configurationSet === undefined) return [];
  const about = aboutMail(mail, identity);
  const event = (detailType: string, eventType: string, name: string, specific: object): SesEvent => ({
    detailType,
    detail: { eventType, mail: about, [name]: specific },
  });
  const by = Map.groupBy(addressesOf(mail.recipients), fateOf);
  const complained = by.get('complained') ?? [];
  const delivered = [...(by.get('delivered') ?? []), ...complained];
  const bounced = by.get('bounced') ?? [];
  const suppressed = by.get('suppressed') ?? [];
  return [
    event('Email Sent', 'Send', 'send', {}),
    ...(delivered.length > 0 ? [event('Email Delivered', 'Delivery', 'delivery', delivery(mail, delivered))] : []),
    ...(bounced.length > 0 ? [event('Email Bounced', 'Bounce', 'bounce', hardBounce(mail, bounced))] : []),
    ...(suppressed.length > 0 ? [event('Email Bounced', 'Bounce', 'bounce', suppression(mail, suppressed))] : []),
    ...(complained.length > 0 ? [event('Email Complaint Received', 'Complaint', 'complaint', complaint(mail, complained))] : []),
  ];
}

/** The addresses of the mailbox simulator, also with a label (`bounce+abc@…`). An out-of-office reply makes no event. */
function fateOf(address: string): Fate {
  const [localPart = '', domain = ''] = address.toLowerCase().split('@');
  if (domain !== SIMULATOR_DOMAIN) return 'delivered';
  switch (localPart.split('+', 1)[0]) {
    case 'bounce':
      return 'bounced';
    case 'complaint':
      return 'complained';
    case 'suppressionlist':
      return 'suppressed';
    default:
      return 'delivered';
  }
}

function aboutMail(mail: AcceptedMail, { account, region }: SesIdentity): object {
  const domain = addressOf(mail.from)?.split('@').at(-1) ?? '';
  const headers = within(mail, HEADERS_BYTES_MAX);
  const date = mail.headers.find(({ name }) => name.toLowerCase() === 'date')?.value;
  return {
    timestamp: timestamp(mail),
    source: mail.from,
    sourceArn: `arn:aws:ses:${region}:${account}:identity/${domain}`,
    sendingAccountId: account,
    messageId: mail.id,
    destination: addressesOf(mail.recipients),
    headersTruncated: headers.length < mail.headers.length,
    headers,
    commonHeaders: {
      from: [mail.from],
      ...(date === undefined ? {} : { date }),
      to: mail.recipients.to,
      messageId: mail.id,
      subject: mail.subject,
    },
    tags: {
      'ses:operation': ['SendEmail'],
      'ses:configuration-set': [mail.configurationSet],
      'ses:source-ip': ['127.0.0.1'],
      'ses:from-domain': [domain],
      'ses:caller-identity': ['local'],
      'ses:outgoing-ip': ['127.0.0.1'],
      ...Object.fromEntries(Object.entries(mail.tags).map(([name, value]) => [name, [value]])),
    },
  };
}

function within({ headers }: AcceptedMail, bytesMax: number): AcceptedMail['headers'] {
  let bytes = 0;
  return headers.filter(({ name, value }) => {
    bytes += Buffer.byteLength(name) + Buffer.byteLength(value) + 4;
    return bytes <= bytesMax;
  });
}

function delivery(mail: AcceptedMail, recipients: readonly string[]): object {
  const smtpResponse = '250 2.6.0 Message received';
  return { timestamp: timestamp(mail), processingTimeMillis: 1, recipients, smtpResponse, reportingMTA: REPORTING_MTA };
}

function hardBounce(mail: AcceptedMail, addresses: readonly string[]): object {
  const diagnosticCode = 'smtp; 550 5.1.1 user unknown';
  return {
    ...bounce(mail, 'General'),
    bouncedRecipients: addresses.map((emailAddress) => ({ emailAddress, action: 'failed', status: '5.1.1', diagnosticCode })),
    reportingMTA: `dns; ${REPORTING_MTA}`,
  };
}

function suppression(mail: AcceptedMail, addresses: readonly string[]): object {
  const diagnosticCode = 'Amazon SES has suppressed sending to this address because it has a recent history of bouncing';
  return {
    ...bounce(mail, 'Suppressed'),
    bouncedRecipients: addresses.map((emailAddress) => ({ emailAddress, action: 'failed', status: '5.1.1', diagnosticCode })),
    reportingMTA: 'dns; amazonses.com',
  };
}

function bounce(mail: AcceptedMail, bounceSubType: string): object {
  return { feedbackId: feedbackId(mail), bounceType: 'Permanent', bounceSubType, timestamp: timestamp(mail) };
}

function complaint(mail: AcceptedMail, addresses: readonly string[]): object {
  return {
    feedbackId: feedbackId(mail),
    complaintSubType: null,
    complainedRecipients: addresses.map((emailAddress) => ({ emailAddress })),
    timestamp: timestamp(mail),
    userAgent: 'Amazon SES Mailbox Simulator',
    complaintFeedbackType: 'abuse',
    arrivalDate: timestamp(mail),
  };
}

function feedbackId({ at }: AcceptedMail): string {
  return `0100${at.toString(16).padStart(12, '0')}-${randomUUID()}-000000`;
}

function timestamp({ at }: AcceptedMail): string {
  return new Date(at).toISOString();
}
