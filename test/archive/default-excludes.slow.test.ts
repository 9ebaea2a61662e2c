/**
 * Files that are excluded by default, rules that include them, and different spellings of a path.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import * as fc from 'fast-check';
import { describe, expect, onTestFinished, test } from 'vitest';
import { LumioError } from '../../src/errors.ts';
import { packFiles } from '../../src/archive/pack.ts';
import { selectFiles } from '../../src/archive/select.ts';
import { ParentDirectory, SourceFile } from '../../src/archive/source-file.ts';
import { problemOf } from '../support/problem-of.ts';
import { temporaryDirectory } from '../support/project.ts';
import { canLink, isWindows } from '../support/platform.ts';
import { isInstalled } from '../support/programs.ts';
import { addedByGit, isRuleFile } from './git.ts';

const { signal } = new AbortController();

async function select(directory: string, root = directory) {
  const ignoreFiles = [join(root, '.lumioignore')];
  const selection = await selectFiles(directory, { ignoreFiles, signal });
  return { ...selection, paths: selection.files.map(({ path }) => path) };
}

const defaults = [
  '.git/config',
  '.svn/entries',
  '.hg/store',
  'node_modules/x.js',
  '.DS_Store',
  '._index.html',
  '__MACOSX/a',
  '.fseventsd/a',
  '.Spotlight-V100/a',
  '.Trashes/a',
  'Thumbs.db',
  'desktop.ini',
  'Desktop.ini',
  '.bzr/branch',
  '.jj/repo',
  '.AppleDouble/a',
  '.AppleDB',
  '.LSOverride',
  '.DocumentRevisions-V100/a',
  '.TemporaryItems/a',
  '.Trash-1000/a',
  '.VolumeIcon.icns',
  '.com.apple.timemachine.donotpresent',
  '.apdisk',
  '.directory',
  '.nfs000000000a1b2c3d00000001',
  '.fuse_hidden0000001200000001',
  'ehthumbs.db',
  'ehthumbs_vista.db',
  '$RECYCLE.BIN/a',
  'System Volume Information/a',
  ...(isWindows ? [] : ['Icon\r']),
];

describe('is excluded by default and counted', () => {
  test.each(defaults)('%j', async (path) => {
    const files = { 'a.js': '', [path]: '', [`sub/${path}`]: '' };
    expect(await select(await temporaryDirectory(files))).toMatchObject({
      paths: ['a.js'],
      excludedCount: 2,
      ignoredCount: 2,
    });
  });

  test.each([
    '.gitignore',
    'node_modules.js',
    '.github/a',
    '_.js',
    'Icon',
    'Icons/a',
    'git/a',
    '.Trash',
    '.nfs',
    'cvs/a',
  ])('but not %j', async (path) =>
    expect((await select(await temporaryDirectory({ [path]: '' }))).paths).toEqual([path]),
  );
});

describe.skipIf(!canLink)('a link to what is excluded by default', () => {
  test.each([
    ['', ['a.js', 'lib.js'], 5],
    ['!g', ['a.js', 'g/config', 'lib.js'], 4],
    ['!node_modules', ['a.js', 'lib.js', 'm/x.js', 'node_modules/x.js'], 3],
  ])('is excluded unless rules name it or its target: %j', async (rules, paths, excludedCount) => {
    const directory = await temporaryDirectory({
      'a.js': '',
      '.git/config': '',
      'node_modules/x.js': '',
      '.DS_Store': '',
      ...(rules === '' ? {} : { '.lumioignore': rules }),
    });
    symlinkSync('.git', join(directory, 'g'));
    symlinkSync('node_modules', join(directory, 'm'));
    symlinkSync('node_modules/x.js', join(directory, 'lib.js'));
    expect(await select(directory)).toMatchObject({ paths, excludedCount });
  });
});

describe('a rule includes what is excluded by default', () => {
  const files = {
    'a.js': '',
    'assets/node_modules/x.png': '',
    'assets/node_modules/.DS_Store': '',
    'assets/y.png': '',
    'node_modules/z.js': '',
  };

  test.each([
    [
      '!node_modules',
      ['a.js', 'assets/node_modules/x.png', 'assets/y.png', 'node_modules/z.js'],
      1,
    ],
    [
      '!node_modules/',
      ['a.js', 'assets/node_modules/x.png', 'assets/y.png', 'node_modules/z.js'],
      1,
    ],
    ['!/assets/node_modules', ['a.js', 'assets/node_modules/x.png', 'assets/y.png'], 2],
    ['!/node_modules\nnode_modules/*.js\n', ['a.js', 'assets/y.png'], 1],
    ['*\n!*/\n!*.js', ['a.js'], 2],
    ['!*', ['a.js', 'assets/y.png'], 2],
    ['!**/.DS_Store', ['a.js', 'assets/y.png'], 2],
  ])('%j', async (rules, paths, excludedCount) => {
    const directory = await temporaryDirectory({ ...files, '.lumioignore': rules });
    expect(await select(directory)).toMatchObject({ paths, excludedCount });
  });

  test('also from the project, and in a subdirectory', async () => {
    const root = await temporaryDirectory({
      '.lumioignore': '!node_modules\n',
      'dist/a/node_modules/x.js': '',
      'dist/b/.lumioignore': '!.git\n',
      'dist/b/.git/config': '',
      'dist/.git/config': '',
    });
    expect((await select(join(root, 'dist'), root)).paths).toEqual([
      'a/node_modules/x.js',
      'b/.git/config',
    ]);
  });
});

describe('the rules of the project apply', () => {
  const files = { '.lumioignore': 'dist/secret.txt\n', 'dist/a.js': '', 'dist/secret.txt': '' };

  test.skipIf(!canLink)('when the project is reached by a link', async () => {
    const root = await temporaryDirectory(files);
    const link = join(await temporaryDirectory(), 'link');
    symlinkSync(root, link);
    for (const [directory, project] of [
      [join(link, 'dist'), link],
      [join(link, 'dist'), root],
      [join(root, 'dist'), link],
    ] as const)
      expect((await select(directory, project)).paths).toEqual(['a.js']);
  });

  test.skipIf(!canLink)('when the built directory is a link to another place', async () => {
    const root = await temporaryDirectory({ '.lumioignore': 'secret.txt\n' });
    symlinkSync(await temporaryDirectory({ 'a.js': '', 'secret.txt': '' }), join(root, 'dist'));
    expect((await select(join(root, 'dist'), root)).paths).toEqual(['a.js']);
  });

  test.skipIf(!canLink)('when a link is in the middle of the path', async () => {
    const outer = await temporaryDirectory({ 'real/web/.lumioignore': '/dist/secret.txt\n' });
    for (const name of ['a.js', 'secret.txt']) {
      mkdirSync(join(outer, 'real/web/dist'), { recursive: true });
      writeFileSync(join(outer, 'real/web/dist', name), '');
    }
    symlinkSync('real', join(outer, 'way'));
    const root = join(outer, 'way/web');
    expect((await select(join(root, 'dist'), root)).paths).toEqual(['a.js']);
  });

  test('with names in any Unicode form', async () => {
    const root = await temporaryDirectory({
      '.lumioignore': 'caf\u00e9.txt\ncre\u0300me/\n',
      'cafe\u0301.txt': '',
      'cr\u00e8me/a.js': '',
      'b.js': '',
    });
    expect((await select(root)).paths).toEqual(['b.js']);
  });

  test('on a case-insensitive file system, in any case of the path', async () => {
    const image = await caseInsensitiveDirectory();
    if (image === undefined) return;
    mkdirSync(join(image, 'App/Dist'), { recursive: true });
    writeFileSync(join(image, 'App/.lumioignore'), 'Dist/secret.txt\n');
    for (const name of ['a.js', 'secret.txt']) writeFileSync(join(image, 'App/Dist', name), '');
    const root = join(image, 'aPP');
    expect((await select(join(image, 'App/Dist'), root)).paths).toEqual(['a.js']);
  });
});

/** Undefined where none can be made. */
async function caseInsensitiveDirectory(): Promise<string | undefined> {
  const directory = join(await temporaryDirectory(), 'folded');
  mkdirSync(directory);
  return spawnSync('chattr', ['+F', directory]).status === 0 ? directory : undefined;
}

test('on macOS names are stored in NFC, in the order of these names', async () => {
  const directory = await temporaryDirectory({ 'e\u0301.js': 'x', 'z.js': '', 'e\u0301/f.js': '' });
  const { files } = await selectFiles(directory, { signal, platform: 'darwin' });
  expect(files.map(({ path }) => path)).toEqual(['z.js', '\u00e9.js', '\u00e9/f.js']);
  await expect(
    packFiles(await selectFiles(directory, { signal, platform: 'darwin' }), {
      outputPath: null,
      allow: [],
      mtimeSeconds: 0,
      signal,
    }),
  ).resolves.toMatchObject({ fileCount: 3 });
});

describe.skipIf(!canLink)('a directory that becomes a link to outside', () => {
  test('after it was walked is refused', async () => {
    const directory = await temporaryDirectory({ 'sub/a.js': 'a', 'b.js': '' });
    const outside = await temporaryDirectory({ 'a.js': 'a' });
    const selection = await selectFiles(directory, { signal });
    renameSync(join(directory, 'sub'), join(directory, 'old'));
    symlinkSync(outside, join(directory, 'sub'));
    const packing = () =>
      packFiles(selection, { outputPath: null, allow: [], mtimeSeconds: 0, signal });
    expect(await problemOf(packing)).toMatchObject({
      code: 'file_changed',
      details: { refusals: [{ path: 'sub/a.js' }] },
    });
  });

  test('before it is walked adds no outside content', async () => {
    const directory = await temporaryDirectory({ 'sub/a.js': 'a', 'b.js': '' });
    const outside = await temporaryDirectory({ 'a.js': 'outside' });
    const { files } = await selectFiles(outside, { signal });
    const [file] = files;
    // The walk met the outside file by the path of the inner one.
    const selected = file && { ...file, absolutePath: join(directory, 'sub/a.js') };
    rmSync(join(directory, 'sub'), { recursive: true });
    symlinkSync(outside, join(directory, 'sub'));
    const place = { directory, realDirectory: directory };
    const parent = new ParentDirectory(place);
    for (const known of [undefined, parent]) {
      const open = () => selected && new SourceFile(place, selected, known);
      expect(await problemOf(open)).toMatchObject({ code: 'file_changed' });
    }
    parent.close();
  });
});

describe.skipIf(!canLink || !isInstalled('git'))(
  'random trees and rules select what git selects',
  () => {
    const names = fc.constantFrom('a', 'b', 'c.js', 'd.map', 'Build', 'tmp', 'x y', '#z', '!n');
    const paths = fc.uniqueArray(
      fc.array(names, { minLength: 1, maxLength: 4 }).map((steps) => steps.join('/')),
      { minLength: 1, maxLength: 12 },
    );
    const segment = fc.oneof(
      names,
      fc.constantFrom(
        '*',
        '**',
        '*.js',
        'd.*',
        '?',
        '[ab]',
        '[!a]',
        'B*',
        String.raw`\#z`,
        String.raw`\!n`,
      ),
    );
    const rule = fc
      .record({
        sign: fc.constantFrom('', '', '', '!'),
        start: fc.constantFrom('', '', '/'),
        segments: fc.array(segment, { minLength: 1, maxLength: 3 }),
        end: fc.constantFrom('', '', '/'),
      })
      .map(({ sign, start, segments, end }) => `${sign}${start}${segments.join('/')}${end}`);
    const rules = fc.array(rule, { maxLength: 5 }).map((lines) => lines.join('\n'));

    test('also through a link', async () => {
      const base = mkdtempSync(join(tmpdir(), 'lumio-rules-'));
      onTestFinished(() => rmSync(base, { recursive: true, force: true }));
      const cases = fc.sample(fc.record({ paths, top: rules, inner: rules }), 1000);
      for (const [index, { paths: wanted, top, inner }] of cases.entries()) {
        const directory = join(base, String(index));
        for (const path of wanted) write(join(directory, path));
        for (const name of ['.gitignore', '.lumioignore']) {
          write(join(directory, name), top);
          write(join(directory, 'a', name), inner);
        }
      }
      symlinkSync(base, `${base}-link`);
      onTestFinished(() => rmSync(`${base}-link`));
      // One repository for all trees, as git is slow to start.
      const selected = addedByGit(base).filter((path) => !isRuleFile(path));
      for (const [index, tree] of cases.entries()) {
        const prefix = `${index}/`;
        const expected = selected
          .filter((path) => path.startsWith(prefix))
          .map((path) => path.slice(prefix.length));
        for (const spelling of [join(base, prefix), join(`${base}-link`, prefix)])
          expect(await selectedContent(spelling), JSON.stringify(tree)).toEqual(expected);
      }
    });
  },
);

async function selectedContent(directory: string): Promise<string[]> {
  try {
    return (await select(directory)).paths.filter((path) => !isRuleFile(path));
  } catch (error) {
    if (error instanceof LumioError && error.problem.code === 'directory_empty') return [];
    throw error;
  }
}

/** Does nothing if a file blocks the path. */
function write(path: string, content = ''): void {
  try {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, content);
  } catch {
    // A random tree may have a file and a directory of one name.
  }
}
