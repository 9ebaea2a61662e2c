import { join, relative } from 'node:path';
import { describe, expect, test } from 'vitest';
import { locateBuild } from '../../src/deploy/locate.ts';
import { problemOf } from '../support/problem-of.ts';
import { projectOf } from '../support/project.ts';

const config = (extensionId: string): string => JSON.stringify({ extensionId, version: '1.0.0' });
const page = '<!doctype html>';

/** `root extensionId folder`, with paths below the working folder. */
async function placeOf(
  files: Record<string, string>,
  request: { given?: string; outdir?: string },
): Promise<string> {
  const cwd = await projectOf(files);
  const { root, manifest, folder } = await locateBuild(request, cwd);
  return [
    relative(cwd, root) || '.',
    manifest?.extensionId ?? '-',
    relative(cwd, folder) || '.',
  ].join(' ');
}

describe('what a word means', () => {
  const workspace = {
    'a/lumio.config.json': config('ext_a'),
    'a/dist/index.html': page,
    'a/package.json': '{}',
  };
  const own = { 'lumio.config.json': config('ext_own'), 'dist/index.html': page };
  test.each([
    ['nothing: the built folder of the working folder', own, {}, '. ext_own dist'],
    ['a project', workspace, { given: 'a' }, 'a ext_a a/dist'],
    ['a project with a slash', workspace, { given: 'a/' }, 'a ext_a a/dist'],
    ['the file of a project', workspace, { given: 'a/lumio.config.json' }, 'a ext_a a/dist'],
    ['the working folder as a project', own, { given: '.' }, '. ext_own dist'],
    ['a built folder', own, { given: 'dist' }, '. ext_own dist'],
    ['a built folder, by its other name', own, { outdir: 'dist' }, '. ext_own dist'],
    [
      'a built folder of a project below',
      { ...own, ...workspace },
      { given: 'a/dist' },
      'a ext_a a/dist',
    ],
    [
      'a project with a built folder of another name',
      { ...workspace, 'a/build/index.html': page },
      { given: 'a', outdir: 'build' },
      'a ext_a a/build',
    ],
    ['--outdir is always the built folder', workspace, { outdir: 'a' }, 'a ext_a a'],
    [
      'a built folder with a copy of the config',
      { ...own, 'dist/lumio.config.json': config('ext_own') },
      { given: 'dist' },
      '. ext_own dist',
    ],
    [
      'a built folder with a config and nothing around it',
      { 'out/lumio.config.json': config('ext_out'), 'out/editor/index.html': page },
      { given: 'out' },
      'out ext_out out',
    ],
    [
      'a project that needs no build, beside another',
      { ...own, 'b/lumio.config.json': config('ext_b'), 'b/index.html': page },
      { given: 'b' },
      'b ext_b b',
    ],
    ['a folder without any config', { 'out/index.html': page }, { given: 'out' }, '. - out'],
  ])('%s', async (_what, files, request, expected) => {
    expect(await placeOf(files, request)).toBe(expected);
  });
});

test.each([
  [
    'a project that was not built: its sources never go out',
    { 'a/lumio.config.json': config('ext_a'), 'a/index.html': page, 'a/package.json': '{}' },
    { given: 'a' },
    'no_built_folder',
  ],
  [
    'a project without the named built folder',
    { 'a/lumio.config.json': config('ext_a'), 'a/dist/index.html': page },
    { given: 'a', outdir: 'build' },
    'no_such_folder',
  ],
  [
    'two built folders',
    { 'dist/index.html': page, 'build/index.html': page },
    { given: 'dist', outdir: 'build' },
    'conflicting_options',
  ],
  ['no such folder', {}, { given: 'nowhere' }, 'no_such_folder'],
  ['an empty word', { 'dist/index.html': page }, { given: '' }, 'no_such_folder'],
])('refused: %s', async (_what, files, request, code) => {
  const cwd = await projectOf(files);
  expect((await problemOf(() => locateBuild(request, cwd))).code).toBe(code);
});

test('a config around the working folder counts where the built folder has none', async () => {
  const root = await projectOf({
    'lumio.config.json': config('ext_root'),
    'ci/out/index.html': page,
  });
  const place = await locateBuild({ given: 'out' }, join(root, 'ci'));
  expect(place).toMatchObject({ root, manifest: { extensionId: 'ext_root' } });
});
