/** Selects the files of a built directory that make the bundle. */
import { lstatSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { LumioError, systemCode, systemErrorText } from '../errors.ts';
import { ancestors, realPath } from '../shared/paths.ts';
import { refuse } from './refused-files.ts';
import { DirectoryWalk, type SelectedFile, type WalkOptions } from './walk.ts';

export interface Selection {
  /** Absolute path, as specified. */
  readonly directory: string;
  /** The same with all links resolved. */
  readonly realDirectory: string;
  /** Sorted by the bytes of their paths; at least one. */
  readonly files: readonly SelectedFile[];
  readonly contentBytes: number;
  /** Excluded files and directories; a directory counts as one. */
  readonly ignoredCount: number;
  /** Of these, the ones that are excluded by default, such as `.git`. */
  readonly excludedCount: number;
}

interface SelectOptions extends Omit<WalkOptions, 'ignoreFiles'> {
  /** Absolute paths of `.lumioignore` files outside of the directory; missing ones are skipped. */
  readonly ignoreFiles?: readonly string[];
}

/**
 * Links that stay inside the directory count as what they point to.
 * @param directory absolute path
 * @throws LumioError `refused`: `directory_not_found`, `not_a_directory`, `directory_unreadable`,
 * `directory_empty`, the codes of unsuitable entries, all of them in `details.refusals`, and of
 * unsuitable rule files
 */
export async function selectFiles(directory: string, options: SelectOptions): Promise<Selection> {
  const realDirectory = resolveDirectory(directory);
  const ignoreFiles = (options.ignoreFiles ?? [])
    .filter(exists)
    .map((file) => respell(file, realDirectory));
  const walk = new DirectoryWalk(realDirectory, { ...options, ignoreFiles });
  await walk.run();
  const [first, ...others] = walk.refusals;
  if (first !== undefined) throw refuse(directory, [first, ...others]);
  if (walk.files.length === 0) throw nothingToPack(directory, walk);
  const { files, ignoredCount, excludedCount } = walk;
  const contentBytes = files.reduce((sum, file) => sum + file.sizeBytes, 0);
  return { directory, realDirectory, files, contentBytes, ignoredCount, excludedCount };
}

/** Also for a dangling link, and for what can't be examined. */
function exists(path: string): boolean {
  try {
    lstatSync(path);
    return true;
  } catch (error) {
    return !['ENOENT', 'ENOTDIR'].includes(systemCode(error) ?? '');
  }
}

/**
 * Rewrites the directory of a file to the matching ancestor of `directory`, even if the path has
 * links or another case.
 * @param directory real path
 */
function respell(file: string, directory: string): string {
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

function resolveDirectory(directory: string): string {
  try {
    if (statSync(directory).isDirectory()) return realPath(directory);
  } catch (error) {
    throw directoryError(directory, error);
  }
  throw new LumioError('refused', {
    code: 'not_a_directory',
    message: `${directory} isn't a directory.`,
    hint: 'Specify the built directory, such as dist.',
  });
}

function directoryError(directory: string, error: unknown): LumioError {
  const isMissing = ['ENOENT', 'ENOTDIR'].includes(systemCode(error) ?? '');
  return new LumioError('refused', {
    code: isMissing ? 'directory_not_found' : 'directory_unreadable',
    message: isMissing
      ? "The specified directory doesn't exist."
      : `The directory ${directory} can't be read (${systemErrorText(error)}).`,
    hint: isMissing
      ? 'Build the extension first, or specify the built directory.'
      : 'Make it readable for the current user.',
    cause: error,
  });
}

function nothingToPack(
  directory: string,
  { ignoredCount, ignoringFiles }: DirectoryWalk,
): LumioError {
  const isIgnored = ignoringFiles.length > 0;
  const reason = isIgnored
    ? 'all files in it are excluded'
    : 'it contains only files that are excluded by default, such as .git and node_modules';
  return new LumioError('refused', {
    code: 'directory_empty',
    message:
      ignoredCount === 0
        ? `There are no files in ${directory}.`
        : `There is nothing to pack in ${directory}: ${reason}.`,
    hint: isIgnored
      ? `Check the rules in ${ignoringFiles.join(' and ')}.`
      : 'Build the extension first.',
  });
}
