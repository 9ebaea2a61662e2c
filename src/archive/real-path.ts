import { realpathSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { systemCode } from '../errors.ts';
import { ancestors } from '../shared/path-inside.ts';

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
 * Where a file is, seen from a directory below it: spells the directory of the file like that of
 * the directories above, whatever links, drive letters or case the path has.
 * @param directory real path
 */
export function respell(file: string, directory: string): string {
  const own = dirname(file);
  const above = ancestors(directory).find((candidate) => isSame(candidate, own));
  return join(above ?? own, basename(file));
}

function isSame(left: string, right: string): boolean {
  try {
    if (realPath(left) === realPath(right)) return true;
    const [one, other] = [statSync(left), statSync(right)];
    // Some file systems have no inode numbers.
    return one.ino !== 0 && one.ino === other.ino && one.dev === other.dev;
  } catch {
    return left === right;
  }
}
