/** A sandbox in a child process: prints its URL. The first argument is its data directory. */
import { startSandbox } from '../../src/sandbox/server.ts';
import { realClock } from '../support/clock.ts';
import { sandboxKey } from '../support/sandbox.ts';

const [, , dataDir = ''] = process.argv;
const options = {
  port: 0,
  apiKey: sandboxKey,
  dataDir,
  reviewMode: 'never',
  reviewAfterMs: 0,
  rateLimit: 'off',
  latencyMs: 0,
  faults: [],
  clock: realClock,
} as const;
void startSandbox(options).then(({ url }) => process.stdout.write(`${url}\n`));
