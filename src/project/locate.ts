/** Which folder is packed: the one that was given, else where a build usually leaves its files. */
import { stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { LumioError } from '../errors.ts';
import { manifestName } from './manifest.ts';

/** Names that builds use, in the order they are looked for: the API page's, then the vendor's own tool's. */
const builtNames = ['dist', '.lumio-dist'] as const;

export interface BuiltDirectory {
  /** Absolute path. */
  readonly folder: string;
  readonly source: 'argument' | (typeof builtNames)[number];
}

/**
 * @param from `given`: `[dir]`, relative to `cwd`; `manifestFolder`: where `lumio.config.json` stands, if there is one
 * @throws LumioError refused, naming the place that is no folder, or all places that were looked at
 */
export async function findBuiltDirectory(from: {
  given?: string | undefined;
  cwd: string;
  manifestFolder?: string | undefined;
}): Promise<BuiltDirectory> {
  if (from.given !== undefined)
    return {
      folder: await checkGiven(resolve(from.cwd, from.given), from.given),
      source: 'argument',
    };
  const base = from.manifestFolder ?? from.cwd;
  for (const source of builtNames) {
    const folder = join(base, source);
    if ((await kindOf(folder)) === 'folder') return { folder, source };
  }
  for (const name of builtNames) {
    if ((await kindOf(join(base, name))) === 'file')
      throw unsuitable(
        'not_a_folder',
        `${join(base, name)} is a file, not a folder.`,
        'Build into a folder, or name the built folder: lumio deploy --outdir build',
      );
  }
  throw new LumioError('refused', {
    code: 'no_built_folder',
    message: `There is no built folder, neither ${builtNames.map((name) => join(base, name)).join(' nor ')}.`,
    hint: 'Build the extension first, or name the built folder: lumio deploy --outdir build',
  });
}

/**
 * Whether a folder is a project of its own (it holds a `lumio.config.json`), and not a built folder, as in `lumio deploy packages/*`.
 * @param folder absolute path
 */
export async function isProject(folder: string): Promise<boolean> {
  return (await kindOf(join(folder, manifestName))) === 'file';
}

async function checkGiven(folder: string, given: string): Promise<string> {
  const kind = given === '' ? 'absent' : await kindOf(folder);
  if (kind === 'folder') return folder;
  if (kind === 'absent')
    throw unsuitable(
      'no_such_folder',
      `There is no folder "${given}".`,
      'Build the extension first, or check the path.',
    );
  throw unsuitable(
    'not_a_folder',
    `"${given}" is not a folder.`,
    'Give the built folder itself, such as dist; lumio makes the archive.',
  );
}

async function kindOf(path: string): Promise<'folder' | 'file' | 'absent'> {
  try {
    return (await stat(path)).isDirectory() ? 'folder' : 'file';
  } catch {
    return 'absent';
  }
}

function unsuitable(code: string, message: string, hint: string): LumioError {
  return new LumioError('refused', { code, message, hint });
}
