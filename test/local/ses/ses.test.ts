import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import {
  CreateEmailTemplateCommand,
  GetAccountCommand,
  SESv2Client,
  SendEmailCommand,
  type SendEmailCommandInput,
} from '@aws-sdk/client-sesv2';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Clock } from '#local/ports.ts';
import type { SendLimits } from '#local/ses/limits.ts';
import { type LocalSesEngine, startSes } from '#local/ses/start.ts';

type Detail = { eventType: string; mail: Record<string, unknown> } & Record<string, Record<string, unknown>>;
type Told = { readonly detailType: string; readonly detail: Detail };

const NOW = Date.parse('2026-11-21T12:00:01.234Z');
const clock: Clock = { now: () => NOW, offset: new SharedArrayBuffer(8), set: () => undefined };

let engine: LocalSesEngine;
let client: SESv2Client;
let told: Told[];

async function start(db = new DatabaseSync(':memory:'), onEvent?: (detailType: string) => void, limits?: SendLimits) {
  told = [];
  engine = await startSes({
    folder: '',
    db,
    clock,
    account: '111122223333',
    ...(limits && { limits }),
    onEvent: (detailType, detail) => {
      onEvent?.(detailType);
      told.push({ detailType, detail: detail as Detail });
    },
  });
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  client = new SESv2Client({ endpoint: engine.url, region: 'us-east-1', credentials, maxAttempts: 1 });
}

async function stop() {
  client.destroy();
  await engine.close();
}

beforeEach(() => start());
afterEach(stop);

function mail(more: Partial<SendEmailCommandInput> = {}): SendEmailCommandInput {
  return {
    FromEmailAddress: 'Shop <news@example.com>',
    Destination: { ToAddresses: ['ann@example.net'] },
    Content: { Simple: { Subject: { Data: 'Olá ✓' }, Body: { Html: { Data: '<p>Hi</p>' }, Text: { Data: 'Hi' } } } },
    ConfigurationSetName: 'marketing',
    ...more,
  };
}

const send = (more: Partial<SendEmailCommandInput> = {}) => client.send(new SendEmailCommand(mail(more)));
const to = (address: string) => send({ Destination: { ToAddresses: [address] } });

function withHeaders(Headers: { Name: string; Value: string }[]): Partial<SendEmailCommandInput> {
  return { Content: { Simple: { Subject: { Data: 'x' }, Body: { Text: { Data: 'x' } }, Headers } } };
}

describe('a mail that was sent', () => {
  test('stands in the inbox with its parts, headers and tags', async () => {
    const { MessageId } = await send({
      Content: {
        Simple: {
          Subject: { Data: 'Olá ✓' },
          Body: { Html: { Data: '<p>Hi</p>' }, Text: { Data: 'Hi' } },
          Headers: [
            { Name: 'List-Unsubscribe', Value: '<https://u.example.com/u/token>' },
            { Name: 'List-Unsubscribe-Post', Value: 'List-Unsubscribe=One-Click' },
          ],
        },
      },
      ReplyToAddresses: ['help@example.com'],
      EmailTags: [{ Name: 'message', Value: 'msg_1' }],
    });
    expect(engine.inbox()).toEqual([
      {
        id: MessageId,
        at: '2026-11-21T12:00:01.234Z',
        from: 'Shop <news@example.com>',
        to: ['ann@example.net'],
        subject: 'Olá ✓',
        html: '<p>Hi</p>',
        text: 'Hi',
        headers: {
          From: 'Shop <news@example.com>',
          To: 'ann@example.net',
          'Reply-To': 'help@example.com',
          Subject: 'Olá ✓',
          Date: 'Sat, 21 Nov 2026 12:00:01 +0000',
          'Message-ID': `<${MessageId}@email.amazonses.com>`,
          'MIME-Version': '1.0',
          'List-Unsubscribe': '<https://u.example.com/u/token>',
          'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click',
        },
        tags: { message: 'msg_1' },
      },
    ]);
  });

  test('has an id of its own among many of the same millisecond, and all are kept', async () => {
    const answers = await Promise.all(Array.from({ length: 100 }, (_, index) => to(`user-${index}@example.net`)));
    expect(new Set(answers.map(({ MessageId }) => MessageId)).size).toBe(100);
    const inbox = engine.inbox();
    expect(new Set(inbox.map(({ to }) => to[0])).size).toBe(100);
    for (const { MessageId } of answers) expect(inbox.some(({ id }) => id === MessageId)).toBe(true);
  });

  test('is found by its recipient, whatever the case, in Cc too; the newest first', async () => {
    await to('Ann@example.net');
    await to('bob@example.net');
    await send({ Destination: { ToAddresses: ['bob@example.net'], CcAddresses: ['"Ann, B." <ann@example.net>'] } });
    expect(engine.inbox({ to: 'ANN@example.net' }).map((message) => message.to)).toEqual([
      ['bob@example.net'],
      ['Ann@example.net'],
    ]);
    expect(engine.inbox({ to: 'bob@example.net', limit: 1 })).toHaveLength(1);
    expect(engine.inbox({ limit: 2 })).toHaveLength(2);
  });

  test('can be cleared away', async () => {
    await send();
    engine.clear();
    expect(engine.inbox()).toEqual([]);
    expect(engine.inbox({ to: 'ann@example.net' })).toEqual([]);
  });

  test('may be a raw one, whose headers are kept', async () => {
    const lines = [
      'From: news@example.com',
      'To: "B, C" <b@example.net>, ann@example.net',
      'Subject: raw',
      'X-Long: a',
      ' b',
      '',
      'Hello',
    ];
    await send({
      FromEmailAddress: undefined,
      Destination: undefined,
      Content: { Raw: { Data: Buffer.from(lines.join('\r\n')) } },
    });
    const [message] = engine.inbox({ to: 'b@example.net' });
    expect(message).toMatchObject({ subject: 'raw', headers: { 'X-Long': 'a b' } });
    expect(message?.to).toEqual(['"B, C" <b@example.net>', 'ann@example.net']);
    expect(message?.text).toContain('Hello');
  });

  test('may be made from a template', async () => {
    const TemplateContent = { Subject: 'Hi {{name}}', Text: 'Dear {{name}}' };
    await client.send(new CreateEmailTemplateCommand({ TemplateName: 'hello', TemplateContent }));
    await send({ Content: { Template: { TemplateName: 'hello', TemplateData: '{"name":"Ann"}' } } });
    expect(engine.inbox()).toMatchObject([{ subject: 'Hi Ann', text: 'Dear Ann' }]);
  });

  test('outlives a restart', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'ses-'));
    const open = () => new DatabaseSync(join(folder, 'cloud.db'));
    await stop();
    await start(open());
    await send();
    await stop();
    await start(open());
    expect(engine.inbox()).toHaveLength(1);
    rmSync(folder, { recursive: true });
  });
});

describe('events', () => {
  const types = () => told.map(({ detailType, detail }) => [detailType, detail.eventType]);

  test('tell of the sending and the delivery, with the mail, its headers and its tags', async () => {
    const { MessageId } = await send({ EmailTags: [{ Name: 'sendId', Value: '01J' }] });
    expect(types()).toEqual([
      ['Email Sent', 'Send'],
      ['Email Delivered', 'Delivery'],
    ]);
    const [sent, delivered] = told;
    expect(sent?.detail.send).toEqual({});
    expect(sent?.detail.mail).toMatchObject({
      timestamp: '2026-11-21T12:00:01.234Z',
      messageId: MessageId,
      source: 'Shop <news@example.com>',
      sourceArn: 'arn:aws:ses:us-east-1:111122223333:identity/example.com',
      sendingAccountId: '111122223333',
      destination: ['ann@example.net'],
      headersTruncated: false,
      commonHeaders: { from: ['Shop <news@example.com>'], to: ['ann@example.net'], messageId: MessageId, subject: 'Olá ✓' },
      tags: {
        sendId: ['01J'],
        'ses:configuration-set': ['marketing'],
        'ses:from-domain': ['example.com'],
        'ses:operation': ['SendEmail'],
      },
    });
    expect(sent?.detail.mail.headers).toContainEqual({ name: 'Subject', value: 'Olá ✓' });
    expect(delivered?.detail.delivery).toMatchObject({ timestamp: '2026-11-21T12:00:01.234Z', recipients: ['ann@example.net'] });
  });

  test('are not told of mail without a configuration set', async () => {
    await send({ ConfigurationSetName: undefined });
    expect(told).toEqual([]);
  });

  test.each([
    ['success@simulator.amazonses.com', ['Send', 'Delivery']],
    ['bounce@simulator.amazonses.com', ['Send', 'Bounce']],
    ['Bounce+label@simulator.amazonses.com', ['Send', 'Bounce']],
    ['complaint@simulator.amazonses.com', ['Send', 'Delivery', 'Complaint']],
    ['ooto@simulator.amazonses.com', ['Send', 'Delivery']],
    ['suppressionlist+1@simulator.amazonses.com', ['Send', 'Bounce']],
    ['bounce@example.net', ['Send', 'Delivery']],
  ])('of mail to %s are %j', async (address, expected) => {
    await to(address);
    expect(told.map(({ detail }) => detail.eventType)).toEqual(expected);
  });

  test('of a bounce and a complaint name who it was and why', async () => {
    await to('bounce+a@simulator.amazonses.com');
    await to('suppressionlist@simulator.amazonses.com');
    await to('complaint@simulator.amazonses.com');
    const bounces = told.filter(({ detailType }) => detailType === 'Email Bounced').map(({ detail }) => detail.bounce);
    expect(bounces).toMatchObject([
      {
        bounceType: 'Permanent',
        bounceSubType: 'General',
        bouncedRecipients: [{ emailAddress: 'bounce+a@simulator.amazonses.com', status: '5.1.1' }],
      },
      {
        bounceType: 'Permanent',
        bounceSubType: 'Suppressed',
        bouncedRecipients: [{ emailAddress: 'suppressionlist@simulator.amazonses.com' }],
      },
    ]);
    expect(told.find(({ detailType }) => detailType === 'Email Complaint Received')?.detail.complaint).toMatchObject({
      complainedRecipients: [{ emailAddress: 'complaint@simulator.amazonses.com' }],
      complaintSubType: null,
      complaintFeedbackType: 'abuse',
    });
  });

  test('that could not be told are told later', async () => {
    let isBroken = true;
    await stop();
    await start(undefined, (detailType) => {
      if (isBroken && detailType === 'Email Sent') throw new Error('The bus is away.');
    });
    await send();
    expect(types()).toEqual([['Email Delivered', 'Delivery']]);
    isBroken = false;
    await client.send(new GetAccountCommand({}));
    expect(types()).toEqual([
      ['Email Delivered', 'Delivery'],
      ['Email Sent', 'Send'],
    ]);
  });
});

describe('SES refuses', () => {
  const many = (count: number) => Array.from({ length: count }, (_, index) => `user-${index}@example.net`);
  const headers = (count: number) => Array.from({ length: count }, (_, index) => ({ Name: `X-${index}`, Value: 'x' }));

  test.each<[string, Partial<SendEmailCommandInput>]>([
    ['no sender', { FromEmailAddress: undefined }],
    ['a sender that is no address', { FromEmailAddress: 'Shop' }],
    ['no destination', { Destination: undefined }],
    ['a destination without recipients', { Destination: { ToAddresses: [] } }],
    ['more than 50 recipients', { Destination: { ToAddresses: many(25), BccAddresses: many(26) } }],
    ['a recipient without a domain', { Destination: { ToAddresses: ['ann'] } }],
    ['a recipient with two dots', { Destination: { ToAddresses: ['ann..b@example.net'] } }],
    ['a recipient with a blank', { Destination: { ToAddresses: ['ann b@example.net'] } }],
    ['a recipient that is not ASCII', { Destination: { ToAddresses: ['änn@example.net'] } }],
    ['a recipient with a line break', { Destination: { ToAddresses: ['Ann\r\nBcc: <ann@example.net>'] } }],
    ['two recipients in one', { Destination: { ToAddresses: ['ann@example.net, bob@example.net'] } }],
    ['a reply address that is none', { ReplyToAddresses: ['help'] }],
    ['a tag name with a dot', { EmailTags: [{ Name: 'a.b', Value: 'x' }] }],
    ['a tag value with an @', { EmailTags: [{ Name: 'a', Value: 'a@b' }] }],
    ['an empty tag value', { EmailTags: [{ Name: 'a', Value: '' }] }],
    ['a tag value of 257 characters', { EmailTags: [{ Name: 'a', Value: 'x'.repeat(257) }] }],
    [
      'a tag given twice',
      {
        EmailTags: [
          { Name: 'a', Value: 'x' },
          { Name: 'a', Value: 'y' },
        ],
      },
    ],
    ['16 headers', withHeaders(headers(16))],
    ['a header that SES sets itself', withHeaders([{ Name: 'Reply-To', Value: 'x@example.com' }])],
    ['a header name with a colon', withHeaders([{ Name: 'X:', Value: 'x' }])],
    ['a header with a line break', withHeaders([{ Name: 'X-A', Value: 'x\r\nBcc: y' }])],
    ['a header value of 996 characters', withHeaders([{ Name: 'X', Value: 'x'.repeat(996) }])],
    [
      'List-Unsubscribe twice',
      withHeaders([
        { Name: 'List-Unsubscribe', Value: '<https://a>' },
        { Name: 'list-unsubscribe', Value: '<https://b>' },
      ]),
    ],
    ['a configuration set with a blank', { ConfigurationSetName: 'my set' }],
    ['no content', { Content: {} }],
    ['a mail without a body', { Content: { Simple: { Subject: { Data: 'x' }, Body: {} } } }],
    ['a mail without a subject', { Content: { Simple: { Subject: { Data: '' }, Body: { Text: { Data: 'x' } } } } }],
  ])('%s', async (_what, more) => {
    await expect(send(more)).rejects.toMatchObject({ name: 'BadRequestException', $metadata: { httpStatusCode: 400 } });
    expect(engine.inbox()).toEqual([]);
    expect(told).toEqual([]);
  });

  test('a template that does not exist', async () => {
    const missing = send({ Content: { Template: { TemplateName: 'nothing', TemplateData: '{}' } } });
    await expect(missing).rejects.toMatchObject({ name: 'NotFoundException' });
  });

  test('nothing of what stays within its limits', async () => {
    await send({ Destination: { ToAddresses: many(50) } });
    await send(withHeaders(headers(15)));
    await send(withHeaders([{ Name: 'X', Value: 'x'.repeat(995) }]));
    await send({ EmailTags: [{ Name: 'a'.repeat(256), Value: 'Az_-09' }] });
    await send({ Destination: { ToAddresses: ['"Ann, B." <ann+x@mail.example.net>', "o'neil@example.net"] } });
    expect(engine.inbox()).toHaveLength(5);
  });
});

describe('faults on demand', () => {
  test('answer the next calls with an error, and then no more', async () => {
    engine.failNext({ error: 'TooManyRequestsException', message: 'Maximum sending rate exceeded', times: 2 });
    const limited = {
      name: 'TooManyRequestsException',
      message: 'Maximum sending rate exceeded',
      $metadata: { httpStatusCode: 429 },
    };
    await expect(send()).rejects.toMatchObject(limited);
    await expect(send()).rejects.toMatchObject(limited);
    await send();
    expect(engine.inbox()).toHaveLength(1);
  });

  test('break the connection after the mail was taken, whose events follow', async () => {
    engine.failNext({ breakConnection: 'after_accepting' });
    await expect(send()).rejects.toMatchObject({ code: 'ECONNRESET' });
    expect(engine.inbox()).toHaveLength(1);
    expect(told).toHaveLength(2);
  });

  test('break the connection before the mail was taken', async () => {
    engine.failNext({ breakConnection: 'before_accepting' });
    await expect(send()).rejects.toMatchObject({ code: 'ECONNRESET' });
    expect(engine.inbox()).toEqual([]);
  });
});

test('the account is out of the sandbox and counts what was sent', async () => {
  await send();
  expect(await client.send(new GetAccountCommand({}))).toMatchObject({
    ProductionAccessEnabled: true,
    SendingEnabled: true,
    SendQuota: { SentLast24Hours: 1, MaxSendRate: expect.any(Number), Max24HourSend: expect.any(Number) },
  });
});

test('a call that is not there is refused', async () => {
  const response = await fetch(`${engine.url}/store`);
  expect(response.status).toBe(404);
  expect(response.headers.get('x-amzn-errortype')).toBe('UnknownOperationException');
});

describe('an account', () => {
  test('may send as many mails a second as it says, and is told when it is too fast', async () => {
    await stop();
    await start(undefined, undefined, { perSecond: 3, perDay: 100 });
    const quota = (await client.send(new GetAccountCommand({}))).SendQuota;
    expect(quota).toEqual({ MaxSendRate: 3, Max24HourSend: 100, SentLast24Hours: 0 });
    for (let mails = 0; mails < 3; mails += 1) await to('ann@example.net');
    const refused = { name: 'TooManyRequestsException', message: 'Maximum sending rate exceeded.' };
    await expect(to('ann@example.net')).rejects.toMatchObject(refused);
  });

  test('may send as many mails a day as it says', async () => {
    await stop();
    await start(undefined, undefined, { perSecond: 100, perDay: 2 });
    for (const address of ['ann@example.net', 'bob@example.net']) await to(address);
    const refused = { name: 'TooManyRequestsException', message: 'Daily message quota exceeded.' };
    await expect(to('ann@example.net')).rejects.toMatchObject(refused);
  });
});
