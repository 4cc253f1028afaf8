import { expect, test } from 'vitest';
import { busIntoQueue, httpRoutes, runCloud, workspace } from './support.ts';

test('a mail that a function sends stands in the inbox, and what SES says about it comes back over the default bus', async () => {
  const setUp = `const { SESv2Client, SendEmailCommand } = require('@aws-sdk/client-sesv2');
    const client = new SESv2Client();`;
  const code = `await client.send(new SendEmailCommand({
      FromEmailAddress: 'Shop <hello@example.com>', Destination: { ToAddresses: ['ana@example.com'] }, ConfigurationSetName: 'mails',
      Content: { Simple: { Subject: { Data: 'Olá' }, Body: { Html: { Data: '<p>Olá</p>' }, Text: { Data: 'Olá' } } } } }));
    return {};`;
  const queue = busIntoQueue('Heard');
  const mailRule = { EventPattern: { source: ['aws.ses'] }, Targets: [{ Id: 'Queue', Arn: { 'Fn::GetAtt': ['Queue', 'Arn'] } }] };
  const space = workspace(
    {
      Send: { setUp, code },
      Heard: { code: 'for (const { body } of event.Records) note(JSON.parse(body)["detail-type"]); return {};' },
    },
    { ...queue, Rule: { Type: 'AWS::Events::Rule', Properties: mailRule }, ...httpRoutes({ 'POST /send': 'Send' }) },
  );
  const cloud = await runCloud(space);
  await cloud.advanceBy('P30D');
  expect((await fetch(`${cloud.url}/send`, { method: 'POST' })).status).toBe(200);
  await cloud.idle();
  const response = await fetch(`${cloud.url}/_local/inbox?to=ana@example.com`);
  const { messages } = (await response.json()) as { messages: { at: string }[] };
  expect(messages).toEqual([
    expect.objectContaining({ to: ['ana@example.com'], subject: 'Olá', html: '<p>Olá</p>', text: 'Olá' }),
  ]);
  expect(Date.parse(messages[0]?.at ?? '') - Date.now()).toBeGreaterThan(29 * 86_400_000);
  expect(space.notes().sort()).toEqual(['Email Delivered', 'Email Sent']);
});
