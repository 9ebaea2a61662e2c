/** What a word on the command line means: a project, whose built folder stands inside it, or a built folder. */
import { readdir, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { LumioError } from '../errors.ts';
import { findBuiltDirectory, isProject } from '../project/locate.ts';
import { isInside } from '../shared/path-inside.ts';
import { type Manifest, findManifest, manifestName, readManifest } from '../project/manifest.ts';

/** What the command line says about the folder. */
export interface LocateRequest {
  /** `[dir]` as written: a project (also named by its lumio.config.json) or a built folder. */
  readonly given?: string | undefined;
  /** `--outdir` as written: always a built folder, inside the project where `given` is one. */
  readonly outdir?: string | undefined;
}

export interface BuildLocation {
  /** Folder of lumio.config.json, or the working folder. */
  readonly root: string;
  readonly manifest: Manifest | undefined;
  /** The built folder. Absolute, as `root`. */
  readonly folder: string;
}

/** @throws LumioError refused: no built folder; usage: a broken lumio.config.json, or two folders given */
export async function locateBuild(request: LocateRequest, cwd: string): Promise<BuildLocation> {
  const root = await projectDirectory(request.given, cwd);
  if (root === undefined) return findBuilt(oneFolder(request), cwd);
  const { folder } = await findBuiltDirectory({
    given: request.outdir,
    cwd: root,
    manifestFolder: root,
  });
  return { root, manifest: await readManifest(root), folder };
}

/** The project that is meant, or undefined where a built folder is. */
export async function projectDirectory(
  given: string | undefined,
  cwd: string,
): Promise<string | undefined> {
  if (given === undefined || given === '') return undefined;
  const path = resolve(cwd, given);
  if (basename(path) === manifestName && (await isProject(dirname(path)))) return dirname(path);
  return (await isProject(path)) && !(await looksBuilt(path)) ? path : undefined;
}

/**
 * Some builds copy lumio.config.json into what they build, and some extensions need no build. Such a folder has pages and
 * neither a built folder nor a package.json; a project that was not built yet has no pages, or a package.json.
 */
async function looksBuilt(path: string): Promise<boolean> {
  const names = await readdir(path);
  if (['dist', '.lumio-dist', 'package.json'].some((name) => names.includes(name))) return false;
  const places = ['', ...names].map((name) => join(path, name, 'index.html'));
  return (await Promise.all(places.map(exists))).includes(true);
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}

async function findBuilt(given: string | undefined, cwd: string): Promise<BuildLocation> {
  if (given === undefined) {
    const manifest = await findManifest(cwd);
    const { folder } = await findBuiltDirectory({ cwd, manifestFolder: manifest?.folder });
    return { root: manifest?.folder ?? cwd, manifest, folder };
  }
  const { folder } = await findBuiltDirectory({ given, cwd });
  const manifest = await manifestOf(folder, cwd);
  return { root: manifest?.folder ?? cwd, manifest, folder };
}

/**
 * Whose built folder it is: of the nearest project around it that the working folder holds, else of the one around the working folder.
 * A lumio.config.json in the folder itself counts where it is no copy of that one.
 */
async function manifestOf(folder: string, cwd: string): Promise<Manifest | undefined> {
  const own = await readManifest(folder);
  const nearest = folder === cwd ? undefined : await findManifest(dirname(folder));
  const around =
    nearest !== undefined && isInside(nearest.folder, cwd) ? nearest : await findManifest(cwd);
  const isCopy =
    around !== undefined && (own?.extensionId ?? around.extensionId) === around.extensionId;
  return own === undefined || isCopy ? around : own;
}

/** `[dir]` or its alias `--outdir`. @throws LumioError usage when both are given and differ */
function oneFolder({ given, outdir }: LocateRequest): string | undefined {
  if (given === undefined || outdir === undefined || given === outdir) return given ?? outdir;
  throw new LumioError('usage', {
    code: 'conflicting_options',
    message: 'The built folder is given twice: as an argument and by --outdir.',
    hint: 'Give it in one way. Beside a project, --outdir names the built folder inside it.',
  });
}
