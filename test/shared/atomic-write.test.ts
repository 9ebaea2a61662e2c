import { existsSync } from 'node:fs';
import { chmod, readFile, readdir, stat, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import {
  atomicWrite,
  inUseHint,
  makeDirectory,
  replaceFile,
  retryWhileInUse,
} from '../../src/shared/atomic-write.ts';
import { problemOf } from '../support/problem-of.ts';
import { temporaryDirectory } from '../support/project.ts';
import { isWindows as isWindowsHost } from '../support/platform.ts';

const systemError = (code: string): Error => Object.assign(new Error(code), { code });

describe('atomicWrite', () => {
  test.skipIf(isWindowsHost)(
    'replaces the content, sets the mode and leaves nothing behind',
    async () => {
      const directory = await temporaryDirectory({ file: 'old' });
      await atomicWrite(join(directory, 'file'), 'new', { mode: 0o600 });
      expect(await readFile(join(directory, 'file'), 'utf8')).toBe('new');
      expect((await stat(join(directory, 'file'))).mode & 0o777).toBe(0o600);
      expect(await readdir(directory)).toEqual(['file']);
    },
  );

  test('keeps the old file and deletes the temporary one when it fails', async () => {
    const directory = await temporaryDirectory({ 'directory/file': 'old' });
    await expect(atomicWrite(join(directory, 'directory'), 'new')).rejects.toMatchObject({
      syscall: 'rename',
    });
    expect(await readdir(directory)).toEqual(['directory']);
    expect(await readFile(join(directory, 'directory/file'), 'utf8')).toBe('old');
  });
});

describe('makeDirectory', () => {
  test('creates a directory and its parents, for their owner only', async () => {
    const path = join(await temporaryDirectory(), 'a/b/c/d/e');
    await Promise.all(Array.from({ length: 20 }, () => makeDirectory(path)));
    await makeDirectory(path);
    expect((await stat(path)).mode & 0o777).toBe(0o700);
  });

  test.skipIf(!existsSync('/proc/self'))('fails where nothing can be created', async () => {
    await expect(makeDirectory('/proc/nope/x')).rejects.toMatchObject({ code: 'ENOENT' });
  });

  test('fails if a file is in the way', async () => {
    const directory = await temporaryDirectory({ file: '' });
    await expect(makeDirectory(join(directory, 'file'))).rejects.toMatchObject({ code: 'EEXIST' });
    await expect(makeDirectory(join(directory, 'file/x'))).rejects.toThrow();
  });
});

describe('replaceFile', () => {
  test.skipIf(isWindowsHost)('keeps the mode and follows a link', async () => {
    const directory = await temporaryDirectory({ file: 'old' });
    await chmod(join(directory, 'file'), 0o664);
    await symlink('file', join(directory, 'link'));
    await replaceFile(join(directory, 'link'), 'new');
    expect(await readFile(join(directory, 'file'), 'utf8')).toBe('new');
    expect((await stat(join(directory, 'file'))).mode & 0o777).toBe(0o664);
    expect((await readdir(directory)).toSorted()).toEqual(['file', 'link']);
  });

  test("refuses a path that isn't in a directory", async () => {
    const directory = await temporaryDirectory({ file: '' });
    expect(await problemOf(() => replaceFile(join(directory, 'file/below'), 'x'))).toMatchObject({
      kind: 'refused',
      code: 'unwritable_file',
    });
  });
});

describe('a file that another process has open on Windows', () => {
  test.each(['EPERM', 'EACCES', 'EBUSY'])('is retried after %s', async (code) => {
    let attempts = 0;
    const action = async (): Promise<void> => {
      attempts += 1;
      if (attempts < 4) throw systemError(code);
    };
    await retryWhileInUse(action, true);
    expect(attempts).toBe(4);
  });

  test('fails after several retries, with a hint about who may have it open', async () => {
    const error = systemError('EPERM');
    let attempts = 0;
    const action = async (): Promise<void> => {
      attempts += 1;
      throw error;
    };
    await expect(retryWhileInUse(action, true)).rejects.toBe(error);
    expect(attempts).toBeGreaterThan(5);
    expect(inUseHint(error, true)).toContain('antivirus');
  });

  test.each([
    ['another system', 'EPERM', false],
    ['another error', 'ENOSPC', true],
  ])("isn't retried on %s", async (_what, code, isWindows) => {
    let attempts = 0;
    const action = async (): Promise<void> => {
      attempts += 1;
      throw systemError(code);
    };
    await expect(retryWhileInUse(action, isWindows)).rejects.toMatchObject({ code });
    expect(attempts).toBe(1);
    expect(inUseHint(systemError(code), isWindows)).toBeUndefined();
  });
});

test('a reader never sees half a file while it is replaced', async () => {
  const path = join(await temporaryDirectory({ file: 'x'.repeat(100_000) }), 'file');
  let isDone = false;
  const reader = (async () => {
    while (!isDone) expect((await readFile(path, 'utf8')).length).toBe(100_000);
  })();
  for (const letter of 'abcdefghij') await atomicWrite(path, letter.repeat(100_000));
  isDone = true;
  await reader;
});
