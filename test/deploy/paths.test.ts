import { describe, expect, test } from 'vitest';
import { expandPaths, isArchive } from '../../src/deploy/locate.ts';
import { problemOf } from '../support/problem-of.ts';
import { temporaryDirectory } from '../support/project.ts';

const files = {
  'packages/one/a': '',
  'packages/two/a': '',
  'packages/.hidden/a': '',
  'packages/[odd]/a': '',
  'x.tar.gz': '',
  'y.tgz/a': '',
};

describe('expandPaths', () => {
  test.each([
    [['packages/*'], 'linux', ['packages/[odd]', 'packages/one', 'packages/two']],
    [['packages/t*', 'packages/one'], 'linux', ['packages/two', 'packages/one']],
    [['packages\\t?o'], 'win32', ['packages/two']],
    [['packages/{one,two}'], 'win32', ['packages/one', 'packages/two']],
    [['packages/[odd]'], 'linux', ['packages/[odd]']],
    [['missing'], 'linux', ['missing']],
    [[], 'linux', []],
  ] as const)('expands %j on %s to %j', async (paths, platform, expected) => {
    const cwd = await temporaryDirectory(files);
    expect(await expandPaths(paths, { cwd, platform })).toEqual(expected);
  });

  test('refuses a pattern without a match', async () => {
    const cwd = await temporaryDirectory(files);
    const problem = await problemOf(() => expandPaths(['no/*'], { cwd, platform: 'linux' }));
    expect(problem).toMatchObject({ kind: 'usage', code: 'no_match' });
  });
});

test.each([
  ['x.tar.gz', true],
  ['y.tgz', false],
  ['none.tar.gz', false],
  ['packages', false],
])('isArchive(%s) is %s', async (path, expected) => {
  const cwd = await temporaryDirectory(files);
  expect(await isArchive(`${cwd}/${path}`)).toBe(expected);
});
