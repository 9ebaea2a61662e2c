import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { describe, expect, test } from 'vitest';
import { type ChangelogInput, findChangelog } from '../../src/project/changelog-source.ts';
import { problemOf } from '../support/problem-of.ts';
import { temporaryDirectory } from '../support/project.ts';

const fixtures = join(import.meta.dirname, '../../fixtures/extensions');

const find = (directory: string, input: ChangelogInput = {}, stdin = '') =>
  findChangelog(directory, input, '1.3.0', {
    cwd: directory,
    stdin: { isTerminal: false, stream: () => Readable.from([Buffer.from(stdin)]) },
    signal: new AbortController().signal,
  });

const changelogOf = async (...args: Parameters<typeof find>) => (await find(...args)).changelog;

describe('findChangelog', () => {
  test('reads the section of CHANGELOG.md', async () => {
    const directory = join(fixtures, 'scoreboard');
    const changelog = await changelogOf(directory);
    expect(changelog?.source).toBe(join(directory, 'CHANGELOG.md'));
    expect(changelog?.text).toMatch(
      /^### Fixed\n\n- Fixed score display for overtime games\.\n[^]*Korean and Chinese\.$/,
    );
  });

  test.each(['changelog-other-versions', 'changelog-empty-section'])(
    'names the file without a section of %s',
    async (name) => {
      const directory = join(fixtures, name);
      expect(await find(directory)).toEqual({
        fileWithoutSection: join(directory, 'CHANGELOG.md'),
      });
    },
  );

  test('an empty file is no changelog', async () => {
    const directory = join(fixtures, 'scoreboard');
    expect(await changelogOf(directory, { changelogFile: '-' }, '\n\n')).toBeUndefined();
  });

  test('finds nothing without a changelog file', async () => {
    expect(await find(join(fixtures, 'changelog-missing'))).toEqual({});
  });

  test.each([
    ['changelog.md'],
    ['ChangeLog.md'],
    ['CHANGES.md'],
    ['History.MD'],
    ['CHANGELOG'],
    ['Changelog.md', 'CHANGES.md', 'HISTORY.md'],
    ['CHANGES.md', 'CHANGELOG'],
  ])('reads %s first', async (...names) => {
    const files = names.map((name) => [name, `## 1.3.0\n\n- ${name}\n`]);
    const directory = await temporaryDirectory(Object.fromEntries(files));
    expect(await changelogOf(directory)).toEqual({
      text: `- ${names[0]}`,
      source: join(directory, names[0] ?? ''),
    });
  });

  test('reads the file of the settings, which must exist', async () => {
    const directory = await temporaryDirectory({
      'docs/news.md': '## 1.3.0\na',
      'CHANGELOG.md': '## 1.3.0\nb',
      'package.json': '{"lumio": {"changelog": "docs/news.md"}}',
    });
    expect(await changelogOf(directory)).toEqual({
      text: 'a',
      source: join(directory, 'docs/news.md'),
    });
    await rm(join(directory, 'docs/news.md'));
    expect(await problemOf(() => find(directory))).toMatchObject({
      kind: 'refused',
      code: 'no_such_file',
    });
  });

  test.each(['', ' as it is \n'])('uses the text %j unchanged', async (text) => {
    expect(await changelogOf(join(fixtures, 'scoreboard'), { changelog: text })).toEqual({
      text,
      source: '--changelog',
    });
  });

  test('reads a file relative to the working directory, or stdin', async () => {
    const directory = await temporaryDirectory({ 'notes.md': '\uFEFF\n# Notes\r\n- ü\n\n' });
    expect(await changelogOf(directory, { changelogFile: 'notes.md' })).toEqual({
      text: '# Notes\r\n- ü',
      source: join(directory, 'notes.md'),
    });
    expect(await changelogOf(directory, { changelogFile: '-' }, 'From a pipe.\n')).toEqual({
      text: 'From a pipe.',
      source: 'stdin',
    });
  });

  test('refuses both options, a missing file, and invalid UTF-8', async () => {
    const directory = await temporaryDirectory({ 'CHANGELOG.md': new Uint8Array([0x23, 0xff]) });
    expect(
      await problemOf(() => find(directory, { changelog: 'a', changelogFile: 'b' })),
    ).toMatchObject({ kind: 'usage', code: 'conflicting_options' });
    expect(await problemOf(() => find(directory, { changelogFile: 'absent.md' }))).toMatchObject({
      kind: 'refused',
      code: 'no_such_file',
    });
    expect(await problemOf(() => find(directory))).toMatchObject({
      kind: 'refused',
      code: 'invalid_utf8',
      message: expect.stringContaining(join(directory, 'CHANGELOG.md')),
    });
  });
});
