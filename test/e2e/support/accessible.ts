import axe from 'axe-core';
import type { Page } from 'playwright-core';

const SIZES = [
  { width: 390, height: 844 },
  { width: 1280, height: 900 },
];

/** What axe finds wrong with a page, on a phone and on a desk, by day and by night: one line for each rule and place. */
export async function barriersOn(page: Page): Promise<string[]> {
  // The page's policy lets no script in; the browser's own console may still ask.
  await page.evaluate(axe.source);
  const found: string[] = [];
  for (const size of SIZES) {
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.setViewportSize(size);
      await page.emulateMedia({ colorScheme });
      const violations = await page.evaluate(async () => {
        const run = (globalThis as unknown as { axe: { run: () => Promise<{ violations: Violation[] }> } }).axe.run;
        return (await run()).violations.map(({ id, nodes }) => `${id} ${nodes.map(({ target }) => target.join(' ')).join(', ')}`);
        type Violation = { id: string; nodes: { target: string[] }[] };
      });
      found.push(...violations.map((one) => `${size.width} ${colorScheme}: ${one}`));
    }
  }
  return found;
}
