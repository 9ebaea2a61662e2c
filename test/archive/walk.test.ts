/** What the walk follows and leaves out, and how it refuses the rest. */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { selectFiles } from '../../src/archive/select.ts';
import { problemOf } from '../support/problem-of.ts';
import { temporaryDirectory } from '../support/project.ts';
import { canLink, isPossible, isWindows } from '../support/platform.ts';

const { signal } = new AbortController();
const select = (folder: string) => selectFiles(folder, { signal });

/** @throws where two of the names are the same file */
function writeNew(folder: string, names: readonly string[]): void {
  for (const name of names) writeFileSync(join(folder, name), '', { flag: 'wx' });
}

describe('refuses, naming the path', () => {
  type Case = readonly [code: string, path: string, make: (folder: string) => void];
  const cases: Readonly<Record<string, Case>> = {
    'a link out of the folder': [
      'link_leaves_directory',
      'out',
      (folder) => symlinkSync('/etc/passwd', join(folder, 'out')),
    ],
    'a link to the folder above': [
      'link_leaves_directory',
      'sub/up',
      (folder) => symlinkSync('../..', join(folder, 'sub/up')),
    ],
    'a link to a folder beside it whose name begins alike': [
      'link_leaves_directory',
      'old',
      (folder) => {
        mkdirSync(`${folder}-old`);
        onTestFinished(() => rmSync(`${folder}-old`, { recursive: true }));
        symlinkSync(`${folder}-old`, join(folder, 'old'));
      },
    ],
    'a link by way of another link': [
      'link_leaves_directory',
      'x',
      (folder) => {
        symlinkSync('/etc', join(folder, 'node_modules'));
        symlinkSync('node_modules/passwd', join(folder, 'x'));
      },
    ],
    'a link to nothing': [
      'link_dangling',
      'gone',
      (folder) => symlinkSync('nowhere', join(folder, 'gone')),
    ],
    'a link to itself': ['link_loop', 'me', (folder) => symlinkSync('me', join(folder, 'me'))],
    'a link to a folder above': [
      'link_loop',
      'sub/loop',
      (folder) => symlinkSync('..', join(folder, 'sub/loop')),
    ],
    'a link to its own folder': [
      'link_loop',
      'sub/loop',
      (folder) => symlinkSync('.', join(folder, 'sub/loop')),
    ],
    'a FIFO': ['special_file', 'pipe', (folder) => execFileSync('mkfifo', [join(folder, 'pipe')])],
    'a link to a FIFO': [
      'special_file',
      'a',
      (folder) => {
        mkdirSync(join(folder, 'node_modules'));
        execFileSync('mkfifo', [join(folder, 'node_modules/pipe')]);
        symlinkSync('node_modules/pipe', join(folder, 'a'));
      },
    ],
    'a socket': [
      'special_file',
      'socket',
      (folder) => {
        execFileSync(
          'python3',
          ['-c', 'import socket; socket.socket(socket.AF_UNIX).bind("socket")'],
          { cwd: folder },
        );
      },
    ],
    'a name that is not UTF-8': [
      'name_not_utf8',
      'sub/\ufffd\ufffd.js',
      (folder) =>
        writeFileSync(
          Buffer.concat([
            Buffer.from(`${folder}/sub/`),
            Buffer.from([0xe9, 0xff]),
            Buffer.from('.js'),
          ]),
          '',
        ),
    ],
    'a name that Windows refuses': [
      'name_not_portable',
      'sub/con.js',
      (folder) => writeFileSync(join(folder, 'sub/con.js'), ''),
    ],
    'a folder that Windows refuses': [
      'name_not_portable',
      'a:b',
      (folder) => mkdirSync(join(folder, 'a:b')),
    ],
    'a backslash': [
      'name_not_portable',
      '..\\x',
      (folder) => writeFileSync(join(folder, '..\\x'), ''),
    ],
    'names that differ in case': [
      'name_clash',
      'sub/a.JS',
      (folder) => writeNew(join(folder, 'sub'), ['a.JS', 'A.js']),
    ],
    'folders that differ in case, once for all that is in them': [
      'name_clash',
      'sub',
      (folder) => {
        mkdirSync(join(folder, 'Sub'));
        writeFileSync(join(folder, 'sub/con.js'), '');
      },
    ],
    'names that differ in Unicode form': [
      'name_clash',
      'é',
      (folder) => writeNew(folder, ['e\u0301', '\u00e9']),
    ],
  };

  test.for(Object.entries(cases))('%s', async ([, [code, path, make]], { skip }) => {
    const folder = await temporaryDirectory({ 'ok.js': '', 'sub/x.js': '' });
    skip(!isPossible(() => make(folder)), 'this system has no such files');
    expect(await problemOf(() => select(folder))).toMatchObject({
      kind: 'refused',
      code,
      details: { refusals: [{ path, code }] },
    });
  });

  test('a device', async () => {
    const folder = await temporaryDirectory({ 'a.js': '' });
    // Needs root to create a device.
    if (spawnSync('mknod', [join(folder, 'null'), 'c', '1', '3']).status !== 0) return;
    expect(await problemOf(() => select(folder))).toMatchObject({
      code: 'special_file',
      details: { refusals: [{ path: 'null' }] },
    });
  });

  test.skipIf(isWindows)(
    'a file and a folder whose paths are longer than the system takes',
    async () => {
      const folder = await temporaryDirectory({ 'a.js': '' });
      onTestFinished(() => void execFileSync('rm', ['-rf', folder]));
      const deep = Array.from({ length: Math.floor((4090 - folder.length) / 201) }, () =>
        'd'.repeat(200),
      );
      const script =
        'for name in "$@"; do mkdir "$name" && cd "$name"; done; name=$(printf "%0200d" 0); mkdir "$name"; : > "$name.js"';
      execFileSync('sh', ['-c', script, 'sh', ...deep], { cwd: folder });
      const last = `${deep.join('/')}/${'0'.repeat(200)}`;
      expect((await problemOf(() => select(folder))).details).toEqual({
        refusals: [`${last}.js`, `${last}/`].map((path) => ({
          path,
          code: 'file_unreadable',
          message: expect.stringContaining('ENAMETOOLONG'),
        })),
      });
    },
  );

  test.each([
    ['vanishes', (path: string) => rmSync(path)],
    [
      'becomes a folder',
      (path: string) => {
        rmSync(path);
        mkdirSync(path);
      },
    ],
  ])('a file that %s after its directory was listed', async (_what, change) => {
    const folder = await temporaryDirectory({ 'a.js': '', 'b.js': '' });
    // The directory is listed before its entries are read.
    const selecting = select(folder);
    change(join(folder, 'b.js'));
    expect(await problemOf(() => selecting)).toMatchObject({
      code: 'file_changed',
      details: { refusals: [{ path: 'b.js' }] },
    });
  });

  test.skipIf(!canLink)('all of it in one error', async () => {
    const folder = await temporaryDirectory({ aux: '', con: '', 'fine.js': '' });
    symlinkSync('/etc', join(folder, 'etc'));
    const problem = await problemOf(() => select(folder));
    expect(problem.details).toMatchObject({
      refusals: [{ path: 'aux' }, { path: 'con' }, { path: 'etc' }],
    });
  });
});

describe.skipIf(!canLink)('rules', () => {
  test.each([
    [
      'for folders hold for a folder, which counts as one',
      'sub/\n',
      ['a.js', 'link/b.js', 'link/c.js'],
      2,
    ],
    [
      'for folders hold for a link, as it may stand for one',
      'link/\n',
      ['a.js', 'sub/b.js', 'sub/c.js'],
      2,
    ],
    [
      'for folders do not hold for a file',
      'a.js/\n',
      ['a.js', 'link/b.js', 'link/c.js', 'sub/b.js', 'sub/c.js'],
      1,
    ],
    ['for names hold for links', 'link\n', ['a.js', 'sub/b.js', 'sub/c.js'], 2],
    [
      'of the folder hold behind a link, too',
      'link/c.js\n',
      ['a.js', 'link/b.js', 'sub/b.js', 'sub/c.js'],
      2,
    ],
  ])('%s', async (_what, rules, paths, ignoredCount) => {
    const folder = await temporaryDirectory({
      '.lumioignore': rules,
      'a.js': '',
      'sub/b.js': '',
      'sub/c.js': '',
    });
    symlinkSync('sub', join(folder, 'link'));
    const selection = await select(folder);
    expect([selection.files.map(({ path }) => path), selection.ignoredCount]).toEqual([
      paths,
      ignoredCount,
    ]);
  });
});

test.skipIf(!canLink).each([
  ['files', { 'd30/x.js': '' }],
  ['no file', {}],
])(
  'refuses links that multiply directories without end, with %s at their end',
  async (_, files) => {
    const folder = await temporaryDirectory(files);
    for (let level = 0; level <= 30; level += 1)
      mkdirSync(join(folder, `d${level}`), { recursive: true });
    for (let level = 0; level < 30; level += 1)
      for (const name of ['a', 'b'])
        symlinkSync(`../d${level + 1}`, join(folder, `d${level}`, name));
    expect(await problemOf(() => select(folder))).toMatchObject({
      kind: 'refused',
      code: 'too_many_links',
    });
  },
);

test('Ctrl-C is handled while a large directory is walked', async () => {
  const folder = await temporaryDirectory();
  for (let index = 0; index < 4500; index += 1) writeFileSync(join(folder, `${index}.js`), '');
  const controller = new AbortController();
  const reason = new Error('enough');
  // In the second turn of the event loop.
  setImmediate(() => void setImmediate(() => controller.abort(reason)));
  await expect(selectFiles(folder, { signal: controller.signal })).rejects.toBe(reason);
});
