/** Many mails at once before an account that allows 14 a second: the deployed functions, on the virtual clock. */
import { expect } from 'vitest';
import { cloudTest } from './support/test.ts';

const PEOPLE = 100;

const test = cloudTest({ SES_RATE: '14', SES_QUOTA: '500' });

test('100 mails that are due at once go at the rate of the account: none is lost, none goes twice', async ({ cloud }) => {
  const addresses = Array.from({ length: PEOPLE }, (_, n) => `crowd-${n}@example.com`);
  for (let from = 0; from < PEOPLE; from += 20) {
    const posts = addresses
      .slice(from, from + 20)
      .map((email) => cloud.post('/f/newsletter', { email, firstName: 'A', consent: true }));
    for (const { status } of await Promise.all(posts)) expect(status).toBe(200);
  }
  await cloud.advance('PT1M');
  const answer = await cloud.get('/_local/inbox');
  const { messages } = answer.body as { messages: { at: string; to: string[] }[] };
  expect(messages.map(({ to }) => to[0]).sort()).toEqual([...addresses].sort());
  const at = messages.map((one) => Date.parse(one.at)).sort((one, other) => one - other);
  // The bucket holds one second, so a window of ten sees eleven seconds' mails at the most.
  const most = Math.max(...at.map((from) => at.filter((one) => one >= from && one < from + 10_000).length));
  expect(most).toBeLessThanOrEqual(11 * 14);
  expect(((at.at(-1) ?? 0) - (at[0] ?? 0)) / 1000).toBeGreaterThan(PEOPLE / 14 - 1);
  expect(await cloud.deadLetters('rekindle-dev-send-dead')).toEqual([]);
  const { items } = (await cloud.admin('GET', `/customers/crowd-99@example.com/timeline`)).body as {
    items: { type: string; status?: string }[];
  };
  expect(items.find(({ type }) => type === 'message')).toMatchObject({ status: 'delivered' });
});
