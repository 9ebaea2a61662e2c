import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { changelogSection } from '../../src/project/changelog-parser.ts';

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
    '1.3.0\n-----',
    '1.3.0 / 2026-05-01\n==================',
    'v1.3.0\n2026-05-01\n---',
    '## <small>1.3.0 (2026-05-01)</small>',
    '## <a name="1.3.0"></a>1.3.0',
    '## <!-- 1.2.0 --> 1.3.0',
    '## \\[1.3.0\\] - 2026-05-01',
    '## [1.3.0][compare] - 2026-05-01',
    '## [[1.3.0]](https://example.com)',
    '## 2026-05-01, Version 1.3.0',
    '## 2026-05-01 - 1.3.0',
    '## 2026.05.01 1.3.0',
    '## 01.05.2026: 1.3.0',
    '## May 1, 2026: v1.3.0',
    '## 1.3.0 - 1st May 2026',
    '## 1.3.0 (Fri, May 1st, 2026)',
    '## Sports Scoreboard 1.3.0',
    '## Sports Scoreboard 1.3.0 (2026-05-01)',
    '## The big update of 2026: 1.3.0',
    '## Sports Scoreboard 1.3.0 🚀',
    '## 🚀 1.3.0 ❤️ Overtime',
    '## :rocket: 1.3.0 :tada:',
    '## v.1.3.0',
    '## v. 1.3.0',
    '## ver. 1.3.0',
    '## Version: 1.3.0',
    '## V1.3.0',
    '## 1.3',
    '## Version 1.3 — Paris',
    '## v1.3: Paris',
    '## v1.3 - 2026-05-01',
    '## lumio-v1.3.0',
    '## 📦 @team/board@1.3.0 — 2026-05-01',
    '## 1.3.0 / 2026-05-01T10:30:00Z',
    '## 1.3.0 – Released on May 1, 2026',
    '## Scoreboard 1.3.0, released 2026-05-01 10:30 UTC',
    '## 1.3.0&nbsp;(2026-05-01)',
    '## 版本 1.3.0（2026年5月1日）',
    '## バージョン1.3.0（2026年5月1日）',
    '## 릴리스 1.3.0 (2026년 5월 1일)',
    '## Версия 1.3.0 от 01.05.2026',
    '## Версия 1.3.0 от 1 мая 2026',
    '## Versión 1.3.0 (1 de mayo de 2026)',
    '## Fassung 1.3.0 vom 1. Mai 2026',
    '## __1.3.0__',
    '## 第1.3.0版（2026年5月1日）',
    '## 1.2.9, 1.3.0',
    '## [1.2.9] / [1.3.0-rc.1] & [v1.3.0] - 2026-05-01',
    '## Versions 1.2.9 and 1.3.0: Overtime',
    '**1.3.0**',
    '**1.3.0** (2026-05-01)',
    '**[1.3.0] - May 1, 2026**',
    '__Version 1.3.0__',
    '<h2>1.3.0</h2>',
    '<H2 id="v130">v1.3.0 <small>(2026-05-01)</small></H2>',
    '<h2 align="center">\n  <a href="https://example.com">1.3.0</a>\n</h2>',
    '<div>\n<h2>1.3.0</h2>',
    '<b>1.3.0</b> (2026-05-01)',
    '<strong>v1.3.0</strong><br>',
    '<details><summary>1.3.0</summary>',
    '<details open>\n<summary><b>v1.3.0</b> (2026-05-01)</summary>\n',
    '<details>\n\n<summary><h3>1.3.0</h3></summary>',
    '## Release-1.3.0',
    '## version_1.3.0',
  ])('%s', (heading) => expect(section(heading)).toBe('- New.'));

  test.each([
    '## 1.3.0-beta.1',
    '## 11.3.0',
    '## 1.3.01',
    '## 1.3.0.1',
    '##1.3.0',
    '    ## 1.3.0',
    '####### 1.3.0',
    '1.3.0',
    '> ## 1.3.0',
    '## Moving from 1.2.0 to 1.3.0',
    '## Differences between 1.2.0 and 1.3.0',
    '## Vue 1.3.0 templates',
    '## Node 1.3.0 is required',
    '## Узел 1.3.0 нужен с 1 мая 2026',
    '## test-1.3.0',
    '## test 1.3.0 – “Überraschung”',
    '## 1.3 times faster',
    '## [1.2.0](https://example.com/1.3.0)',
    '## 1.3.0+build',
    '**1.3.0 is faster**',
    '**1.3.0** is faster',
    '**Faster in 1.3.0**',
    '**1.3.0**\nis faster',
    '<p>1.3.0</p>',
    '<details><summary>Needs 1.3.0</summary>',
    '<details><summary>1.3.0 – 1.3.9</summary>',
    '<details><summary>1.3.0 compatibility</summary>',
    '<pre>\n<h2>1.3.0</h2>\n</pre>',
    '<b>1.3.0</b> is faster',
    '<h2>1.3.0</h2> is faster',
  ])('but not %s', (heading) => {
    expect(section(heading)).toBeUndefined();
  });

  test.each([
    'test-1.3.0',
    'test_1.3.0',
    'Test-v1.3.0',
    'test v1.3.0 – “Überraschung”',
    'test 1.3.0 (lib 1.2.0)',
  ])('of the package: %s', (heading) => {
    const markdown = `## other-1.3.0\n- No.\n## ${heading}\n- Yes.\n## latest-1.2.0\n- Old.`;
    expect(changelogSection(markdown, '1.3.0', 'test')).toMatch(/^- Yes\./);
  });

  test.each(['1.3.0-beta.1', '2.0.0+build.7', '2026.5.1', '2026.5.0'])('of %s', (version) => {
    expect(changelogSection(`## [${version}]\n- Yes.\n## 1.3.0\n- No.`, version)).toBe('- Yes.');
  });

  test.each([
    ['the whole version', '## 1.3\n- short\n## 1.3.0\n- whole', '1.3.0', '- whole'],
    ['the version over a title', '## Migrating to 1.3.0\n- m\n## 1.3.0\n- v', '1.3.0', '- v'],
    ['a section with text', '## 1.3.0\n\n## 1.3.0\n- text', '1.3.0', '- text'],
    ['build metadata', '## 1.3.0\n- a\n## 1.3.0+b\n- b', '1.3.0+b', '- b'],
    ['a version without build metadata', '## 1.3.0\n- a', '1.3.0+b', '- a'],
  ])('prefers %s', (_, markdown, version, expected) => {
    expect(changelogSection(markdown, version)).toBe(expected);
  });
});

describe('agrees with the expected sections of', () => {
  const directory = join(import.meta.dirname, 'changelogs');
  const expected: Record<string, Record<string, string>> = JSON.parse(
    readFileSync(join(directory, 'expected.json'), 'utf8'),
  );
  const cases = Object.entries(expected).flatMap(([name, sections]) =>
    Object.entries(sections).map(([version, text]) => ({ name, version, text })),
  );
  test.each(cases)('$name, $version', ({ name, version, text }) => {
    expect(changelogSection(readFileSync(join(directory, name), 'utf8'), version)).toBe(text);
  });
});

describe('ends the section', () => {
  test.each([
    ['at the next version', '## 1.3.0\na\n### Fixed\nb\n## 1.2.0\nc', 'a\n### Fixed\nb'],
    ['at the next version of a higher level', '## 1.3.0\na\n# 1.0.0\nc', 'a'],
    ['at the next version of a lower level', '## 1.3.0\na\n### 1.2.9\nc', 'a'],
    ["at what isn't released yet", '## 1.3.0\na\n## [Unreleased]\nc', 'a'],
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
    ['at the next version with another title', '## A 1.3.0\na\n## B 1.2.0\nc', 'a'],
    ['before an anchor', '## 1.3.0\na\n\n<a id="1.2.0"></a>\n\n## 1.2.0\nc', 'a'],
    ['before an anchor below a list', '## 1.3.0\n- a\n<a id="1.2.0"></a>\n## 1.2.0\nc', '- a'],
    ['before a rule', '## 1.3.0\na\n\n---\n\n***\n## 1.2.0\nc', 'a'],
    ['before a comment', '## 1.3.0\na\n\n<!-- 1.2.0 -->\n\n## 1.2.0\nc', 'a'],
    ['after a rule in the middle', '## 1.3.0\na\n\n---\n\nb', 'a\n\n---\n\nb'],
    [
      'not at a topic that other versions have too',
      '## 1.3.0\n## Fixes\na\n## 1.2.0\n## Fixes\nc',
      '## Fixes\na',
    ],
    ['not at a topic', '## 1.3.0\na\n### Needs Node 20.19.0\nb', 'a\n### Needs Node 20.19.0\nb'],
    ['not at an address', '## 1.3.0\na\n### 127.0.0.1 works\nb', 'a\n### 127.0.0.1 works\nb'],
    [
      'not at another version in a sentence',
      '## 1.3.0\na\n### 10.5.1 iOS fixes\nb\n#### 1.2.9\nc',
      'a\n### 10.5.1 iOS fixes\nb',
    ],
    ['at a version with a name', '## 1.3.0\na\n### 1.2.9 Overtime\nc', 'a'],
    ['not at a v in the middle of a word', '### 1.3.0\na\n### 1v1.2.0\nc', 'a\n### 1v1.2.0\nc'],
    ['at the end of the file', '## 1.3.0\na', 'a'],
    [
      'before the references',
      '## 1.3.0\na [#12]\n\n[1.3.0]: https://example.com\n[#12]: https://example.com\n',
      'a [#12]\n\n[#12]: https://example.com',
    ],
    [
      'with the references that it uses, the first of each label',
      '## 1.3.0\na [The  X] [y][z] [u](v)\n\n## 1.2.0\n\n[z]: z "Z"\n[the x]: 1\n[The X]: 2\n' +
        '[u]: u\n[w]: w\n',
      'a [The  X] [y][z] [u](v)\n\n[z]: z "Z"\n[the x]: 1',
    ],
    [
      'at the next bold version',
      '**1.3.0**\n\na\n\n**Note**\n\nb\n\n**1.2.0**\n\nc',
      'a\n\n**Note**\n\nb',
    ],
    [
      'of a bold version at a heading of the level above',
      '# A\n## Changelog\n**1.4.0**\n### Fixes\nx\n\n**1.3.0**\n### Fixes\na\n## License\nc',
      '### Fixes\na',
    ],
    ['not at a bold date', '## 1.3.0\n\n**2026.05.01**\n\na', '**2026.05.01**\n\na'],
    [
      'at an HTML heading',
      '<h2>1.3.0</h2>\n\na\n\n<h3>Fixes</h3>\n\nb\n\n<h2>1.2.0</h2>\n\nc',
      'a\n\n<h3>Fixes</h3>\n\nb',
    ],
    [
      'at the next details, without an empty line',
      '<details><summary>1.3.0</summary>\n<ul><li>a</li></ul>\n</details>\n' +
        '<details><summary>1.2.0</summary>\n<ul><li>c</li></ul>\n</details>',
      '<ul><li>a</li></ul>',
    ],
    [
      'with details of its own',
      '<details><summary>1.3.0</summary>\n\n### Fixes\n<details>\n\na\n\n</details>\n\n' +
        '</details>\n\n<details><summary>1.2.0</summary>\n\nc\n\n</details>',
      '### Fixes\n<details>\n\na\n\n</details>',
    ],
    [
      'at the next HTML heading, without an empty line',
      '<h2>1.3.0</h2>\n<p>a</p>\n<h2>1.2.0</h2>\n<p>c</p>',
      '<p>a</p>',
    ],
    [
      'before details that begin',
      '## 1.3.0\n- a\n<details>\n<summary>Older</summary>\n\n## 1.2.0\nc\n</details>',
      '- a',
    ],
    ['before details that end', '<details>\n\n## 1.3.0\n- a\n\n</details>\n', '- a'],
    [
      'after details that are complete',
      '## 1.3.0\n<details>\n\na\n\n</details>\n\n## 1.2.0\nc',
      '<details>\n\na\n\n</details>',
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

describe('distinguishes code from headings', () => {
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
  ['many headings', '## 1.0.0\n'.repeat(100_000)],
  ['many empty lines', '\n'.repeat(2_000_000)],
  ['many comments', '<!--\n'.repeat(100_000)],
  ['many digits', `## ${'1.'.repeat(1_000_000)}`],
  ['one long heading', `## ${'['.repeat(2_000_000)}`],
  ['one long line', `${' '.repeat(2_000_000)}x`],
  ['many brackets', `[${']:'.repeat(1_000_000)}`],
  ['many bold lines', '**1.0.0**\n\n'.repeat(20_000)],
  ['one long HTML block', `<h2>${'</h2>'.repeat(300_000)}x`],
  ['many details', `${'<details>\n\n'.repeat(20_000)}x`],
])('parses %s in linear time', (_, markdown) => {
  expect(changelogSection(`## 1.3.0\na\n## 1.2.0\n${markdown}`, '1.3.0')).toBe('a');
  expect(changelogSection(markdown, '1.3.0')).toBeUndefined();
});

test.each(['> ', '- ', '1. '])('finds nothing in %j nested 20,000 levels deep, quickly', (sign) => {
  const deep = `## 1.3.0\n\n${sign.repeat(20_000)}x\n`;
  expect(changelogSection(deep, '1.3.0')).toBeUndefined();
});

test.each([
  ['## other-pkg 1.3.0\n\nTheirs.\n\n## test 1.3.0\n\nOurs.\n'],
  ['## other-pkg@1.3.0\n\nTheirs.\n\n## test@1.3.0\n\nOurs.\n'],
  ['## @acme/other@1.3.0\n\nTheirs.\n\n## @acme/Test@1.3.0\n\nOurs.\n'],
])('prefers the section with the name of the package: %j', (markdown) => {
  expect(changelogSection(markdown, '1.3.0', 'test')).toBe('Ours.');
  expect(changelogSection(markdown, '1.3.0')).toBe('Theirs.');
});

test.each(['scores-1.3.0', 'scores 1.3.0', '@acme/scores-1.3.0', 'scores@1.3.0'])(
  'a scoped package finds its section %s',
  (title) => {
    const markdown = `## other@1.3.0\n\nTheirs.\n\n## ${title}\n\nOurs.\n`;
    expect(changelogSection(markdown, '1.3.0', '@acme/scores')).toBe('Ours.');
  },
);

test('finds nothing in quotes that are nested too deeply', () => {
  expect(changelogSection(`## 1.3.0\na\n\n${'> '.repeat(20_000)}`, '1.3.0')).toBeUndefined();
});

describe('a pre-release before a date', () => {
  test.each([
    '[1.3.0-1] Prerelease (2026-05-01)',
    '1.3.0-1 (May 2026)',
    '1.3.0-1 May 2026',
    '1.3.0-beta-1 May 2026',
  ])("%s isn't the release", (heading) => {
    const [, version = ''] = /(1\.3\.0-(?:beta-)?1)/.exec(heading) ?? [];
    const markdown = `## ${heading}\n\nFor testers.\n`;
    expect(changelogSection(markdown, version)).toBe('For testers.');
    expect(changelogSection(markdown, '1.3.0')).toBeUndefined();
  });
});

test('sub-headings with other packages belong to the section', () => {
  const text = '### core@1.3.0\n\na\n\n### board@2.0.0\n\nb';
  const markdown = `## 2.0.0\n\n${text}\n\n## 1.9.0\n\nold\n`;
  expect(changelogSection(markdown, '2.0.0', 'overlay')).toBe(text);
  expect(changelogSection(markdown, '2.0.0', 'board')).toBe('b');
});

test.each([
  'Release 1.3 (release date: 2026-05-01)',
  'Release 1.3: Overtime',
  '1.3 - Overtime',
  '1.3: Overtime',
  'Scoreboard 1.3.0 (May, 1, 2026)',
])('## %s announces 1.3.0', (heading) => {
  expect(changelogSection(`## ${heading}\n\na\n`, '1.3.0')).toBe('a');
});

test('"1.3 times faster" announces no version', () => {
  expect(changelogSection('## 1.3 times faster\n\na\n', '1.3.0')).toBeUndefined();
});
