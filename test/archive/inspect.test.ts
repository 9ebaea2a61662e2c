/** An archive that was packed elsewhere, checked like a directory. */
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { create } from 'tar';
import { describe, expect, test } from 'vitest';
import { inspectArchive } from '../../src/archive/inspect.ts';
import { packFiles } from '../../src/archive/pack.ts';
import { selectFiles } from '../../src/archive/select.ts';
import { problemOf } from '../support/problem-of.ts';
import { temporaryDirectory } from '../support/project.ts';
import { privateKey, randomText } from './key-shapes.ts';
import { entry, tar } from './tars.ts';

const { signal } = new AbortController();
const inspect = (path: string, allow: readonly string[] = []) =>
  inspectArchive(path, { allow, signal });

async function archiveOf(files: Readonly<Record<string, string | Uint8Array>>): Promise<string> {
  const directory = await temporaryDirectory(files);
  const path = join(await temporaryDirectory(), 'bundle.tar.gz');
  await create({ gzip: true, file: path, cwd: directory }, ['.']);
  return path;
}

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

test('returns the same as packing, and leaves the file unchanged', async () => {
  const directory = await temporaryDirectory({
    'index.html': '<p>',
    'assets/a.js': 'x'.repeat(300_000),
  });
  const path = join(await temporaryDirectory(), 'bundle.tar.gz');
  const selection = await selectFiles(directory, { signal });
  const packed = await packFiles(selection, {
    outputPath: path,
    allow: [],
    mtimeSeconds: 0,
    signal,
  });
  const before = readFileSync(path);
  const inspected = await inspect(path);
  expect(inspected).toEqual({
    ...packed,
    entries: selection.files.map((file) => ({ path: file.path, sizeBytes: file.sizeBytes })),
  });
  expect(readFileSync(path).equals(before)).toBe(true);
});

test('reads what GNU tar writes, with the hashes of the file and of the tar', async () => {
  const path = await archiveOf({ 'a.js': 'a', 'sub/b.js': 'bb' });
  const bytes = readFileSync(path);
  const progress: number[] = [];
  const inspected = await inspectArchive(path, {
    allow: [],
    signal,
    onProgress: (done) => void progress.push(done),
  });
  expect(inspected).toMatchObject({
    fileCount: 2,
    contentBytes: 3,
    sizeBytes: bytes.length,
    sha256: sha256(bytes),
    tarSha256: sha256(gunzipSync(bytes)),
  });
  expect(progress.at(-1)).toBe(bytes.length);
});

describe('refuses', () => {
  test('secrets, by name and content, with their lines', async () => {
    const path = await archiveOf({
      '.env': 'A=1',
      'a.js': `${'\n'.repeat(100_000)}"lm_dev_${randomText(57)}"\n`,
      'key.txt': `\n${privateKey}`,
    });
    const problem = await problemOf(() => inspect(path));
    expect(problem).toMatchObject({ kind: 'refused', code: 'secret_found' });
    expect(problem.hint).not.toContain('.lumioignore');
    const { findings } = problem.details ?? {};
    expect(findings).toHaveLength(3);
    expect(findings).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ path: '.env', rule: 'env-file' }),
        expect.objectContaining({ path: 'a.js', rule: 'lumio-key', line: 100_001 }),
        expect.objectContaining({ path: 'key.txt', rule: 'private-key', line: 2 }),
      ]),
    );
  });

  test('nothing that is allowed', async () => {
    const path = await archiveOf({ '.env': 'A=1' });
    await expect(inspect(path, ['env-file', 'other'])).resolves.toMatchObject({
      unusedAllows: ['other'],
    });
  });

  test.each([
    ['names that Windows refuses', [entry('aux.js')], 'name_not_portable'],
    ['directories that Windows refuses', [entry('ab:c/d.js')], 'name_not_portable'],
    ['names that differ in case', [entry('A.js'), entry('a.js')], 'name_clash'],
    ['paths that leave the directory', [entry('../a.js')], 'archive_path_unsafe'],
  ])('%s', async (_what, parts, code) => {
    const path = join(await temporaryDirectory(), 'bundle.tar.gz');
    writeFileSync(path, tar(...parts));
    const problem = await problemOf(() => inspect(path));
    expect(problem).toMatchObject({ kind: 'refused', code });
    expect(problem.hint).not.toContain('.lumioignore');
  });

  test.each(['missing.tar.gz', '.'])('an unreadable file: %s', async (name) => {
    const path = join(await temporaryDirectory(), name);
    expect(await problemOf(() => inspect(path))).toMatchObject({
      kind: 'refused',
      code: 'archive_unreadable',
    });
  });
});

test('an abort ends the reading with its reason', async () => {
  const path = await archiveOf({ 'a.js': 'a' });
  const reason = new Error('enough');
  await expect(inspectArchive(path, { allow: [], signal: AbortSignal.abort(reason) })).rejects.toBe(
    reason,
  );
});

describe('unbuilt sources', () => {
  const sources = { 'package.json': '{}', 'src/layer.tsx': '', 'index.html': '' };

  test('are refused in a directory and in an archive, unless allowed', async () => {
    const directory = await temporaryDirectory(sources);
    const path = await archiveOf(sources);
    const pack = async (allow: readonly string[]) =>
      packFiles(await selectFiles(directory, { signal }), {
        outputPath: null,
        allow,
        mtimeSeconds: 0,
        signal,
      });
    for (const check of [pack, (allow: readonly string[]) => inspect(path, allow)]) {
      expect(await problemOf(() => check([]))).toMatchObject({ code: 'unbuilt_source' });
      await expect(check(['source'])).resolves.toMatchObject({ fileCount: 3, unusedAllows: [] });
    }
  });

  test.each([
    [{ 'package.json': '{}', 'vite.config.ts': '', 'main.js': '' }],
    [{ 'package.json': '{}', 'tsconfig.json': '{}', 'main.ts': '' }],
    [{ 'package.json': '{}', '.github/workflows/a.yml': '', 'lib/a.js': '' }],
    [{ 'next.config.mjs': '', 'src/a.ts': '' }],
  ])('are refused in %j', async (files) => {
    const selection = await selectFiles(await temporaryDirectory(files), { signal });
    const options = { outputPath: null, allow: [], mtimeSeconds: 0, signal };
    expect(await problemOf(() => packFiles(selection, options))).toMatchObject({
      code: 'unbuilt_source',
    });
  });

  test.each([
    [{ 'package.json': '{}', 'index.html': '' }],
    [{ 'package.json': '{}', 'package-lock.json': '{}', 'index.html': '' }],
    [{ 'package.json': '{}', 'app.config.js': '', src: '' }],
    [{ 'src/a.js': '', 'index.html': '' }],
    [{ 'package.json': '{}', 'assets/src/a.js': '' }],
    [{ '.github/workflows/a.yml': '', 'index.html': '' }],
    [{ 'src/.github/a.yml': '', 'src/package.json': '', 'index.html': '' }],
    [{ ...sources, '.lumioignore': 'src' }],
  ])("aren't reported in %j", async (files) => {
    const selection = await selectFiles(await temporaryDirectory(files), { signal });
    const options = { outputPath: null, allow: ['source'], mtimeSeconds: 0, signal };
    await expect(packFiles(selection, options)).resolves.toMatchObject({
      unusedAllows: ['source'],
    });
  });
});
