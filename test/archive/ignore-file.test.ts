/** Invalid `.lumioignore` files, in the directory and beside the config. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { selectFiles } from '../../src/archive/select.ts';
import { DirectoryWalk } from '../../src/archive/walk.ts';
import { problemOf } from '../support/problem-of.ts';
import { temporaryDirectory } from '../support/project.ts';
import { canLink, isPossible, isWindows } from '../support/platform.ts';

const { signal } = new AbortController();
const places = {
  'beside the config': '.lumioignore',
  'in the directory': 'dist/.lumioignore',
  'in a subdirectory': 'dist/sub/.lumioignore',
};

async function project(): Promise<string> {
  return temporaryDirectory({ 'dist/a.js': '', 'dist/sub/b.js': '', 'dist/sub/b.js.map': '' });
}

async function select(directory: string): Promise<string[]> {
  const { files } = await selectFiles(join(directory, 'dist'), {
    ignoreFiles: [join(directory, '.lumioignore')],
    signal,
  });
  return files.map(({ path }) => path);
}

const bad: Readonly<Record<string, readonly [code: string, make: (file: string) => void]>> = {
  'a FIFO': ['ignore_file_unreadable', (file) => execFileSync('mkfifo', [file])],
  'a link to a FIFO': [
    'ignore_file_unreadable',
    (file) => {
      execFileSync('mkfifo', [`${file}.pipe`]);
      symlinkSync(`${file}.pipe`, file);
    },
  ],
  'a link to an endless device': [
    'ignore_file_unreadable',
    (file) => symlinkSync('/dev/zero', file),
  ],
  'a link to nothing': ['ignore_file_unreadable', (file) => symlinkSync('nowhere', file)],
  'a link to a directory': ['ignore_file_unreadable', (file) => symlinkSync('/etc', file)],
  'more than 1 MiB': [
    'ignore_file_unreadable',
    (file) => writeFileSync(file, '# no\n'.repeat(210_000)),
  ],
  'UTF-16, as PowerShell 5 writes it': [
    'ignore_file_not_utf8',
    (file) => writeFileSync(file, '\ufeff*.map\r\n', 'utf16le'),
  ],
  'UTF-16 without a mark': [
    'ignore_file_not_utf8',
    (file) => writeFileSync(file, '*.map\r\n', 'utf16le'),
  ],
  'Latin-1': ['ignore_file_not_utf8', (file) => writeFileSync(file, 'f\u00fcr.js\n', 'latin1')],
  'an endless rule': [
    'ignore_rule_too_long',
    (file) => writeFileSync(file, `*.map\n${'a*/'.repeat(30_000)}\n`),
  ],
  'a rule that is one character too long': [
    'ignore_rule_too_long',
    (file) => writeFileSync(file, `# no\n${'a'.repeat(4097)}`),
  ],
};

describe.each(Object.entries(places))('%s', (_place, path) => {
  test.for(Object.entries(bad))('refuses %s by name', async ([, [code, make]], { skip }) => {
    const directory = await project();
    skip(!isPossible(() => make(join(directory, path))), 'this system has no such files');
    expect(await problemOf(() => select(directory))).toMatchObject({
      kind: 'refused',
      code,
      message: expect.stringContaining(join(directory, path)),
    });
  });

  test.skipIf(!canLink)('follows a link to a file', async () => {
    const directory = await project();
    symlinkSync(
      join(await temporaryDirectory({ rules: '*.map\n' }), 'rules'),
      join(directory, path),
    );
    expect(await select(directory)).toEqual(['a.js', 'sub/b.js']);
  });

  test('accepts UTF-8 with a byte order mark, exactly 1 MiB, with a long comment', async () => {
    const directory = await project();
    const rules = '\ufeff*.map\n#';
    writeFileSync(
      join(directory, path),
      rules + 'x'.repeat(1024 * 1024 - Buffer.byteLength(rules)),
    );
    expect(await select(directory)).toEqual(['a.js', 'sub/b.js']);
  });
});

test('accepts a rule that is as long as a path may be', async () => {
  const directory = await project();
  writeFileSync(join(directory, 'dist/.lumioignore'), `${'*'.repeat(4092)}.map\n`);
  expect(await select(directory)).toEqual(['a.js', 'sub/b.js']);
});

test.each([
  ['in a missing directory', 'missing/.lumioignore'],
  ['below a file', 'dist/a.js/.lumioignore'],
])('ignores a rule file %s', async (_where, path) => {
  const directory = await project();
  const { files } = await selectFiles(join(directory, 'dist'), {
    ignoreFiles: [join(directory, path)],
    signal,
  });
  expect(files).toHaveLength(3);
});

test.skipIf(isWindows)("refuses a rule file that it can't stat, since it may exist", async () => {
  const directory = await project();
  const file = join(directory, 'x'.repeat(300));
  expect(
    await problemOf(() => selectFiles(join(directory, 'dist'), { ignoreFiles: [file], signal })),
  ).toMatchObject({
    code: 'ignore_file_unreadable',
    message: expect.stringContaining(file),
  });
});

test('ignores a directory of that name', async () => {
  const directory = await project();
  mkdirSync(join(directory, 'dist/.lumioignore'));
  expect(await select(directory)).toHaveLength(3);
});

describe('when all files are ignored', () => {
  const cases: readonly {
    name: string;
    files: Record<string, string>;
    named: readonly string[];
  }[] = [
    {
      name: 'names the file that ignores them',
      files: { '.lumioignore': '*\n', 'dist/.lumioignore': 'x\n', 'dist/a': '' },
      named: ['.lumioignore'],
    },
    {
      name: 'names both files',
      files: { '.lumioignore': 'a\n', 'dist/.lumioignore': 'b\n', 'dist/a': '', 'dist/b': '' },
      named: ['.lumioignore', 'dist/.lumioignore'],
    },
    {
      name: 'names no file if no rule ignores them',
      files: { 'dist/.git/config': '', 'dist/.lumioignore': '# no\n' },
      named: [],
    },
  ];

  test.each(cases)('$name', async ({ files, named }) => {
    const directory = await temporaryDirectory(files);
    const problem = await problemOf(() => select(directory));
    expect(problem.code).toBe('directory_empty');
    const hint = problem.hint ?? '';
    expect(named.filter((path) => !hint.includes(join(directory, path)))).toEqual([]);
    expect(hint.includes('.lumioignore')).toBe(named.length > 0);
  });
});

test('names the path of a directory that disappears', async () => {
  const walk = new DirectoryWalk(join(await temporaryDirectory(), 'missing'), {
    ignoreFiles: [],
    signal,
  });
  await walk.run();
  expect(walk.refusals).toMatchObject([{ path: '', code: 'directory_unreadable' }]);
});
