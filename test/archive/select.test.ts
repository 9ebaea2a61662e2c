import { execFileSync } from 'node:child_process';
import { mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { LumioError } from '../../src/errors.ts';
import { largestFiles, selectFiles } from '../../src/archive/select.ts';
import { problemOf } from '../support/problem-of.ts';
import { folderWith } from '../support/temporary-folder.ts';

const { signal } = new AbortController();
const select = (folder: string) => selectFiles(folder, { signal });
const pathsOf = async (folder: string) => (await select(folder)).files.map(({ path }) => path);

describe('selects', () => {
  test('everything, in the order of the bytes of the paths', async () => {
    const names = ['a/b', 'a.js', 'a-b/c', 'Z', '\u{1f389}/x', '\uff5e', 'é.css', 'y/y/x'];
    const folder = await folderWith(Object.fromEntries(names.map((name) => [name, name])));
    const expected = names.toSorted((left, right) =>
      Buffer.compare(Buffer.from(left), Buffer.from(right)),
    );
    expect(await pathsOf(folder)).toEqual(expected);
  });

  test('sizes, their sum, and what was left out', async () => {
    const leftOut = {
      '.git/config': '',
      'node_modules/x/y.js': '',
      'sub/.DS_Store': '',
      'sub/Thumbs.db': '',
      'sub/node_modules/z.js': '',
    };
    const folder = await folderWith({
      'a.js': 'aaa',
      'sub/b.js': 'bb',
      '.gitignore': '',
      ...leftOut,
    });
    const selection = await select(folder);
    expect(selection).toMatchObject({ folder, contentBytes: 5, ignoredCount: 5 });
    expect(selection.files.map(({ path, sizeBytes }) => [path, sizeBytes])).toEqual([
      ['.gitignore', 0],
      ['a.js', 3],
      ['sub/b.js', 2],
    ]);
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
    expect(new Set(files.map(({ absolutePath }) => absolutePath))).toEqual(
      new Set([join(folder, 'real/a.js')]),
    );
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
    const folder = await folderWith({
      'a.js': '',
      '.lumioignore': 'pipe\nout\nAUX\nnode_modules\n',
    });
    execFileSync('mkfifo', [join(folder, 'pipe')]);
    symlinkSync('/etc', join(folder, 'out'));
    mkdirSync(join(folder, 'AUX'));
    expect(await pathsOf(folder)).toEqual(['a.js']);
  });
});

describe('the folder itself', () => {
  const build = 'Build the extension first, or name the folder that the build writes to.';
  const cases: Readonly<
    Record<
      string,
      readonly [code: string, path: string, message: (folder: string) => string, hint: string]
    >
  > = {
    missing: ['folder_not_found', 'dist', (folder) => `There is no folder ${folder}.`, build],
    'below a file': [
      'folder_not_found',
      'file/dist',
      (folder) => `There is no folder ${folder}.`,
      build,
    ],
    'with a name that no system takes': [
      'folder_unreadable',
      'x'.repeat(300),
      (folder) => `The folder ${folder} can't be read (ENAMETOOLONG).`,
      'Make it readable for this user.',
    ],
    'a file': [
      'not_a_folder',
      'file',
      (folder) => `${folder} is not a folder.`,
      'Name the folder that the build writes to, such as dist.',
    ],
    empty: [
      'folder_empty',
      'empty',
      (folder) => `There are no files in ${folder}.`,
      'Build the extension first.',
    ],
    'nothing but folders': [
      'folder_empty',
      'folders',
      (folder) => `There are no files in ${folder}.`,
      'Build the extension first.',
    ],
    'all ignored': [
      'folder_empty',
      'ignored',
      (folder) => `Nothing is left to pack in ${folder}: everything in it is ignored.`,
      '',
    ],
  };

  test.each(Object.entries(cases))('%s', async (_name, [code, path, message, hint]) => {
    const folder = await folderWith({ file: 'x', 'ignored/.lumioignore': '*', 'ignored/a.js': '' });
    mkdirSync(join(folder, 'empty'));
    mkdirSync(join(folder, 'folders/a/b'), { recursive: true });
    const expected = {
      kind: 'refused',
      code,
      message: message(join(folder, path)),
      hint: hint === '' ? `Check the rules in ${join(folder, path, '.lumioignore')}.` : hint,
    };
    expect(await problemOf(() => select(join(folder, path)))).toMatchObject(expected);
  });

  test('an abort ends the walk with its reason', async () => {
    const reason = new LumioError('interrupted', { code: 'interrupted', message: 'Interrupted.' });
    await expect(
      selectFiles(await folderWith({ a: '' }), { signal: AbortSignal.abort(reason) }),
    ).rejects.toBe(reason);
  });
});
