import { realpathSync } from 'node:fs';
import { dirname, isAbsolute, relative, sep } from 'node:path';
import { systemCode } from '../errors.ts';

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
