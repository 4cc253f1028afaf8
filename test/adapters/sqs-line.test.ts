import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { signed } from '#adapters/aws/signature.ts';
import { sqsLine } from '#adapters/aws/sqs-line.ts';
import { offsetClock } from '#local/clock.ts';
import type { Engine } from '#local/ports.ts';
import { type LocalQueues, openQueues } from '#local/queues/queues.ts';
import { startSqs } from '#local/queues/server.ts';

const credentials = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY' };

// From AWS's own test suite for the signature, version 4.
test.each([
  ['GET', '5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31'],
  ['POST', '5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b'],
] as const)('a %s is signed as AWS does it', (method, signature) => {
  const request = { method, url: new URL('https://example.amazonaws.com/'), headers: {}, body: '' };
  const scope = { region: 'us-east-1', service: 'service', credentials, at: new Date('2015-08-30T12:36:00Z') };
  expect(signed(request, scope).authorization).toBe(
    `AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, SignedHeaders=host;x-amz-date, Signature=${signature}`,
  );
});

test('the token of temporary credentials is signed with the rest', () => {
  const request = { method: 'POST', url: new URL('https://example.amazonaws.com/'), headers: {}, body: '' } as const;
  const scope = { region: 'us-east-1', service: 'sqs', credentials: { ...credentials, sessionToken: 'T' }, at: new Date(0) };
  expect(signed(request, scope)).toMatchObject({
    'x-amz-security-token': 'T',
    authorization: expect.stringContaining('SignedHeaders=host;x-amz-date;x-amz-security-token'),
  });
});

describe('a queue into which messages are put back', () => {
  const clock = offsetClock(0);
  let queues: LocalQueues;
  let sqs: Engine;
  const line = (name = 'send') => sqsLine({ queueUrl: `${sqs.url}/000000000000/${name}`, region: 'us-east-1', credentials });

  beforeEach(async () => {
    queues = openQueues(new DatabaseSync(':memory:'), clock);
    queues.create({ name: 'send', visibilityTimeoutMs: 1000 });
    sqs = await startSqs(queues, { account: '000000000000', region: 'us-east-1' });
  });
  afterEach(() => sqs.close());

  test('shows each when its delay is over, however many there are', async () => {
    await line().add(Array.from({ length: 23 }, (_, n) => ({ body: { n }, delaySeconds: n + 1 })));
    expect(queues.depth('send')).toMatchObject({ visible: 0, hidden: 23 });
    clock.set(clock.now() + 12_500);
    const shown = queues
      .receive('send', 30)
      .map(({ body, receiveCount }) => [(JSON.parse(body) as { n: number }).n, receiveCount]);
    expect(shown).toEqual(Array.from({ length: 12 }, (_, n) => [n, 1]));
  });

  test('that is not there is a fault with its reason', async () => {
    await expect(line('none').add([{ body: {}, delaySeconds: 1 }])).rejects.toThrow(/did not take 1 of 1 .*QueueDoesNotExist/);
  });
});
