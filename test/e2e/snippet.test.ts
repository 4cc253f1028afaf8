/** Our own script in the pages of another site. */
import type { Page } from 'playwright-core';
import { describe, expect } from 'vitest';
import { chromiumPath, browserTest as test } from './support/browser.ts';
import type { LocalCloud } from './support/cloud.ts';
import { eventsOf, namesOf } from './support/people.ts';
import { type Fault, failingProxy } from './support/proxy.ts';
import { otherSite } from './support/site.ts';

type SnippetWindow = { rekindle: { push(call: unknown): void; track(event: string, properties?: object): void } };

/** The tag as the README shows it; the queue in front of it holds what was called before it loaded. */
const tag = (url: string, key: string): string => `<script async src="${url}/rekindle.js" data-key="${key}"></script>`;
const early = (...calls: readonly unknown[]): string =>
  `<script>window.rekindle = window.rekindle || []; ${calls.map((call) => `rekindle.push(${JSON.stringify(call)});`).join(' ')}</script>`;
const page = (...parts: readonly string[]): string =>
  `<!doctype html><html lang="en"><title>Tea shop</title><link rel="icon" href="data:,"><main>${parts.join('\n')}</main></html>`;

const arrived = (cloud: LocalCloud, id: string) =>
  expect.poll(async () => eventsOf(cloud, id).then(namesOf, (fault) => String(fault)), { timeout: 60_000 });

/** The visitor's id, as the browser keeps it. */
const visitor = (tab: Page): Promise<string> => tab.evaluate('localStorage.rekindleVisitor || ""');

const FORM = (url: string): string => `<form data-rekindle="newsletter" method="post" action="${url}/f/newsletter" novalidate>
  <label for="mail">E-mail</label><input id="mail" name="email" type="email" aria-describedby="hint"><p id="hint">We keep it to ourselves.</p>
  <label>First name <input name="firstName"></label>
  <label><input type="checkbox" name="consent"> Yes, send me letters</label>
  <button>Sign up</button></form>`;

describe.skipIf(chromiumPath === undefined)('the snippet', () => {
  test('a visitor looks around, says who they are, and comes back', async ({ cloud, page: tab }) => {
    const site = await otherSite(
      page(early(['page', 'Home'], ['track', 'Product Viewed', { sku: 'A1' }]), tag(cloud.url, cloud.keys.publishable)),
    );
    await tab.goto(`${site}?utm_source=letter&utm_campaign=spring`);
    await tab.waitForFunction('window.rekindle?.track');
    const id = await visitor(tab);
    await tab.evaluate(() => {
      const { rekindle } = globalThis as unknown as SnippetWindow;
      rekindle.push(['identify', 'sue', { email: 'sue@example.com', firstName: 'Sue' }]);
      rekindle.track('Order Completed', { order_id: 'S1', revenue: 7, currency: 'EUR' });
    });
    await arrived(cloud, 'sue').toEqual(['Identify', 'Order Completed', 'Page', 'Product Viewed']);
    await tab.goto(`${site}again`);
    await arrived(cloud, 'sue').toEqual(['Identify', 'Order Completed', 'Page', 'Page', 'Product Viewed', 'Product Viewed']);
    expect(await visitor(tab)).toBe(id);

    const all = await eventsOf(cloud, 'sue');
    expect(all.map(({ identities }) => (identities as { anonymousId?: string }).anonymousId)).toEqual(Array(6).fill(id));
    expect(all.find(({ name }) => name === 'Page')).toMatchObject({
      trust: 'publishable',
      properties: { name: 'Home', path: '/', search: '?utm_source=letter&utm_campaign=spring', title: 'Tea shop' },
      context: {
        campaign: { source: 'letter', name: 'spring' },
        page: { url: `${site}?utm_source=letter&utm_campaign=spring` },
        locale: 'en-US',
        timezone: expect.stringMatching(/./),
        userAgent: expect.stringContaining('Chrom'),
      },
    });
    expect(await cloud.customer('sue')).toMatchObject({
      email: 'sue@example.com',
      attributes: { firstName: 'Sue' },
      anonymousIds: [id],
    });
  });

  test('somebody else at the same browser is another visitor', async ({ cloud, page: tab }) => {
    await tab.goto(await otherSite(page(early(['identify', 'tim'], ['track', 'A']), tag(cloud.url, cloud.keys.publishable))));
    await tab.waitForFunction('window.rekindle?.track');
    const before = await visitor(tab);
    await tab.evaluate("rekindle.identify('tom', { email: 'tom@example.com' })");
    const after = await visitor(tab);
    expect(after).not.toBe(before);
    await tab.evaluate('rekindle.reset()');
    expect(await visitor(tab)).toBe('');
    await arrived(cloud, 'tim').toEqual(['A', 'Identify']);
    await arrived(cloud, 'tom').toEqual(['Identify']);
    expect((await cloud.customer('tom')).anonymousIds).toEqual([after]);
  });

  test('a call in the moment of leaving arrives', async ({ cloud, page: tab }) => {
    const link = `<a href="/next" onclick="rekindle.track('Order Completed', { order_id: 'L1', revenue: 3, currency: 'EUR' })">Go</a>`;
    const site = await otherSite({
      '/': page(early(['identify', 'lea']), tag(cloud.url, cloud.keys.publishable), link),
      // The next page has no script that could send what is left.
      '/next': page('Bye'),
    });
    await tab.goto(site);
    await arrived(cloud, 'lea').toEqual(['Identify']);
    await tab.getByRole('link', { name: 'Go' }).click();
    await tab.getByText('Bye').waitFor();
    await arrived(cloud, 'lea').toEqual(['Identify', 'Order Completed']);
  });

  test('what a server refuses for a time waits in the browser, and arrives once from a later page', async ({
    cloud,
    browser,
  }) => {
    const down = { status: 503, headers: { 'retry-after': '1', 'access-control-expose-headers': 'retry-after' } };
    const faults: Fault[] = [down, { status: 500, arrives: true }, ...Array<Fault>(50).fill(down)];
    const proxy = await failingProxy(cloud.url, faults);
    // Pages of their own: Chromium complains of each of these answers.
    const context = await browser.newContext();
    const tab = await context.newPage();
    const site = await otherSite({
      '/': page(early(['identify', 'pat']), tag(proxy.url, cloud.keys.publishable)),
      '/later': page(tag(proxy.url, cloud.keys.publishable)),
    });
    await tab.goto(site);
    await expect.poll(() => proxy.posts.length, { timeout: 60_000 }).toBeGreaterThan(2);
    await tab.close();
    expect(proxy.posts.slice(0, 3).map(({ answer }) => answer)).toEqual([503, 500, 503]);
    faults.length = 0;
    const later = await context.newPage();
    await later.goto(`${site}later`);
    await expect.poll(() => later.evaluate('localStorage.rekindleCalls'), { timeout: 60_000 }).toBe('[]');
    expect(proxy.posts.at(-1)?.answer).toBe(200);
    await arrived(cloud, 'pat').toEqual(['Identify']);
    await context.close();
  });

  test('a browser that keeps nothing for sites still counts', async ({ cloud, page: tab }) => {
    await tab.addInitScript(
      "Object.defineProperty(window, 'localStorage', { get() { throw new DOMException('no', 'SecurityError'); } })",
    );
    await tab.goto(
      await otherSite(page(early(['track', 'Looked'], ['identify', 'rob']), tag(cloud.url, cloud.keys.publishable))),
    );
    await arrived(cloud, 'rob').toEqual(['Identify', 'Looked']);
  });

  test.for(['globalPrivacyControl', 'doNotTrack'])(
    'with %s nothing is kept, and only what people say of themselves is sent',
    async (signal, { cloud, page: tab }) => {
      const value = signal === 'doNotTrack' ? "'1'" : 'true';
      await tab.addInitScript(`Object.defineProperty(Navigator.prototype, '${signal}', { get: () => ${value} })`);
      const user = `shy-${signal}`;
      await tab.goto(
        await otherSite(page(early(['page'], ['track', 'Looked'], ['identify', user]), tag(cloud.url, cloud.keys.publishable))),
      );
      await arrived(cloud, user).toEqual(['Identify']);
      expect(await tab.evaluate('Object.keys(localStorage)')).toEqual([]);
      expect((await eventsOf(cloud, user))[0]?.identities).toEqual({ userId: user });
    },
  );

  test('a form shows errors beside its fields, is sent once, and brings the visitor’s history along', async ({
    cloud,
    page: tab,
  }) => {
    const site = await otherSite(
      page(early(['track', 'Product Viewed']), FORM(cloud.url), tag(cloud.url, cloud.keys.publishable)),
    );
    await tab.goto(`${site}?utm_source=flyer`);
    await tab.waitForFunction('window.rekindle?.track');
    const mail = tab.getByLabel('E-mail');
    await mail.fill('fay@');
    await tab.getByRole('button', { name: 'Sign up' }).click();
    await tab.getByText('This is not an e-mail address.').waitFor();
    const described = async (): Promise<string> => {
      const ids = ((await mail.getAttribute('aria-describedby')) ?? '').split(' ').filter(Boolean);
      return (await Promise.all(ids.map((id) => tab.locator(`[id="${id}"]`).textContent()))).join(' ');
    };
    expect(await described()).toBe('We keep it to ourselves. This is not an e-mail address.');
    expect(await mail.getAttribute('aria-invalid')).toBe('true');
    expect(await tab.evaluate('document.activeElement.id')).toBe('mail');
    await tab.getByText('This must be ticked.').waitFor();

    await mail.fill('fay@example.com');
    await tab.getByLabel('First name').fill('Fay');
    await tab.getByLabel('Yes, send me letters').check();
    await tab.getByRole('button', { name: 'Sign up' }).dblclick();
    await tab.getByText('A first letter is on its way to you.').waitFor();
    expect(await tab.getByText('This is not an e-mail address.').count()).toBe(0);
    expect([await described(), await mail.getAttribute('aria-invalid'), await mail.inputValue()]).toEqual([
      'We keep it to ourselves.',
      null,
      '',
    ]);
    expect(tab.url()).toBe(`${site}?utm_source=flyer`);
    await arrived(cloud, 'fay@example.com').toEqual(['Form Submitted', 'Product Viewed']);
    const [posted] = (await eventsOf(cloud, 'fay@example.com')).filter(({ name }) => name === 'Form Submitted');
    expect(posted).toMatchObject({
      identities: { email: 'fay@example.com', anonymousId: await visitor(tab) },
      context: { campaign: { source: 'flyer' }, page: { url: `${site}?utm_source=flyer` } },
    });
  });

  test('a form that cannot be sent says so, and can be sent again', async ({ cloud, browser }) => {
    const proxy = await failingProxy(cloud.url, [{ status: 502, arrives: true }]);
    const context = await browser.newContext();
    const tab = await context.newPage();
    await tab.goto(await otherSite(page(FORM(proxy.url), tag(proxy.url, cloud.keys.publishable))));
    await tab.waitForFunction('window.rekindle?.track');
    // Captchas of the page: one without a widget, and one whose token each post uses up.
    await tab.evaluate(
      'window.turnstile = { reset() { throw new Error("no widget") } }; window.resets = 0; window.hcaptcha = { reset() { resets += 1 } }; 0',
    );
    await tab.getByLabel('E-mail').fill('gus@example.com');
    await tab.getByLabel('Yes, send me letters').check();
    await tab.getByRole('button', { name: 'Sign up' }).click();
    await tab.getByText('Not sent. Please try again.').waitFor();
    await tab.getByRole('button', { name: 'Sign up' }).click();
    await tab.getByText('A first letter is on its way to you.').waitFor();
    expect(await tab.evaluate('resets')).toBe(2);
    await cloud.settle();
    expect(namesOf(await eventsOf(cloud, 'gus@example.com')).filter((name) => name === 'Form Submitted')).toHaveLength(1);
    await context.close();
  });

  test('the form works without scripts too', async ({ cloud, browser }) => {
    const context = await browser.newContext({ javaScriptEnabled: false });
    const tab = await context.newPage();
    await tab.goto(await otherSite(page(FORM(cloud.url), tag(cloud.url, cloud.keys.publishable))));
    await tab.getByLabel('E-mail').fill('ned@example.com');
    await tab.getByLabel('Yes, send me letters').check();
    await tab.getByRole('button', { name: 'Sign up' }).click();
    await tab.getByText('A first letter is on its way to you.').waitFor();
    expect(tab.url()).toContain(cloud.url);
    await context.close();
  });
});
