/** deploy uploads what pack writes, and equal content has equal bytes. */
import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  chmod,
  lstat,
  mkdir,
  readFile,
  readdir,
  stat,
  symlink,
  utimes,
  writeFile,
} from 'node:fs/promises';
import { gunzipSync, gzipSync } from 'node:zlib';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { at } from '../support/document.ts';
import { runLumio } from '../support/host.ts';
import { lumio } from '../support/lumio.ts';
import { canLink, isWindows, notOnWindows } from '../support/platform.ts';
import { hasGnuTar } from '../support/programs.ts';
import { exampleId, fixtureProject, temporaryDirectory, smallProject } from '../support/project.ts';
import { openSandbox } from '../support/sandbox.ts';

describe("the uploaded archive in the sandbox's data directory", () => {
  test('equals the archive of pack and the report', async () => {
    const dataDir = await temporaryDirectory();
    const sandbox = await openSandbox({ dataDir });
    const cwd = await fixtureProject('scoreboard');
    const deployed = await runLumio(['deploy', '--json'], {
      cwd,
      env: sandbox.env,
      clock: sandbox.clock,
    });
    const packed = await runLumio(['pack', '--json'], { cwd });
    const stored = await readFile(join(dataDir, 'bundles', exampleId, '1.3.0.tar.gz'));
    expect(sha256(stored)).toBe(at(deployed.json(), 'bundle', 'sha256'));
    expect(at(packed.json(), 'bundle')).toEqual(at(deployed.json(), 'bundle'));
    expect(await readFile(String(at(packed.json(), 'path')))).toEqual(stored);
    expect(sha256(gunzipSync(stored))).toBe(at(deployed.json(), 'bundle', 'tarSha256'));
  });

  test.skipIf(!hasGnuTar)(
    'is read by GNU tar without warnings, and has the content of the directory',
    async () => {
      const cwd = await fixtureProject('scoreboard');
      const { stdoutBytes } = await runLumio(['pack', '-o', '-'], { cwd });
      const unpacked = await temporaryDirectory();
      const { stdout, stderr } = spawnSync('tar', ['xzf', '-'], {
        cwd: unpacked,
        input: stdoutBytes,
        encoding: 'utf8',
      });
      expect(stdout + stderr).toBe('');
      expect(execFileSync('diff', ['-r', join(cwd, 'dist'), unpacked]).toString()).toBe('');
    },
  );

  test.skipIf(!hasGnuTar)('has sorted paths, owner 0, one mode and one time', async () => {
    const cwd = await fixtureProject('scoreboard');
    await chmod(join(cwd, 'dist/layer/index.html'), 0o755);
    const { stdoutBytes } = await runLumio(['pack', '-o', '-'], { cwd });
    const lines = execFileSync('tar', ['tvzf', '-', '--numeric-owner', '--utc'], {
      input: stdoutBytes,
      encoding: 'utf8',
    })
      .trim()
      .split('\n');
    const entries = lines.map(
      (line) =>
        /^(?<mode>\S+) (?<owner>\S+) +\d+ (?<day>\S+) \S+ (?<path>.*)$/.exec(line)?.groups ?? {},
    );
    expect(new Set(entries.map(({ mode }) => mode))).toEqual(new Set(['-rw-r--r--']));
    expect(new Set(entries.map(({ owner, day }) => `${owner} ${day}`))).toEqual(
      new Set(['0/0 1985-10-26']),
    );
    const paths = entries.map(({ path = '' }) => path);
    expect(paths).toEqual(
      [...paths].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b))),
    );
  });
});

describe('packs the same content to the same bytes', () => {
  const scoreboard = fixtureProject('scoreboard');
  const firstHash = scoreboard.then((cwd) => hashIn(cwd));

  test.each([
    { title: 'in another time zone', env: { TZ: 'Pacific/Auckland' } },
    { title: 'in another locale', env: { LC_ALL: 'tr_TR.UTF-8' } },
    { title: 'on one thread', env: { UV_THREADPOOL_SIZE: '1' } },
    { title: 'on eight threads', env: { UV_THREADPOOL_SIZE: '8' } },
    { title: 'with the same SOURCE_DATE_EPOCH', env: { SOURCE_DATE_EPOCH: '499162500' } },
  ])('$title', async ({ env }) => {
    expect(await hashIn(await scoreboard, env)).toBe(await firstHash);
  });

  // Windows, macOS and Linux, each Node: only gzip may differ between versions of zlib.
  test('on every system', async () => {
    const { stdout } = await lumio(['pack', '--list', '--query', 'bundle.tarSha256'], {
      cwd: await scoreboard,
    });
    expect(stdout.trim()).toBe('ff0cd2de05d9203fb4662c3ce26b71eb59383bad604c1a7695c35209a709e38c');
  });

  test('touched and chmodded, from another place', async () => {
    const cwd = await fixtureProject('scoreboard');
    for (const name of await readdir(join(cwd, 'dist'), { recursive: true })) {
      const path = join(cwd, 'dist', name);
      await utimes(path, 1_234_567_890, 987_654_321);
      await chmod(path, (await stat(path)).isDirectory() ? 0o700 : 0o600);
    }
    expect(await hashIn(cwd)).toBe(await firstHash);
  });

  test('packs other bytes for another SOURCE_DATE_EPOCH or another byte', async () => {
    const cwd = await temporaryDirectory(smallProject);
    const changed = await temporaryDirectory({
      ...smallProject,
      'dist/index.html': '<!doctype html><title>Smell</title>\n',
    });
    const hashes = [
      await hashIn(cwd),
      await hashIn(cwd, { SOURCE_DATE_EPOCH: '1767225600' }),
      await hashIn(changed),
    ];
    expect(new Set(hashes).size).toBe(3);
  });
});

describe('the output file', () => {
  test.each([
    {
      title: 'named after directory and version',
      options: [],
      env: {},
      name: /^lumio-test-\w+-1\.3\.0\.tar\.gz$/,
    },
    {
      title: 'named after the slug if it is known',
      options: [],
      env: { LUMIO_EXTENSION: 'my-scoreboard' },
      name: /^my-scoreboard-1\.3\.0\.tar\.gz$/,
    },
    {
      title: 'with the specified version',
      options: ['-v', '2.0.0'],
      env: {},
      name: /-2\.0\.0\.tar\.gz$/,
    },
    { title: 'named by --output', options: ['-o', 'out.tgz'], env: {}, name: /^out\.tgz$/ },
  ])('$title', async ({ options, env, name }) => {
    const cwd = await temporaryDirectory(smallProject);
    const ran = await runLumio(['pack', ...options, '--json'], { cwd, env });
    expect(ran.exitCode).toBe(0);
    const added = (await readdir(cwd)).filter(
      (entry) => !['dist', 'lumio.config.json'].includes(entry),
    );
    expect(added).toEqual([expect.stringMatching(name)]);
    expect(at(ran.json(), 'path')).toBe(join(cwd, String(added[0])));
  });

  test.each([
    ['计分板', {}, 'bundle-1.3.0.tar.gz'],
    ['ünï🫠', {}, 'n-1.3.0.tar.gz'],
    ['-x', {}, 'x-1.3.0.tar.gz'],
    ['site', { LUMIO_EXTENSION: '-x' }, 'x-1.3.0.tar.gz'],
  ])('in the directory %s %j is %s', async (directory, env, name) => {
    const files = Object.entries(smallProject).map(([path, text]) => [
      `${directory}/${path}`,
      text,
    ]);
    const cwd = join(await temporaryDirectory(Object.fromEntries(files)), directory);
    const ran = await runLumio(['pack', '--json'], { cwd, env });
    expect(at(ran.json(), 'path')).toBe(join(cwd, name));
  });

  test('is replaced only if it is an archive or empty', async () => {
    const cwd = await temporaryDirectory({ ...smallProject, 'package.json': '{}', 'out.tgz': '' });
    const ran = await runLumio(['pack', '-o', 'package.json', '--json'], { cwd });
    expect(ran.exitCode).toBe(2);
    expect(at(ran.error(), 'error', 'code')).toBe('output_unwritable');
    expect(await readFile(join(cwd, 'package.json'), 'utf8')).toBe('{}');
    for (const _ of ['an empty file', 'an archive'])
      expect((await runLumio(['pack', '-o', 'out.tgz'], { cwd })).exitCode).toBe(0);
  });

  test('--list writes nothing', async () => {
    const cwd = await temporaryDirectory(smallProject);
    const ran = await runLumio(['pack', '--list'], { cwd });
    expect(ran.stdout).toBe('36\tindex.html\n');
    expect((await readdir(cwd)).sort()).toEqual(['dist', 'lumio.config.json']);
  });

  test("names an output path that it can't write, and leaves no partial file", async () => {
    const cwd = await temporaryDirectory(smallProject);
    const ran = await runLumio(['pack', '-o', 'none/out.tgz', '--json'], { cwd });
    expect(ran.exitCode).toBe(2);
    expect(at(ran.error(), 'error', 'message')).toContain(join('none', 'out.tgz'));
    expect((await readdir(cwd)).sort()).toEqual(['dist', 'lumio.config.json']);
  });

  test.skipIf(isWindows).each([
    { title: 'a named pipe', name: 'pipe', text: 'regular file' },
    { title: 'a link to a pipe', name: 'link', text: 'regular file' },
    { title: 'a directory', name: 'directory', text: 'is a directory' },
    { title: 'an invalid file name', name: 'n'.repeat(300), text: 'ENAMETOOLONG' },
  ])(
    `$title is neither replaced nor written to${notOnWindows('no FIFOs')}`,
    async ({ name, text }) => {
      const cwd = await temporaryDirectory(smallProject);
      execFileSync('mkfifo', [join(cwd, 'pipe')]);
      await Promise.all([symlink('pipe', join(cwd, 'link')), mkdir(join(cwd, 'directory'))]);
      const ran = await runLumio(['pack', '-o', name, '--json'], { cwd });
      expect(ran.exitCode).toBe(2);
      expect(ran.error()).toMatchObject({
        error: { code: 'output_unwritable', message: expect.stringContaining(text) },
      });
      expect((await lstat(join(cwd, 'pipe'))).isFIFO()).toBe(true);
      expect((await readdir(cwd)).sort()).toEqual([
        'directory',
        'dist',
        'link',
        'lumio.config.json',
        'pipe',
      ]);
    },
  );

  test.each([
    { title: 'directly', words: ['-o', 'dist/out.tgz'] },
    { title: 'in a subdirectory', words: ['-o', 'dist/sub/out.tgz'] },
    ...(canLink ? [{ title: 'through a link', words: ['-o', 'link/out.tgz'] }] : []),
  ])('refuses to write the archive into the packed directory: $title', async ({ words }) => {
    const cwd = await temporaryDirectory({
      ...smallProject,
      'dist/sub/a.js': '',
      'dist..far/b.js': '',
    });
    if (canLink) await symlink('dist', join(cwd, 'link'));
    const before = await readdir(cwd, { recursive: true });
    const ran = await runLumio(['pack', '--json', ...words], { cwd });
    expect(ran.exitCode).toBe(2);
    expect(ran.error()).toMatchObject({
      error: {
        code: 'output_in_directory',
        message: expect.stringContaining(cwd),
        hint: expect.stringContaining('--output'),
      },
    });
    expect(await readdir(cwd, { recursive: true })).toEqual(before);
    expect((await runLumio(['pack', '-o', 'dist..far/out.tgz'], { cwd })).exitCode).toBe(0);
  });

  test.skipIf(!canLink)('writes through a link, and accepts the longest file name', async () => {
    const cwd = await temporaryDirectory(smallProject);
    await mkdir(join(cwd, 'far'));
    await writeFile(join(cwd, 'far/out.tgz'), gzipSync('before'));
    await symlink('far/out.tgz', join(cwd, 'link'));
    expect((await runLumio(['pack', '-o', 'link'], { cwd })).exitCode).toBe(0);
    expect((await lstat(join(cwd, 'link'))).isSymbolicLink()).toBe(true);
    expect((await readFile(join(cwd, 'far/out.tgz'))).subarray(0, 2)).toEqual(
      Buffer.from([0x1f, 0x8b]),
    );
    const longest = 'n'.repeat(255);
    expect((await runLumio(['pack', '-o', longest], { cwd })).exitCode).toBe(0);
    expect((await readdir(cwd)).sort()).toEqual([
      'dist',
      'far',
      'link',
      'lumio.config.json',
      longest,
    ]);
  });

  test.each(['NUL', 'con.tgz', 'x.tgz:stream', 'x.tgz.'])('refuses %s on Windows', async (name) => {
    const cwd = await temporaryDirectory(smallProject);
    const ran = await runLumio(['pack', '-o', name, '--json'], { cwd, platform: 'win32' });
    expect(ran.exitCode).toBe(2);
    expect(at(ran.error(), 'error', 'code')).toBe('output_unwritable');
    expect((await readdir(cwd)).sort()).toEqual(['dist', 'lumio.config.json']);
  });

  test.each([
    { title: 'a terminal', options: ['-o', '-'], terminal: { columns: 80 } },
    { title: '--json', options: ['-o', '-', '--json'], terminal: undefined },
  ])('no archive to $title', async ({ options, terminal }) => {
    const cwd = await temporaryDirectory(smallProject);
    const ran = await runLumio(['pack', ...options], {
      cwd,
      ...(terminal === undefined ? {} : { terminal }),
    });
    expect(ran).toMatchObject({ exitCode: 2, stdout: '' });
  });
});

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

async function hashIn(cwd: string, env: Record<string, string> = {}): Promise<unknown> {
  return at((await lumio(['pack', '--list', '--json'], { cwd, env })).json(), 'bundle', 'sha256');
}
