/** A sandbox in a child process: prints its URL and uses the data directory of its first argument. */
import { startSandbox } from '../../src/sandbox/server.ts';

const clock = {
  now: () => Date.now(),
  monotonicMs: () => performance.now(),
  random: () => 0,
  sleep: () => new Promise<void>(() => undefined),
};
const [, , dataDir = ''] = process.argv;
const options = {
  port: 0,
  apiKey: 'lm_dev_test_key',
  dataDir,
  reviewMode: 'never',
  reviewAfterMs: 0,
  rateLimit: 'off',
  latencyMs: 0,
  faults: [],
  clock,
  tempDir: dataDir,
} as const;
void startSandbox(options).then(({ url }) => process.stdout.write(`${url}\n`));
