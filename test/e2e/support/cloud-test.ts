import { test } from 'vitest';
import { cloudFolder, type LocalCloud, removeFolder, startCloud } from './cloud.ts';

/** Tests that have a local cloud of their own, as `cloud`; `variables` are those of its process. */
export function cloudTest(variables: Readonly<Record<string, string>> = {}) {
  return test.extend<{ cloud: LocalCloud }>({
    // biome-ignore lint/correctness/noEmptyPattern: vitest reads the fixtures that a fixture needs from this pattern.
    cloud: async ({}, use) => {
      const folder = cloudFolder();
      const cloud = await startCloud(folder, variables);
      await use(cloud);
      await cloud.stop();
      removeFolder(folder);
    },
  });
}
