/** The local half of a deploy: what the folder, its files and the options say, checked before any request is made. */
import { mkdtemp, rm } from 'node:fs/promises';
import { rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import { packFiles } from '../archive/pack.ts';
import { type Selection, selectFiles } from '../archive/select.ts';
import type { Bundle } from '../archive/pack.ts';
import { LumioError, systemCode } from '../errors.ts';
import type { Host } from '../host.ts';
import { type Manifest, type PackageJson, readPackageJson } from '../project/manifest.ts';
import { type BumpKind, type ChosenVersion, resolveVersion } from '../project/version.ts';
import { type BuildLocation, type LocateRequest, locateBuild } from './locate.ts';

/** What the command line says about a folder and its version. */
export interface LocalRequest extends LocateRequest {
  readonly version?: string | undefined;
  readonly bump?: BumpKind | undefined;
  readonly allow: readonly string[];
  /** Whether a version may be missing altogether. */
  readonly unversioned: 'accept' | 'refuse';
}

/** A project whose built folder was found and whose version is a good one. */
export interface Project extends BuildLocation {
  /** Undefined: it follows from the versions on the server (`--bump`), or there is none to be found. */
  readonly version: ChosenVersion | undefined;
}

/**
 * Finds the built folder and the version.
 * @throws LumioError refused for the folder, usage for the version or a broken lumio.config.json
 */
export async function findProject(request: LocalRequest, cwd: string): Promise<Project> {
  const place = await locateBuild(request, cwd);
  const packageJson = await readPackageJson(place.root);
  return { ...place, version: versionOf(request, place.manifest, packageJson) };
}

/** @throws LumioError usage, when there is none or it is no version */
export function versionOf(
  request: LocalRequest,
  manifest: Manifest | undefined,
  packageJson: PackageJson | undefined,
): ChosenVersion | undefined {
  if (request.bump !== undefined) return undefined;
  const known = [request.version, manifest?.version, packageJson?.version].some(
    (text) => text !== undefined,
  );
  if (!known && request.unversioned === 'accept') return undefined;
  return resolveVersion({ flag: request.version, manifest, packageJson });
}

/** Which files go out. `.lumioignore` counts in the built folder and beside lumio.config.json. */
export function selectProject(project: Project, signal: AbortSignal): Promise<Selection> {
  return selectFiles(project.folder, { ignoreFiles: [join(project.root, '.lumioignore')], signal });
}

export interface PackRequest {
  readonly allow: readonly string[];
  /** Where the archive goes; null: only checked and hashed. */
  readonly outputPath: string | null;
  readonly onProgress?: (doneBytes: number, totalBytes: number) => void;
}

/** Packs a selection: the same bytes for the same content. */
export function packSelection(
  selection: Selection,
  request: PackRequest,
  host: Host,
): Promise<Bundle> {
  return packFiles(selection, {
    ...request,
    mtimeSeconds: archiveTime(host.env),
    signal: host.signal,
  });
}

/** Modification time in the archive, seconds since 1970: SOURCE_DATE_EPOCH (reproducible-builds.org), else a fixed one. */
function archiveTime(env: Host['env']): number {
  const given = env['SOURCE_DATE_EPOCH'];
  if (given === undefined || given === '') return 0;
  if (/^\d{1,11}$/.test(given)) return Number(given);
  throw new LumioError('usage', {
    code: 'invalid_source_date_epoch',
    message: `SOURCE_DATE_EPOCH is "${given}".`,
    hint: 'It takes whole seconds since 1970-01-01, such as 1767225600.',
  });
}

export interface TemporaryArchive {
  readonly path: string;
  /** Never fails. */
  remove(): Promise<void>;
}

function noTemporaryFolder(cause: unknown, tempDir: string): unknown {
  const code = systemCode(cause);
  if (code === undefined) return cause;
  return new LumioError('refused', {
    code: 'no_temporary_folder',
    message: `No folder for temporary files can be made in ${tempDir} (${code}).`,
    hint: 'Set TMPDIR (on Windows TEMP) to a folder that exists and can be written to.',
    cause,
  });
}

/** A path for an archive in a temporary folder of its own; the folder also goes when the process is interrupted. */
export async function temporaryArchive(
  host: Pick<Host, 'tempDir' | 'onExit'>,
): Promise<TemporaryArchive> {
  const folder = await mkdtemp(join(host.tempDir, 'lumio-')).catch((thrown: unknown) => {
    throw noTemporaryFolder(thrown, host.tempDir);
  });
  const forget = host.onExit(() => rmSync(folder, { recursive: true, force: true }));
  const remove = async (): Promise<void> => {
    // Whether the deploy went well is known by now; that a piece can't be removed must not take its place.
    await rm(folder, { recursive: true, force: true }).catch(() => undefined);
    forget();
  };
  return { path: join(folder, 'bundle.tar.gz'), remove };
}

/** Name of the archive that `pack` writes: `<slug or folder>-<version>.tar.gz`. */
export function archiveName(project: Project, slug: string | undefined): string {
  const stem = slug ?? basename(project.root).replaceAll(/[^\w.-]+/g, '-');
  const version = project.version === undefined ? '' : `-${project.version.version}`;
  return `${stem}${version}.tar.gz`;
}
