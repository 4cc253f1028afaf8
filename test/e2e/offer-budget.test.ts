/** Many people for whom a voucher falls due at once, and a budget that is not enough: the deployed functions, on the virtual clock. */
import { expect } from 'vitest';
import { starterFiles } from '#test/usecases/starter-files.ts';
import { test } from './support/test.ts';

const PEOPLE = 40;
const VOUCHERS = 12;

const mail = (id: string, template: string) => ({ id, type: 'send_email', template, topic: 'offers' });
const gift = {
  id: 'gift',
  name: 'A gift for the first ones',
  trigger: { type: 'form', form: 'newsletter' },
  offerBudget: { max: VOUCHERS, value: { amount: 500, currency: 'EUR' } },
  steps: [
    { id: 'pause', type: 'delay', for: 'P3D' },
    {
      id: 'code',
      type: 'issue_voucher',
      pool: 'five-euros',
      onIssued: [mail('offer', 'voucher')],
      onRefused: [mail('update', 'what-is-new')],
    },
  ],
};

test('as many get a voucher as the budget has, each a code of their own, and the others read why not', async ({ cloud }) => {
  const { 'catalogue/journeys/welcome.json': _, ...starter } = starterFiles();
  const files = { ...starter, 'catalogue/journeys/gift.json': JSON.stringify(gift) };
  expect(await cloud.admin('POST', '/releases', { files })).toMatchObject({ status: 201 });
  const addresses = Array.from({ length: PEOPLE }, (_each, n) => `crowd-${n}@example.com`);
  for (let from = 0; from < PEOPLE; from += 20) {
    const posts = addresses
      .slice(from, from + 20)
      .map((email) => cloud.post('/f/newsletter', { email, firstName: 'A', consent: true }));
    for (const { status } of await Promise.all(posts)) expect(status).toBe(200);
  }
  await cloud.advance('P4D');
  const { messages } = (await cloud.get('/_local/inbox')).body as { messages: { to: string[]; text: string }[] };
  const codes = messages.flatMap(({ text }) => /JUNIPER-[0-9A-Z-]+/.exec(text)?.[0] ?? []);
  expect(messages).toHaveLength(PEOPLE);
  expect(new Set(codes).size).toBe(VOUCHERS);
  expect(codes).toHaveLength(VOUCHERS);
  expect((await cloud.admin('GET', '/budgets')).body).toMatchObject({
    items: [
      {
        journey: 'gift',
        vouchers: { max: VOUCHERS, used: VOUCHERS, left: 0 },
        value: { used: VOUCHERS * 5, left: 500 - VOUCHERS * 5 },
        usedUp: true,
      },
      { journey: 'win-back', vouchers: { used: 0, left: 500 }, usedUp: false },
    ],
  });
  const without = messages.find(({ text }) => !text.includes('JUNIPER-'))?.to[0] ?? '';
  expect(JSON.stringify(await cloud.timeline(without))).toContain('the budget of 12 vouchers and 500 EUR is used up');
  expect(await cloud.deadLetters('rekindle-dev-evaluate-dead')).toEqual([]);
});
