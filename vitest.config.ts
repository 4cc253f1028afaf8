import { defineConfig } from 'vitest/config';

// CI counts tests from a report; people read the default one.
const counts = process.env.REKINDLE_TEST_COUNTS;

export default defineConfig({
  test: {
    reporters: counts === undefined ? ['default'] : ['default', ['json', { outputFile: counts }]],
    projects: [
      {
        test: {
          name: 'unit',
          include: ['test/**/*.test.ts'],
          exclude: ['test/e2e/**', 'test/local/**', 'test/infra/**'],
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
      { test: { name: 'local', include: ['test/local/**/*.test.ts'], testTimeout: 60_000, hookTimeout: 60_000 } },
      { test: { name: 'infra', include: ['test/infra/**/*.test.ts'], testTimeout: 120_000, hookTimeout: 120_000 } },
      {
        test: {
          name: 'e2e',
          include: ['test/e2e/**/*.test.ts'],
          testTimeout: 180_000,
          hookTimeout: 180_000,
          fileParallelism: false,
          // A browser or a process of its own may starve on a busy machine; what fails twice is broken.
          retry: counts === undefined ? 0 : 1,
        },
      },
    ],
  },
});
