import type { Context } from 'aws-lambda';
import { beforeEach, describe, expect, test } from 'vitest';
import type { Scope } from '#schemas/scopes.ts';
import { adminShop, annSignsUp } from '../../support/admin-shop.ts';
import { catalogueFiles, welcome } from '../../support/catalogue-files.ts';
import { event } from '../../support/shop.ts';
import { httpEvent } from '../edge/http-event.ts';

const thanks = `---
subject: Order {{ event.order_id }}
preheader: Thank you, {{ customer.firstName | default: "you" }}
variables:
  - event.order_id = 1042
---
<mj-section><mj-column><mj-text>{{ event.total | money: event.currency }}</mj-text></mj-column></mj-section>
`;
const order = {
  ...welcome,
  id: 'order',
  exitWhen: undefined,
  trigger: { type: 'event', event: 'Order Completed' },
  steps: [{ id: 'thank', type: 'send_email', template: 'thanks', topic: 'orders' }],
};
const policy = JSON.parse(catalogueFiles()['catalogue/policy.json'] ?? '{}') as object;
const files = (testRecipients: readonly string[] = []) =>
  catalogueFiles({
    'templates/thanks.mjml': thanks,
    'templates/thanks.pt.mjml': thanks.replace('Order', 'Encomenda'),
    'catalogue/journeys/order.json': order,
    'catalogue/policy.json': { ...policy, ...(testRecipients.length > 0 && { testRecipients }) },
  });

let shop: Awaited<ReturnType<typeof adminShop>>;
beforeEach(async () => {
  shop = await adminShop();
});

// biome-ignore lint/suspicious/noExplicitAny: answers are looked into as any client would
type Answer = { readonly status: number; readonly body: any };

async function post(path: string, body: object, key = shop.key): Promise<Answer> {
  const headers = { 'content-type': 'application/json', authorization: `Bearer ${key}` };
  const sent = httpEvent({ method: 'POST', path, query: '', headers, body: JSON.stringify(body) });
  const reply = await shop.handler(sent, {} as Context);
  return { status: reply.statusCode ?? 0, body: JSON.parse(String(reply.body)) };
}
const preview = (body: object, key?: string) => post('/admin/v1/mails/preview', body, key);
const send = (body: object, key?: string) => post('/admin/v1/mails/test', body, key);
const publish = (testRecipients?: readonly string[]) => post('/admin/v1/releases', { files: files(testRecipients) });
const annOrders = () =>
  shop.take(
    ...annSignsUp(),
    event('Order Completed', '2026-03-01T10:00:00Z', { order_id: 'A-1', total: 12 }),
    event('Order Completed', '2026-03-01T11:00:00Z', { order_id: 'A-2', total: 34.5, currency: 'EUR' }),
  );

describe('a preview', () => {
  test('of a draft has sample values, and those that are given stand over them', async () => {
    const { status, body } = await preview({ template: 'thanks', files: files(), event: { total: 99 } });
    expect(status).toBe(200);
    expect(body).toMatchObject({
      subject: 'Order 1042',
      journey: 'order',
      step: 'thank',
      topic: 'orders',
      locales: ['en', 'pt'],
    });
    expect(body.html).toContain('€99.00');
    expect(body.html).not.toContain('/u/test');
  });

  test('for a customer has the customer’s data, and the latest event that starts the journey', async () => {
    await publish();
    await annOrders();
    const { body } = await preview({ template: 'thanks', customer: 'ann@example.com', locale: 'pt-PT' });
    expect(body).toMatchObject({ subject: 'Encomenda A-2', preheader: 'Thank you, Ann', locale: 'pt' });
    expect(body.skip).toBeUndefined();
    expect(body.variables).toContainEqual({ path: 'event.order_id', value: 'A-2', required: true });
  });

  test('says what is missing, and why a customer would not get it', async () => {
    await publish();
    await shop.take(...annSignsUp());
    const { body } = await preview({ template: 'thanks', customer: 'ann@example.com' });
    expect(body.skip).toBe('no value for event.order_id');
    expect(body.variables).toContainEqual({ path: 'event.order_id', required: true });
  });

  test('sends nothing and writes nothing', async () => {
    await publish();
    await annOrders();
    const before = JSON.stringify(await shop.table.query((await customerPk()) ?? '', {}));
    await preview({ template: 'thanks', customer: 'ann@example.com' });
    expect(JSON.stringify(await shop.table.query((await customerPk()) ?? '', {}))).toBe(before);
    expect(shop.mails).toEqual([]);
  });

  test.each([
    ['a template that is not there', { template: 'nothing' }, 404, /no template nothing/],
    ['somebody whom nobody knows', { template: 'thanks', customer: 'x@example.com' }, 404, /Nobody is known/],
    ['a journey that does not send it', { template: 'thanks', journey: 'welcome' }, 400, /these do: order\/thank/],
    ['a template without a name', { template: '' }, 400, /missing or cannot be used/],
  ])('of %s is refused', async (_, wish, status, detail) => {
    await publish();
    const answer = await preview(wish);
    expect(answer.status).toBe(status);
    expect(answer.body.detail).toMatch(detail);
  });

  test('of a broken draft names the problem', async () => {
    const { status, body } = await preview({
      template: 'thanks',
      files: { ...files(), 'templates/thanks.mjml': `${thanks}<mj-text>` },
    });
    expect(status).toBe(422);
    expect(body.problems[0]).toMatchObject({ file: 'templates/thanks.mjml', rule: 'mjml-syntax' });
  });
});

async function customerPk(): Promise<string> {
  const reply = await shop.handler(
    httpEvent({
      method: 'GET',
      path: '/admin/v1/customers/ann@example.com',
      query: '',
      headers: { authorization: `Bearer ${shop.key}` },
    }),
    {} as Context,
  );
  return `C#${(JSON.parse(String(reply.body)) as { id: string }).id}`;
}

describe('a test mail', () => {
  test('goes to an address on the list, says what it is, and belongs to no customer', async () => {
    await publish(['me@example.com', '@casa.example']);
    expect(await send({ template: 'welcome', to: 'Me@example.com' })).toMatchObject({ status: 200, body: { id: 'ses-1' } });
    expect(await send({ template: 'welcome', to: 'you@casa.example' })).toMatchObject({ status: 200 });
    expect(shop.mails[0]).toMatchObject({
      to: 'Me@example.com',
      subject: '[Test] Welcome, Ana',
      headers: {},
      tags: { test: 'welcome' },
    });
    expect(shop.mails[0]?.html).toContain('https://go.example.com/u/test');
  });

  test.each([
    ['an address that is not on the list', { to: 'other@example.com' }],
    ['a domain that only ends like one on the list', { to: 'you@notcasa.example' }],
    ['a draft that allows itself more', { to: 'other@example.com', files: files(['other@example.com']) }],
  ])('does not go to %s', async (_, wish) => {
    await publish(['me@example.com', '@casa.example']);
    expect(await send({ template: 'welcome', ...wish })).toMatchObject({
      status: 403,
      body: { detail: expect.stringContaining('testRecipients') },
    });
    expect(shop.mails).toEqual([]);
  });

  test('goes elsewhere when that is said to be meant, but never to a suppressed address', async () => {
    await publish();
    expect(await send({ template: 'welcome', to: 'other@example.com', anyAddress: true })).toMatchObject({ status: 200 });
    await shop.take(...annSignsUp());
    await post('/admin/v1/customers/ann@example.com/suppression', { reason: 'asked for it' });
    const { status, body } = await send({ template: 'welcome', to: 'ann@example.com', anyAddress: true });
    expect([status, shop.mails.length]).toEqual([403, 1]);
    expect(body.detail).toContain('suppressed');
  });

  test('has no holes: without a value that is required it is refused', async () => {
    await publish(['me@example.com']);
    await shop.take(...annSignsUp());
    const { status, body } = await send({ template: 'thanks', to: 'me@example.com', customer: 'ann@example.com' });
    expect([status, shop.mails.length]).toEqual([400, 0]);
    expect(body.detail).toContain('event.order_id');
  });

  test.each<[string, Scope[], object, number]>([
    ['a key of its own scope', ['mails:test'], {}, 200],
    ['another scope', ['customers:read'], {}, 403],
    ['that scope, but no right to read customers', ['mails:test'], { customer: 'ann@example.com' }, 403],
    ['both', ['mails:test', 'customers:read'], { customer: 'ann@example.com' }, 200],
  ])('with %s', async (_, scopes, wish, status) => {
    await publish(['me@example.com']);
    await shop.take(...annSignsUp());
    const key = await shop.keyWith(...scopes);
    expect((await send({ template: 'welcome', to: 'me@example.com', ...wish }, key)).status).toBe(status);
  });
});
