/** `lumio doctor` in a terminal and in a pipe. */
import { expect, test } from 'vitest';
import { runLumio } from '../support/host.ts';
import { exampleId, temporaryDirectory, smallProject } from '../support/project.ts';
import { openSandbox } from '../support/sandbox.ts';

test('in a terminal: a line per check with its hint, then the settings', async () => {
  const { url } = await openSandbox();
  const { stdout, exitCode } = await runLumio(['doctor'], {
    env: { LUMIO_API_URL: url, NO_COLOR: '1' },
    terminal: { columns: 120 },
  });
  expect(exitCode).toBe(4);
  expect(stdout).toMatch(
    /✗ API key failed: No API key found\.\n {2}Set LUMIO_API_KEY[^✓]*\n {2}→ lumio login\n/,
  );
  expect(stdout).toMatch(new RegExp(`^API +${url} +LUMIO_API_URL$`, 'm'));
});

test('in a terminal: ends with a summary', async () => {
  const { env } = await openSandbox();
  const warned = await runLumio(['doctor'], { env, terminal: { columns: 80 } });
  expect(warned.stdout.trimEnd().split('\n').at(-1)).toMatch(/^\S+ 2 warnings found\.$/);
  const cwd = await temporaryDirectory(smallProject);
  const fine = await runLumio(['doctor'], { cwd, env, terminal: { columns: 80 } });
  expect(fine.stdout.trimEnd().split('\n').at(-1)).toMatch(/No problems found\.$/);
});

test('shortens the path of lumio.config.json in the settings', async () => {
  const cwd = await temporaryDirectory({ 'lumio.config.json': `{"extensionId":"${exampleId}"}` });
  const { stdout } = await runLumio(['doctor'], {
    cwd,
    env: { LUMIO_API_URL: 'http://127.0.0.1:1', NO_COLOR: '1' },
    terminal: { columns: 80 },
  });
  expect(stdout).toMatch(new RegExp(`^Extension +${exampleId} +lumio\\.config\\.json$`, 'm'));
});

test('in a pipe: a row per check, then a row per setting', async () => {
  const { url } = await openSandbox();
  const { stdout } = await runLumio(['doctor'], { env: { LUMIO_API_URL: url } });
  expect(stdout).toMatch(/^ok\tnode\tlumio .*\t\t$/m);
  expect(stdout).toMatch(
    /^failed\tkey\tNo API key found\.\tSet LUMIO_API_KEY[^\t]*\tlumio login$/m,
  );
  expect(stdout).toContain(`setting\tapi-url\t${url}\tLUMIO_API_URL\t\n`);
  const rows = stdout.slice(0, -1).split('\n');
  expect(new Set(rows.map((row) => row.split('\t').length))).toEqual(new Set([5]));
});

test('hides a secret in an invalid API URL', async () => {
  const { stdout, stderr } = await runLumio([
    'doctor',
    '--json',
    '--api-url',
    'ftp://user:canary@host/v1?token=canary',
  ]);
  expect(stdout + stderr).toContain('ftp://…@host/v1?…');
  expect(stdout + stderr).not.toContain('canary');
});
