import {
  GetAccountCommand,
  MessageRejected,
  SESv2Client,
  SendEmailCommand,
  TooManyRequestsException,
} from '@aws-sdk/client-sesv2';
import { mockClient } from 'aws-sdk-client-mock';
import { beforeEach, expect, test } from 'vitest';
import { sesMailer } from '#adapters/aws/ses-mailer.ts';

// The faults of SES cannot be had on demand from a real one: hence a mock. What is asserted is what the mailer makes of them.
const ses = mockClient(SESv2Client);
beforeEach(() => ses.reset());

const mailer = sesMailer(new SESv2Client({ maxAttempts: 1, region: 'us-east-1' }), {
  sender: 'shop@example.com',
  configurationSet: 'set',
});
const mail = {
  to: 'ann@example.com',
  fromName: 'Shop',
  subject: 'Hi',
  html: '<p>Hi</p>',
  text: 'Hi',
  headers: {},
  tags: { message: 'msg_1' },
};
const fault = (name: string, more: object = {}): Error => Object.assign(new Error(name), { name, ...more });

test.each([
  ['a mail that SES rejects is never sent again', new MessageRejected({ message: 'no', $metadata: {} }), 'refused'],
  ['one that comes too fast is tried later', new TooManyRequestsException({ message: 'slow', $metadata: {} }), 'later'],
  [
    'a sender that is not verified concerns every mail',
    new MessageRejected({ message: 'Email address is not verified. Region US-EAST-1: shop@example.com', $metadata: {} }),
    'closed',
  ],
  [
    'a recipient that is not verified, in the sandbox, does not',
    new MessageRejected({ message: 'Email address is not verified. Region US-EAST-1: ann@example.com', $metadata: {} }),
    'refused',
  ],
  [
    'sending that is paused concerns every mail',
    fault('SendingPausedException', { $metadata: { httpStatusCode: 400 } }),
    'closed',
  ],
  ['an account that is suspended concerns every mail', fault('AccountSuspendedException'), 'closed'],
  ['a configuration set that is not there concerns every mail', fault('NotFoundException'), 'closed'],
  ['so does a role that may not send', fault('AccessDeniedException', { $metadata: { httpStatusCode: 403 } }), 'closed'],
  [
    'the daily quota concerns every mail',
    new TooManyRequestsException({ message: 'Daily message quota exceeded.', $metadata: {} }),
    'closed',
  ],
  ['a connection that was never made has sent nothing', fault('Error', { code: 'ECONNREFUSED' }), 'later'],
  ['a connection that broke may have', fault('Error', { code: 'ECONNRESET' }), 'unknown'],
  ['a time-out may have', fault('TimeoutError'), 'unknown'],
  ['an inner error of SES may have', fault('InternalFailure', { $metadata: { httpStatusCode: 500 } }), 'unknown'],
  ['SES that is not available has not', fault('ServiceUnavailable', { $metadata: { httpStatusCode: 503 } }), 'later'],
  ['any other refusal is final', fault('ValidationError', { $metadata: { httpStatusCode: 400 } }), 'refused'],
])('%s', async (_, error, outcome) => {
  ses.on(SendEmailCommand).rejects(error);
  expect(await mailer.hand(mail)).toMatchObject({ outcome });
});

test('the limits are those that SES names for the account', async () => {
  ses.on(GetAccountCommand).resolves({ SendQuota: { MaxSendRate: 14, Max24HourSend: 50_000, SentLast24Hours: 7 } });
  expect(await mailer.limits()).toEqual({ perSecond: 14, perDay: 50_000, sentLastDay: 7 });
  ses.on(GetAccountCommand).resolves({});
  await expect(mailer.limits()).rejects.toThrow('no send quota');
});

test('an answer without an id leaves it open whether the mail was sent', async () => {
  ses.on(SendEmailCommand).resolves({});
  expect(await mailer.hand(mail)).toMatchObject({ outcome: 'unknown' });
});

test.each([
  ['Shop', '"Shop" <shop@example.com>'],
  ['Say "hi"', '"Say \\"hi\\"" <shop@example.com>'],
  ['Loja São João', '=?UTF-8?B?TG9qYSBTw6NvIEo=?= =?UTF-8?B?b8Ojbw==?= <shop@example.com>'],
  ['Shop \u202eeman rehto', '=?UTF-8?B?U2hvcCBlbWFuIA==?= =?UTF-8?B?cmVodG8=?= <shop@example.com>'],
  [
    'Shop\r\nBcc: x@example.com',
    '=?UTF-8?B?U2hvcCAgQmNjOg==?= =?UTF-8?B?IHhAZXhhbXBsZQ==?= =?UTF-8?B?LmNvbQ==?= <shop@example.com>',
  ],
])('the name %j cannot break the sender’s line', async (fromName, expected) => {
  ses.on(SendEmailCommand).resolves({ MessageId: '1' });
  await mailer.hand({ ...mail, fromName });
  expect(ses.commandCalls(SendEmailCommand)[0]?.args[0].input.FromEmailAddress).toBe(expected);
});
