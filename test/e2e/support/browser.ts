import { existsSync } from 'node:fs';
import { type Browser, chromium, type Page } from 'playwright-core';
import { test as cloudTest } from './test.ts';

/** Where Debian, Ubuntu, Fedora and macOS put it. */
const PLACES = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
];

export const chromiumPath = [process.env.CHROMIUM_PATH ?? '', ...PLACES].find((path) => path !== '' && existsSync(path));

if (chromiumPath === undefined) {
  console.warn('The browser tests are skipped: there is no Chromium here. Install one, or name it in CHROMIUM_PATH.');
}

const ARGS = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** A test with a page of its own, in a browser that all tests of the file share. What goes wrong in the page fails the test. */
export const browserTest = cloudTest.extend<{ readonly browser: Browser; readonly page: Page }>({
  browser: [
    // biome-ignore lint/correctness/noEmptyPattern: vitest reads from the pattern what a fixture needs
    async ({}, use) => {
      const browser = await chromium.launch({ executablePath: chromiumPath ?? '', args: ARGS });
      await use(browser);
      await browser.close();
    },
    { scope: 'file' },
  ],
  page: async ({ browser }, use) => {
    const context = await browser.newContext();
    context.setDefaultTimeout(20_000);
    const page = await context.newPage();
    const faults: string[] = [];
    page.on('pageerror', (error) => faults.push(error.message));
    page.on('console', (message) => {
      if (message.type() === 'error' && !/status of 4\d\d/.test(message.text())) faults.push(message.text());
    });
    await use(page);
    await context.close();
    if (faults.length > 0) throw new Error(`the page complained:\n${faults.join('\n')}`);
  },
});
