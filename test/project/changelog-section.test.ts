import { describe, expect, test } from 'vitest';
import { changelogSection } from '../../src/project/changelog-section.ts';

const section = (heading: string) => changelogSection(`# Changelog\n\n${heading}\n\n- New.\n\n## [1.2.0]\n\n- Old.\n`, '1.3.0');

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
  ])('%s', (heading) => expect(section(heading)).toBe('- New.'));

  test.each(['## 1.3.0-beta.1', '## 11.3.0', '## 1.3.01', '## 1.3', '##1.3.0', '    ## 1.3.0', '####### 1.3.0', '1.3.0', '## Moving from 1.2.0 to 1.3.0', '## [1.2.0](https://example.com/1.3.0)', '## 1.3.0+build'])('but not %s', (heading) => {
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
    ['at the end of the file', '## 1.3.0\na', 'a'],
    ['before the references', '## 1.3.0\na [#12]\n\n[1.3.0]: https://example.com\n[#12]: https://example.com\n', 'a [#12]'],
    ['after references in the middle', '## 1.3.0\n[x]: https://example.com\na', '[x]: https://example.com\na'],
  ])('%s', (_, markdown, expected) => expect(changelogSection(markdown, '1.3.0')).toBe(expected));
});

describe('knows code from headings', () => {
  test.each([
    ['backticks', '## 1.3.0\n```md\n## 1.2.0\n```\na\n## 1.2.0\nc', '```md\n## 1.2.0\n```\na'],
    ['tildes with backticks inside', '## 1.3.0\n~~~\n```\n## 1.2.0\n~~~\na\n## 1.2.0', '~~~\n```\n## 1.2.0\n~~~\na'],
    ['a longer fence', '## 1.3.0\n````\n```\n## 1.2.0\n````\na\n## 1.2.0', '````\n```\n## 1.2.0\n````\na'],
    ['a fence that only looks closed', '## 1.3.0\n```\n``` js\n## 1.2.0\n```\na', '```\n``` js\n## 1.2.0\n```\na'],
    ['a heading that is inside', '```\n## 1.3.0\nx\n```\n## 1.3.0\na', 'a'],
  ])('%s', (_, markdown, expected) => expect(changelogSection(markdown, '1.3.0')).toBe(expected));
});

test.each(['\n', '\r\n', '\r'])('reads the line ends %j', (lineEnd) => {
  expect(changelogSection(['# Log', '', '## 1.3.0', '', 'a', 'b', '', '## 1.2.0'].join(lineEnd), '1.3.0')).toBe('a\nb');
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
