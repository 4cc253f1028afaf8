import { createHmac } from 'node:crypto';
import { beforeEach, describe, expect, test } from 'vitest';
import type { Call } from '#core/decision.ts';
import { AddressRefused, deliver } from '#usecases/deliver.ts';
import type { Caller } from '#usecases/ports.ts';
import { eventOf } from '#usecases/store/events.ts';
import { webhookSecret } from '#usecases/webhook-secret.ts';
import { memoryTable } from '../support/memory-table.ts';

const customer = 'cus_132f23388b4d86c366d65540fa';
const now = Date.parse('2026-03-01T08:00:00.900Z');
const call: Call = {
  id: 'call_1',
  customer,
  at: Date.parse('2026-03-01T07:59:00Z'),
  journey: 'win-back',
  run: 'run_1',
  step: 'tell-crm',
  url: 'https://crm.example.com/hook',
  body: { reason: 'drifting away' },
};
const key = { pk: `C#${customer}`, sk: 'X#call_1' };
const random = (bytes: number): Uint8Array => new Uint8Array(bytes).fill(9);

let table = memoryTable();
beforeEach(async () => {
  table = memoryTable();
  await table.write({ put: { ...key, status: 'queued', body: JSON.stringify(call) } });
});

const answering = (status: number, body = ''): Caller => ({ post: async () => ({ status, body }) });
const run = (caller: Caller) => deliver({ table, caller, random, now: () => now }, { customer, call: 'call_1' });

test('a call is posted as JSON with who it is about, its id, and a signature that the other side can check', async () => {
  const posted: Parameters<Caller['post']>[] = [];
  await run({ post: async (...args) => ({ status: 200, body: String(posted.push(args)) }) });
  const [url, body, headers] = posted[0] ?? [];
  expect(url).toBe('https://crm.example.com/hook');
  expect(JSON.parse(body ?? '')).toEqual({
    reason: 'drifting away',
    rekindle: { call: 'call_1', at: '2026-03-01T07:59:00.000Z', customer, journey: 'win-back', run: 'run_1', step: 'tell-crm' },
  });
  const secret = await webhookSecret(table, random);
  const hex = createHmac('sha256', secret).update(`1772352000.${body}`).digest('hex');
  expect(headers).toMatchObject({ 'x-rekindle-call': 'call_1', 'x-rekindle-signature': `t=1772352000,v1=${hex}` });
});

test('a call that was taken is done, with its answer', async () => {
  await run(answering(202, '{"ok":true}'));
  expect(await table.get(key)).toMatchObject({ status: 'done', statusCode: 202, answer: '{"ok":true}' });
});

test('the answer is an event, which a journey can wait for and look into', async () => {
  await run(answering(200, '{"discount":15}'));
  const { items } = await table.query(key.pk, { prefix: 'E#' });
  expect(items.map((item) => eventOf(item))).toMatchObject([
    {
      name: 'Webhook Answered',
      origin: 'journey',
      properties: {
        journey: 'win-back',
        run: 'run_1',
        step: 'tell-crm',
        status: 'done',
        statusCode: 200,
        answer: { discount: 15 },
      },
    },
  ]);
});

test.each([301, 400, 401, 404, 410, 422])('status %i is final: the call failed, with a reason', async (status) => {
  await run(answering(status, 'no'));
  expect(await table.get(key)).toMatchObject({
    status: 'failed',
    reason: `crm.example.com answered ${status}`,
    statusCode: status,
  });
});

test.each([408, 425, 429, 500, 502, 503])(
  'status %i is thrown, so that the queue tries again, and the call says why it waits',
  async (status) => {
    await expect(run(answering(status))).rejects.toThrow(`answered ${status}`);
    expect(await table.get(key)).toMatchObject({ status: 'queued', lastFault: `crm.example.com answered ${status}` });
    await run(answering(200));
    expect(await table.get(key)).toMatchObject({ status: 'done' });
  },
);

describe('a call', () => {
  test('whose line broke is tried again', async () => {
    await expect(run({ post: async () => Promise.reject(new Error('socket hang up')) })).rejects.toThrow('socket hang up');
    expect(await table.get(key)).toMatchObject({ status: 'queued', lastFault: 'socket hang up' });
  });

  test('to an address that may not be called failed for good', async () => {
    await run({ post: async () => Promise.reject(new AddressRefused('10.0.0.1 is not an address of the public internet')) });
    expect(await table.get(key)).toMatchObject({ status: 'failed', reason: '10.0.0.1 is not an address of the public internet' });
  });

  test.each(['done', 'failed'])('that is %s already is not made again', async (status) => {
    await table.write({ update: key, set: { status } });
    await run({ post: async () => Promise.reject(new Error('called')) });
    expect(await table.get(key)).toMatchObject({ status });
  });

  test('that is not there goes back to the queue, for the dead letters', async () => {
    await expect(
      deliver({ table, caller: answering(200), random, now: () => now }, { customer, call: 'call_2' }),
    ).rejects.toThrow('no call call_2');
  });
});
