import { describe, expect, test } from 'vitest';
import * as fc from 'fast-check';
import {
  bumpVersion,
  checkVersion,
  compareVersions,
  isVersion,
  resolveVersion,
} from '../../src/project/version.ts';
import { problemOf } from '../support/problem-of.ts';

/** The expression that semver.org suggests, as an oracle. */
const suggested =
  /^(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)(?:-((?:0|[1-9]\d*|\d*[a-zA-Z-][0-9a-zA-Z-]*)(?:\.(?:0|[1-9]\d*|\d*[a-zA-Z-][0-9a-zA-Z-]*))*))?(?:\+([0-9a-zA-Z-]+(?:\.[0-9a-zA-Z-]+)*))?$/;
const good = [
  '0.0.0',
  '1.3.0',
  '10.20.30',
  '1.0.0-alpha',
  '1.0.0-alpha.1',
  '1.0.0-0A.is.legal',
  '1.0.0--',
  '1.0.0+build.5',
  '1.0.0-rc.1+001',
  '1.0.0+0.0',
  '20261123064843.0.0',
  '1.0.0-99999999999999999999',
];
const bad = [
  '',
  '1',
  '1.3',
  '1.3.0.0',
  'v1.3.0',
  '=1.3.0',
  ' 1.3.0',
  '1.3.0 ',
  '1.3.0\n',
  '01.3.0',
  '1.03.0',
  '1.3.0-',
  '1.3.0-01',
  '1.3.0-a..b',
  '1.3.0+',
  '1.3.0+a+b',
  '1.3.x',
  '^1.3.0',
  'latest',
  '1.3.0-ä',
  '１.3.0',
];

describe('isVersion', () => {
  test.each(good)('accepts %s', (text) => expect(isVersion(text)).toBe(true));
  test.each(bad)('refuses %j', (text) => expect(isVersion(text)).toBe(false));

  test('agrees with semver.org on strings that resemble versions', () => {
    const part = fc.oneof(
      fc.nat(30).map(String),
      fc.constantFrom('01', 'x', '', 'a-b', '-', '0a', ' ', 'v1'),
    );
    const near = fc.tuple(
      fc.array(part, { minLength: 2, maxLength: 4 }),
      fc.array(part, { maxLength: 2 }),
      fc.array(part, { maxLength: 2 }),
      fc.boolean(),
    );
    fc.assert(
      fc.property(near, ([core, pre, build, dash]) => {
        const suffix = dash ? `-${pre.join('.')}` : '';
        const text = core.join('.') + suffix + (build.length > 0 ? `+${build.join('.')}` : '');
        expect(isVersion(text)).toBe(suggested.test(text));
      }),
      { numRuns: 500 },
    );
  });
});

describe('checkVersion', () => {
  test.each([
    ['v1.2.3', '1.2.3'],
    ['V1.2.3-beta', '1.2.3-beta'],
    [' 1.2.3\n', '1.2.3'],
    ['1.2', '1.3.0'],
    ['', '1.3.0'],
    ['1.v2.3', '1.3.0'],
  ])('suggests how to write %j', async (text, suggestion) => {
    const problem = await problemOf(() => checkVersion(text, '--version'));
    expect(problem).toMatchObject({ kind: 'usage', code: 'invalid_version' });
    expect(problem.message).toContain('--version');
    expect(problem.hint).toContain(suggestion);
  });

  test.each([
    ['99999999999999999999.0.0', '2^53'],
    ['1.99999999999999999999.0-rc.1+build.5', '2^53'],
    ['1.0.9007199254740992', '2^53'],
    ['90071992547409930.9007199254740991.9007199254740993', '2^53'],
    [`1.0.0-${'a'.repeat(251)}`, '256'],
    [`1.0.0+${'a'.repeat(300)}`, '256'],
  ])("names npm's limit that %s exceeds", async (text, limit) => {
    const problem = await problemOf(() => checkVersion(text, '--version'));
    expect(problem).toMatchObject({ kind: 'usage', code: 'invalid_version' });
    expect(problem.message).toContain(limit);
    expect(problem.message.length).toBeLessThan(200);
  });

  test.each([
    'v99999999999999999999.0.0',
    '099999999999999999999.0.0',
    '99999999999999999999.0',
    '99999999999999999999.01.0',
    '99999999999999999999.0.0\n',
  ])("names no limit for %j, which isn't a version", async (text) => {
    const { message } = await problemOf(() => checkVersion(text, '--version'));
    expect(message).not.toContain('2^53');
  });

  test('accepts the longest version that npm accepts', () => {
    const longest = `1.0.0-${'a'.repeat(250)}`;
    expect(checkVersion(longest, '--version')).toBe(longest);
  });
});

describe('resolveVersion', () => {
  const manifest = {
    path: '/p/lumio.config.json',
    directory: '/p',
    extensionId: undefined,
    version: '1.2.0',
    name: undefined,
    description: undefined,
    raw: {},
    warnings: [],
  };
  const packageJson = { path: '/p/package.json', name: undefined, version: '1.1.0' };
  test.each([
    [
      { flag: '1.3.0', manifest, packageJson },
      { version: '1.3.0', source: '--version' },
    ],
    [
      { manifest, packageJson },
      { version: '1.2.0', source: '/p/lumio.config.json' },
    ],
    [
      { manifest: { ...manifest, version: undefined }, packageJson },
      { version: '1.1.0', source: '/p/package.json' },
    ],
    [{ packageJson }, { version: '1.1.0', source: '/p/package.json' }],
    [{ flag: 'v1.3.0' }, { version: '1.3.0', source: '--version' }],
    [{ flag: 'V1.3.0-rc.1' }, { version: '1.3.0-rc.1', source: '--version' }],
  ])('%#: the option, lumio.config.json, then package.json', (from, expected) => {
    expect(resolveVersion(from)).toEqual(expected);
  });

  test.each(['vv1.3.0', 'v1.3', 'version1.3.0', 'v'])('refuses the option %s', async (flag) => {
    expect(await problemOf(() => resolveVersion({ flag }))).toMatchObject({
      kind: 'usage',
      code: 'invalid_version',
    });
  });

  test("accepts no leading v in a file, where npm wouldn't either", async () => {
    const file = { ...packageJson, version: 'v1.1.0' };
    expect(await problemOf(() => resolveVersion({ packageJson: file }))).toMatchObject({
      code: 'invalid_version',
    });
  });

  test("doesn't skip an invalid version", async () => {
    const problem = await problemOf(() =>
      resolveVersion({ manifest: { ...manifest, version: '1.2' }, packageJson }),
    );
    expect(problem.message).toContain('/p/lumio.config.json');
  });

  test('names the three places to specify one', async () => {
    const problem = await problemOf(() => resolveVersion({}));
    expect(problem).toMatchObject({
      kind: 'usage',
      code: 'no_version',
    });
    for (const place of ['--version', 'lumio.config.json', 'package.json'])
      expect(problem.hint).toContain(place);
  });
});

describe('bumpVersion', () => {
  test.each([
    ['patch', ['1.2.0', '1.10.0', '1.9.9'], '1.10.1'],
    ['minor', ['1.2.3'], '1.3.0'],
    ['major', ['1.2.3', '0.9.0'], '2.0.0'],
    ['patch', ['2.0.0-beta.1', '1.3.0'], '2.0.0'],
    ['minor', ['2.0.0-beta.1'], '2.0.0'],
    ['minor', ['2.0.1-beta.1'], '2.1.0'],
    ['patch', ['1.0.0+build.9'], '1.0.1'],
    ['patch', ['latest', 'v9.0.0', '1.0.0'], '1.0.1'],
    ['patch', [], '0.0.1'],
    ['minor', [], '0.1.0'],
    ['major', ['nonsense'], '1.0.0'],
  ] as const)('%s after %j is %s', (kind, versions, expected) => {
    expect(bumpVersion(kind, versions)).toBe(expected);
  });

  test('refuses to count beyond the largest number', async () => {
    const problem = await problemOf(() => bumpVersion('major', [`${Number.MAX_SAFE_INTEGER}.0.0`]));
    expect(problem).toMatchObject({
      kind: 'usage',
      code: 'invalid_version',
    });
  });
});

test('compareVersions sorts by precedence, then build, with invalid versions first', () => {
  const sorted = [
    'draft',
    'v1.0.0',
    '1.0.0-alpha',
    '1.0.0-alpha.1',
    '1.0.0-rc.2',
    '1.0.0-rc.10',
    '1.0.0',
    '1.0.0+a',
    '1.0.0+b',
    '1.9.0',
    '1.10.0',
  ];
  expect(sorted.toReversed().sort(compareVersions)).toEqual(sorted);
  expect(compareVersions('draft', 'draft')).toBe(0);
  expect(compareVersions('1.0.0', 'draft')).toBe(1);
  expect(compareVersions('draft', '1.0.0')).toBe(-1);
  expect(compareVersions('a', 'b')).toBe(-1);
  expect(compareVersions('b', 'a')).toBe(1);
});
