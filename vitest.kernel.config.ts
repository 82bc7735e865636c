import { defineConfig } from 'vitest/config';

/** For the tests that run inside the rehearsal kernel, where nothing but /tmp and /run can be written. */
export default defineConfig({
  cacheDir: '/tmp/vitest',
  test: {
    include: ['test/kernel/**/*.test.ts'],
    globalSetup: ['test/kernel/support/build-cluster.ts'],
    pool: 'forks',
    // All tests share one cluster, and the kernel has one processor.
    fileParallelism: false,
    isolate: false,
    testTimeout: 300_000,
    hookTimeout: 300_000,
    teardownTimeout: 5_000,
  },
});
