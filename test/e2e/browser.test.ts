/** What people do in a browser: fill in the form, read the mail, leave. */
import type { Locator } from 'playwright-core';
import { describe, expect } from 'vitest';
import { chromiumPath, browserTest as test } from './support/browser.ts';
import { linkIn, signUp } from './support/people.ts';
import { otherSite } from './support/site.ts';

describe.skipIf(chromiumPath === undefined)('in a browser', () => {
  test('a person gets errors beside the fields, signs up, reads the welcome mail, and unsubscribes', async ({ cloud, page }) => {
    await page.goto(`${cloud.url}/f/newsletter`);
    expect(await page.title()).toBe('Newsletter · Juniper & Co.');
    await page.getByRole('textbox', { name: 'E-mail' }).fill('ann@nowhere');
    await page.getByLabel('First name').fill('Ann');
    // A browser stops some bad input by itself; the server must not count on it.
    await page.locator('form').evaluate((form: { noValidate: boolean }) => {
      form.noValidate = true;
    });
    await page.getByRole('button', { name: 'Sign up' }).click();
    await page.getByRole('alert').getByText('Please check what you entered.').waitFor();
    expect(await describedBy(page.getByRole('textbox', { name: 'E-mail' }))).toBe('This is not an e-mail address.');
    expect(await describedBy(page.getByLabel('Yes, send me'))).toBe('This must be ticked.');
    expect(await page.getByLabel('First name').inputValue()).toBe('Ann');

    await page.getByRole('textbox', { name: 'E-mail' }).fill('Ann.Browser@example.com');
    await page.getByLabel('Yes, send me').check();
    await page.getByRole('button', { name: 'Sign up' }).click();
    await page.getByText('A first letter is on its way to you.').waitFor();
    expect(page.url()).toBe(`${cloud.url}/f/newsletter?thanks=1`);

    await page.goto(`${cloud.url}/inbox`);
    await page.getByRole('button', { name: /Welcome, Ann.*ann\.browser@example\.com/ }).click();
    await page.getByRole('tab', { name: 'HTML', selected: true }).waitFor();
    const mail = page.frameLocator('iframe');
    await mail.getByText('Hi Ann,').waitFor();
    await page.getByRole('tab', { name: 'Text' }).click();
    await page.getByRole('tabpanel', { name: 'Text' }).getByText('Hi Ann,').waitFor();
    await page.getByRole('tab', { name: 'HTML' }).click();

    const opened = page.context().waitForEvent('page');
    await mail.getByRole('link', { name: 'Unsubscribe' }).click();
    const leaving = await opened;
    await leaving.getByRole('button', { name: 'Unsubscribe' }).click();
    await leaving.getByRole('heading', { name: 'You are unsubscribed' }).waitFor();
    expect((await cloud.customer('ann.browser@example.com')).consents.newsletter?.status).toBe('unsubscribed');

    await leaving.getByRole('link', { name: 'Choose what you get' }).click();
    expect(await leaving.getByLabel('News and offers').isChecked()).toBe(false);
    await leaving.getByLabel('News and offers').check();
    await leaving.getByLabel('Personal offers').uncheck();
    await leaving.getByRole('button', { name: 'Save' }).click();
    await leaving.getByText('Saved. It took effect at once.').waitFor();
    const { consents } = await cloud.customer('ann.browser@example.com');
    expect([consents.newsletter?.status, consents.offers?.status]).toEqual(['subscribed', 'unsubscribed']);
  });

  test('a plain form on another site, without scripts, signs people up', async ({ cloud, page }) => {
    const site =
      await otherSite(`<!doctype html><link rel="icon" href="data:,"><form method="post" action="${cloud.url}/f/newsletter">
      <input name="email" value="bob@example.com"><input name="firstName" value="Bob">
      <input type="checkbox" name="consent" checked><button>Join</button></form>`);
    await page.goto(site);
    await page.getByRole('button', { name: 'Join' }).click();
    await page.getByText('A first letter is on its way to you.').waitFor();
    await cloud.settle();
    expect((await cloud.customer('bob@example.com')).consents.newsletter?.status).toBe('subscribed');
    expect(await cloud.subjects('bob@example.com')).toEqual([expect.stringMatching(/^Welcome, Bob/)]);
    const [posted] = (await cloud.timeline('bob@example.com')).filter(({ type }) => type === 'event').slice(-1);
    expect(posted).toMatchObject({ context: { page: { url: expect.stringContaining(site) } } });
  });

  test('a script on another site posts the form, and events with the publishable key', async ({ cloud, page }) => {
    await page.goto(await otherSite('<!doctype html><link rel="icon" href="data:,">'));
    const statuses = await page.evaluate(
      async ({ url, key }) => {
        const post = async (path: string, body: object): Promise<number> => {
          const headers = { 'content-type': 'application/json', authorization: `Basic ${btoa(`${key}:`)}` };
          return (await fetch(`${url}${path}`, { method: 'POST', headers, body: JSON.stringify(body) })).status;
        };
        return [
          await post('/f/newsletter', { email: 'eve@example.com', consent: true }),
          await post('/f/newsletter', { email: 'eve@' }),
          await post('/v1/track', { anonymousId: 'tab', event: 'Order Completed', properties: { order_id: 'E1', revenue: 5 } }),
        ];
      },
      { url: cloud.url, key: cloud.keys.publishable },
    );
    expect(statuses).toEqual([200, 422, 200]);
    await cloud.settle();
    expect((await cloud.timeline('tab')).filter(({ type }) => type === 'event').map(({ name }) => name)).toEqual([
      'Order Completed',
    ]);
  });

  test('a form that is sent by a double click is one post', async ({ cloud, page }) => {
    await page.goto(`${cloud.url}/f/newsletter?utm_campaign=spring&email=given@example.com&consent=on`);
    expect(await page.getByLabel('Yes, send me').isChecked()).toBe(false);
    await page.getByLabel('Yes, send me').check();
    await page.getByRole('button', { name: 'Sign up' }).dblclick();
    await page.getByText('A first letter is on its way to you.').waitFor();
    await cloud.settle();
    const posts = (await cloud.timeline('given@example.com')).filter(({ name }) => name === 'Form Submitted');
    expect(posts).toMatchObject([{ context: { campaign: { name: 'spring' } } }]);
  });

  test('the inbox moves the clock, and is read on a phone', async ({ cloud, page }) => {
    await signUp(cloud, 'mia@example.com', 'Mia');
    await page.setViewportSize({ width: 390, height: 844 });
    await page.goto(`${cloud.url}/inbox`);
    await page.getByLabel('Advance by').fill('p3dt1h');
    await page.getByRole('button', { name: 'Advance' }).click();
    await page.getByRole('button', { name: /Three small things.*mia@/ }).waitFor();
    await page.reload();
    const clock = page
      .getByLabel('Virtual clock')
      .getByRole('status')
      .getByText(/^\d{4}/);
    expect(await clock.textContent()).toContain((await cloud.now()).toISOString().slice(0, 10));
    await page.getByLabel('Search').fill('three small mia@example.com');
    await page.getByRole('button', { name: /Three small things/ }).click();
    await page.frameLocator('iframe').getByText('Unsubscribe').waitFor();
    const [wide, inner] = await page
      .evaluate('[document.documentElement.scrollWidth, innerWidth]')
      .then((sizes) => sizes as number[]);
    expect(wide).toBeLessThanOrEqual(inner ?? 0);
  });

  test('a mail in the browser runs no scripts, and its links lead back', async ({ cloud, page }) => {
    await signUp(cloud, 'view@example.com', '<img src=x onerror=alert(1)>');
    await cloud.settle();
    const [mail] = await cloud.inbox('view@example.com');
    if (mail === undefined) throw new Error('there is no mail');
    await page.goto(linkIn(mail, 'View in browser'));
    await page.getByText('Hi <img src=x onerror=alert(1)>,').waitFor();
    await page.getByRole('link', { name: 'Choose what you get' }).click();
    await page.getByRole('heading', { name: 'What would you like to get?' }).waitFor();
  });
});

/** What a screen reader says with a field. */
async function describedBy(field: Locator): Promise<string | null> {
  const id = await field.getAttribute('aria-describedby');
  return field.page().locator(`[id="${id}"]`).textContent();
}
