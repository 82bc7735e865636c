import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // The long ones are run by name: test/package/run.mjs.
    exclude: ['test/kernel/**', '**/*.long.test.ts'],
    testTimeout: 20_000,
    // Many wait for what takes its time; the default is one less than there are processors.
    maxWorkers: 4,
  },
});
