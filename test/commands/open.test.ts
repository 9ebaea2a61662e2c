/** `lumio open` opens the right URL, if there is a browser. */
import { chmod, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { at } from '../support/document.ts';
import { runLumio } from '../support/host.ts';
import { exampleId, temporaryDirectory } from '../support/project.ts';
import { openSandbox } from '../support/sandbox.ts';

const env = { LUMIO_API_KEY: 'lm_dev_x' };
const terminal = { columns: 80 };

test.each([
  { argv: ['docs'], url: 'https://docs.lumio.vision' },
  {
    argv: ['dashboard', '-e', 'ext_A1'],
    url: 'https://lumio.vision/dashboard/extensions/ext_A1',
  },
  { argv: ['-e', 'ext_B2'], url: 'https://lumio.vision/dashboard/extensions/ext_B2' },
])('prints $url in a pipe and with --print', async ({ argv, url }) => {
  expect(await runLumio(['open', ...argv], { env })).toMatchObject({
    exitCode: 0,
    stdout: `${url}\n`,
  });
  const printed = await runLumio(['open', ...argv, '--print'], { env, terminal });
  expect(printed.stdout).toContain(url);
  expect(printed.stderr).not.toContain('browser');
  expect((await runLumio(['open', ...argv, '--json'], { env })).json()).toEqual({
    page: argv[0] === 'docs' ? 'docs' : 'dashboard',
    url,
    opened: false,
  });
});

test('refuses the dashboard of another API', async () => {
  const ran = await runLumio(['open', '-e', 'ext_A1', '--json'], {
    env: { ...env, LUMIO_API_URL: 'http://127.0.0.1:1' },
  });
  expect(ran.exitCode).toBe(2);
  expect(ran.error()).toMatchObject({ error: { code: 'no_such_page' } });
});

describe('starts a browser', () => {
  /** An xdg-open that writes its arguments to a file. */
  async function fakeOpener(exitCode: number) {
    const directory = await temporaryDirectory();
    const log = join(directory, 'log');
    const script = `#!/bin/sh\nprintf '%s\\n' "$@" > '${log}'\nexit ${exitCode}\n`;
    await writeFile(join(directory, 'xdg-open'), script);
    await chmod(join(directory, 'xdg-open'), 0o755);
    return { path: directory, started: () => readFile(log, 'utf8').catch(() => undefined) };
  }

  test.skipIf(process.platform === 'win32')('with the URL as its only argument', async () => {
    const { path, started } = await fakeOpener(0);
    const argv = ['open', '-e', 'ext_A1'];
    const ran = await runLumio(argv, { env: { ...env, PATH: path, DISPLAY: ':0' }, terminal });
    expect(ran.exitCode).toBe(0);
    expect(await started()).toBe('https://lumio.vision/dashboard/extensions/ext_A1\n');
  });

  test.skipIf(process.platform === 'win32')(
    'not without a display, in a pipe or with --print',
    async () => {
      const { path, started } = await fakeOpener(0);
      await runLumio(['open', 'docs'], { env: { ...env, PATH: path }, terminal });
      await runLumio(['open', 'docs'], { env: { ...env, PATH: path, DISPLAY: ':0' } });
      await runLumio(['open', 'docs', '--print'], {
        env: { ...env, PATH: path, DISPLAY: ':0' },
        terminal,
      });
      expect(await started()).toBeUndefined();
    },
  );

  test.skipIf(process.platform === 'win32')('reports a failure', async () => {
    const { path } = await fakeOpener(3);
    for (const PATH of [path, '/nowhere']) {
      const ran = await runLumio(['open', 'docs'], {
        env: { ...env, PATH, DISPLAY: ':0' },
        terminal,
      });
      expect(ran.exitCode).toBe(0);
      expect(ran.stdout).toContain('https://docs.lumio.vision');
      expect(ran.stderr).toContain('no browser');
    }
  });
});

test('opens placeholder pages of a sandbox, which need no key', async () => {
  const sandbox = await openSandbox();
  const ran = await runLumio(['open', '-e', 'my-scoreboard', '--json'], { env: sandbox.env });
  const url = String(at(ran.json(), 'url'));
  expect(new URL(url).pathname).toBe(`/dashboard/extensions/${exampleId}`);
  const page = await fetch(url, { headers: { origin: 'http://elsewhere.example' } });
  expect(page.status).toBe(200);
  expect(page.headers.get('content-type')).toContain('text/html');
});
