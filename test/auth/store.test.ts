import { chmod, mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { openStore, type Store } from '../../src/auth/store.ts';
import { fakeClock, realClock } from '../support/clock.ts';
import { problemOf } from '../support/problem-of.ts';
import { temporaryDirectory } from '../support/project.ts';
import { isWindows } from '../support/platform.ts';

const { signal } = new AbortController();
const savedAt = '2026-05-01T12:00:00.000Z';

function storeIn(env: Record<string, string>): Store {
  return openStore({ env, platform: process.platform, cwd: '/', clock: realClock, signal });
}

const modeOf = async (path: string): Promise<string> =>
  ((await stat(path)).mode & 0o777).toString(8);

describe('keeps keys', () => {
  test.skipIf(isWindows)('by profile, in one file that only its owner can read', async () => {
    const home = await temporaryDirectory();
    const store = storeIn({ HOME: home });
    expect(await store.list()).toEqual([]);
    expect(await store.set('work', { apiKey: 'lm_dev_w', savedAt })).toEqual([]);
    expect(
      await store.set('default', { apiKey: 'lm_dev_d', apiUrl: 'http://127.0.0.1:4810', savedAt }),
    ).toEqual([]);
    expect(await store.get('work')).toEqual({ apiKey: 'lm_dev_w', savedAt });
    expect(await store.get('default')).toEqual({
      apiKey: 'lm_dev_d',
      apiUrl: 'http://127.0.0.1:4810',
      savedAt,
    });
    expect((await store.list()).map(([name]) => name)).toEqual(['default', 'work']);
    expect(store.path).toBe(join(home, '.config/lumio/credentials.json'));
    expect(await modeOf(join(home, '.config/lumio/credentials.json'))).toBe('600');
    expect(await modeOf(join(home, '.config/lumio'))).toBe('700');
    expect(await readdir(join(home, '.config/lumio'))).toEqual(['credentials.json']);
  });

  test('replaces and deletes one profile and keeps the others', async () => {
    const store = storeIn({ LUMIO_CONFIG_DIR: await temporaryDirectory() });
    await store.set('a', { apiKey: 'one', apiUrl: 'https://old', savedAt });
    await store.set('b', { apiKey: 'two', savedAt });
    await store.set('a', { apiKey: 'three', savedAt });
    expect(await store.get('a')).toEqual({ apiKey: 'three', savedAt });
    expect(await store.delete('a')).toBe(true);
    expect(await store.delete('a')).toBe(false);
    expect((await store.list()).map(([name]) => name)).toEqual(['b']);
  });

  test('creates no file to read or delete', async () => {
    const home = await temporaryDirectory();
    const store = storeIn({ HOME: home });
    expect([await store.get('default'), await store.delete('default')]).toEqual([undefined, false]);
    expect(await readdir(home)).toEqual([]);
  });

  test('names with dots, and names like those of every object', async () => {
    const store = storeIn({ LUMIO_CONFIG_DIR: await temporaryDirectory() });
    for (const name of ['constructor', 'toString', 'prototype', 'a.b']) {
      expect(await store.get(name)).toBeUndefined();
      await store.set(name, { apiKey: `key of ${name}`, savedAt });
    }
    expect((await store.list()).map(([name, { apiKey }]) => [name, apiKey])).toEqual(
      ['a.b', 'constructor', 'prototype', 'toString'].map((name) => [name, `key of ${name}`]),
    );
    expect(JSON.parse(await readFile(store.path ?? '', 'utf8')).profiles['a.b'].apiKey).toBe(
      'key of a.b',
    );
  });

  test('keeps what a newer version may have added to the file', async () => {
    const directory = await temporaryDirectory({
      'credentials.json': JSON.stringify({ format: 2, profiles: { a: { apiKey: 'k', savedAt } } }),
    });
    await storeIn({ LUMIO_CONFIG_DIR: directory }).set('b', { apiKey: 'l', savedAt });
    expect(JSON.parse(await readFile(join(directory, 'credentials.json'), 'utf8'))).toMatchObject({
      format: 2,
      profiles: { a: { apiKey: 'k' }, b: { apiKey: 'l' } },
    });
  });
});

describe('refuses', () => {
  test.each(['', '__proto__', '.', '-a', 'a/b', 'a b', 'ä', 'a\n', 'a'.repeat(65)])(
    'the name %j',
    async (name) => {
      const store = storeIn({ LUMIO_CONFIG_DIR: await temporaryDirectory() });
      for (const run of [
        () => store.get(name),
        () => store.delete(name),
        () => store.set(name, { apiKey: 'k', savedAt }),
      ]) {
        expect(await problemOf(run)).toMatchObject({ kind: 'usage', code: 'invalid_profile' });
      }
    },
  );

  test.each([
    '',
    '{',
    '[]',
    'null',
    '{"profiles": []}',
    '{"profiles": {"a": "key"}}',
    '{"profiles": {"a": {"apiKey": 1, "savedAt": ""}}}',
    '{"profiles": {"a": {"apiKey": ""}}}',
  ])('a damaged file, %j, and leaves it unchanged', async (content) => {
    const directory = await temporaryDirectory({ 'credentials.json': content });
    const store = storeIn({ LUMIO_CONFIG_DIR: directory });
    for (const run of [
      () => store.get('a'),
      () => store.list(),
      () => store.set('a', { apiKey: 'k', savedAt }),
    ]) {
      const problem = await problemOf(run);
      expect(problem).toMatchObject({ kind: 'refused', code: 'damaged_store' });
      expect(problem.message).toContain(join(directory, 'credentials.json'));
    }
    expect(await readFile(join(directory, 'credentials.json'), 'utf8')).toBe(content);
  });

  test('a directory instead of the file, and a file instead of the directory', async () => {
    const directory = await temporaryDirectory({ file: '' });
    await mkdir(join(directory, 'credentials.json'));
    expect((await problemOf(() => storeIn({ LUMIO_CONFIG_DIR: directory }).get('a'))).code).toBe(
      'damaged_store',
    );
    const below = storeIn({ LUMIO_CONFIG_DIR: join(directory, 'file/below') });
    expect(await below.get('a')).toBeUndefined();
    const problem = await problemOf(() => below.set('a', { apiKey: 'lm_dev_canary', savedAt }));
    expect(problem).toMatchObject({ kind: 'refused', code: 'unwritable_store' });
    expect(problem.message).toContain('ENOTDIR');
    expect(problem.message).not.toContain('canary');
  });

  test('to write without a home, and reads nothing there', async () => {
    const store = storeIn({});
    expect([store.path, await store.get('default'), await store.list()]).toEqual([
      undefined,
      undefined,
      [],
    ]);
    expect(await problemOf(() => store.set('a', { apiKey: 'k', savedAt }))).toMatchObject({
      kind: 'refused',
      code: 'no_config_directory',
    });
  });
});

describe.skipIf(isWindows)('removes the access of other users, and reports it', () => {
  test('to the file and its directory', async () => {
    const directory = await temporaryDirectory({ 'credentials.json': '{}' });
    await chmod(join(directory, 'credentials.json'), 0o644);
    await chmod(directory, 0o755);
    const warnings = await storeIn({ LUMIO_CONFIG_DIR: directory }).set('a', {
      apiKey: 'k',
      savedAt,
    });
    expect(warnings).toHaveLength(2);
    expect(warnings[0]).toContain(join(directory, 'credentials.json'));
    expect([await modeOf(join(directory, 'credentials.json')), await modeOf(directory)]).toEqual([
      '600',
      '700',
    ]);
  });

  test.each([
    [0o755, 0],
    [0o777, 1],
  ])('but not to a chosen directory with other content (%o)', async (mode, count) => {
    const directory = await temporaryDirectory({ 'other.txt': '' });
    await chmod(directory, mode);
    expect(
      await storeIn({ LUMIO_CONFIG_DIR: directory }).set('a', { apiKey: 'k', savedAt }),
    ).toHaveLength(count);
    expect(await modeOf(directory)).toBe(mode.toString(8));
    expect(await modeOf(join(directory, 'credentials.json'))).toBe('600');
  });
});

test('ten concurrent writers lose nothing, and readers see only complete files', async () => {
  const directory = await temporaryDirectory();
  const names = Array.from({ length: 10 }, (_, index) => `profile-${index}`);
  const done = new AbortController();
  const writers = Promise.all(
    names.map((name) =>
      storeIn({ LUMIO_CONFIG_DIR: directory }).set(name, {
        apiKey: `key-${name}`.repeat(100),
        savedAt,
      }),
    ),
  );
  const reader = (async () => {
    while (!done.signal.aborted) {
      await storeIn({ LUMIO_CONFIG_DIR: directory }).list();
      await realClock.sleep(1, signal);
    }
  })();
  await writers;
  done.abort();
  await reader;
  expect((await storeIn({ LUMIO_CONFIG_DIR: directory }).list()).map(([name]) => name)).toEqual(
    names,
  );
  expect(await readdir(directory)).toEqual(['credentials.json']);
});

test('removes the lock of a killed process', async () => {
  const directory = await temporaryDirectory();
  await writeFile(join(directory, 'credentials.json.lock'), 'killed');
  await openStore({
    env: { LUMIO_CONFIG_DIR: directory },
    platform: process.platform,
    cwd: '/',
    clock: fakeClock(),
    signal,
  }).set('a', { apiKey: 'k', savedAt });
  expect(await readdir(directory)).toEqual(['credentials.json']);
});
