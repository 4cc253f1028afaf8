import { test as base } from 'vitest';
import { cloudFolder, type LocalCloud, removeFolder, startCloud } from './cloud.ts';

/** A test on a running local cloud, which all tests of one file share: each has people of its own. */
export const test = base.extend<{ readonly cloud: LocalCloud }>({
  cloud: [
    // biome-ignore lint/correctness/noEmptyPattern: vitest reads from the pattern what a fixture needs
    async ({}, use) => {
      const folder = cloudFolder();
      const cloud = await startCloud(folder);
      await use(cloud);
      await cloud.kill();
      removeFolder(folder);
    },
    { scope: 'file' },
  ],
});
