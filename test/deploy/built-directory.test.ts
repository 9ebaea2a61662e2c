import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { findBuiltDirectory, isProject } from '../../src/deploy/locate-build.ts';
import { problemOf } from '../support/problem-of.ts';
import { temporaryDirectory } from '../support/project.ts';

const fixtures = join(import.meta.dirname, '../../fixtures/extensions');

describe('findBuiltDirectory', () => {
  test.each([
    ['scoreboard', 'dist'],
    ['vendor-build', '.lumio-dist'],
  ])('finds the built directory of %s', async (name, built) => {
    expect(await findBuiltDirectory(join(fixtures, name))).toBe(join(fixtures, name, built));
  });

  test('prefers outDir of package.json to dist, relative to the project', async () => {
    const settings = '{"lumio": {"outDir": "build"}}';
    const root = await temporaryDirectory({ 'package.json': settings, 'dist/a': '', 'src/a': '' });
    const problem = await problemOf(() => findBuiltDirectory(root));
    expect(problem).toMatchObject({ kind: 'refused', code: 'directory_not_found' });
    expect(problem.message).toContain('"build"');
    await mkdir(join(root, 'build'));
    expect(await findBuiltDirectory(root)).toBe(join(root, 'build'));
  });

  test('resolves the argument relative to the working directory', async () => {
    const root = await temporaryDirectory({ 'dist/a': '', 'src/build/a': '' });
    for (const argument of ['build', './build/', join(root, 'src/build')]) {
      expect(await findBuiltDirectory(join(root, 'src'), argument)).toBe(join(root, 'src/build'));
    }
  });

  test('refuses a file in place of the built directory', async () => {
    const cwd = join(fixtures, 'file-as-directory');
    expect(await problemOf(() => findBuiltDirectory(cwd))).toMatchObject({
      kind: 'refused',
      code: 'not_a_directory',
      message: expect.stringContaining(join(cwd, 'dist')),
    });
  });

  test('names every path that it tried', async () => {
    const cwd = join(fixtures, 'no-directory');
    const problem = await problemOf(() => findBuiltDirectory(cwd));
    expect(problem).toMatchObject({ kind: 'refused', code: 'no_built_directory' });
    expect(problem.message).toContain(join(cwd, 'dist'));
    expect(problem.message).toContain(join(cwd, '.lumio-dist'));
  });

  test.each([
    ['absent', 'directory_not_found'],
    ['', 'directory_not_found'],
    ['dist', 'not_a_directory'],
  ])('refuses the argument %j', async (argument, code) => {
    const problem = await problemOf(() =>
      findBuiltDirectory(join(fixtures, 'file-as-directory'), argument),
    );
    expect(problem).toMatchObject({ kind: 'refused', code });
    expect(problem.message.includes('dist')).toBe(argument === 'dist');
  });
});

describe('isProject', () => {
  test.each([
    ['workspace/packages/ticker', true],
    ['workspace/packages/notes', false],
    ['scoreboard/dist', false],
    ['absent', false],
  ])('%s: %s', async (name, expected) => {
    expect(await isProject(join(fixtures, name))).toBe(expected);
  });
});
