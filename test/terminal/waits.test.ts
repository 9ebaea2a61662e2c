/** Signs of life: what is being waited for is shown on a terminal, and nowhere else. */
import { createServer } from 'node:http';
import { once } from 'node:events';
import { expect, test } from 'vitest';
import { afterwards } from '../support/afterwards.ts';
import { runLumio } from '../support/host.ts';

async function slowServer(delayMs: number): Promise<string> {
  const server = createServer((_request, response) => {
    setTimeout(
      () => response.setHeader('content-type', 'application/json').end('{"extensions":[]}'),
      delayMs,
    );
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  afterwards(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  const address = server.address();
  return typeof address === 'object' && address !== null ? `http://127.0.0.1:${address.port}` : '';
}

const waiting = /Waiting for 127\.0\.0\.1:\d+ \(GET \/extensions\)/;
const list = ['extensions', 'list'];
const atTerminal = { terminal: { columns: 80 } };

test.each([
  ['a slow response on a terminal is waited for visibly', 1500, list, atTerminal, true],
  ['a quick response shows nothing', 0, list, atTerminal, false],
  ['a pipe stays silent', 1000, list, {}, false],
  ['--json stays silent', 1000, [...list, '--json'], atTerminal, false],
  ['--quiet stays silent', 1000, [...list, '--quiet'], atTerminal, false],
])('%s', async (_what, delayMs, argv, host, isShown) => {
  const env = {
    LUMIO_API_URL: await slowServer(delayMs),
    LUMIO_API_KEY: 'lm_dev_test_0123456789abcdef',
  };
  const ran = await runLumio(argv, { env, ...host });
  expect(ran.exitCode).toBe(0);
  expect(waiting.test(ran.stderr)).toBe(isShown);
  expect(ran.stdout).not.toMatch(waiting);
});
