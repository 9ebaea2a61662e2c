import { join, relative } from 'node:path';
import { describe, expect, test } from 'vitest';
import { locateBuild } from '../../src/deploy/locate-build.ts';
import { problemOf } from '../support/problem-of.ts';
import { temporaryDirectory } from '../support/project.ts';

const config = (extensionId: string): string => JSON.stringify({ extensionId, version: '1.0.0' });
const page = '<!doctype html>';

/** `root extensionId directory`, relative to the working directory. */
async function placeOf(
  files: Record<string, string>,
  request: { path?: string; outDir?: string },
): Promise<string> {
  const cwd = await temporaryDirectory(files);
  const { root, manifest, built } = await locateBuild(request, cwd);
  return [
    relative(cwd, root) || '.',
    manifest?.extensionId ?? '-',
    relative(cwd, built) || '.',
  ].join(' ');
}

describe('a path is located as', () => {
  const workspace = {
    'a/lumio.config.json': config('ext_a'),
    'a/dist/index.html': page,
    'a/package.json': '{}',
  };
  const own = { 'lumio.config.json': config('ext_own'), 'dist/index.html': page };
  test.each([
    ['the built directory of the working directory by default', own, {}, '. ext_own dist'],
    ['a project', workspace, { path: 'a' }, 'a ext_a a/dist'],
    ['a project, with a trailing slash', workspace, { path: 'a/' }, 'a ext_a a/dist'],
    [
      'the project of its lumio.config.json',
      workspace,
      { path: 'a/lumio.config.json' },
      'a ext_a a/dist',
    ],
    ['the project in the working directory', own, { path: '.' }, '. ext_own dist'],
    ['a built directory', own, { path: 'dist' }, '. ext_own dist'],
    ['a built directory from --outdir', own, { outDir: 'dist' }, '. ext_own dist'],
    [
      'the built directory of a nested project',
      { ...own, ...workspace },
      { path: 'a/dist' },
      'a ext_a a/dist',
    ],
    [
      'a project with another built directory',
      { ...workspace, 'a/build/index.html': page },
      { path: 'a', outDir: 'build' },
      'a ext_a a/build',
    ],
    ['a built directory, even if --outdir is a project', workspace, { outDir: 'a' }, 'a ext_a a'],
    [
      'a built directory with a copy of the config',
      { ...own, 'dist/lumio.config.json': config('ext_own') },
      { path: 'dist' },
      '. ext_own dist',
    ],
    [
      'a built directory with the only config',
      { 'out/lumio.config.json': config('ext_out'), 'out/editor/index.html': page },
      { path: 'out' },
      'out ext_out out',
    ],
    [
      'a project that needs no build, next to another',
      { ...own, 'b/lumio.config.json': config('ext_b'), 'b/index.html': page },
      { path: 'b' },
      'b ext_b b',
    ],
    ['a built directory without a config', { 'out/index.html': page }, { path: 'out' }, '. - out'],
  ])('%s', async (_what, files, request, expected) => {
    expect(await placeOf(files, request)).toBe(expected);
  });
});

test.each([
  [
    "a project that wasn't built",
    { 'a/lumio.config.json': config('ext_a'), 'a/index.html': page, 'a/package.json': '{}' },
    { path: 'a' },
    'no_built_directory',
  ],
  [
    'a project without the specified built directory',
    { 'a/lumio.config.json': config('ext_a'), 'a/dist/index.html': page },
    { path: 'a', outDir: 'build' },
    'directory_not_found',
  ],
  [
    'two built directories',
    { 'dist/index.html': page, 'build/index.html': page },
    { path: 'dist', outDir: 'build' },
    'conflicting_options',
  ],
  ['a missing directory', {}, { path: 'nowhere' }, 'directory_not_found'],
  ['an empty path', { 'dist/index.html': page }, { path: '' }, 'directory_not_found'],
])('refuses %s', async (_what, files, request, code) => {
  const cwd = await temporaryDirectory(files);
  expect((await problemOf(() => locateBuild(request, cwd))).code).toBe(code);
});

test('uses the config around the working directory if the built directory has none', async () => {
  const root = await temporaryDirectory({
    'lumio.config.json': config('ext_root'),
    'ci/out/index.html': page,
  });
  const place = await locateBuild({ path: 'out' }, join(root, 'ci'));
  expect(place).toMatchObject({ root, manifest: { extensionId: 'ext_root' } });
});
