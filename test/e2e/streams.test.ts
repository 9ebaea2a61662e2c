/** Closed pipes and full disks: a command runs to its end and reports truthfully. */
import { existsSync } from 'node:fs';
import { execa } from 'execa';
import { describe, expect, test } from 'vitest';
import { binary, cleanEnvironment, node } from '../support/lumio.ts';
import { isWindows, notOnWindows } from '../support/platform.ts';
import { exampleId, temporaryDirectory, smallProject } from '../support/project.ts';
import { openSandbox } from '../support/sandbox.ts';

/** A device of Linux. */
const hasFullDevice = existsSync('/dev/full');

async function inShell(
  script: string,
): Promise<{ exitCode: number | undefined; stdout: string; stderr: string; versions: unknown }> {
  const sandbox = await openSandbox();
  const cwd = await temporaryDirectory(smallProject);
  const env = { ...(await cleanEnvironment()), ...sandbox.env };
  const line = script.replaceAll('lumio', `'${node}' '${binary}'`);
  const { exitCode, stdout, stderr } = await execa('bash', ['-o', 'pipefail', '-c', line], {
    cwd,
    env,
    extendEnv: false,
    reject: false,
    stdin: 'ignore',
  });
  const { body } = await sandbox.call('GET', `/extensions/${exampleId}/versions`);
  return { exitCode, stdout, stderr, versions: body };
}

describe.skipIf(isWindows)(`in a POSIX shell${notOnWindows('no POSIX shell')}`, () => {
  test('a deploy continues when stderr is closed', async () => {
    const { exitCode, stdout, versions } = await inShell(
      '{ lumio deploy --verbose 2>&3 | cat >&4; } 3>&1 4>out | head -c 1; cat out',
    );
    expect(exitCode).toBe(0);
    expect(stdout).toContain('created');
    expect(versions).toMatchObject({ versions: [{ version: '1.3.0' }, { version: '1.2.0' }] });
  });

  test('ends quietly when the reader closes the pipe', async () => {
    const { exitCode, stderr } = await inShell('lumio pack -o - -q | head -c 1 | wc -c');
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
  });

  test('keeps the exit code of a failure when the reader has exited', async () => {
    const { exitCode, stdout } = await inShell(
      '{ lumio doctor --api-url http://127.0.0.1:9 --max-wait 0; echo "code $?" >&3; ' +
        '} 3>code | exec true; cat code',
    );
    expect({ exitCode, stdout }).toEqual({ exitCode: 0, stdout: 'code 10' });
  });

  test('a watch ends when stdout is closed', async () => {
    const { exitCode, stderr } = await inShell(
      `lumio installs stats -e ${exampleId} --watch 10ms --json | head -1 >out; grep -c . <out >&2`,
    );
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '1' });
  });

  test.skipIf(!hasFullDevice).each([
    { line: 'lumio nonsense 2>/dev/full', exitCode: 2, stderr: '' },
    { line: 'lumio deploy --verbose 2>/dev/full', exitCode: 0, stderr: '' },
    {
      line: 'lumio --version >/dev/full',
      exitCode: 2,
      stderr: expect.stringMatching(/^error: .*written to stdout \(ENOSPC: .*\)\.\n.*$/),
    },
    {
      line: 'lumio pack -o - -q >/dev/full',
      exitCode: 2,
      stderr: expect.stringMatching(/^error: .*written to stdout \(ENOSPC: .*\)\.\n.*$/),
    },
    { line: 'lumio nonsense >/dev/full 2>&1', exitCode: 2, stderr: '' },
  ])('a full disk: $line', async ({ line, exitCode, stderr }) => {
    expect(await inShell(line)).toMatchObject({ exitCode, stderr });
  });

  test.skipIf(!hasFullDevice)('reports on a full disk that the command succeeded', async () => {
    const { exitCode, stderr, versions } = await inShell('lumio deploy --json > /dev/full');
    expect(exitCode).toBe(2);
    expect(JSON.parse(stderr)).toMatchObject({
      error: { code: 'stdout_unwritable' },
    });
    expect(versions).toMatchObject({ versions: [{ version: '1.3.0' }, { version: '1.2.0' }] });
  });

  test.each(['deploy', 'pack -o - | cat', 'sandbox exec -- true'])(
    "reports a missing directory for temporary files and doesn't create it: %s",
    async (words) => {
      const { exitCode, stdout, stderr } = await inShell(
        `export TMPDIR=$PWD/none/x; lumio ${words}; code=$?; ls -d none; exit $code`,
      );
      expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
      expect(stderr).toMatch(/none\/x \(ENOENT: .*\)[^]*TMPDIR/);
    },
  );

  test('reports a deleted working directory', async () => {
    const { exitCode, stderr } = await inShell(
      'mkdir deleted; cd deleted; rmdir ../deleted; lumio pack',
    );
    expect(exitCode).toBe(2);
    expect(stderr).toContain('working directory');
  });

  test('prints a note while a pipe stays open, and reads later input', async () => {
    const writer =
      '{ until grep -q "waiting for input" notes 2>/dev/null; do sleep 0.05; done; printf late; }';
    const { exitCode, stdout } = await inShell(
      `${writer} | lumio secrets set KEY -e ${exampleId} 2>notes`,
    );
    expect({ exitCode, stdout }).toEqual({
      exitCode: 0,
      stdout: expect.stringMatching(/\bKEY\b.*\b4\b/),
    });
  });
});
