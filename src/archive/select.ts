/** Which files of a built folder make the bundle. */
import { realpathSync, statSync } from 'node:fs';
import { LumioError, systemErrorText } from '../errors.ts';
import { refuse } from './refused-files.ts';
import { isThere } from './ignore-file.ts';
import { DirectoryWalk, type SelectedFile } from './walk.ts';

export interface Selection {
  /** Absolute path, as it was given. */
  readonly folder: string;
  /** Sorted by the bytes of their paths; at least one. */
  readonly files: readonly SelectedFile[];
  /** Sum of the sizes. */
  readonly contentBytes: number;
  /** Files and folders that were left out (a folder counts as one). */
  readonly ignoredCount: number;
  /** Those among them that are left out by default, such as `.git`. */
  readonly excludedCount: number;
}

export interface SelectOptions {
  /** Absolute paths of `.lumioignore` files outside of the folder, such as the one beside lumio.config.json; missing ones are skipped. */
  readonly ignoreFiles?: readonly string[];
  readonly signal: AbortSignal;
}

/**
 * Walks a built folder. Left out: `.git`, `node_modules`, `.DS_Store`, `Thumbs.db`, `.lumioignore` and what its rules name. Links
 * that stay inside the folder count as what they point to.
 * @param folder absolute path
 * @throws LumioError `refused`, naming the path: see the codes in `refusals.ts` and `walk.ts`, and `folder_not_found`,
 * `not_a_folder`, `folder_unreadable`, `folder_empty`; all refused entries are in `details.refusals`
 */
export async function selectFiles(folder: string, options: SelectOptions): Promise<Selection> {
  const realFolder = resolveFolder(folder);
  const ignoreFiles = (options.ignoreFiles ?? []).filter((file) => isThere(file));
  const walk = new DirectoryWalk(realFolder, { ignoreFiles, signal: options.signal });
  await walk.run();
  const [first, ...others] = walk.refusals;
  if (first !== undefined) throw refuse(folder, [first, ...others]);
  if (walk.files.length === 0) throw nothingToPack(folder, walk);
  const contentBytes = walk.files.reduce((sum, file) => sum + file.sizeBytes, 0);
  const { files, ignoredCount, excludedCount } = walk;
  return { folder, files, contentBytes, ignoredCount, excludedCount };
}

/** The biggest files first, at most `count`; of equal ones the first by path. */
export function largestFiles(selection: Selection, count: number): readonly SelectedFile[] {
  return selection.files
    .toSorted((left, right) => right.sizeBytes - left.sizeBytes)
    .slice(0, count);
}

function resolveFolder(folder: string): string {
  try {
    const realFolder = realpathSync.native(folder);
    if (statSync(realFolder).isDirectory()) return realFolder;
  } catch (error) {
    throw folderError(folder, error);
  }
  throw new LumioError('refused', {
    code: 'not_a_folder',
    message: `${folder} is not a folder.`,
    hint: 'Name the folder that the build writes to, such as dist.',
  });
}

function folderError(folder: string, error: unknown): LumioError {
  const isMissing = ['ENOENT', 'ENOTDIR'].includes(systemErrorText(error));
  return new LumioError('refused', {
    code: isMissing ? 'folder_not_found' : 'folder_unreadable',
    message: isMissing
      ? `There is no folder ${folder}.`
      : `The folder ${folder} can't be read (${systemErrorText(error)}).`,
    hint: isMissing
      ? 'Build the extension first, or name the folder that the build writes to.'
      : 'Make it readable for this user.',
    cause: error,
  });
}

function nothingToPack(folder: string, { ignoredCount, ignoringFiles }: DirectoryWalk): LumioError {
  const isIgnored = ignoringFiles.length > 0;
  const isEmpty = ignoredCount === 0;
  const reason = isIgnored
    ? 'everything in it is ignored'
    : 'it holds only what is never packed, such as .git and node_modules';
  return new LumioError('refused', {
    code: 'folder_empty',
    message: isEmpty
      ? `There are no files in ${folder}.`
      : `Nothing is left to pack in ${folder}: ${reason}.`,
    hint: isIgnored
      ? `Check the rules in ${ignoringFiles.join(' and ')}.`
      : 'Build the extension first.',
  });
}
