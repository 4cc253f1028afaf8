import { test as base } from 'vitest';
import { cloudFolder, type LocalCloud, removeFolder, startCloud } from './cloud.ts';

/** Tests on a running local cloud, which all of one file share; `variables` are those of its process. */
export function cloudTest(variables: Readonly<Record<string, string>> = {}) {
  return base.extend<{ readonly cloud: LocalCloud }>({
    cloud: [
      // biome-ignore lint/correctness/noEmptyPattern: vitest reads from the pattern what a fixture needs
      async ({}, use) => {
        const folder = cloudFolder();
        const cloud = await startCloud(folder, variables);
        await use(cloud);
        await cloud.kill();
        removeFolder(folder);
      },
      { scope: 'file' },
    ],
  });
}

/** A test on a cloud as `npm start` gives it: each has people of its own. */
export const test = cloudTest();
