/** Exit codes, pipes, signals and temporary files of real processes. */
import { createHash } from 'node:crypto';
import { EventEmitter, once } from 'node:events';
import { mkdir, readFile, readdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { cleanUp } from '../support/clean-up.ts';
import { at } from '../support/document.ts';
import { binary, lumio, node, type Running, shell, startLumio } from '../support/lumio.ts';
import { isWindows, isWine, notOnWindows } from '../support/platform.ts';
import { exampleId, temporaryDirectory, smallProject } from '../support/project.ts';
import { openSandbox } from '../support/sandbox.ts';
import { sendJson, startScriptedServer } from '../support/servers/scripted-server.ts';

const noShell = notOnWindows('no POSIX shell');
const noSignals = notOnWindows('no signals');

// Code in a shared cache would run with the next user's key.
test('leaves no file in the home, cache and temporary directories', async () => {
  const sandbox = await openSandbox();
  const cwd = await temporaryDirectory(smallProject);
  const home = await temporaryDirectory({ '.cache/lumio/compiled/keep': '' });
  const temporary = await temporaryDirectory();
  const env = {
    ...sandbox.env,
    HOME: home,
    USERPROFILE: home,
    APPDATA: join(home, 'AppData'),
    LOCALAPPDATA: join(home, 'AppData/Local'),
    XDG_CACHE_HOME: join(home, '.cache'),
    LUMIO_CONFIG_DIR: join(home, 'config'),
    TMPDIR: temporary,
    TEMP: temporary,
  };
  for (const line of ['--help', 'extensions list', 'deploy', 'pack --list', 'doctor --json']) {
    const ended = await lumio(line.split(' '), { env, cwd });
    expect(ended.exitCode).toBe(0);
  }
  expect(await readdir(temporary)).toEqual([]);
  const left = await readdir(home, { recursive: true, withFileTypes: true });
  expect(left.filter((entry) => entry.isFile()).map(({ name }) => name)).toEqual(['keep']);
});

describe('the binary', { concurrent: true }, () => {
  test.each([
    { argv: ['--version'], exitCode: 0, stdout: /^\d+\.\d+\.\d+\n$/ },
    { argv: ['-V'], exitCode: 0, stdout: /^\d+\.\d+\.\d+\n$/ },
    { argv: ['deploy', '-V'], exitCode: 0, stdout: /^\d+\.\d+\.\d+\n$/ },
    { argv: ['versions', 'list', '--version'], exitCode: 0, stdout: /^\d+\.\d+\.\d+\n$/ },
    { argv: ['--help'], exitCode: 0, stdout: /^lumio deploys/ },
    { argv: [], exitCode: 0, stdout: /^lumio deploys/ },
    {
      argv: ['pack', '-v', '3.1.4', '--list', '--query', 'version'],
      exitCode: 0,
      stdout: /^3\.1\.4\n$/,
    },
    { argv: ['versions', 'list', '--json'], exitCode: 4, stdout: /^$/ },
    { argv: ['nonsense'], exitCode: 2, stdout: /^$/ },
    { argv: ['versions'], exitCode: 2, stdout: /^$/ },
  ])('lumio $argv: $exitCode', async ({ argv, exitCode, stdout }) => {
    const ended = await lumio(argv, { cwd: await temporaryDirectory(smallProject) });
    expect(ended.exitCode).toBe(exitCode);
    expect(ended.stdout).toMatch(stdout);
    if (exitCode === 0) expect(ended.stderr).toBe('');
    else expect(ended.stderr).not.toBe('');
    expect(ended.stdout + ended.stderr).not.toContain('\u001b');
  });

  test('deploys as a CI step', async () => {
    const sandbox = await openSandbox();
    const cwd = await temporaryDirectory(smallProject);
    const env = { ...sandbox.env, CI: 'true' };
    const first = await lumio(['deploy', '--json'], { cwd, env });
    expect(first).toMatchObject({ exitCode: 0, stderr: '' });
    expect(first.json()).toMatchObject({ outcome: 'created', version: { version: '1.3.0' } });
    const second = await lumio(['--json', 'deploy'], { cwd, env });
    expect(second).toMatchObject({ exitCode: 6, stdout: '' });
    expect(second.error()).toMatchObject({ error: { code: 'version_exists' } });
    expect(
      (await lumio(['versions', 'list', '--query', 'versions[0].version'], { cwd, env })).stdout,
    ).toBe('1.3.0\n');
  });

  const noRename = notOnWindows('it renames no directory with an open file');
  test.skipIf(isWindows)(
    `reports the result although a temporary directory remains${noRename}`,
    async () => {
      const tempDir = join(await temporaryDirectory(), 'temporary');
      await mkdir(tempDir);
      const server = await startScriptedServer(async ({ method }, response) => {
        if (method === 'GET') return sendJson(response, 200, { versions: [] });
        // With a file in place of the directory nothing can be removed.
        await rename(tempDir, `${tempDir}-elsewhere`);
        await writeFile(tempDir, '');
        return sendJson(response, 202, {
          version: { id: 'ver_1', version: '1.3.0', status: 'pending' },
        });
      });
      cleanUp(server.close);
      const env = { LUMIO_API_URL: server.origin, LUMIO_API_KEY: 'lm_dev_x', TMPDIR: tempDir };
      const ended = await lumio(['deploy', '--json'], {
        cwd: await temporaryDirectory(smallProject),
        env,
      });
      expect(ended).toMatchObject({ exitCode: 0, stderr: '' });
      expect(ended.json()).toMatchObject({ outcome: 'created', version: { id: 'ver_1' } });
    },
  );

  test.skipIf(isWindows)(`exits with 0 when the reader closes the pipe${noShell}`, async () => {
    const sandbox = await openSandbox({
      seed: {
        extensions: Array.from({ length: 2000 }, (_, index) => ({ name: `Extension ${index}` })),
      },
    });
    const piped = await shell(
      `{ '${node}' '${binary}' extensions list; echo "code $?" >&2; } | head -1`,
      sandbox.env,
    );
    expect(piped.stdout.split('\n')).toHaveLength(2);
    expect(piped.stderr).toBe('code 0\n');
  });

  test.skipIf(isWindows)(
    `reports a missing key without stdin and home directory${noShell}`,
    async () => {
      const ran = await shell(`exec env -i PATH="$PATH" '${node}' '${binary}' whoami --json <&-`);
      expect(ran).toMatchObject({ exitCode: 4, stdout: '' });
      expect(ran.error()).toMatchObject({ error: { code: 'no_api_key' } });
    },
  );
});

describe('sandbox exec', { concurrent: true }, () => {
  test.each([0, 1, 7, 42])("ends with the command's exit code %i", async (code) => {
    const ended = await lumio(['sandbox', 'exec', '--', node, '-e', `process.exit(${code})`]);
    expect(ended).toMatchObject({ exitCode: code, stdout: '', stderr: '' });
  });

  test.skipIf(isWindows)(
    `exits with 128 plus the signal that ended the command${noSignals}`,
    async () => {
      const command = [node, '-e', 'process.kill(process.pid, "SIGKILL")'];
      expect((await lumio(['sandbox', 'exec', '--', ...command])).exitCode).toBe(137);
    },
  );

  test.skipIf(isWine)('exits with 2 and names a missing command', async () => {
    const ended = await lumio(['sandbox', 'exec', '--json', '--', 'no-such-command-here']);
    expect(ended).toMatchObject({ exitCode: 2, stdout: '' });
    expect(at(ended.error(), 'error', 'message')).toContain('no-such-command-here');
  });

  test('the command gets a sandbox and its own options', async () => {
    const cwd = await temporaryDirectory(smallProject);
    const ended = await lumio(
      ['sandbox', 'exec', '--review-after', '0s', '--', node, binary, 'deploy', '--wait', '--json'],
      { cwd },
    );
    expect(ended.exitCode).toBe(0);
    expect(ended.json()).toMatchObject({
      outcome: 'created',
      version: { version: '1.3.0', status: 'approved' },
    });
  });

  test('applies --fault and --review', async () => {
    const cwd = await temporaryDirectory(smallProject);
    const ended = await lumio(
      [
        'sandbox',
        'exec',
        '--review',
        'reject',
        '--review-after',
        '0s',
        '--fault',
        'submitVersion=500:1',
        '--',
        node,
        binary,
        'deploy',
        '--wait',
        '--json',
      ],
      { cwd },
    );
    expect(ended.exitCode).toBe(7);
    expect(ended.error()).toMatchObject({ error: { code: 'version_rejected' } });
  });
});

describe('sandbox start', () => {
  test.skipIf(isWindows).each([
    ['SIGINT', 0],
    ['SIGTERM', 143],
    ['SIGHUP', 129],
  ] as const)(`%s ends it with %i${noSignals}`, async (signal, exitCode) => {
    const running = await start();
    expect(
      (
        await lumio(['extensions', 'list', '--query', 'extensions[].slug'], { env: running.env })
      ).json(),
    ).toEqual(['my-scoreboard']);
    running.kill(signal);
    expect(await running.ended).toMatchObject({ exitCode });
  });

  test('--data keeps committed changes after kill -9', async () => {
    const dataDir = join(await temporaryDirectory(), 'data');
    const cwd = await temporaryDirectory(smallProject);
    const first = await start('--data', dataDir);
    const deployed = await lumio(['deploy', '--json'], { cwd, env: first.env });
    await lumio(['secrets', 'set', 'AFTER', '--json'], { cwd, env: first.env, input: 'value' });
    first.kill('SIGKILL');
    expect((await first.ended).signal).toBe('SIGKILL');
    const second = await start('--data', dataDir);
    const versions = await lumio(['versions', 'list', '--json'], { cwd, env: second.env });
    expect(at(versions.json(), 'versions', 0, 'id')).toBe(at(deployed.json(), 'version', 'id'));
    expect((await lumio(['secrets', 'list', '--json'], { cwd, env: second.env })).json()).toEqual({
      keys: ['API_KEY', 'WEBHOOK_SECRET', 'AFTER'],
    });
    const bundle = await readFile(join(dataDir, 'bundles', exampleId, '1.3.0.tar.gz'));
    expect(createHash('sha256').update(bundle).digest('hex')).toBe(
      at(deployed.json(), 'bundle', 'sha256'),
    );
    second.kill('SIGINT');
    await second.ended;
    // Windows can't ask a process to end.
    if (isWindows) return;
    expect((await readdir(dataDir)).sort()).toEqual(['bundles', 'state.json', 'tmp']);
  });

  test('fails with 2 and names a port in use', async () => {
    const sandbox = await openSandbox();
    const { port } = new URL(sandbox.url);
    const ended = await lumio(['sandbox', 'start', '--port', port, '--json']);
    expect(ended).toMatchObject({ exitCode: 2, stdout: '' });
    expect(at(ended.error(), 'error', 'message')).toContain(port);
  });
});

describe('signals', { concurrent: true }, () => {
  test.skipIf(isWindows).each([
    { signal: 'SIGINT', exitCode: 130, code: 'interrupted' },
    { signal: 'SIGTERM', exitCode: 143, code: 'terminated' },
    { signal: 'SIGHUP', exitCode: 129, code: 'hung_up' },
  ] as const)(
    '$signal during an upload: exit $exitCode, what may have happened, ' +
      `no temporary directory${noSignals}`,
    async ({ signal, exitCode, code }) => {
      const uploads = new EventEmitter();
      const server = await startScriptedServer(({ method }, response) => {
        if (method === 'GET') sendJson(response, 200, { versions: [] });
        else uploads.emit('arrived');
      });
      cleanUp(server.close);
      const tmp = await temporaryDirectory();
      const env = { LUMIO_API_URL: server.origin, LUMIO_API_KEY: 'lm_dev_any', TMPDIR: tmp };
      const arrived = once(uploads, 'arrived');
      const running = await startLumio(['deploy', '--json'], {
        cwd: await temporaryDirectory(smallProject),
        env,
      });
      running.document.catch(() => undefined);
      await arrived;
      expect(await readdir(tmp)).toHaveLength(1);
      running.kill(signal);
      const ended = await running.ended;
      expect(ended.exitCode).toBe(exitCode);
      expect(JSON.parse(ended.stderr)).toMatchObject({ error: { code, mayHaveTakenEffect: true } });
      expect(await readdir(tmp)).toEqual([]);
    },
  );
});

describe('an uncaught exception', { concurrent: true }, () => {
  const message = 'late bug with lm_dev_0123456789abcdef0123';

  async function failLate(...argv: string[]) {
    const preload = `setTimeout(() => { throw new TypeError('${message}'); }, 300);\n`;
    const directory = await temporaryDirectory({ 'preload.cjs': preload });
    const required = join(directory, 'preload.cjs').replaceAll('\\', '/');
    const env = { NODE_OPTIONS: `--require="${required}"` };
    return lumio([...argv, 'sandbox', 'start', '--port', '0'], { env });
  }

  test('prints its name and how to report it', async () => {
    const ended = await failLate();
    expect(ended.exitCode).toBe(1);
    expect(ended.stderr).toContain('TypeError');
    expect(ended.stderr).toContain('--verbose');
    expect(ended.stderr).not.toContain('late bug');
  });

  test('prints its stack with --verbose, and no key', async () => {
    const ended = await failLate('--verbose');
    expect(ended.exitCode).toBe(1);
    expect(ended.stderr).toMatch(/late bug[^]*\n {4}at /);
    expect(ended.stderr).not.toContain('lm_dev_0');
  });
});

async function start(...options: string[]): Promise<Running & { env: Record<string, string> }> {
  const running = await startLumio(['sandbox', 'start', '--port', '0', '--json', ...options]);
  const ready = await running.document;
  return {
    ...running,
    env: { LUMIO_API_URL: String(at(ready, 'url')), LUMIO_API_KEY: String(at(ready, 'apiKey')) },
  };
}
