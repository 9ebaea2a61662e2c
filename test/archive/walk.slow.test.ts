/** What the walk follows, excludes and refuses. */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { selectFiles } from '../../src/archive/select.ts';
import { problemOf } from '../support/problem-of.ts';
import { temporaryDirectory } from '../support/project.ts';
import { canLink, isPossible, isWindows } from '../support/platform.ts';

const { signal } = new AbortController();
const select = (directory: string) => selectFiles(directory, { signal });

/** @throws where two of the names are the same file */
function writeNew(directory: string, names: readonly string[]): void {
  for (const name of names) writeFileSync(join(directory, name), '', { flag: 'wx' });
}

describe('refuses, naming the path', () => {
  type Case = readonly [code: string, path: string, make: (directory: string) => void];
  const cases: Readonly<Record<string, Case>> = {
    'a link out of the directory': [
      'link_leaves_directory',
      'out',
      (directory) => symlinkSync('/etc/passwd', join(directory, 'out')),
    ],
    'a link to the directory above': [
      'link_leaves_directory',
      'sub/up',
      (directory) => symlinkSync('../..', join(directory, 'sub/up')),
    ],
    'a link to a sibling directory with the same prefix': [
      'link_leaves_directory',
      'old',
      (directory) => {
        mkdirSync(`${directory}-old`);
        onTestFinished(() => rmSync(`${directory}-old`, { recursive: true }));
        symlinkSync(`${directory}-old`, join(directory, 'old'));
      },
    ],
    'a link through another link': [
      'link_leaves_directory',
      'x',
      (directory) => {
        symlinkSync('/etc', join(directory, 'node_modules'));
        symlinkSync('node_modules/passwd', join(directory, 'x'));
      },
    ],
    'a link to nothing': [
      'link_dangling',
      'missing',
      (directory) => symlinkSync('nowhere', join(directory, 'missing')),
    ],
    'a link to itself': [
      'link_loop',
      'me',
      (directory) => symlinkSync('me', join(directory, 'me')),
    ],
    'a link to a directory above': [
      'link_loop',
      'sub/loop',
      (directory) => symlinkSync('..', join(directory, 'sub/loop')),
    ],
    'a link to its own directory': [
      'link_loop',
      'sub/loop',
      (directory) => symlinkSync('.', join(directory, 'sub/loop')),
    ],
    'a FIFO': [
      'special_file',
      'pipe',
      (directory) => execFileSync('mkfifo', [join(directory, 'pipe')]),
    ],
    'a link to a FIFO': [
      'special_file',
      'a',
      (directory) => {
        mkdirSync(join(directory, 'node_modules'));
        execFileSync('mkfifo', [join(directory, 'node_modules/pipe')]);
        symlinkSync('node_modules/pipe', join(directory, 'a'));
      },
    ],
    'a socket': [
      'special_file',
      'socket',
      (directory) => {
        execFileSync(
          'python3',
          ['-c', 'import socket; socket.socket(socket.AF_UNIX).bind("socket")'],
          { cwd: directory },
        );
      },
    ],
    "a name that isn't UTF-8": [
      'name_not_utf8',
      'sub/\ufffd\ufffd.js',
      (directory) =>
        writeFileSync(
          Buffer.concat([
            Buffer.from(`${directory}/sub/`),
            Buffer.from([0xe9, 0xff]),
            Buffer.from('.js'),
          ]),
          '',
        ),
    ],
    'a name that Windows refuses': [
      'name_not_portable',
      'sub/con.js',
      (directory) => writeFileSync(join(directory, 'sub/con.js'), ''),
    ],
    'a directory that Windows refuses': [
      'name_not_portable',
      'a:b',
      (directory) => mkdirSync(join(directory, 'a:b')),
    ],
    'a backslash': [
      'name_not_portable',
      '..\\x',
      (directory) => writeFileSync(join(directory, '..\\x'), ''),
    ],
    'names that differ in case': [
      'name_clash',
      'sub/a.JS',
      (directory) => writeNew(join(directory, 'sub'), ['a.JS', 'A.js']),
    ],
    'directories that differ in case, reported once': [
      'name_clash',
      'sub',
      (directory) => {
        mkdirSync(join(directory, 'Sub'));
        writeFileSync(join(directory, 'sub/con.js'), '');
      },
    ],
    'names that differ in Unicode form': [
      'name_clash',
      'é',
      (directory) => writeNew(directory, ['e\u0301', '\u00e9']),
    ],
  };

  test.for(Object.entries(cases))('%s', async ([, [code, path, make]], { skip }) => {
    const directory = await temporaryDirectory({ 'ok.js': '', 'sub/x.js': '' });
    skip(!isPossible(() => make(directory)), 'this system has no such files');
    expect(await problemOf(() => select(directory))).toMatchObject({
      kind: 'refused',
      code,
      details: { refusals: [{ path, code }] },
    });
  });

  test('a device', async () => {
    const directory = await temporaryDirectory({ 'a.js': '' });
    // Needs root to create a device.
    if (spawnSync('mknod', [join(directory, 'null'), 'c', '1', '3']).status !== 0) return;
    expect(await problemOf(() => select(directory))).toMatchObject({
      code: 'special_file',
      details: { refusals: [{ path: 'null' }] },
    });
  });

  test.skipIf(isWindows)('paths that are longer than the system accepts', async () => {
    const directory = await temporaryDirectory({ 'a.js': '' });
    onTestFinished(() => void execFileSync('rm', ['-rf', directory]));
    const deep = Array.from({ length: Math.floor((4090 - directory.length) / 201) }, () =>
      'd'.repeat(200),
    );
    const script =
      'for name in "$@"; do mkdir "$name" && cd "$name"; done; name=$(printf "%0200d" 0); ' +
      'mkdir "$name"; : > "$name.js"';
    execFileSync('sh', ['-c', script, 'sh', ...deep], { cwd: directory });
    const last = `${deep.join('/')}/${'0'.repeat(200)}`;
    expect((await problemOf(() => select(directory))).details).toEqual({
      refusals: [`${last}.js`, `${last}/`].map((path) => ({
        path,
        code: 'file_unreadable',
        message: expect.stringContaining('ENAMETOOLONG'),
      })),
    });
  });

  test.each([
    ['vanishes', (path: string) => rmSync(path)],
    [
      'becomes a directory',
      (path: string) => {
        rmSync(path);
        mkdirSync(path);
      },
    ],
  ])('a file that %s after its directory was listed', async (_what, change) => {
    const directory = await temporaryDirectory({ 'a.js': '', 'b.js': '' });
    // The directory is listed before its entries are read.
    const selecting = select(directory);
    change(join(directory, 'b.js'));
    expect(await problemOf(() => selecting)).toMatchObject({
      code: 'file_changed',
      details: { refusals: [{ path: 'b.js' }] },
    });
  });

  test.skipIf(!canLink)('all of it in one error', async () => {
    const directory = await temporaryDirectory({ aux: '', con: '', 'fine.js': '' });
    symlinkSync('/etc', join(directory, 'etc'));
    const problem = await problemOf(() => select(directory));
    expect(problem.details).toMatchObject({
      refusals: [{ path: 'aux' }, { path: 'con' }, { path: 'etc' }],
    });
  });
});

describe.skipIf(!canLink)('rules', () => {
  test.each([
    [
      'for directories apply to a directory, which counts once',
      'sub/\n',
      ['a.js', 'link/b.js', 'link/c.js'],
      2,
    ],
    [
      'for directories apply to a link, which may point to one',
      'link/\n',
      ['a.js', 'sub/b.js', 'sub/c.js'],
      2,
    ],
    [
      "for directories don't apply to a file",
      'a.js/\n',
      ['a.js', 'link/b.js', 'link/c.js', 'sub/b.js', 'sub/c.js'],
      1,
    ],
    ['for names apply to links', 'link\n', ['a.js', 'sub/b.js', 'sub/c.js'], 2],
    [
      'of the directory apply behind a link, too',
      'link/c.js\n',
      ['a.js', 'link/b.js', 'sub/b.js', 'sub/c.js'],
      2,
    ],
  ])('%s', async (_what, rules, paths, ignoredCount) => {
    const directory = await temporaryDirectory({
      '.lumioignore': rules,
      'a.js': '',
      'sub/b.js': '',
      'sub/c.js': '',
    });
    symlinkSync('sub', join(directory, 'link'));
    const selection = await select(directory);
    expect([selection.files.map(({ path }) => path), selection.ignoredCount]).toEqual([
      paths,
      ignoredCount,
    ]);
  });
});

test.skipIf(!canLink).each([
  ['files', { 'd30/x.js': '' }],
  ['no file', {}],
])('refuses links that multiply directories endlessly, with %s at their end', async (_, files) => {
  const directory = await temporaryDirectory(files);
  for (let level = 0; level <= 30; level += 1)
    mkdirSync(join(directory, `d${level}`), { recursive: true });
  for (let level = 0; level < 30; level += 1)
    for (const name of ['a', 'b'])
      symlinkSync(`../d${level + 1}`, join(directory, `d${level}`, name));
  expect(await problemOf(() => select(directory))).toMatchObject({
    kind: 'refused',
    code: 'too_many_links',
  });
});

test('Ctrl-C is handled while a large directory is walked', async () => {
  const directory = await temporaryDirectory();
  for (let index = 0; index < 4500; index += 1) writeFileSync(join(directory, `${index}.js`), '');
  const controller = new AbortController();
  const reason = new Error('enough');
  // In the second turn of the event loop.
  setImmediate(() => void setImmediate(() => controller.abort(reason)));
  await expect(selectFiles(directory, { signal: controller.signal })).rejects.toBe(reason);
});
