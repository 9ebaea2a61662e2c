import { chmod, lstat, mkdir, readdir, readFile, stat, symlink } from 'node:fs/promises';
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import {
  editManifest,
  findManifest,
  readManifest,
  readPackageJson,
} from '../../src/project/manifest.ts';
import { problemOf } from '../support/problem-of.ts';
import { temporaryDirectory } from '../support/project.ts';
import { isWindows } from '../support/platform.ts';

const fixtures = join(import.meta.dirname, '../../fixtures/extensions');

describe('findManifest', () => {
  test('reads the known keys and keeps the others', async () => {
    const manifest = await findManifest(join(fixtures, 'scoreboard'));
    expect(manifest).toMatchObject({
      path: join(fixtures, 'scoreboard/lumio.config.json'),
      directory: join(fixtures, 'scoreboard'),
      extensionId: 'ext_01j9k2m3n4p5q6r7',
      name: 'Sports Scoreboard',
      version: '1.3.0',
      raw: { targets: ['editor', 'layer', 'interactive'], pricing: { type: 'free' } },
    });
  });

  test.each([
    ['extensionid', '"extensionId"'],
    ['extension_id', '"extensionId"'],
    ['Version', '"version"'],
    ['descripton', '"description"'],
    ['outDir', 'package.json'],
  ])('warns about %s, and suggests %s', async (key, suggestion) => {
    const directory = await temporaryDirectory({
      'lumio.config.json': JSON.stringify({ [key]: 'x' }),
    });
    const manifest = await findManifest(directory);
    expect(manifest?.warnings).toEqual([expect.stringContaining(suggestion)]);
  });

  test("doesn't warn about keys of the vendor, or next to the right one", async () => {
    const text = '{"version": "1.0.0", "versions": [], "targets": [], "fonts": [], "custom": 1}';
    const directory = await temporaryDirectory({ 'lumio.config.json': text });
    expect((await findManifest(directory))?.warnings).toEqual([]);
  });

  test('finds the nearest one upwards', async () => {
    const directory = await temporaryDirectory({
      'lumio.config.json': '{"name": "outer"}',
      'in/lumio.config.json': '{"name": "inner"}',
      'in/a/b/file': '',
      'c/file': '',
    });
    expect((await findManifest(join(directory, 'in/a/b')))?.name).toBe('inner');
    expect((await findManifest(join(directory, 'c')))?.name).toBe('outer');
    expect(await readManifest(join(directory, 'c'))).toBeUndefined();
  });

  test('returns undefined without a file', async () => {
    expect(await findManifest(await temporaryDirectory())).toBeUndefined();
  });

  test('reads a byte order mark, CRLF, and __proto__ as a key like any other', async () => {
    const manifest = await findManifest(join(fixtures, 'config-bom-crlf'));
    expect(manifest).toMatchObject({ extensionId: 'ext_01j9k2m3n4p5q6r7', version: '1.3.0' });
    expect(Object.getOwnPropertyNames(manifest?.raw)).toContain('__proto__');
  });

  test('ignores values from a prototype', async () => {
    const directory = await temporaryDirectory({
      'lumio.config.json': '{"__proto__": {"extensionId": "ext_evil", "version": 1}}',
    });
    expect(await findManifest(directory)).toMatchObject({
      extensionId: undefined,
      version: undefined,
    });
  });

  test.each(['""', 'null'])('%s is the same as a missing key', async (value) => {
    const directory = await temporaryDirectory({
      'lumio.config.json': `{"extensionId": ${value}, "version": ${value}}`,
    });
    expect(await findManifest(directory)).toMatchObject({
      extensionId: undefined,
      version: undefined,
    });
  });

  test.each([
    ['broken-config', 'invalid_json'],
    ['config-list', 'invalid_json'],
    ['config-wrong-type', 'invalid_config'],
  ])('refuses %s by path', async (name, code) => {
    const problem = await problemOf(() => findManifest(join(fixtures, name)));
    expect(problem).toMatchObject({ kind: 'usage', code });
    expect(problem.message).toContain(join(fixtures, name, 'lumio.config.json'));
  });

  test.each<[string, string | Uint8Array, string]>([
    ['a list for a version', '{"version": ["1.0.0"]}', 'invalid_config'],
    ['a number for a name', '{"name": 5}', 'invalid_config'],
    ['an empty file', '', 'invalid_json'],
    ['invalid UTF-8', new Uint8Array([0x7b, 0xff, 0x7d]), 'invalid_utf8'],
    ['more than 1 MiB', `{"a": "${'a'.repeat(1024 * 1024)}"}`, 'input_too_large'],
  ])('refuses %s', async (_, content, code) => {
    const directory = await temporaryDirectory({ 'lumio.config.json': content });
    expect((await problemOf(() => findManifest(directory))).code).toBe(code);
  });

  test.skipIf(isWindows)('refuses a directory or a FIFO in its place', async () => {
    const directory = await temporaryDirectory();
    await mkdir(join(directory, 'a/lumio.config.json'), { recursive: true });
    await mkdir(join(directory, 'b'));
    execFileSync('mkfifo', [join(directory, 'b/lumio.config.json')]);
    for (const name of ['a', 'b'])
      expect((await problemOf(() => findManifest(join(directory, name)))).code).toBe('not_a_file');
  });
});

describe('readPackageJson', () => {
  test('reads name and version', async () => {
    const directory = join(fixtures, 'version-in-package');
    expect(await readPackageJson(directory)).toEqual({
      path: join(directory, 'package.json'),
      name: 'version-in-package',
      version: '2.0.0-beta.1+build.7',
    });
    expect(await readPackageJson(join(fixtures, 'no-version'))).toBeUndefined();
  });

  test('names the broken file', async () => {
    const directory = await temporaryDirectory({ 'package.json': '{"version": }' });
    const { code, message } = await problemOf(() => readPackageJson(directory));
    expect(code).toBe('invalid_json');
    expect(message).toContain(join(directory, 'package.json'));
    expect(message).toMatch(/\b1\b.*\b13\b/);
  });
});

describe('editManifest', () => {
  test('creates a missing file with its schema', async () => {
    const path = join(await temporaryDirectory(), 'lumio.config.json');
    await editManifest(path, { extensionId: 'ext_1' });
    expect(await readFile(path, 'utf8')).toBe(
      '{\n  "$schema": "https://docs.lumio.vision/schemas/lumio.config.schema.json",\n' +
        '  "extensionId": "ext_1"\n}\n',
    );
  });

  test('changes only the key', async () => {
    const before = await readFile(join(fixtures, 'config-bom-crlf/lumio.config.json'), 'utf8');
    const directory = await temporaryDirectory({ 'lumio.config.json': before });
    await editManifest(join(directory, 'lumio.config.json'), { extensionId: 'ext_2' });
    expect(await readFile(join(directory, 'lumio.config.json'), 'utf8')).toBe(
      before.replace('ext_01j9k2m3n4p5q6r7', 'ext_2'),
    );
    expect(before).toMatch(/^\uFEFF\{\r\n\t[^]*\}$/);
  });

  test.skipIf(isWindows).each([
    ['0640', 0o640],
    ['0666', 0o666],
  ])('keeps the mode %s, a link, and leaves nothing else behind', async (_, mode) => {
    const directory = await temporaryDirectory({ 'real.json': '{}' });
    await chmod(join(directory, 'real.json'), mode);
    await symlink('real.json', join(directory, 'lumio.config.json'));
    await editManifest(join(directory, 'lumio.config.json'), { extensionId: 'ext_3' });
    expect((await stat(join(directory, 'real.json'))).mode & 0o777).toBe(mode);
    expect((await lstat(join(directory, 'lumio.config.json'))).isSymbolicLink()).toBe(true);
    expect((await readdir(directory)).sort()).toEqual(['lumio.config.json', 'real.json']);
  });

  test("doesn't change a broken file", async () => {
    const directory = await temporaryDirectory({ 'lumio.config.json': '{ // mine\n}' });
    expect(
      (await problemOf(() => editManifest(join(directory, 'lumio.config.json'), { a: 1 }))).code,
    ).toBe('invalid_json');
    expect(await readFile(join(directory, 'lumio.config.json'), 'utf8')).toBe('{ // mine\n}');
  });

  test("names the path that it can't write", async () => {
    const path = join(await temporaryDirectory(), 'missing/lumio.config.json');
    expect(await problemOf(() => editManifest(path, { a: 1 }))).toMatchObject({
      kind: 'refused',
      code: 'unwritable_file',
      message: expect.stringContaining(path),
    });
  });
});
