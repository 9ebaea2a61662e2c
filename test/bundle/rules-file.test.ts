/** `.lumioignore` files that are not what they should be, inside of the folder and beside the config. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { selectFiles } from '../../src/bundle/select.ts';
import { refuse } from '../../src/bundle/refusals.ts';
import { FolderWalk } from '../../src/bundle/walk.ts';
import { problemOf } from '../support/problem-of.ts';
import { folderWith } from '../support/temporary-folder.ts';

const { signal } = new AbortController();
const places = { 'beside the config': '.lumioignore', 'in the folder': 'dist/.lumioignore', 'in a subfolder': 'dist/sub/.lumioignore' };

async function project(): Promise<string> {
  return folderWith({ 'dist/a.js': '', 'dist/sub/b.js': '', 'dist/sub/b.js.map': '' });
}

async function select(folder: string): Promise<string[]> {
  const { files } = await selectFiles(join(folder, 'dist'), { ignoreFiles: [join(folder, '.lumioignore')], signal });
  return files.map(({ path }) => path);
}

const bad: Readonly<Record<string, readonly [code: string, words: string, make: (file: string) => void]>> = {
  'a FIFO': ['ignore_file_unreadable', 'not a regular file', (file) => execFileSync('mkfifo', [file])],
  'a link to a FIFO': ['ignore_file_unreadable', 'not a regular file', (file) => {
    execFileSync('mkfifo', [`${file}.pipe`]);
    symlinkSync(`${file}.pipe`, file);
  }],
  'a link to a device without end': ['ignore_file_unreadable', 'not a regular file', (file) => symlinkSync('/dev/zero', file)],
  'a link to nothing': ['ignore_file_unreadable', 'ENOENT', (file) => symlinkSync('nowhere', file)],
  'a link to a folder': ['ignore_file_unreadable', 'not a regular file', (file) => symlinkSync('/etc', file)],
  'more than 1 MiB': ['ignore_file_unreadable', 'more than 1 MiB', (file) => writeFileSync(file, '# no\n'.repeat(210_000))],
  'UTF-16, as PowerShell 5 writes it': ['ignore_file_not_utf8', 'not UTF-8', (file) => writeFileSync(file, '\ufeff*.map\r\n', 'utf16le')],
  'UTF-16 without a mark': ['ignore_file_not_utf8', 'not UTF-8', (file) => writeFileSync(file, '*.map\r\n', 'utf16le')],
  'Latin-1': ['ignore_file_not_utf8', 'not UTF-8', (file) => writeFileSync(file, 'f\u00fcr.js\n', 'latin1')],
  'a rule without end': ['ignore_rule_too_long', 'Line 2', (file) => writeFileSync(file, `*.map\n${'a*/'.repeat(30_000)}\n`)],
};

describe.each(Object.entries(places))('%s', (_place, path) => {
  test.each(Object.entries(bad))('%s is refused by name', async (_what, [code, words, make]) => {
    const folder = await project();
    make(join(folder, path));
    const problem = await problemOf(() => select(folder));
    expect(problem).toMatchObject({ kind: 'refused', code, message: expect.stringContaining(words) });
    expect(problem.message).toContain(join(folder, path));
  });

  test('a link to a file counts, wherever that is', async () => {
    const folder = await project();
    symlinkSync(join(await folderWith({ rules: '*.map\n' }), 'rules'), join(folder, path));
    expect(await select(folder)).toEqual(['a.js', 'sub/b.js']);
  });

  test('UTF-8 with a mark, of exactly 1 MiB and with a long comment, counts', async () => {
    const folder = await project();
    const rules = '\ufeff*.map\n#';
    writeFileSync(join(folder, path), rules + '#'.repeat(1024 * 1024 - Buffer.byteLength(rules)));
    expect(await select(folder)).toEqual(['a.js', 'sub/b.js']);
  });
});

test('a folder of that name is no rule', async () => {
  const folder = await project();
  mkdirSync(join(folder, 'dist/.lumioignore'));
  expect(await select(folder)).toHaveLength(3);
});

describe('when nothing is left', () => {
  const cases: readonly { name: string; files: Record<string, string>; reason: string; named: readonly string[] }[] = [
    { name: 'the file that ignores it is named', files: { '.lumioignore': '*\n', 'dist/.lumioignore': 'x\n', 'dist/a': '' }, reason: 'everything in it is ignored', named: ['.lumioignore'] },
    { name: 'both files are named', files: { '.lumioignore': 'a\n', 'dist/.lumioignore': 'b\n', 'dist/a': '', 'dist/b': '' }, reason: 'everything in it is ignored', named: ['.lumioignore', 'dist/.lumioignore'] },
    { name: 'no file is named when none did it', files: { 'dist/.git/config': '', 'dist/.lumioignore': '# no\n' }, reason: 'never packed', named: [] },
  ];

  test.each(cases)('$name', async ({ files, reason, named }) => {
    const folder = await folderWith(files);
    const problem = await problemOf(() => select(folder));
    expect(problem).toMatchObject({ code: 'folder_empty', message: expect.stringContaining(reason) });
    expect(problem.hint).toBe(named.length === 0 ? 'Build the extension first.' : `Check the rules in ${named.map((path) => join(folder, path)).join(' and ')}.`);
  });
});

test('a folder that can not be read is told by its own path', async () => {
  const walk = new FolderWalk(join(await folderWith(), 'gone'), { ignoreFiles: [], signal });
  await walk.run();
  const [refusal] = walk.refusals;
  expect(refusal).toMatchObject({ path: '', code: 'folder_unreadable' });
  if (refusal !== undefined) expect(refuse('/x/dist', [refusal]).problem).toMatchObject({ message: "The folder /x/dist can't be read (ENOENT).", hint: 'Make it readable for this user.' });
});
