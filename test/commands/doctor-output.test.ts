/** `lumio doctor` on a terminal and in a pipe. */
import { expect, test } from 'vitest';
import { runLumio } from '../support/host.ts';
import { exampleId, projectOf } from '../support/project.ts';
import { openSandbox } from '../support/sandbox.ts';

test('for people: a line per check, what to do below it as errors tell it, then where the values come from', async () => {
  const { url } = await openSandbox();
  const { stdout, exitCode } = await runLumio(['doctor'], {
    env: { LUMIO_API_URL: url, NO_COLOR: '1' },
    terminal: { columns: 120 },
  });
  expect(exitCode).toBe(4);
  expect(stdout).toMatch(
    /✗ key failed: There is no API key\.\n {2}Set LUMIO_API_KEY[^✓]*\n {2}→ lumio login\n/,
  );
  expect(stdout).toMatch(new RegExp(`^api-url +${url} +LUMIO_API_URL$`, 'm'));
});

test('a setting of lumio.config.json is told by its name alone, so that there is room for its value', async () => {
  const cwd = await projectOf({ 'lumio.config.json': `{"extensionId":"${exampleId}"}` });
  const { stdout } = await runLumio(['doctor'], {
    cwd,
    env: { LUMIO_API_URL: 'http://127.0.0.1:1', NO_COLOR: '1' },
    terminal: { columns: 80 },
  });
  expect(stdout).toMatch(new RegExp(`^extension +${exampleId} +lumio\\.config\\.json$`, 'm'));
});

test('in a pipe: a row per check, then one per setting', async () => {
  const { url } = await openSandbox();
  const { stdout } = await runLumio(['doctor'], { env: { LUMIO_API_URL: url } });
  expect(stdout).toMatch(/^ok\tnode\tlumio .*\t\t$/m);
  expect(stdout).toMatch(
    /^failed\tkey\tThere is no API key\.\tSet LUMIO_API_KEY[^\t]*\tlumio login$/m,
  );
  expect(stdout).toContain(`api-url\t${url}\tLUMIO_API_URL`);
});

test('a secret in a wrong API address is not shown', async () => {
  const { stdout, stderr } = await runLumio([
    'doctor',
    '--json',
    '--api-url',
    'ftp://user:canary@host/v1?token=canary',
  ]);
  expect(stdout + stderr).toContain('ftp://…@host/v1?…');
  expect(stdout + stderr).not.toContain('canary');
});
