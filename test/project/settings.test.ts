import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import { describe, expect, test } from 'vitest';
import { findSettings, readSettings, settingNames } from '../../src/project/manifest.ts';
import { problemOf } from '../support/problem-of.ts';
import { temporaryDirectory } from '../support/project.ts';

const packageWith = (lumio: unknown) =>
  temporaryDirectory({ 'package.json': JSON.stringify({ lumio }) });
const none = {
  outDir: undefined,
  allow: [],
  changelog: undefined,
  profile: undefined,
  warnings: [],
};
const root = join(import.meta.dirname, '../..');

describe('readSettings', () => {
  test('reads every setting', async () => {
    const settings = {
      outDir: 'build',
      allow: ['env-file'],
      changelog: 'NEWS.md',
      profile: 'work',
    };
    expect(await readSettings(await packageWith(settings))).toEqual({ ...settings, warnings: [] });
  });

  test.each([
    ['without a package.json', {}],
    ['without "lumio" in it', { 'package.json': '{"name": "x"}' }],
  ])('returns defaults %s', async (_, files) => {
    expect(await readSettings(await temporaryDirectory(files))).toEqual(none);
  });

  test.each([
    ['outdir', '"outDir"'],
    ['allowed', '"allow"'],
    ['changeLog', '"changelog"'],
    ['profiles', '"profile"'],
  ])('warns about %s, and suggests %s', async (key, suggestion) => {
    const { warnings } = await readSettings(await packageWith({ [key]: 'x' }));
    expect(warnings).toEqual([expect.stringContaining(suggestion)]);
  });

  test.each([
    'build',
    [],
    { outDir: 1 },
    { outDir: '' },
    { allow: 'x' },
    { allow: [1] },
    { changelog: null },
  ])('refuses %j', async (lumio) => {
    const directory = await packageWith(lumio);
    expect(await problemOf(() => readSettings(directory))).toMatchObject({
      kind: 'usage',
      code: 'invalid_config',
      message: expect.stringContaining(join(directory, 'package.json')),
    });
  });
});

test('findSettings finds the nearest settings upwards', async () => {
  const directory = await packageWith({ profile: 'work' });
  await mkdir(join(directory, 'a/b'), { recursive: true });
  expect(await findSettings(join(directory, 'a/b'))).toMatchObject({ profile: 'work' });
});

describe('the JSON schemas', () => {
  const load = async (name: string) =>
    JSON.parse(await readFile(join(root, 'schemas', name), 'utf8'));

  test('describe every setting', async () => {
    const schema = await load('package.schema.json');
    expect(Object.keys(schema.properties.lumio.properties)).toEqual([...settingNames]);
    const validate = new Ajv().compile(schema);
    const lumio = { outDir: 'build', allow: ['env-file'], changelog: 'NEWS.md', profile: 'work' };
    expect(validate({ name: 'x', lumio })).toBe(true);
    expect(validate({ lumio: { outdir: 'build' } })).toBe(false);
    expect(validate({ lumio: { allow: 'x' } })).toBe(false);
  });

  test('describe the keys of lumio.config.json that lumio reads', async () => {
    const schema = await load('lumio.config.schema.json');
    expect(Object.keys(schema.properties)).toEqual([
      'extensionId',
      'version',
      'name',
      'description',
    ]);
    const validate = new Ajv().compile(schema);
    expect(validate({ extensionId: 'ext_1', version: '1.0.0', targets: [] })).toBe(true);
    expect(validate({ version: 1 })).toBe(false);
  });
});
