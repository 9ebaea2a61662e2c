/** What deploy reads from and writes to the project. */
import { readFile, symlink, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { create } from 'tar';
import { describe, expect, test } from 'vitest';
import { at } from '../support/document.ts';
import { runLumio } from '../support/host.ts';
import { canLink } from '../support/platform.ts';
import { addFiles, exampleId, temporaryDirectory, smallProject } from '../support/project.ts';
import { openSandbox } from '../support/sandbox.ts';

describe('a packed archive', () => {
  async function packed(content: Record<string, string> = {}) {
    const cwd = await temporaryDirectory({ ...smallProject, ...content });
    await create({ gzip: true, file: join(cwd, 'out.tar.gz'), cwd: join(cwd, 'dist') }, ['.']);
    return cwd;
  }

  test('is sent byte for byte', async () => {
    const dataDir = await temporaryDirectory();
    const sandbox = await openSandbox({ dataDir });
    const cwd = await packed();
    const ran = await runLumio(['deploy', 'out.tar.gz', '--json'], { ...sandbox, cwd });
    expect(ran.exitCode).toBe(0);
    expect(ran.json()).toMatchObject({ outcome: 'created', bundle: { fileCount: 1 } });
    const stored = await readFile(join(dataDir, 'bundles', exampleId, '1.3.0.tar.gz'));
    expect(stored.equals(await readFile(join(cwd, 'out.tar.gz')))).toBe(true);
  });

  test.each([
    ['a secret', { 'dist/.env': 'A=b' }, [], 'secret_found'],
    ['no version', { 'lumio.config.json': '{}' }, ['-e', exampleId], 'no_version'],
  ] as const)('is refused with %s', async (_what, content, options, code) => {
    const { env } = await openSandbox();
    const cwd = await packed(content);
    const ran = await runLumio(['deploy', 'out.tar.gz', '--json', ...options], { env, cwd });
    expect(ran.exitCode).toBe(2);
    expect(at(ran.error(), 'error', 'code')).toBe(code);
  });

  test("is refused if it isn't an archive", async () => {
    const { env } = await openSandbox();
    const cwd = await temporaryDirectory({ ...smallProject, 'out.tgz': 'not gzip' });
    expect((await runLumio(['deploy', 'out.tgz'], { env, cwd })).exitCode).toBe(2);
  });

  test('is listed by pack, and not packed again', async () => {
    const cwd = await packed();
    expect((await runLumio(['pack', 'out.tar.gz', '--list'], { cwd })).stdout).toBe(
      '36\tindex.html\n',
    );
    const again = await runLumio(['pack', 'out.tar.gz', '--json'], { cwd });
    expect(at(again.error(), 'error', 'code')).toBe('already_packed');
  });
});

test('expands wildcards', async () => {
  const { env } = await openSandbox();
  const cwd = await temporaryDirectory({
    'packages/one/lumio.config.json': `{"extensionId":"${exampleId}","version":"1.3.0"}`,
    'packages/one/dist/index.html': '',
  });
  const ran = await runLumio(['deploy', 'packages/*', '--json'], { env, cwd });
  expect(ran.json()).toMatchObject({ outcome: 'created', version: { version: '1.3.0' } });
});

describe('a newer source file', () => {
  test.each([
    ['src/deep/layer.tsx', 2000, 1],
    ['src/deep/layer.tsx', 500, 0],
    ['index.html', 2000, 1],
    ['public/index.html', 2000, 1],
    ['index.html', 500, 0],
    ['other.html', 2000, 0],
    ['package.json', 2000, 0],
  ])('%s, changed at %d s, after a build at 1000 s', async (source, sourceSeconds, warnings) => {
    const { env } = await openSandbox();
    const files = { ...smallProject, 'dist/package.json': '{}', [source]: '{}' };
    const cwd = await temporaryDirectory(files);
    for (const built of ['dist/index.html', 'dist/package.json'])
      await utimes(join(cwd, built), 1000, 1000);
    await utimes(join(cwd, source), sourceSeconds, sourceSeconds);
    const ran = await runLumio(['deploy'], { env, cwd });
    expect(ran.exitCode).toBe(0);
    expect(ran.stderr.match(/^warning: .* is newer than/gm) ?? []).toHaveLength(warnings);
  });
});

test.each([[[]], [['--bump', 'patch']], [['--dry-run']]])(
  'warns once if the changelog file has no section, %j',
  async (options) => {
    const { env } = await openSandbox();
    const cwd = await temporaryDirectory({
      ...smallProject,
      'CHANGELOG.md': '## 1.0.0\n\n- Old.\n',
    });
    const ran = await runLumio(['deploy', ...options], { env, cwd });
    expect(ran.exitCode).toBe(0);
    expect(ran.stderr.match(/^warning: CHANGELOG\.md .*1\.[23]\.[01]/gm)).toHaveLength(1);
  },
);

test('reports how many files were excluded', async () => {
  const cwd = await temporaryDirectory({
    ...smallProject,
    '.lumioignore': '*.map\n',
    'dist/a.map': '',
  });
  const { env } = await openSandbox();
  expect((await runLumio(['deploy'], { env, cwd })).stderr).toMatch(/\bdist: .*\(1 \D+\)$/m);
  expect(at((await runLumio(['pack', '--list', '--json'], { cwd })).json(), 'ignoredCount')).toBe(
    1,
  );
});

test.each([
  ['dist/assets/node_modules/x.png', 'dist/assets/node_modules/y.png'],
  ['dist/desktop.ini'],
])('reports that %s was excluded by default', async (...paths) => {
  const cwd = await temporaryDirectory(smallProject);
  await addFiles(cwd, Object.fromEntries(paths.map((path) => [path, ''])));
  const packed = await runLumio(['pack', '--list', '--json'], { cwd });
  expect(at(packed.json(), 'ignoredCount')).toBe(1);
  const terminal = { columns: 80 };
  const { stdout } = await runLumio(['pack', '--list'], { cwd, terminal });
  expect(stdout).toMatch(/^1 file, .*, 1 \D+$/m);
  const { env } = await openSandbox();
  expect((await runLumio(['deploy'], { env, cwd })).stderr).toMatch(/\bdist: .*\(1 \D+\)$/m);
});

describe('unbuilt sources', () => {
  const sources = { 'src/layer.tsx': '', 'index.html': '' };

  test.each([
    ['package.json', { 'package.json': '{"version":"1.3.0"}' }],
    ['tsconfig.json', { 'tsconfig.json': '{}' }],
    ['.github', { '.github/workflows/ci.yml': '' }],
  ])('next to %s are refused, with nothing sent, unless allowed', async (_what, sign) => {
    const sandbox = await openSandbox();
    const cwd = await temporaryDirectory({ ...sources, ...sign });
    const argv = ['deploy', '.', '-e', exampleId, '-v', '1.3.0', '--json'];
    const refused = await runLumio(argv, { env: sandbox.env, cwd });
    expect([refused.exitCode, at(refused.error(), 'error', 'code')]).toEqual([2, 'unbuilt_source']);
    expect(sandbox.requests()).toEqual([]);
    const packed = await runLumio(['pack', '.', '--list', '--json'], { cwd });
    expect(at(packed.error(), 'error', 'code')).toBe('unbuilt_source');
    const allowed = await runLumio([...argv, '--allow', 'source'], { env: sandbox.env, cwd });
    expect(allowed.exitCode).toBe(0);
  });
});

describe.skipIf(!canLink)('a project reached by a link', () => {
  test.each([['link'], ['link/dist'], ['./link/'], ['nested/../link']])(
    'has the rules of its .lumioignore: pack --list %s',
    async (path) => {
      const cwd = await temporaryDirectory({
        'real/.lumioignore': 'dist/secret.txt\n',
        'real/lumio.config.json': '{}',
        'real/dist/index.html': 'page',
        'real/dist/secret.txt': 'secret',
        'nested/empty.txt': '',
      });
      await symlink('real', join(cwd, 'link'));
      const listed = await runLumio(['pack', '--list', path], { cwd });
      expect(listed.stdout).toBe('4\tindex.html\n');
    },
  );
});

test('refuses to upload the active key', async () => {
  const { env } = await openSandbox();
  const cwd = await temporaryDirectory(smallProject);
  await addFiles(cwd, { 'dist/config.js': `key = "${env['LUMIO_API_KEY'] ?? ''}"` });
  const ran = await runLumio(['deploy', '--json'], { env, cwd });
  expect(ran.exitCode).toBe(2);
  expect(at(ran.error(), 'error', 'code')).toBe('secret_found');
});

describe('--bump --write', () => {
  const config = `{\n    "extensionId": "${exampleId}",\n    "version":   "1.0.0"\n}`;

  test.each([
    ['lumio.config.json', { 'lumio.config.json': config }],
    [
      'package.json',
      {
        'lumio.config.json': `{"extensionId":"${exampleId}"}`,
        'package.json': '{\n\t"name": "x",\n\t"version": "1.0.0"\n}\n',
      },
    ],
  ])('writes to %s and keeps its formatting', async (file, files) => {
    const { env } = await openSandbox();
    const cwd = await temporaryDirectory({ ...smallProject, ...files });
    const before = await readFile(join(cwd, file), 'utf8');
    const ran = await runLumio(['deploy', '--bump', 'minor', '--write'], { env, cwd });
    expect(ran.exitCode).toBe(0);
    expect(await readFile(join(cwd, file), 'utf8')).toBe(before.replace('1.0.0', '1.3.0'));
  });

  test('writes nothing if the deploy fails, or without --bump', async () => {
    const { env } = await openSandbox();
    const cwd = await temporaryDirectory({
      ...smallProject,
      'lumio.config.json': config,
      'dist/.env': 'A=b',
    });
    expect((await runLumio(['deploy', '--bump', 'minor', '--write'], { env, cwd })).exitCode).toBe(
      2,
    );
    expect((await runLumio(['deploy', '--write'], { env, cwd })).exitCode).toBe(2);
    expect(await readFile(join(cwd, 'lumio.config.json'), 'utf8')).toBe(config);
  });

  test('notes without --write that the file still has another version', async () => {
    const { env } = await openSandbox();
    const cwd = await temporaryDirectory({ ...smallProject, 'lumio.config.json': config });
    const ran = await runLumio(['deploy', '--bump', 'minor'], { env, cwd });
    expect(ran.stderr).toMatch(/^Note: .*lumio\.config\.json.*\b1\.0\.0\b/m);
  });
});
