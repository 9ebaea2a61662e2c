import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // Whole processes, servers and pseudo-terminals on machines that are shared: generous, and no test asserts a time.
    testTimeout: 60_000,
    hookTimeout: 60_000,
    env: { NODE_EXTRA_CA_CERTS: '', LUMIO_API_KEY: '', LUMIO_TOKEN: '', LUMIO_EXTENSION: '' },
  },
});
