/** Finds the projects, built directories and archives that a deploy's paths specify. */
import { readdir, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { type LumioError, conflictingOptions, refusedFile, usageError } from '../errors.ts';
import type { Host } from '../host.ts';
import {
  type Manifest,
  findManifest,
  manifestName,
  readManifest,
  readSettings,
} from '../project/manifest.ts';
import { ancestors, isInside } from '../shared/paths.ts';

/** The end of a match that is a directory or its lumio.config.json. */
const configOrSlash = /(?:^|\/)(?:lumio\.config\.json)?$/;

export interface LocateInput {
  /** As typed: a project, its lumio.config.json, a built directory, or a packed `.tar.gz`. */
  readonly path?: string | undefined;
  /** As typed: a built directory, relative to the project if `path` is one. */
  readonly outDir?: string | undefined;
}

/** All paths are absolute. */
export interface BuildLocation {
  /** The directory of lumio.config.json, or the working directory. */
  readonly root: string;
  readonly manifest: Manifest | undefined;
  /** The built directory, or a packed archive of it. */
  readonly built: string;
  readonly isArchive: boolean;
}

/**
 * @throws LumioError refused: no built directory; usage: a broken lumio.config.json, or two
 * directories specified
 */
export async function locateBuild(input: LocateInput, cwd: string): Promise<BuildLocation> {
  const root = await projectDirectory(input.path, cwd);
  if (root === undefined) return locateBuilt(builtDirectory(input), cwd);
  const built = await findBuiltDirectory(root, input.outDir);
  return { root, manifest: await readManifest(root), built, isArchive: false };
}

/** The project that a path names, or undefined for a built directory. */
export async function projectDirectory(
  path: string | undefined,
  cwd: string,
): Promise<string | undefined> {
  if (path === undefined || path === '') return undefined;
  const absolute = resolve(cwd, path);
  const parent = dirname(absolute);
  if (basename(absolute) === manifestName && (await isProject(parent))) return parent;
  return (await isProject(absolute)) && !(await looksBuilt(absolute)) ? absolute : undefined;
}

/**
 * Some builds copy lumio.config.json to their output, and some extensions need no build. Such a
 * directory has pages, but neither a built directory nor a package.json.
 */
async function looksBuilt(directory: string): Promise<boolean> {
  const names = await readdir(directory);
  if ([...builtNames, 'package.json'].some((name) => names.includes(name))) return false;
  const pages = ['', ...names].map((name) => join(directory, name, 'index.html'));
  return (await Promise.all(pages.map(kindOf))).some((kind) => kind !== 'absent');
}

async function locateBuilt(path: string | undefined, cwd: string): Promise<BuildLocation> {
  if (path === undefined) {
    const manifest = await findManifest(cwd);
    const root = manifest?.directory ?? cwd;
    return { root, manifest, built: await findBuiltDirectory(root), isArchive: false };
  }
  const absolute = resolve(cwd, path);
  if (await isArchive(absolute)) {
    const manifest = await findManifest(cwd);
    return { root: manifest?.directory ?? cwd, manifest, built: absolute, isArchive: true };
  }
  const directory = await findBuiltDirectory(cwd, path);
  const manifest = await manifestOf(directory, cwd);
  return { root: manifest?.directory ?? cwd, manifest, built: directory, isArchive: false };
}

/**
 * The project of a built directory: the nearest one above it inside the working directory, or the
 * one around the working directory. A lumio.config.json in the directory itself is used unless it
 * is a copy.
 */
async function manifestOf(directory: string, cwd: string): Promise<Manifest | undefined> {
  const own = await readManifest(directory);
  const nearest = directory === cwd ? undefined : await findManifest(dirname(directory));
  const around =
    nearest !== undefined && isInside(nearest.directory, cwd) ? nearest : await findManifest(cwd);
  const isCopy =
    around !== undefined && (own?.extensionId ?? around.extensionId) === around.extensionId;
  return own === undefined || isCopy ? around : own;
}

function builtDirectory({ path, outDir }: LocateInput): string | undefined {
  if (path === undefined || outDir === undefined || path === outDir) return path ?? outDir;
  throw conflictingOptions(
    'The built directory is specified twice: as an argument and with --outdir.',
    'Specify it once. If the argument is a project, --outdir names the built directory inside it.',
  );
}

/** @internal Exported for tests. */
export async function isArchive(path: string): Promise<boolean> {
  if (!/\.(?:tar\.gz|tgz)$/i.test(path)) return false;
  return stat(path).then(
    (found) => found.isFile(),
    () => false,
  );
}

/**
 * Expands wildcards, which cmd and PowerShell leave unchanged, to projects, built directories of
 * other projects, or else archives. An existing path is never a pattern.
 * @param outDir as in {@link LocateInput}
 * @throws LumioError for a pattern without a match, and for a missing path among several
 */
export async function expandPaths(
  paths: readonly string[],
  { cwd, platform }: Pick<Host, 'cwd' | 'platform'>,
  outDir?: string,
): Promise<string[]> {
  const expanded: string[] = [];
  for (const [index, path] of paths.entries()) {
    const isMissing = (await kindOf(resolve(cwd, path))) === 'absent';
    const isPattern = isMissing && /[*?[\]{}]/.test(path);
    // It may be a misplaced secret, so the error doesn't repeat it.
    if (isMissing && !isPattern && paths.length > 1) throw missingPath(`Path ${index + 1}`);
    const slashed = platform === 'win32' ? path.replaceAll('\\', '/') : path;
    expanded.push(...(isPattern ? await matching(slashed, cwd, outDir) : [path]));
  }
  return expanded;
}

async function matching(pattern: string, cwd: string, outDir?: string): Promise<string[]> {
  const { glob } = await import('tinyglobby');
  const options = { cwd, onlyFiles: false, expandDirectories: false };
  const found = (await glob(pattern, { ...options, ignore: '**/node_modules/**' })).sort();
  const directories = found
    .filter((match) => configOrSlash.test(match))
    .map((match) => match.replace(configOrSlash, '') || '.');
  const built = new Set<string>();
  const matches: string[] = [];
  // A project comes before its contents.
  for (const match of [...new Set(directories)].sort()) {
    const path = resolve(cwd, match);
    if (ancestors(path).some((directory) => built.has(directory))) continue;
    const directory = await builtDirectoryAround(path, outDir);
    if (!(await isProject(path)) && directory !== path) continue;
    if (directory !== undefined) built.add(directory);
    matches.push(match);
  }
  if (matches.length > 0) return matches;
  const archives = await Promise.all(found.map((match) => isArchive(resolve(cwd, match))));
  if (archives.includes(true)) return found.filter((_match, index) => archives[index]);
  const hint = 'Check the pattern, and that the projects exist.';
  throw usageError('no_match', 'A pattern matches no project, built directory or archive.', hint);
}

/** Of the project in or above the path. A broken project is reported when it is deployed. */
async function builtDirectoryAround(path: string, outDir?: string): Promise<string | undefined> {
  try {
    const project = (await isProject(path)) ? path : (await findManifest(dirname(path)))?.directory;
    if (project === undefined) return undefined;
    return await findBuiltDirectory(project, outDir);
  } catch {
    return undefined;
  }
}

/** The API page's name, then the name that the vendor's own tool uses. */
const builtNames = ['dist', '.lumio-dist'] as const;

/**
 * @param directory absolute; of the project, or where the argument starts
 * @returns an absolute path
 * @throws LumioError refused, naming the setting or every path tried; usage: broken settings
 */
export async function findBuiltDirectory(directory: string, argument?: string): Promise<string> {
  // An argument that isn't a path may be a misplaced secret, so the error doesn't repeat it.
  if (argument !== undefined)
    return existing(argument === '' ? undefined : resolve(directory, argument), {
      absent: 'The specified path',
      file: `"${argument}"`,
    });
  const { outDir } = await readSettings(directory);
  if (outDir !== undefined)
    return existing(resolve(directory, outDir), {
      absent: `The directory "${outDir}" (outDir in package.json)`,
      file: `"${outDir}" (outDir in package.json)`,
    });
  const candidates = builtNames.map((name) => join(directory, name));
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
    (await isProject(directory))
      ? 'Build the extension first, or specify the built directory: lumio deploy --outdir build'
      : 'There is no lumio.config.json either. Change to the directory of your extension and ' +
          'build it, or specify the built directory: lumio deploy build',
  );
}

/** Whether a directory contains a lumio.config.json. @internal Exported for tests. */
export async function isProject(directory: string): Promise<boolean> {
  return (await kindOf(join(directory, manifestName))) === 'file';
}

async function existing(
  path: string | undefined,
  label: { absent: string; file: string },
): Promise<string> {
  const kind = path === undefined ? 'absent' : await kindOf(path);
  if (path === undefined || kind === 'absent') throw missingPath(label.absent);
  if (kind === 'file')
    throw refusedFile(
      'not_a_directory',
      `${label.file} is a file, not a directory.`,
      'Specify the built directory, such as dist.',
    );
  return path;
}

function missingPath(label: string): LumioError {
  const hint = 'Build the extension first, or check the path.';
  return refusedFile('directory_not_found', `${label} doesn't exist.`, hint);
}

async function kindOf(path: string): Promise<'directory' | 'file' | 'absent'> {
  try {
    return (await stat(path)).isDirectory() ? 'directory' : 'file';
  } catch {
    return 'absent';
  }
}
