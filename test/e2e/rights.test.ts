/** What a person may ask for, against a running cloud: to be left alone, to see everything, to be forgotten. */
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseEnv } from 'node:util';
import { DynamoDBClient, paginateScan } from '@aws-sdk/client-dynamodb';
import { expect } from 'vitest';
import { toItem } from '#adapters/aws/dynamodb-table.ts';
import { plainText } from '../support/plain-text.ts';
import type { LocalCloud } from './support/cloud.ts';
import { oneClickAddress, order, signUp } from './support/people.ts';
import { test } from './support/test.ts';

const PROJECT = fileURLToPath(new URL('../../', import.meta.url));

test('whoever is blocked gets no mail, and the timeline says who did it and why', async ({ cloud }) => {
  await signUp(cloud, 'bo@example.com', 'Bo');
  await cloud.settle();
  const before = await cloud.subjects('bo@example.com');
  expect(before).toHaveLength(1);
  expect((await rekindle(cloud, ['block', 'bo@example.com', '--reason', 'asked by phone'])).code).toBe(0);
  await order(cloud, 'bo@example.com', { id: 'B1', revenue: 120 });
  await cloud.advance('P3D');
  expect(await cloud.subjects('bo@example.com')).toEqual(before);
  expect((await rekindle(cloud, ['timeline', 'bo@example.com', '--limit', '100'])).out).toContain(': asked by phone');
  expect((await rekindle(cloud, ['unblock', 'bo@example.com'])).out).toBe('No longer blocked.');
});

test('one-click unsubscribing writes one event, however often it is said', async ({ cloud }) => {
  await signUp(cloud, 'di@example.com', 'Di');
  await cloud.settle();
  const [mail] = await cloud.inbox('di@example.com');
  if (mail === undefined) throw new Error('there is no welcome mail');
  const headers = { 'content-type': 'application/x-www-form-urlencoded' };
  for (const _ of [1, 2, 3]) {
    const answer = await cloud.post(oneClickAddress(mail), 'List-Unsubscribe=One-Click', { headers });
    expect(answer.status).toBe(200);
    await cloud.settle();
  }
  const said = (await cloud.timeline('di@example.com')).filter(({ name }) => name === 'Unsubscribed');
  expect(said).toHaveLength(1);
});

test('an export holds everything; an erasure leaves nothing, and keeps imports out', async ({ cloud }) => {
  await signUp(cloud, 'cleo@example.com', 'Cleo');
  await cloud.call('identify', { userId: 'user-cleo', anonymousId: 'browser-of-cleo', traits: { email: 'cleo@example.com' } });
  await order(cloud, 'user-cleo', { id: 'C1', revenue: 120 });
  await cloud.call('page', { anonymousId: 'browser-of-cleo', name: 'Home' });
  await cloud.settle();
  await cloud.advance('PT2H');

  const file = join(cloud.folder, 'cleo.json');
  expect((await rekindle(cloud, ['export', 'user-cleo', '--out', file])).code).toBe(0);
  const whole = JSON.parse(readFileSync(file, 'utf8'));
  expect(whole).toMatchObject({ format: 'rekindle-export-1', customer: { email: 'cleo@example.com', userId: 'user-cleo' } });
  expect(whole.events.map(({ name }: { name: string }) => name)).toEqual(
    expect.arrayContaining(['Form Submitted', 'Identify', 'Order Completed', 'Page']),
  );
  expect(whole.consents[0]).toMatchObject({ proof: { name: 'Form Submitted', properties: { form: 'newsletter' } } });
  expect((await cloud.get(whole.messages[0].viewInBrowser)).status).toBe(200);
  expect(whole.ledger).not.toEqual([]);

  const names = ['cleo@example.com', 'user-cleo', 'browser-of-cleo', ...whole.ids];
  expect(await traces(cloud, names)).not.toEqual([]);
  expect((await rekindle(cloud, ['erase', 'user-cleo'])).out).toContain('Nothing was removed');
  expect((await rekindle(cloud, ['erase', 'user-cleo', '--yes'])).out).toContain('a last read found nothing');
  expect(await traces(cloud, names)).toEqual([]);

  await cloud.call('identify', { userId: 'user-cleo', traits: { email: 'cleo@example.com' } });
  await cloud.advance('PT2M');
  await cloud.call('page', { userId: 'user-cleo', name: 'Home' });
  await cloud.advance('PT20M');
  expect(await traces(cloud, names)).toEqual([]);
  expect((await rekindle(cloud, ['customer', 'cleo@example.com'])).code).toBe(1);

  await signUp(cloud, 'cleo@example.com', 'Cleo');
  await cloud.settle();
  expect(await cloud.customer('cleo@example.com')).toMatchObject({ consents: { newsletter: { status: 'subscribed' } } });
  expect(await cloud.deadLetters('rekindle-dev-evaluate-dead')).toEqual([]);
});

/** Items of the whole table that name somebody. */
async function traces(cloud: LocalCloud, names: readonly string[]): Promise<string[]> {
  const env = parseEnv(readFileSync(join(cloud.folder, 'aws.env'), 'utf8'));
  const client = new DynamoDBClient({
    endpoint: env.AWS_ENDPOINT_URL_DYNAMODB ?? '',
    region: env.AWS_REGION ?? 'eu-west-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  });
  const found: string[] = [];
  for await (const page of paginateScan({ client }, { TableName: 'rekindle-dev', ConsistentRead: true })) {
    for (const item of page.Items ?? []) {
      const text = plainText(toItem(item));
      if (names.some((name) => text.includes(name))) found.push(`${item.pk?.S} ${item.sk?.S}`);
    }
  }
  return found;
}

/** With the folder of the cloud, where its key lies. */
function rekindle(cloud: LocalCloud, args: readonly string[]): Promise<{ code: number; out: string; err: string }> {
  const env = { ...process.env, REKINDLE_URL: cloud.url, REKINDLE_FOLDER: cloud.folder };
  return new Promise((resolve) => {
    execFile(process.execPath, ['cli/rekindle.ts', ...args], { cwd: PROJECT, env }, (fault, out, err) => {
      resolve({ code: fault === null ? 0 : Number(fault.code), out: out.trimEnd(), err });
    });
  });
}
