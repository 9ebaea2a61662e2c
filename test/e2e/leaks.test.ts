/** A server that echoes the key can't make lumio print it. */
import { describe, expect, test } from 'vitest';
import { cleanUp } from '../support/clean-up.ts';
import { runLumio } from '../support/host.ts';
import { sandboxKey } from '../support/sandbox.ts';
import { sendJson, startScriptedServer } from '../support/servers/scripted-server.ts';

const asExtension = (text: string): unknown => ({
  extensions: [
    {
      id: 'ext_1',
      slug: 'one',
      name: text,
      status: 'approved',
      visibility: 'public',
      installCount: 0,
      currentVersionId: null,
      createdAt: '2026-01-01T00:00:00Z',
      updatedAt: '2026-01-01T00:00:00Z',
    },
  ],
});
const asError = (text: string): unknown => ({
  error: { code: 'unauthorized', message: text, status: 401 },
});

describe.each(['LUMIO_API_KEY', 'LUMIO_TOKEN'])('%s on the command line by mistake', (name) => {
  test.each([
    [['KEY']],
    [['KEY', '--json']],
    [['--api-key=KEY', 'whoami']],
    [['whoami', '--timeout', 'KEY']],
    [['versions', 'KEY']],
    [['whoami', '--query', 'KEY[']],
  ])('%j', async (words) => {
    const odd = 'own-key-of-another-form';
    for (const key of [sandboxKey, odd]) {
      const ran = await runLumio(
        words.map((word) => word.replace('KEY', key)),
        { env: { [name]: key, GITHUB_ACTIONS: 'true' } },
      );
      expect(ran.exitCode).toBe(2);
      expect(ran.stdout + ran.stderr.replace(/^::add-mask::.*\n/, '')).not.toContain(key);
    }
  });
});

describe.each([
  { options: [] },
  { options: ['--json'] },
  { options: ['--verbose'] },
  { options: ['--query', '@'] },
])('with $options', ({ options }) => {
  test.each([
    {
      where: 'in an error',
      status: 401,
      document: asError(`The key ${sandboxKey} isn't known.`),
      exitCode: 4,
    },
    {
      where: 'in a response',
      status: 200,
      document: asExtension(`named ${sandboxKey}`),
      exitCode: 0,
    },
    {
      where: 'in a response, as base64',
      status: 200,
      document: asExtension(Buffer.from(`Bearer ${sandboxKey}`).toString('base64')),
      exitCode: 0,
    },
    {
      where: "in a response that isn't from the API",
      status: 200,
      document: { [sandboxKey]: sandboxKey },
      exitCode: 1,
    },
  ])('$where', async ({ status, document, exitCode }) => {
    const server = await startScriptedServer((_request, response) =>
      sendJson(response, status, document, { 'x-request-id': sandboxKey }),
    );
    cleanUp(server.close);
    const ran = await runLumio(['extensions', 'list', ...options], {
      env: { LUMIO_API_URL: server.origin, LUMIO_API_KEY: sandboxKey, LUMIO_MAX_WAIT: '0' },
    });
    expect(ran.exitCode).toBe(exitCode);
    const printed = ran.stdout + ran.stderr;
    expect(printed).not.toContain(sandboxKey);
    expect(printed).not.toContain(Buffer.from(sandboxKey).toString('base64').slice(4, 40));
    expect(server.seen[0]?.headers.authorization).toBe(`Bearer ${sandboxKey}`);
  });
});
