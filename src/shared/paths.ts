import { realpathSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { dirname, isAbsolute, join, relative, sep } from 'node:path';
import { LumioError, systemCode, systemErrorText } from '../errors.ts';

/**
 * Whether a path is a directory or inside it. Compares strings, so that links and case have to be
 * resolved before.
 * @param path absolute
 * @param directory absolute
 */
export function isInside(path: string, directory: string): boolean {
  const steps = relative(directory, path);
  return steps !== '..' && !steps.startsWith(`..${sep}`) && !isAbsolute(steps);
}

/** A directory and those above it, nearest first. @param directory absolute */
export function ancestors(directory: string): string[] {
  const all = [directory];
  for (let next = dirname(directory); next !== all.at(-1); next = dirname(next)) all.push(next);
  return all;
}

/**
 * Resolves links, and on Windows and macOS the case of names.
 * The system's function fails on some RAM disks and network drives of Windows, where Node's own
 * works.
 */
export function realPath(path: string): string {
  try {
    return realpathSync.native(path);
  } catch (error) {
    if (['ENOENT', 'ENOTDIR', 'ELOOP', 'EACCES'].includes(systemCode(error) ?? '')) throw error;
    return realpathSync(path);
  }
}

/**
 * Creates a directory in the system's directory for temporary files.
 * @param tempDir `Host.tempDir`
 * @throws LumioError `refused`
 */
export async function createTemporaryDirectory(tempDir: string): Promise<string> {
  try {
    return await mkdtemp(join(tempDir, 'lumio-'));
  } catch (cause) {
    if (systemCode(cause) === undefined) throw cause;
    throw new LumioError('refused', {
      code: 'no_temporary_directory',
      message: `Can't create a temporary directory in ${tempDir} (${systemErrorText(cause)}).`,
      hint: 'Set TMPDIR (TEMP on Windows) to a directory that you can write to.',
      cause,
    });
  }
}
