/** Suggested commands contain no commands of a server. */
import { expect, test } from 'vitest';
import { assignmentLines, shellQuote } from '../../src/shared/shell-quote.ts';
import { cleanUp } from '../support/clean-up.ts';
import { runLumio } from '../support/host.ts';
import { startScriptedServer } from '../support/servers/scripted-server.ts';

test.each([
  ['dist', 'dist'],
  ['ver_1.2.0+a', 'ver_1.2.0+a'],
  ['my build', "'my build'"],
  ["it's", String.raw`'it'\''s'`],
  ['$HOME', "'$HOME'"],
  ['x;reboot', "'x;reboot'"],
  ['', "''"],
])('quotes %s as %s', (word, written) => {
  expect(shellQuote(word, false)).toBe(written);
});

test.each([
  ['ver_1.2.0+a', 'ver_1.2.0+a'],
  ['my build', '"my build"'],
  ["it's", `"it's"`],
  [String.raw`..\one`, String.raw`"..\one"`],
  ['a"&calc&"', '"a?&calc&?"'],
  ['$(calc)`%PATH%\u201d', '"?(calc)??PATH??"'],
])('quotes %s as %s for cmd, PowerShell and Git Bash', (word, written) => {
  expect(shellQuote(word, true)).toBe(written);
});

test('variables are set in the syntax of the shells of each system', () => {
  const lines = (platform: NodeJS.Platform, env = {}): string[] =>
    assignmentLines({ LUMIO_API_URL: 'http://[::1]:1/x' }, { platform, env });
  expect(lines('linux')).toEqual(["export LUMIO_API_URL='http://[::1]:1/x'"]);
  expect(lines('win32', { MSYSTEM: 'MINGW64' })).toEqual(lines('linux'));
  expect(lines('win32')).toEqual([
    'PowerShell:',
    '$env:LUMIO_API_URL = "http://[::1]:1/x"',
    'cmd:',
    'set "LUMIO_API_URL=http://[::1]:1/x"',
  ]);
});

test('a slug from a server is one word of the next command', async () => {
  const body = JSON.stringify({
    extensions: [],
    extension: { id: 'ext_1', slug: '$(reboot)', name: 'A', status: 'draft' },
  });
  const server = await startScriptedServer(
    (request, response) =>
      void response
        .writeHead(request.method === 'POST' ? 201 : 200, { 'content-type': 'application/json' })
        .end(body),
  );
  cleanUp(server.close);
  const env = { LUMIO_API_URL: server.origin, LUMIO_API_KEY: `lm_dev_${'x'.repeat(57)}` };
  const ran = await runLumio(['extensions', 'create', '--name', 'A'], {
    env,
    terminal: { columns: 80 },
  });
  expect(ran.exitCode).toBe(0);
  expect(ran.stderr).toContain(`lumio init -e ${shellQuote('$(reboot)')}`);
});
