import { describe, expect, test } from 'vitest';
import { changelogSection } from '../../src/project/changelog-section.ts';

const section = (heading: string) =>
  changelogSection(`# Changelog\n\n${heading}\n\n- New.\n\n## [1.2.0]\n\n- Old.\n`, '1.3.0');

describe('finds the heading', () => {
  test.each([
    '## [1.3.0] - 2026-05-01',
    '## [1.3.0]',
    '## 1.3.0',
    '## v1.3.0',
    '## [v1.3.0] - 2026-05-01 [YANKED]',
    '## 1.3.0 (2026-05-01)',
    '# [1.3.0](https://example.com/compare/v1.2.0...v1.3.0) (2026-05-01)',
    '### [1.3.0](https://example.com/compare/v1.2.9...v1.3.0)',
    '## my-scoreboard@1.3.0',
    '## @team/my-scoreboard@1.3.0',
    '## Version 1.3.0',
    '## Release v1.3.0: Overtime',
    '   ## 1.3.0 ##',
    '##\t1.3.0',
    '## **1.3.0**',
    '## `1.3.0`',
    '##   1.3.0',
    '## 1.3.0:',
    '## 1.3.0, at last',
  ])('%s', (heading) => expect(section(heading)).toBe('- New.'));

  test.each([
    '## 1.3.0-beta.1',
    '## 11.3.0',
    '## 1.3.01',
    '## 1.3',
    '##1.3.0',
    '    ## 1.3.0',
    '####### 1.3.0',
    '1.3.0',
    '## Moving from 1.2.0 to 1.3.0',
    '## [1.2.0](https://example.com/1.3.0)',
    '## 1.3.0+build',
  ])('but not %s', (heading) => {
    expect(section(heading)).toBeUndefined();
  });

  test.each(['1.3.0-beta.1', '2.0.0+build.7'])('of %s', (version) => {
    expect(changelogSection(`## [${version}]\n- Yes.\n## 1.3.0\n- No.`, version)).toBe('- Yes.');
  });
});

describe('ends the section', () => {
  test.each([
    ['at the next version', '## 1.3.0\na\n### Fixed\nb\n## 1.2.0\nc', 'a\n### Fixed\nb'],
    ['at the next version of a higher level', '## 1.3.0\na\n# 1.0.0\nc', 'a'],
    ['at the next version of a lower level', '## 1.3.0\na\n### 1.2.9\nc', 'a'],
    ['at what is not released yet', '## 1.3.0\na\n## [Unreleased]\nc', 'a'],
    ['at another chapter', '## 1.3.0\na\n## About\nc', 'a'],
    ['not at a chapter of a patch', '### 1.3.0\n### Bug Fixes\na\n## 1.2.0\nc', '### Bug Fixes\na'],
    ['at another chapter of a higher level', '### 1.3.0\na\n## About\nc', 'a'],
    ['at an empty heading', '## 1.3.0\na\n##\nc', 'a'],
    ['at a version with many digits', '### 1.3.0\na\n### 10.20.30\nc', 'a'],
    ['at a version with a tail', '### 1.3.0\na\n### 1.2.0-beta.10+build.5\nc', 'a'],
    [
      'not at what only begins like a version',
      '### 1.3.0\na\n### 1.2.0_old\nc',
      'a\n### 1.2.0_old\nc',
    ],
    [
      'not at what only ends like a version',
      '### 1.3.0\na\n### beta-1.2.0\nc',
      'a\n### beta-1.2.0\nc',
    ],
    ['not at a number', '### 1.3.0\na\n### Node 20\nc', 'a\n### Node 20\nc'],
    [
      'not at a word in the middle of which a sign is',
      '### 1.3.0\na\n### x[1.2.0\nc',
      'a\n### x[1.2.0\nc',
    ],
    ['not at a v in the middle of a word', '### 1.3.0\na\n### 1v1.2.0\nc', 'a\n### 1v1.2.0\nc'],
    ['at the end of the file', '## 1.3.0\na', 'a'],
    [
      'before the references',
      '## 1.3.0\na [#12]\n\n[1.3.0]: https://example.com\n[#12]: https://example.com\n',
      'a [#12]',
    ],
    ['not before what only looks like a reference', '## 1.3.0\na\nsee [x]: it\n', 'a\nsee [x]: it'],
    [
      'before the references, with blank lines between',
      '## 1.3.0\na\n\n[x]: https://example.com\n \n',
      'a',
    ],
    [
      'after references in the middle',
      '## 1.3.0\n[x]: https://example.com\na',
      '[x]: https://example.com\na',
    ],
  ])('%s', (_, markdown, expected) => expect(changelogSection(markdown, '1.3.0')).toBe(expected));
});

describe('knows code from headings', () => {
  test.each([
    ['backticks', '## 1.3.0\n```md\n## 1.2.0\n```\na\n## 1.2.0\nc', '```md\n## 1.2.0\n```\na'],
    [
      'tildes with backticks inside',
      '## 1.3.0\n~~~\n```\n## 1.2.0\n~~~\na\n## 1.2.0',
      '~~~\n```\n## 1.2.0\n~~~\na',
    ],
    [
      'a longer fence',
      '## 1.3.0\n````\n```\n## 1.2.0\n````\na\n## 1.2.0',
      '````\n```\n## 1.2.0\n````\na',
    ],
    [
      'a fence that only looks closed',
      '## 1.3.0\n```\n``` js\n## 1.2.0\n```\na',
      '```\n``` js\n## 1.2.0\n```\na',
    ],
    ['a comment', '<!--\n## 1.3.0\n- template\n-->\n\n## 1.3.0\n- real', '- real'],
    [
      'a comment in its text',
      '## 1.3.0\na\n <!-- not yet:\n## 1.2.0\n-->\nb\n## 1.2.0',
      'a\n <!-- not yet:\n## 1.2.0\n-->\nb',
    ],
    ['a comment of one line', '<!-- a -->\n## 1.3.0\nb\n## 1.2.0\n-->', 'b'],
    ['a comment within a line', '## 1.3.0\na <!--\n## 1.2.0\n-->', 'a <!--'],
    ['a fence within a line', '## 1.3.0\na ```\n## 1.2.0\nc', 'a ```'],
    [
      'a fence with blanks behind it',
      '## 1.3.0\n```\n## 1.2.0\n```  \na\n## 1.2.0\nc',
      '```\n## 1.2.0\n```  \na',
    ],
    [
      'a shorter fence',
      '## 1.3.0\n````\n## 1.2.0\n```\n````\na\n## 1.2.0',
      '````\n## 1.2.0\n```\n````\na',
    ],
    ['a heading that is inside', '```\n## 1.3.0\nx\n```\n## 1.3.0\na', 'a'],
  ])('%s', (_, markdown, expected) => expect(changelogSection(markdown, '1.3.0')).toBe(expected));
});

test.each(['\n', '\r\n', '\r'])('reads the line ends %j', (lineEnd) => {
  expect(
    changelogSection(
      ['# Log', '', '## 1.3.0', '', 'a', 'b', '', '## 1.2.0'].join(lineEnd),
      '1.3.0',
    ),
  ).toBe('a\nb');
});

test.each([
  ['many headings', '## 1.0.0\n'.repeat(200_000)],
  ['one long heading', `## ${'['.repeat(2_000_000)}`],
  ['one long line', `${' '.repeat(2_000_000)}x`],
  ['many brackets', `[${']:'.repeat(1_000_000)}`],
])('is not slowed down by %s', (_, markdown) => {
  expect(changelogSection(`## 1.3.0\na\n## 1.2.0\n${markdown}`, '1.3.0')).toBe('a');
  expect(changelogSection(markdown, '1.3.0')).toBeUndefined();
});
