/** Output arrives completely and in order on any kind of stdout, for small and large outputs. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { open, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { runLumio } from '../support/host.ts';
import { binary, cleanEnvironment, node, lumio, shell } from '../support/lumio.ts';
import { isWindows, notOnWindows } from '../support/platform.ts';
import { temporaryDirectory, smallProject } from '../support/project.ts';

const tool = `'${node}' '${binary}'`;

describe.each([
  ['small', ['--help']],
  ['large', ['commands', '--json']],
] as const)('a %s text', (size, argv) => {
  test('has the reported size', async () => {
    const { stdoutBytes } = await runLumio(argv);
    expect(stdoutBytes.length > 16 * 1024 ? 'large' : 'small').toBe(size);
  });

  test.skipIf(isWindows).each([
    ['a pipe', (line: string) => `${line} | cat`],
    ['a pipe with a late reader', (line: string) => `${line} | (sleep 0.3; cat)`],
  ])(`arrives through %s${notOnWindows('no POSIX shell')}`, async (_way, through) => {
    const { stdout, stderr } = await shell(through(`${tool} ${argv.join(' ')}`));
    expect({ stdout, stderr }).toEqual({ stdout: (await runLumio(argv)).stdout, stderr: '' });
  });

  test.each([
    ['a file', 'w', ''],
    ['a file in append mode', 'a', 'before\n'],
  ])('arrives in %s', async (_way, flags, before) => {
    const out = join(await temporaryDirectory(), 'out');
    await writeFile(out, before);
    await lumioInto(out, flags, argv);
    expect(await readFile(out, 'utf8')).toBe(before + (await runLumio(argv)).stdout);
  });

  test('arrives through a socket, or a named pipe on Windows', async () => {
    expect((await lumio(argv)).stdout).toBe((await runLumio(argv)).stdout);
  });
});

test('messages and result keep their order in one file', async () => {
  const cwd = await temporaryDirectory(smallProject);
  const out = join(cwd, 'out');
  await lumioInto(out, 'w', ['pack', 'dist', '-o', 'bundle.tar.gz'], cwd);
  const printed = await readFile(out, 'utf8');
  expect(printed).toMatch(/\b1 file\b[^]*bundle\.tar\.gz/);
});

/** Runs a command with stdout and stderr in one file. */
async function lumioInto(
  path: string,
  flags: string,
  argv: readonly string[],
  cwd?: string,
): Promise<void> {
  const file = await open(path, flags);
  const env = await cleanEnvironment();
  const stdio = ['ignore', file.fd, file.fd] as const;
  await once(
    spawn(node, [binary, ...argv], { cwd: cwd ?? dirname(path), env, stdio: [...stdio] }),
    'exit',
  );
  await file.close();
}
