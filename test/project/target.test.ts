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
  folder: '/projects',
  extensionId,
  version: undefined,
  name: undefined,
  description: undefined,
  raw: {},
});

describe('resolveTarget', () => {
  test.each(['ext_01j9k2m3n4p5q6r7', 'EXT', 'a b', 'ext:2e', 'ünï'])(
    'takes %j for an id, without a look-up',
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
  ])('looks %s up, ids first', async (flag, id, slug, name) => {
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
    '%#: the flag, else the variable, else the manifest',
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
    '%#: names every way when none was used',
    async (sources) => {
      const problem = await problemOf(() => resolveTarget({ ...sources, listExtensions }));
      expect(isNamed(sources)).toBe(false);
      expect(problem).toMatchObject({
        kind: 'usage',
        code: 'no_extension',
        message: 'It is not said which extension is meant.',
        next: 'lumio init',
      });
      for (const way of ['--extension', 'LUMIO_EXTENSION', 'lumio.config.json', 'lumio init'])
        expect(problem.hint).toContain(way);
    },
  );

  test.each(['', ' ', '.', '..', '../other', 'a/b', 'a\0', 'a\nb'])(
    'refuses %j, which would be another path',
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
      expect(problem.hint).toContain('an id or a slug');
    },
  );

  test.each([
    ['my-scorebord', /^Did you mean "my-scoreboard"\? There is: /],
    ['wheather', /^Did you mean "weather"\? There is: /],
    ['something-else', /^There is: my-scoreboard, weather\.$/],
  ])('tells what there is in place of %s', async (flag, hint) => {
    const problem = await problemOf(() =>
      resolveTarget({ flag, env: {}, listExtensions: async () => extensions.slice(0, 2) }),
    );
    expect(problem).toMatchObject({
      kind: 'not_found',
      code: 'extension_not_found',
      next: 'lumio extensions list',
    });
    expect(problem.message).toContain(`"${flag}"`);
    expect(problem.hint).toMatch(hint);
  });

  test('keeps the list of what there is short', async () => {
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
    ).toMatch(/extension-number-9, and 15 more\.$/);
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
    ).toContain('no extensions yet');
  });
});
