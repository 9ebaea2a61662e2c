/** Finds the built directory: the specified one, or where builds usually write. */
import { stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { refusedFile } from '../errors.ts';
import { manifestName, readSettings } from './manifest.ts';

/** The API page's name, then the name that the vendor's own tool uses. */
const builtNames = ['dist', '.lumio-dist'] as const;

/**
 * The argument, else `outDir` of package.json, else where builds usually write.
 * @param from `argument` is relative to `cwd`, the rest to `projectDirectory` (default: `cwd`)
 * @returns an absolute path
 * @throws LumioError refused, naming the setting or every path tried; usage: broken settings
 */
export async function findBuiltDirectory(from: {
  argument?: string | undefined;
  cwd: string;
  projectDirectory?: string | undefined;
}): Promise<string> {
  const { argument, cwd, projectDirectory = cwd } = from;
  // An argument that is not a path may be a secret in the wrong place, so it isn't repeated.
  if (argument !== undefined)
    return existing(argument === '' ? undefined : resolve(cwd, argument), {
      absent: 'The specified directory',
      file: `"${argument}"`,
    });
  const { outDir } = await readSettings(projectDirectory);
  if (outDir !== undefined)
    return existing(resolve(projectDirectory, outDir), {
      absent: `The directory "${outDir}" (outDir in package.json)`,
      file: `"${outDir}" (outDir in package.json)`,
    });
  const candidates = builtNames.map((name) => join(projectDirectory, name));
  const kinds = await Promise.all(candidates.map(kindOf));
  const found = candidates[kinds.indexOf('directory')];
  if (found !== undefined) return found;
  const file = candidates[kinds.indexOf('file')];
  if (file !== undefined)
    throw refusedFile(
      'not_a_directory',
      `${file} is a file, not a directory.`,
      'Build into a directory, or specify the built directory: lumio deploy --outdir build',
    );
  throw refusedFile(
    'no_built_directory',
    `No built directory found. Tried ${candidates.join(' and ')}.`,
    (await isProject(projectDirectory))
      ? 'Build the extension first, or specify the built directory: lumio deploy --outdir build'
      : 'There is no lumio.config.json either. Change to the directory of your extension and build ' +
          'it, or specify the built directory: lumio deploy build',
  );
}

/** Whether a directory contains a lumio.config.json. @param directory absolute path */
export async function isProject(directory: string): Promise<boolean> {
  return (await kindOf(join(directory, manifestName))) === 'file';
}

async function existing(
  path: string | undefined,
  label: { absent: string; file: string },
): Promise<string> {
  const kind = path === undefined ? 'absent' : await kindOf(path);
  if (path === undefined || kind === 'absent')
    throw refusedFile(
      'directory_not_found',
      `${label.absent} doesn't exist.`,
      'Build the extension first, or check the path.',
    );
  if (kind === 'file')
    throw refusedFile(
      'not_a_directory',
      `${label.file} is a file, not a directory.`,
      'Specify the built directory, such as dist.',
    );
  return path;
}

async function kindOf(path: string): Promise<'directory' | 'file' | 'absent'> {
  try {
    return (await stat(path)).isDirectory() ? 'directory' : 'file';
  } catch {
    return 'absent';
  }
}
