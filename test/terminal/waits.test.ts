/** What lumio waits for is shown in a terminal, and nowhere else. */
import { createServer } from 'node:http';
import { once } from 'node:events';
import { beforeAll, expect, test } from 'vitest';
import { cleanUp } from '../support/clean-up.ts';
import { runLumio } from '../support/host.ts';

async function slowServer(delayMs: number): Promise<string> {
  const server = createServer((_request, response) => {
    setTimeout(
      () => response.setHeader('content-type', 'application/json').end('{"extensions":[]}'),
      delayMs,
    );
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  cleanUp(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  const address = server.address();
  return typeof address === 'object' && address !== null ? `http://127.0.0.1:${address.port}` : '';
}

// Importing them takes seconds on a busy machine.
beforeAll(async () => {
  await Promise.all([import('ora'), import('../../src/terminal/progress.ts')]);
});

const waiting = /Loading extensions \(127\.0\.0\.1:\d+\)/;
const list = ['extensions', 'list'];
const atTerminal = { terminal: { columns: 80 } };

test.each([
  { what: 'in a terminal', delayMs: 2000, argv: list, host: atTerminal, isShown: true },
  { what: 'not for a quick response', delayMs: 0, argv: list, host: atTerminal, isShown: false },
  { what: 'not in a pipe', delayMs: 1000, argv: list, host: {}, isShown: false },
  {
    what: 'not with --json',
    delayMs: 1000,
    argv: [...list, '--json'],
    host: atTerminal,
    isShown: false,
  },
  {
    what: 'not with --quiet',
    delayMs: 1000,
    argv: [...list, '--quiet'],
    host: atTerminal,
    isShown: false,
  },
])('shows what it waits for: $what', async ({ delayMs, argv, host, isShown }) => {
  const url = await slowServer(delayMs);
  const env = { LUMIO_API_URL: url, LUMIO_API_KEY: 'lm_dev_test_0123456789abcdef' };
  const ran = await runLumio(argv, { env, ...host });
  expect(ran.exitCode).toBe(0);
  expect(waiting.test(ran.stderr)).toBe(isShown);
  expect(ran.stdout).not.toMatch(waiting);
});
