/** A form whose mail asks first: filled in, confirmed, welcomed, left. And the pages on the way, for everybody. */
import type { Page } from 'playwright-core';
import { describe, expect } from 'vitest';
import { barriersOn } from './support/accessible.ts';
import { chromiumPath, browserTest as test } from './support/browser.ts';
import type { LocalCloud } from './support/cloud.ts';
import { linkIn } from './support/people.ts';

const ASKED = 'Please confirm your address';
const REMINDED = 'Your address is still waiting for a yes';

async function fillIn(page: Page, cloud: LocalCloud, email: string, name = 'Ann'): Promise<void> {
  await page.goto(`${cloud.url}/f/offers?utm_source=poster`);
  await page.getByRole('textbox', { name: 'E-mail' }).fill(email);
  await page.getByLabel('First name').fill(name);
  await page.getByLabel('What do you like best?').selectOption('The garden');
  await page.getByLabel('Yes, send me').check();
  await page.getByRole('button', { name: 'Send me offers' }).click();
  await page.getByText('Please look into your mailbox').waitFor();
  await cloud.settle();
}

async function linkToConfirm(cloud: LocalCloud, email: string): Promise<string> {
  const [asked] = await cloud.inbox(email);
  if (asked === undefined) throw new Error(`no mail asked ${email}`);
  return linkIn(asked, 'Confirm my address');
}

describe.skipIf(chromiumPath === undefined)('a form with double opt-in', () => {
  test('asks by mail, sends nothing else before the yes, then the welcome, and nothing more after the goodbye', async ({
    cloud,
    page,
  }) => {
    const email = 'ann.double@example.com';
    await fillIn(page, cloud, email);
    expect(await cloud.subjects(email)).toEqual([ASKED]);
    expect((await cloud.customer(email)).consents.offers?.status).toBe('pending');

    const link = await linkToConfirm(cloud, email);
    // A program that looks at links changes nothing.
    for (const method of ['HEAD', 'GET'] as const) expect((await cloud.request(method, link)).status).toBe(200);
    await cloud.settle();
    expect(await cloud.subjects(email)).toEqual([ASKED]);

    await page.goto(link);
    await page.getByText('Personal offers').waitFor();
    await page.getByRole('button', { name: 'Yes, that was me' }).click();
    await page.getByRole('heading', { name: 'Thank you, it is confirmed' }).waitFor();
    await cloud.settle();
    expect(await cloud.subjects(email)).toEqual([ASKED, 'You are on the list, Ann']);
    const { consents, vouched } = await cloud.customer(email);
    expect(vouched).toBe(true);
    expect(consents.offers).toMatchObject({ status: 'subscribed', version: '2026-11' });

    const confirmed = (await cloud.timeline(email)).find(({ name }) => name === 'Form Confirmed');
    expect(confirmed).toMatchObject({
      properties: {
        fields: { interest: 'The garden' },
        consent: { text: expect.stringContaining('Yes, send me personal offers'), version: '2026-11' },
        asked: { ip: '127.0.0.1', page: `${cloud.url}/f/offers?utm_source=poster` },
      },
      context: { ip: '127.0.0.1' },
    });

    const welcome = (await cloud.inbox(email)).at(-1);
    await page.goto(linkIn(welcome ?? { text: '' }, 'Unsubscribe'));
    await page.getByRole('button', { name: 'Unsubscribe' }).click();
    await page.getByRole('heading', { name: 'You are unsubscribed' }).waitFor();
    await cloud.advance('P40D');
    expect(await cloud.subjects(email)).toHaveLength(2);
    expect((await cloud.customer(email)).consents.offers?.status).toBe('unsubscribed');
  });

  test('reminds twice, and lets the matter rest; the old link says that it is too late', async ({ cloud, page }) => {
    const email = 'rui.double@example.com';
    await fillIn(page, cloud, email, 'Rui');
    await cloud.advance('P1DT2M');
    expect(await cloud.subjects(email)).toEqual([ASKED, REMINDED]);
    await cloud.advance('P60D');
    expect(await cloud.subjects(email)).toEqual([ASKED, REMINDED, REMINDED]);
    expect((await cloud.customer(email)).runs).toEqual([]);
    await page.goto(await linkToConfirm(cloud, email));
    await page.getByRole('heading', { name: 'This link is too old' }).waitFor();
    expect((await cloud.customer(email)).consents.offers?.status).toBe('pending');
  });

  test('works where scripts are switched off, in the reader’s language', async ({ cloud, browser }) => {
    const context = await browser.newContext({ javaScriptEnabled: false, locale: 'pt-PT' });
    const page = await context.newPage();
    const email = 'joana.double@example.com';
    await fillIn(page, cloud, email, 'Joana');
    expect(await cloud.subjects(email)).toEqual(['Confirme o seu endereço, por favor']);
    const [asked] = await cloud.inbox(email);
    await page.goto(linkIn(asked ?? { text: '' }, 'Confirmar o meu endereço'));
    await page.getByRole('button', { name: 'Sim, fui eu' }).click();
    await page.getByRole('heading', { name: 'Obrigado, está confirmado' }).waitFor();
    await cloud.settle();
    expect((await cloud.subjects(email)).at(-1)).toBe('Está na lista, Joana');
    await context.close();
  });
});

describe.skipIf(chromiumPath === undefined)('the pages that people see', () => {
  test('have no barriers that axe knows, by day and by night, on a phone and on a desk', async ({ cloud, page }) => {
    const barriers: string[] = [];
    const look = async (what: string): Promise<void> => {
      barriers.push(...(await barriersOn(page)).map((one) => `${what}, ${one}`));
    };
    await page.goto(`${cloud.url}/f/offers`);
    await look('the form');
    await page.locator('form').evaluate((form: { noValidate: boolean }) => {
      form.noValidate = true;
    });
    await page.getByRole('button', { name: 'Send me offers' }).click();
    await page.getByRole('alert').waitFor();
    await look('the form with errors');
    const email = 'eva.double@example.com';
    await fillIn(page, cloud, email, 'Eva');
    await look('the thanks');
    await page.goto(await linkToConfirm(cloud, email));
    await look('the question whether it was you');
    await page.getByRole('button', { name: 'Yes, that was me' }).click();
    await page.getByRole('heading', { name: 'Thank you, it is confirmed' }).waitFor();
    await look('the confirmation');
    await cloud.settle();
    const welcome = (await cloud.inbox(email)).at(-1) ?? { text: '' };
    await page.goto(linkIn(welcome, 'Choose what you get'));
    await look('the preferences');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByRole('status').waitFor();
    await look('the saved preferences');
    await page.goto(linkIn(welcome, 'Unsubscribe'));
    await look('the question whether to leave');
    await page.getByRole('button', { name: 'Unsubscribe' }).click();
    await page.getByRole('heading', { name: 'You are unsubscribed' }).waitFor();
    await look('the goodbye');
    await page.goto(`${cloud.url}/u/forged`);
    await look('a link that does not work');
    expect(barriers).toEqual([]);
  });
});
