/** Finds the built directory: the specified one, or where builds usually write. */
import { stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { refusedFile } from '../errors.ts';
import { manifestName } from './manifest.ts';

/** The API page's name, then the name that the vendor's own tool uses. */
const builtNames = ['dist', '.lumio-dist'] as const;

export interface BuiltDirectory {
  /** Absolute path. */
  readonly directory: string;
  readonly source: 'argument' | (typeof builtNames)[number];
}

/**
 * @param from `given`: the argument, relative to `cwd`; `projectDirectory`: of the lumio.config.json, if any
 * @throws LumioError refused, naming the path that isn't a directory, or every path tried
 */
export async function findBuiltDirectory(from: {
  given?: string | undefined;
  cwd: string;
  projectDirectory?: string | undefined;
}): Promise<BuiltDirectory> {
  if (from.given !== undefined) {
    const directory = resolve(from.cwd, from.given);
    await checkDirectory(directory, from.given);
    return { directory, source: 'argument' };
  }
  const base = from.projectDirectory ?? from.cwd;
  const candidates = builtNames.map((source) => ({ directory: join(base, source), source }));
  const kinds = await Promise.all(candidates.map(({ directory }) => kindOf(directory)));
  const found = candidates[kinds.indexOf('directory')];
  if (found !== undefined) return found;
  const file = candidates[kinds.indexOf('file')];
  if (file !== undefined)
    throw refusedFile(
      'not_a_directory',
      `${file.directory} is a file, not a directory.`,
      'Build into a directory, or specify the built directory: lumio deploy --outdir build',
    );
  throw refusedFile(
    'no_built_directory',
    `No built directory found. Tried ${candidates.map(({ directory }) => directory).join(' and ')}.`,
    'Build the extension first, or specify the built directory: lumio deploy --outdir build',
  );
}

/** Whether a directory contains a lumio.config.json. @param directory absolute path */
export async function isProject(directory: string): Promise<boolean> {
  return (await kindOf(join(directory, manifestName))) === 'file';
}

async function checkDirectory(path: string, given: string): Promise<void> {
  const kind = given === '' ? 'absent' : await kindOf(path);
  if (kind === 'absent')
    throw refusedFile(
      'directory_not_found',
      "The specified directory doesn't exist.",
      'Build the extension first, or check the path.',
    );
  if (kind === 'file')
    throw refusedFile(
      'not_a_directory',
      `"${given}" is not a directory.`,
      'Specify the built directory, such as dist.',
    );
}

async function kindOf(path: string): Promise<'directory' | 'file' | 'absent'> {
  try {
    return (await stat(path)).isDirectory() ? 'directory' : 'file';
  } catch {
    return 'absent';
  }
}
