import { execFileSync } from 'node:child_process';
import { mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { LumioError } from '../../src/errors.ts';
import { selectFiles } from '../../src/archive/select.ts';
import { problemOf } from '../support/problem-of.ts';
import { temporaryDirectory } from '../support/project.ts';
import { canLink, isWindows } from '../support/platform.ts';

const { signal } = new AbortController();
const select = (directory: string) => selectFiles(directory, { signal });
const pathsOf = async (directory: string) =>
  (await select(directory)).files.map(({ path }) => path);

describe('selects', () => {
  test('all files, in byte order of their paths', async () => {
    const names = ['a/b', 'a.js', 'a-b/c', 'Z', '\u{1f389}/x', '\uff5e', 'é.css', 'y/y/x'];
    const directory = await temporaryDirectory(
      Object.fromEntries(names.map((name) => [name, name])),
    );
    const expected = names.toSorted((left, right) =>
      Buffer.compare(Buffer.from(left), Buffer.from(right)),
    );
    expect(await pathsOf(directory)).toEqual(expected);
  });

  test('sizes, their sum, and the number of ignored files', async () => {
    const leftOut = {
      '.git/config': '',
      'node_modules/x/y.js': '',
      'sub/.DS_Store': '',
      'sub/Thumbs.db': '',
      'sub/node_modules/z.js': '',
    };
    const directory = await temporaryDirectory({
      'a.js': 'aaa',
      'sub/b.js': 'bb',
      '.gitignore': '',
      '.lumioignore': '',
      ...leftOut,
    });
    const selection = await select(directory);
    expect(selection).toMatchObject({
      directory,
      contentBytes: 5,
      ignoredCount: 6,
      excludedCount: 5,
    });
    expect(selection.files.map(({ path, sizeBytes }) => [path, sizeBytes])).toEqual([
      ['.gitignore', 0],
      ['a.js', 3],
      ['sub/b.js', 2],
    ]);
  });

  test.skipIf(!canLink)(
    'the targets of links inside the directory, once for each name',
    async () => {
      const directory = await temporaryDirectory({ 'real/a.js': 'a' });
      symlinkSync('real', join(directory, 'again'));
      symlinkSync('real/a.js', join(directory, 'b.js'));
      symlinkSync(join(directory, 'again/a.js'), join(directory, 'c.js'));
      const { files } = await select(directory);
      expect(files.map(({ path }) => path)).toEqual(['again/a.js', 'b.js', 'c.js', 'real/a.js']);
      expect(new Set(files.map(({ absolutePath }) => absolutePath))).toEqual(
        new Set([join(directory, 'real/a.js')]),
      );
    },
  );

  test.skipIf(!canLink)('a directory that is reached through a link', async () => {
    const directory = await temporaryDirectory({ 'real/a.js': 'a' });
    symlinkSync('real', join(directory, 'dist'));
    expect(await pathsOf(join(directory, 'dist'))).toEqual(['a.js']);
  });

  test('paths of far more than 260 characters', async () => {
    const path = `${'d'.repeat(200)}/${'e'.repeat(200)}/${'f'.repeat(200)}.js`;
    expect(await pathsOf(await temporaryDirectory({ [path]: 'x' }))).toEqual([path]);
  });

  test.skipIf(isWindows)('no ignored entry that would be refused', async () => {
    const directory = await temporaryDirectory({
      'a.js': '',
      '.lumioignore': 'pipe\nout\nAUX\nnode_modules\n',
    });
    execFileSync('mkfifo', [join(directory, 'pipe')]);
    symlinkSync('/etc', join(directory, 'out'));
    mkdirSync(join(directory, 'AUX'));
    expect(await pathsOf(directory)).toEqual(['a.js']);
  });
});

describe('the directory itself', () => {
  test.each([
    ['missing', 'directory_not_found', 'dist'],
    ['below a file', 'directory_not_found', 'file/dist'],
    [
      'with a name that is too long',
      isWindows ? 'directory_not_found' : 'directory_unreadable',
      'x'.repeat(300),
    ],
    ['a file', 'not_a_directory', 'file'],
    ['empty', 'directory_empty', 'empty'],
    ['nothing but directories', 'directory_empty', 'directories'],
    ['all ignored', 'directory_empty', 'ignored'],
    ['all left out by default', 'directory_empty', 'excluded'],
  ])('is refused if it is %s', async (_what, code, path) => {
    const directory = await temporaryDirectory({
      file: 'x',
      'ignored/.lumioignore': '*',
      'ignored/a.js': '',
      'excluded/.git/config': '',
    });
    mkdirSync(join(directory, 'empty'));
    mkdirSync(join(directory, 'directories/a/b'), { recursive: true });
    expect(await problemOf(() => select(join(directory, path)))).toMatchObject({
      kind: 'refused',
      code,
    });
  });

  test('an abort ends the walk with its reason', async () => {
    const reason = new LumioError('interrupted', { code: 'interrupted', message: 'Interrupted.' });
    await expect(
      selectFiles(await temporaryDirectory({ a: '' }), { signal: AbortSignal.abort(reason) }),
    ).rejects.toBe(reason);
  });
});
