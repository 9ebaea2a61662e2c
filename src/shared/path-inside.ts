import { isAbsolute, relative, sep } from 'node:path';

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
