/**
 * Writes files atomically: other processes see the old or the complete new content, even after a
 * crash.
 */
import { randomUUID } from 'node:crypto';
import type { Stats } from 'node:fs';
import { mkdir, open, realpath, rename, rm, stat } from 'node:fs/promises';
import { platform } from 'node:os';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { LumioError, systemCode, systemErrorText } from '../errors.ts';

interface WriteOptions {
  /** Permission bits, regardless of the umask; undefined: 0666 less the umask. */
  readonly mode?: number | undefined;
  /** Temporary path on the same file system; default: next to the target. */
  readonly temporaryPath?: string;
}

/** Writes a file, or replaces it. @throws the system's error; the old file is then unchanged */
export async function atomicWrite(
  path: string,
  content: string | Uint8Array,
  { mode, temporaryPath = `${path}.${randomUUID()}.tmp` }: WriteOptions = {},
): Promise<void> {
  try {
    const file = await open(temporaryPath, 'wx', mode);
    try {
      if (mode !== undefined) await file.chmod(mode);
      await file.writeFile(content);
      await file.sync();
    } finally {
      await file.close();
    }
    await retryWhileInUse(() => rename(temporaryPath, path));
    await syncDirectory(dirname(path));
  } catch (error) {
    await rm(temporaryPath, { force: true });
    throw error;
  }
}

/**
 * Creates a directory that only its owner can read, and its missing parents. Node's recursive mkdir
 * hangs if nothing can be created in an existing directory, as in /proc.
 * @throws the system's error
 */
export async function makeDirectory(path: string): Promise<void> {
  const parent = dirname(path);
  if (parent !== path && (await statsOf(parent)) === undefined) await makeDirectory(parent);
  try {
    await mkdir(path, { mode: 0o700 });
  } catch (error) {
    if ((await statsOf(path))?.isDirectory() !== true) throw error;
  }
}

/** Undefined if nothing is there. */
async function statsOf(path: string): Promise<Stats | undefined> {
  return stat(path).catch(() => undefined);
}

/**
 * Replaces or creates a text file that belongs to the user. Keeps its mode, and follows a link.
 * @param path absolute
 * @throws LumioError `refused` when it can't be written; the old file is then unchanged
 */
export async function replaceFile(path: string, text: string): Promise<void> {
  try {
    const target = await realpath(path).catch(() => path);
    const stats = await stat(target).catch(() => undefined);
    await atomicWrite(target, text, stats && { mode: stats.mode & 0o777 });
  } catch (cause) {
    throw new LumioError('refused', {
      code: 'unwritable_file',
      message: `Can't write ${path} (${systemErrorText(cause)}).`,
      hint: inUseHint(cause) ?? 'Check that the directory exists and that you can write to it.',
      cause,
    });
  }
}

/** What Windows reports while another process has the file open. */
const inUseCodes = new Set(['EPERM', 'EACCES', 'EBUSY']);
const maxAttempts = 12;

/** Retries for about two seconds where another process may have the file open. */
export async function retryWhileInUse<Value>(
  action: () => Promise<Value>,
  isWindows = platform() === 'win32',
): Promise<Value> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await action();
    } catch (error) {
      const isInUse = isWindows && inUseCodes.has(systemCode(error) ?? '');
      if (!isInUse || attempt === maxAttempts) throw error;
      await sleep(Math.min(10 * 2 ** attempt, 250));
    }
  }
}

/** The hint for an error that {@link retryWhileInUse} gave up on. */
export function inUseHint(error: unknown, isWindows = platform() === 'win32'): string | undefined {
  if (!isWindows || !inUseCodes.has(systemCode(error) ?? '')) return undefined;
  return (
    'Close the program that has the file open (an editor, antivirus, backup or sync such ' +
    'as OneDrive), or check that you can write to it. Then try again.'
  );
}

/** Flushes the entries of a directory. Windows can't open directories and needs no flush. */
async function syncDirectory(path: string): Promise<void> {
  let directory;
  try {
    directory = await open(path, 'r');
    await directory.sync();
  } catch (error) {
    if (!['EISDIR', 'EPERM', 'EACCES', 'EINVAL'].includes(systemCode(error) ?? '')) throw error;
  } finally {
    await directory?.close();
  }
}
