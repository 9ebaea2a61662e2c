import { join } from 'node:path';
import { Readable } from 'node:stream';
import { describe, expect, test } from 'vitest';
import { resolveChangelog } from '../../src/project/changelog.ts';
import { problemOf } from '../support/problem-of.ts';
import { folderWith } from '../support/temporary-folder.ts';

const fixtures = join(import.meta.dirname, '../../fixtures/extensions');
const from = (folder: string, stdin = '') => ({
  cwd: folder,
  directory: folder,
  version: '1.3.0',
  stdin: () => Readable.from([Buffer.from(stdin)]),
});

describe('resolveChangelog', () => {
  test('takes the section of CHANGELOG.md', async () => {
    const folder = join(fixtures, 'scoreboard');
    const changelog = await resolveChangelog(from(folder));
    expect(changelog?.source).toBe(join(folder, 'CHANGELOG.md'));
    expect(changelog?.text).toMatch(
      /^### Fixed\n\n- Fixed score display for overtime games\.\n[^]*Korean and Chinese\.$/,
    );
  });

  test.each(['changelog-missing', 'changelog-other-versions', 'changelog-empty-section'])(
    'gives nothing for %s',
    async (name) => {
      expect(await resolveChangelog(from(join(fixtures, name)))).toBeUndefined();
    },
  );

  test.each(['', ' as it is \n'])('takes the text %j as it is', async (text) => {
    expect(await resolveChangelog({ ...from(join(fixtures, 'scoreboard')), text })).toEqual({
      text,
      source: '--changelog',
    });
  });

  test('takes a file, relative to the working folder, or stdin', async () => {
    const folder = await folderWith({ 'notes.md': '\uFEFF\n# Notes\r\n- ü\n\n' });
    expect(await resolveChangelog({ ...from(folder), file: 'notes.md' })).toEqual({
      text: '# Notes\r\n- ü',
      source: join(folder, 'notes.md'),
    });
    expect(await resolveChangelog({ ...from(folder, 'From a pipe.\n'), file: '-' })).toEqual({
      text: 'From a pipe.',
      source: 'stdin',
    });
  });

  test('refuses two at once, a file that is not there, and what is no text', async () => {
    const folder = await folderWith({ 'CHANGELOG.md': new Uint8Array([0x23, 0xff]) });
    expect(
      await problemOf(() => resolveChangelog({ ...from(folder), text: 'a', file: 'b' })),
    ).toMatchObject({ kind: 'usage', code: 'conflicting_options' });
    expect(
      await problemOf(() => resolveChangelog({ ...from(folder), file: 'absent.md' })),
    ).toMatchObject({ kind: 'refused', code: 'no_such_file' });
    expect(await problemOf(() => resolveChangelog(from(folder)))).toMatchObject({
      kind: 'refused',
      code: 'invalid_utf8',
      message: `${join(folder, 'CHANGELOG.md')} is not valid UTF-8.`,
    });
  });
});
