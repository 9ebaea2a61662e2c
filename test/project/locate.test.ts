import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { findBuiltDirectory, isProject } from '../../src/project/locate.ts';
import { problemOf } from '../support/problem-of.ts';
import { temporaryDirectory } from '../support/project.ts';

const fixtures = join(import.meta.dirname, '../../fixtures/extensions');

describe('findBuiltDirectory', () => {
  test.each([
    ['scoreboard', 'dist'],
    ['vendor-build', '.lumio-dist'],
  ])('finds the built directory of %s', async (name, source) => {
    expect(await findBuiltDirectory({ cwd: join(fixtures, name) })).toEqual({
      directory: join(fixtures, name, source),
      source,
    });
  });

  test('prefers dist in the project to one in the working directory', async () => {
    const root = await temporaryDirectory({ 'dist/a': '', '.lumio-dist/a': '', 'src/dist/a': '' });
    expect(await findBuiltDirectory({ cwd: join(root, 'src'), projectDirectory: root })).toEqual({
      directory: join(root, 'dist'),
      source: 'dist',
    });
    expect(await findBuiltDirectory({ cwd: join(root, 'src') })).toEqual({
      directory: join(root, 'src/dist'),
      source: 'dist',
    });
  });

  test('resolves the argument relative to the working directory', async () => {
    const root = await temporaryDirectory({ 'dist/a': '', 'src/build/a': '' });
    for (const given of ['build', './build/', join(root, 'src/build')]) {
      expect(
        await findBuiltDirectory({ given, cwd: join(root, 'src'), projectDirectory: root }),
      ).toEqual({ directory: join(root, 'src/build'), source: 'argument' });
    }
  });

  test('refuses a file in place of the built directory', async () => {
    const cwd = join(fixtures, 'file-as-folder');
    expect(await problemOf(() => findBuiltDirectory({ cwd }))).toMatchObject({
      kind: 'refused',
      code: 'not_a_directory',
      message: expect.stringContaining(join(cwd, 'dist')),
    });
  });

  test('names every path that it tried', async () => {
    const cwd = join(fixtures, 'no-folder');
    const problem = await problemOf(() => findBuiltDirectory({ cwd }));
    expect(problem).toMatchObject({ kind: 'refused', code: 'no_built_directory' });
    expect(problem.message).toContain(join(cwd, 'dist'));
    expect(problem.message).toContain(join(cwd, '.lumio-dist'));
  });

  test.each([
    ['absent', 'directory_not_found'],
    ['', 'directory_not_found'],
    ['dist', 'not_a_directory'],
  ])('refuses the argument %j', async (given, code) => {
    const problem = await problemOf(() =>
      findBuiltDirectory({ given, cwd: join(fixtures, 'file-as-folder') }),
    );
    expect(problem).toMatchObject({ kind: 'refused', code });
    expect(problem.message.includes('"dist"')).toBe(given === 'dist');
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
