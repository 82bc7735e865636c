import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // The long ones are run by name: test/package/run.mjs.
    exclude: ['test/kernel/**', '**/*.long.test.ts'],
    setupFiles: ['test/support/environment.ts'],
    // For what would never end: a busy machine takes ten times as long as an idle one.
    testTimeout: 200_000,
    hookTimeout: 200_000,
    // Many wait for what takes its time; the default is one less than there are processors.
    maxWorkers: 4,
  },
});
