import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { LumioError } from '../../src/errors.ts';
import { largestFiles, selectFiles } from '../../src/bundle/select.ts';
import { problemOf } from '../support/problem-of.ts';
import { folderWith } from '../support/temporary-folder.ts';

const { signal } = new AbortController();
const select = (folder: string) => selectFiles(folder, { signal });
const pathsOf = async (folder: string) => (await select(folder)).files.map(({ path }) => path);

describe('selects', () => {
  test('everything, in the order of the bytes of the paths', async () => {
    const names = ['a/b', 'a.js', 'a-b/c', 'Z', '\u{1f389}/x', '\uff5e', 'é.css', 'y/y/x'];
    const folder = await folderWith(Object.fromEntries(names.map((name) => [name, name])));
    const expected = names.toSorted((left, right) => Buffer.compare(Buffer.from(left), Buffer.from(right)));
    expect(await pathsOf(folder)).toEqual(expected);
  });

  test('sizes, their sum, and what was left out', async () => {
    const leftOut = { '.git/config': '', 'node_modules/x/y.js': '', 'sub/.DS_Store': '', 'sub/Thumbs.db': '', 'sub/node_modules/z.js': '' };
    const folder = await folderWith({ 'a.js': 'aaa', 'sub/b.js': 'bb', '.gitignore': '', ...leftOut });
    const selection = await select(folder);
    expect(selection).toMatchObject({ folder, contentBytes: 5, ignoredCount: 5 });
    expect(selection.files.map(({ path, sizeBytes }) => [path, sizeBytes])).toEqual([['.gitignore', 0], ['a.js', 3], ['sub/b.js', 2]]);
  });

  test('the largest files', async () => {
    const selection = await select(await folderWith({ a: '1', b: '333', c: '22', d: '22' }));
    expect(largestFiles(selection, 3).map(({ path }) => path)).toEqual(['b', 'c', 'd']);
  });

  test('what links inside the folder point to, files and folders, once for each name', async () => {
    const folder = await folderWith({ 'real/a.js': 'a' });
    symlinkSync('real', join(folder, 'again'));
    symlinkSync('real/a.js', join(folder, 'b.js'));
    symlinkSync(join(folder, 'again/a.js'), join(folder, 'c.js'));
    const { files } = await select(folder);
    expect(files.map(({ path }) => path)).toEqual(['again/a.js', 'b.js', 'c.js', 'real/a.js']);
    expect(new Set(files.map(({ absolutePath }) => absolutePath))).toEqual(new Set([join(folder, 'real/a.js')]));
  });

  test('a folder that is reached by a link', async () => {
    const folder = await folderWith({ 'real/a.js': 'a' });
    symlinkSync('real', join(folder, 'dist'));
    expect(await pathsOf(join(folder, 'dist'))).toEqual(['a.js']);
  });

  test('paths of far more than 260 characters', async () => {
    const path = `${'d'.repeat(200)}/${'e'.repeat(200)}/${'f'.repeat(200)}.js`;
    expect(await pathsOf(await folderWith({ [path]: 'x' }))).toEqual([path]);
  });

  test('what would be refused, when it is ignored, is nobody’s business', async () => {
    const folder = await folderWith({ 'a.js': '', '.lumioignore': 'pipe\nout\nAUX\nnode_modules\n' });
    execFileSync('mkfifo', [join(folder, 'pipe')]);
    symlinkSync('/etc', join(folder, 'out'));
    mkdirSync(join(folder, 'AUX'));
    expect(await pathsOf(folder)).toEqual(['a.js']);
  });
});

describe('refuses, naming the path', () => {
  const cases: Readonly<Record<string, readonly [code: string, path: string, make: (folder: string) => void]>> = {
    'a link out of the folder': ['link_leaves_folder', 'out', (folder) => symlinkSync('/etc/hostname', join(folder, 'out'))],
    'a link to the folder beside it': ['link_leaves_folder', 'sub/up', (folder) => symlinkSync('../..', join(folder, 'sub/up'))],
    'a link by way of another link': ['link_leaves_folder', 'x', (folder) => {
      symlinkSync('/etc', join(folder, 'node_modules'));
      symlinkSync('node_modules/hostname', join(folder, 'x'));
    }],
    'a link to nothing': ['link_dangling', 'gone', (folder) => symlinkSync('nowhere', join(folder, 'gone'))],
    'a link to itself': ['link_loop', 'me', (folder) => symlinkSync('me', join(folder, 'me'))],
    'a link to a folder above': ['link_loop', 'sub/loop', (folder) => symlinkSync('..', join(folder, 'sub/loop'))],
    'a FIFO': ['special_file', 'pipe', (folder) => execFileSync('mkfifo', [join(folder, 'pipe')])],
    'a link to a FIFO': ['special_file', 'a', (folder) => {
      mkdirSync(join(folder, 'node_modules'));
      execFileSync('mkfifo', [join(folder, 'node_modules/pipe')]);
      symlinkSync('node_modules/pipe', join(folder, 'a'));
    }],
    'a name that is not UTF-8': ['name_not_utf8', 'sub/\ufffd\ufffd.js', (folder) => writeFileSync(Buffer.concat([Buffer.from(`${folder}/sub/`), Buffer.from([0xe9, 0xff]), Buffer.from('.js')]), '')],
    'a name that Windows refuses': ['name_not_portable', 'sub/con.js', (folder) => writeFileSync(join(folder, 'sub/con.js'), '')],
    'a folder that Windows refuses': ['name_not_portable', 'a:b', (folder) => mkdirSync(join(folder, 'a:b'))],
    'a backslash': ['name_not_portable', '..\\x', (folder) => writeFileSync(join(folder, '..\\x'), '')],
    'names that differ in case': ['name_clash', 'sub/a.JS', (folder) => ['a.JS', 'A.js'].forEach((name) => writeFileSync(join(folder, 'sub', name), ''))],
    'folders that differ in case': ['name_clash', 'sub', (folder) => mkdirSync(join(folder, 'Sub'))],
    'names that differ in Unicode form': ['name_clash', 'é', (folder) => ['e\u0301', '\u00e9'].forEach((name) => writeFileSync(join(folder, name), ''))],
  };

  test.each(Object.entries(cases))('%s', async (_name, [code, path, make]) => {
    const folder = await folderWith({ 'ok.js': '', 'sub/x.js': '' });
    make(folder);
    const problem = await problemOf(() => select(folder));
    expect(problem).toMatchObject({ kind: 'refused', code, details: { refusals: [{ path, code }] } });
    expect(problem.message).toContain(JSON.stringify(path));
    expect(problem.hint).toContain('.lumioignore');
  });

  test('a socket', async () => {
    const folder = await folderWith({ 'a.js': '' });
    const server = createServer();
    onTestFinished(() => void server.close());
    await new Promise<void>((resolve) => void server.listen(join(folder, 'socket'), resolve));
    expect((await problemOf(() => select(folder))).message).toContain('"socket"');
  });

  test('all of it in one error', async () => {
    const folder = await folderWith({ 'aux': '', 'con': '', 'fine.js': '' });
    symlinkSync('/etc', join(folder, 'etc'));
    const problem = await problemOf(() => select(folder));
    expect(problem.message).toContain('(and 2 more of its entries can\'t be packed)');
    expect(problem.details).toMatchObject({ refusals: [{ path: 'aux' }, { path: 'con' }, { path: 'etc' }] });
  });

  test('a device', async () => {
    const folder = await folderWith({ 'a.js': '' });
    // Needs root; where the test has no such rights there is no device to be met.
    if (spawnSync('mknod', [join(folder, 'null'), 'c', '1', '3']).status !== 0) return;
    expect((await problemOf(() => select(folder))).message).toContain('"null"');
  });
});

describe('the folder itself', () => {
  const cases: Readonly<Record<string, readonly [code: string, path: string]>> = {
    missing: ['folder_not_found', 'dist'],
    'below a file': ['folder_not_found', 'file/dist'],
    'a file': ['not_a_folder', 'file'],
    empty: ['folder_empty', 'empty'],
    'nothing but folders': ['folder_empty', 'folders'],
    'all ignored': ['folder_empty', 'ignored'],
  };

  test.each(Object.entries(cases))('%s', async (_name, [code, path]) => {
    const folder = await folderWith({ file: 'x', 'ignored/.lumioignore': '*', 'ignored/a.js': '' });
    mkdirSync(join(folder, 'empty'));
    mkdirSync(join(folder, 'folders/a/b'), { recursive: true });
    const problem = await problemOf(() => select(join(folder, path)));
    expect(problem).toMatchObject({ kind: 'refused', code });
    expect(problem.message).toContain(join(folder, path));
  });

  test('an abort ends the walk with its reason', async () => {
    const reason = new LumioError('interrupted', { code: 'interrupted', message: 'Interrupted.' });
    await expect(selectFiles(await folderWith({ a: '' }), { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
  });

  test('a subfolder that can not be read', async () => {
    const folder = await folderWith({ 'a.js': '', 'shut/b.js': '' });
    chmodSync(join(folder, 'shut'), 0);
    onTestFinished(() => chmodSync(join(folder, 'shut'), 0o755));
    // Root may read everything.
    const outcome = await select(folder).then((selection) => selection.files.length, (error: unknown) => error);
    expect(outcome === 2 || (outcome instanceof LumioError && outcome.problem.code === 'file_unreadable')).toBe(true);
  });
});

test.each([['files', { 'd30/x.js': '' }], ['no file', {}]])('links that multiply folders without end are refused, with %s at their end', async (_, files) => {
  const folder = await folderWith(files);
  for (let level = 0; level <= 30; level += 1) mkdirSync(join(folder, `d${level}`), { recursive: true });
  for (let level = 0; level < 30; level += 1) for (const name of ['a', 'b']) symlinkSync(`../d${level + 1}`, join(folder, `d${level}`, name));
  expect(await problemOf(() => select(folder))).toMatchObject({ kind: 'refused', code: 'too_many_links', hint: expect.stringContaining('.lumioignore') });
});
