import { describe, expect, test } from 'vitest';
import type { Manifest } from '../../src/project/manifest.ts';
import {
  isNamed,
  type KnownExtension,
  namedTarget,
  resolveTarget,
} from '../../src/project/target.ts';
import { problemOf } from '../support/problem-of.ts';

const extensions: KnownExtension[] = [
  { id: 'ext_01', slug: 'my-scoreboard', name: 'Sports Scoreboard' },
  { id: 'ext_02', slug: 'weather', name: null },
  { id: 'b3c1c5a0-8a4e-4a52-9d5e-0f2f8f7b1c11', slug: null },
  { id: 'weather', slug: 'an-id-that-looks-like-a-slug' },
];
const listExtensions = async (): Promise<readonly KnownExtension[]> => extensions;
const notListed = async (): Promise<never> => {
  throw new Error('The list was asked for.');
};
const manifestWith = (extensionId: string | undefined): Manifest => ({
  path: '/projects/lumio.config.json',
  directory: '/projects',
  extensionId,
  version: undefined,
  name: undefined,
  description: undefined,
  raw: {},
  warnings: [],
});

describe('resolveTarget', () => {
  test.each(['lm_dev_canary', 'S3cr3t value', 'EXT'])('looks up %j once', async (flag) => {
    const problem = await problemOf(() =>
      resolveTarget({ flag, env: {}, listExtensions: async () => extensions }),
    );
    expect(problem.code).toBe('extension_not_found');
    expect(JSON.stringify(problem)).not.toContain(flag);
  });

  test.each(['ext_01j9k2m3n4p5q6r7', 'ext_1', 'ext_my_own'])(
    'uses %j as an ID, without a lookup',
    async (flag) => {
      expect(await resolveTarget({ flag, env: {}, listExtensions: notListed })).toEqual({
        id: flag,
        slug: undefined,
        name: undefined,
        value: flag,
        source: 'flag',
        sourceLabel: '--extension',
      });
    },
  );

  test.each([
    ['my-scoreboard', 'ext_01', 'my-scoreboard', 'Sports Scoreboard'],
    [
      'b3c1c5a0-8a4e-4a52-9d5e-0f2f8f7b1c11',
      'b3c1c5a0-8a4e-4a52-9d5e-0f2f8f7b1c11',
      undefined,
      undefined,
    ],
    ['weather', 'weather', 'an-id-that-looks-like-a-slug', undefined],
  ])('looks up %s among IDs, then slugs', async (flag, id, slug, name) => {
    expect(await resolveTarget({ flag, env: {}, listExtensions })).toMatchObject({
      id,
      slug,
      name,
    });
  });

  const manifest = manifestWith('ext_manifest');
  test.each([
    [
      { flag: 'ext_flag', env: { LUMIO_EXTENSION: 'ext_env' }, manifest },
      'ext_flag',
      'flag',
      '--extension',
    ],
    [
      { env: { LUMIO_EXTENSION: ' ext_env\n' }, manifest },
      'ext_env',
      'environment',
      'LUMIO_EXTENSION',
    ],
    [
      { env: { LUMIO_EXTENSION: '' }, manifest },
      'ext_manifest',
      'manifest',
      '/projects/lumio.config.json',
    ],
    [{ env: {}, manifest }, 'ext_manifest', 'manifest', '/projects/lumio.config.json'],
    [
      { env: {}, manifest: manifestWith(' ext_manifest\n'), chosen: 'ext_chosen' },
      'ext_manifest',
      'manifest',
      '/projects/lumio.config.json',
    ],
    [
      { env: {}, manifest: manifestWith(undefined), chosen: 'ext_chosen' },
      'ext_chosen',
      'choice',
      'your choice',
    ],
  ])(
    '%#: the option, the variable, then the manifest',
    async (sources, id, source, sourceLabel) => {
      expect(await resolveTarget({ ...sources, listExtensions: notListed })).toMatchObject({
        id,
        source,
        sourceLabel,
      });
      expect(namedTarget(sources)).toEqual({ value: id, source, sourceLabel });
      expect(isNamed(sources)).toBe(true);
    },
  );

  test.each([{ env: {} }, { env: { LUMIO_EXTENSION: ' ' }, manifest: manifestWith(undefined) }])(
    '%#: names every way to specify an extension',
    async (sources) => {
      const problem = await problemOf(() => resolveTarget({ ...sources, listExtensions }));
      expect(isNamed(sources)).toBe(false);
      expect(problem).toMatchObject({
        kind: 'usage',
        code: 'no_extension',
        next: 'lumio init',
      });
      for (const way of ['--extension', 'LUMIO_EXTENSION', 'lumio init'])
        expect(problem.hint).toContain(way);
    },
  );

  test.each(['', ' ', '.', '..', '../other', 'a/b', 'a\0', 'a\nb'])(
    'refuses %j, which would change the path of the request',
    async (flag) => {
      const problem = await problemOf(() =>
        resolveTarget({ flag, env: { LUMIO_EXTENSION: 'ext_env' }, listExtensions: notListed }),
      );
      expect(problem).toMatchObject({
        kind: 'usage',
        code: 'invalid_extension',
        next: 'lumio extensions list',
      });
      expect(problem.message).toContain('--extension');
    },
  );

  test.each([
    ['my-scorebord', /"my-scoreboard"/],
    ['wheather', /"weather"/],
    ['something-else', /my-scoreboard, weather\.$/],
  ])('suggests an extension in place of %s', async (flag, hint) => {
    const problem = await problemOf(() =>
      resolveTarget({ flag, env: {}, listExtensions: async () => extensions.slice(0, 2) }),
    );
    expect(problem).toMatchObject({
      kind: 'not_found',
      code: 'extension_not_found',
      next: 'lumio extensions list',
    });
    expect(problem.message).not.toContain(flag);
    expect(problem.hint).toMatch(hint);
  });

  test('lists at most ten extensions', async () => {
    const many = Array.from({ length: 25 }, (_, index) => ({
      id: `ext_${index}`,
      slug: `extension-number-${index}`,
    }));
    expect(
      (
        await problemOf(() =>
          resolveTarget({ flag: 'x', env: {}, listExtensions: async () => many }),
        )
      ).hint,
    ).toMatch(/extension-number-9\b.* 15 more/);
    expect(
      (
        await problemOf(() =>
          resolveTarget({ flag: 'x', env: {}, listExtensions: async () => many.slice(0, 10) }),
        )
      ).hint,
    ).toMatch(/extension-number-9\.$/);
    expect(
      (await problemOf(() => resolveTarget({ flag: 'x', env: {}, listExtensions: async () => [] })))
        .hint,
    ).toContain('lumio extensions create');
  });
});
