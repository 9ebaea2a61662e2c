/** Paths as the shell would pass them. */
import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { LumioError } from '../errors.ts';
import type { Host } from '../host.ts';

/** @returns whether a path is a regular file with the name of an archive */
export async function isArchive(path: string): Promise<boolean> {
  if (!/\.(?:tar\.gz|tgz)$/i.test(path)) return false;
  return stat(path).then(
    (found) => found.isFile(),
    () => false,
  );
}

/**
 * Expands wildcards, which cmd and PowerShell leave as they are. An existing path is never a pattern.
 * @throws LumioError usage if a pattern matches nothing
 */
export async function expandPaths(
  paths: readonly string[],
  { cwd, platform }: Pick<Host, 'cwd' | 'platform'>,
): Promise<string[]> {
  const expanded: string[] = [];
  for (const path of paths) {
    const isLiteral = !/[*?[\]{}]/.test(path) || (await exists(resolve(cwd, path)));
    expanded.push(...(isLiteral ? [path] : await matching(path, cwd, platform)));
  }
  return expanded;
}

async function matching(path: string, cwd: string, platform: Host['platform']): Promise<string[]> {
  const { glob } = await import('tinyglobby');
  const pattern = platform === 'win32' ? path.replaceAll('\\', '/') : path;
  const matches = await glob(pattern, { cwd, onlyFiles: false, expandDirectories: false });
  if (matches.length > 0) return matches.map((match) => match.replace(/\/$/, '')).sort();
  throw new LumioError('usage', {
    code: 'no_match',
    message: `No path matches ${path}.`,
    hint: 'Check the pattern, and that the projects exist.',
  });
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
