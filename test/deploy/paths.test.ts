import { describe, expect, test } from 'vitest';
import { expandPaths, isArchive } from '../../src/deploy/locate-build.ts';
import { problemOf } from '../support/problem-of.ts';
import { temporaryDirectory } from '../support/project.ts';

const config = JSON.stringify({ extensionId: 'ext_1' });
const files = {
  'packages/one/lumio.config.json': config,
  'packages/one/package.json': '{"lumio":{"outDir":"build/web"}}',
  'packages/one/build/web/lumio.config.json': config,
  'packages/one/build/web/editor/lumio.config.json': config,
  'packages/two/lumio.config.json': config,
  'packages/two/dist/index.html': '',
  'packages/two/src/a.js': '',
  'packages/two/node_modules/dep/lumio.config.json': config,
  'packages/two/inner/lumio.config.json': config,
  'packages/three/a': '',
  'packages/.hidden/lumio.config.json': config,
  'packages/[odd]/lumio.config.json': '{',
  'x.tar.gz': '',
  'y.tgz/a': '',
};
const all = ['packages/[odd]', 'packages/one', 'packages/two', 'packages/two/inner'];

describe('expandPaths', () => {
  test.each([
    [['packages/*'], 'linux', ['packages/[odd]', 'packages/one', 'packages/two']],
    [['**'], 'linux', all],
    [['**/lumio.config.json'], 'linux', all],
    [
      ['packages/*/dist', 'packages/one/build/*'],
      'linux',
      ['packages/two/dist', 'packages/one/build/web'],
    ],
    [['packages/t*', 'packages/one'], 'linux', ['packages/two', 'packages/one']],
    [['packages\\t?o'], 'win32', ['packages/two']],
    [['packages/{one,two}'], 'win32', ['packages/one', 'packages/two']],
    [['packages/[odd]'], 'linux', ['packages/[odd]']],
    [['*.tar.gz'], 'linux', ['x.tar.gz']],
    [['missing'], 'linux', ['missing']],
    [[], 'linux', []],
  ] as const)('expands %j on %s to %j', async (paths, platform, expected) => {
    const cwd = await temporaryDirectory(files);
    expect(await expandPaths(paths, { cwd, platform })).toEqual(expected);
  });

  test('excludes the contents of the --outdir directory', async () => {
    const cwd = await temporaryDirectory({
      'a/lumio.config.json': config,
      'a/out/lumio.config.json': config,
    });
    const host = { cwd, platform: 'linux' } as const;
    expect(await expandPaths(['**'], host, 'out')).toEqual(['a']);
  });

  test('refuses a missing path among several, without showing it', async () => {
    const cwd = await temporaryDirectory(files);
    const paths = ['packages/one', 'hunter2'];
    const problem = await problemOf(() => expandPaths(paths, { cwd, platform: 'linux' }));
    expect(problem).toMatchObject({ kind: 'refused', code: 'directory_not_found' });
    expect(JSON.stringify(problem)).not.toContain('hunter2');
  });

  test.each(['no/*', 'packages/three*', 'packages/*/src', 'y.*'])('refuses %s', async (pattern) => {
    const cwd = await temporaryDirectory(files);
    const problem = await problemOf(() => expandPaths([pattern], { cwd, platform: 'linux' }));
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
