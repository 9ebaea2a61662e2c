import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    setupFiles: ['test/support/closing.ts'],
    // Whole processes, servers and pseudo-terminals on machines that are shared: generous, and no test asserts a time.
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // Most of the time goes into waiting for other processes: a second worker pays even where there are two cores.
    maxWorkers: 3,
    // The sources keep nothing between runs that a test could see; reading them anew for each file took as long as the tests.
    isolate: false,
    env: { NODE_EXTRA_CA_CERTS: '', LUMIO_API_KEY: '', LUMIO_TOKEN: '', LUMIO_EXTENSION: '' },
  },
});
