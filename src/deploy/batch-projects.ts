/** Which projects several folders are, and what keeps one of them from being deployed beside the others. */
import { dirname, resolve } from 'node:path';
import { LumioError, asLumioError } from '../errors.ts';
import type { Host } from '../host.ts';
import { linkCommand } from '../project/follow-up.ts';
import { resolveChangelog } from '../project/changelog.ts';
import type { Manifest } from '../project/manifest.ts';
import type { NamedTarget } from '../project/target.ts';
import type { DeployReport, DeployRequest } from './deploy.ts';
import type { DryRun } from './dry-run.ts';
import { type Project, findProject } from './local.ts';
import { type BuildLocation, locateBuild, projectDirectory } from './locate.ts';

/** An extension that was looked up, or as lumio.config.json names it: then null stands for an id that is not known. */
export type ExtensionFacts = DeployReport['extension'] | DryRun['extension'];

/** What a folder is to become, as far as it is known. */
interface Meant {
  readonly extension?: ExtensionFacts | undefined;
  readonly version?: { readonly version: string } | undefined;
}

/** What became of one folder. With both: the version is on the server, and the wait for its review failed. */
export interface BatchItem<Report> {
  /** As it was given. */
  readonly folder: string;
  readonly meant: Meant;
  /** Who names the extension; undefined where that is not known, and in a dry run. */
  readonly target?: NamedTarget | undefined;
  readonly report?: Report | undefined;
  readonly error?: LumioError | undefined;
}

/** What several folders are deployed with. */
export type SharedRequest = Omit<DeployRequest, 'given'>;

/** A folder that is ready to be deployed, or what is wrong with it. */
export type Prepared<Target> =
  | {
      readonly folder: string;
      readonly meant: Meant;
      readonly project: Project;
      readonly target: Target;
    }
  | { readonly folder: string; readonly meant: Meant; readonly error: LumioError };

/** How the extension that a manifest names is found. */
export interface Finder<Target> {
  target(manifest: Manifest): Promise<Target>;
  /** What tells two targets apart. */
  identity(target: Target): string;
  extension(target: Target): ExtensionFacts;
}

/**
 * Looks at all folders before anything is done with one.
 * @param folders as given, each a project or the built folder of one; the same one twice is one
 */
export async function prepareAll<Target>(
  folders: readonly string[],
  request: SharedRequest,
  host: Host,
  find: Finder<Target>,
): Promise<Prepared<Target>[]> {
  const distinct = new Map(folders.map((folder) => [resolve(host.cwd, folder), folder]));
  const prepared: Prepared<Target>[] = [];
  for (const folder of distinct.values()) prepared.push(await prepare(folder, request, host, find));
  return refuseShared(prepared, (target) => find.identity(target));
}

async function prepare<Target>(
  folder: string,
  request: SharedRequest,
  host: Host,
  find: Finder<Target>,
): Promise<Prepared<Target>> {
  const own = { ...request, given: folder };
  let meant: Meant = {};
  try {
    const manifest = checkLinked(
      folder,
      await locateBuild(own, host.cwd),
      await projectDirectory(folder, host.cwd),
      host.cwd,
    );
    meant = { extension: { id: null, named: manifest.extensionId.trim(), source: manifest.path } };
    const project = await findProject(own, host.cwd);
    meant = { ...meant, version: project.version && { version: project.version.version } };
    const target = await find.target(manifest);
    return { folder, meant: { ...meant, extension: find.extension(target) }, project, target };
  } catch (thrown) {
    return { folder, meant, error: failureOf(thrown, host) };
  }
}

/** Among several nobody is asked which extension is meant, and none is taken from around the working folder: it would be the same for all. */
function checkLinked(
  folder: string,
  { manifest, root, folder: built }: BuildLocation,
  project: string | undefined,
  cwd: string,
): Manifest & { readonly extensionId: string } {
  const isOwn = project !== undefined || root === built || root === dirname(built);
  if (manifest === undefined || !isOwn) {
    throw new LumioError('usage', {
      code: 'not_a_project',
      message: `${folder} holds no lumio.config.json.`,
      hint: 'Among several folders each has to be a project. Naming the files leaves the others out.',
      next: 'lumio deploy packages/*/lumio.config.json',
    });
  }
  const { extensionId } = manifest;
  if (extensionId !== undefined) return { ...manifest, extensionId };
  throw new LumioError('usage', {
    code: 'no_extension',
    message: `${manifest.path} does not say which extension it is for.`,
    hint: 'lumio init, run in that folder, puts "extensionId" into it.',
    next: linkCommand(root, cwd),
  });
}

/** Two folders that are one extension are a mistake in one of them, and nobody can tell in which. */
function refuseShared<Target>(
  prepared: readonly Prepared<Target>[],
  identity: (target: Target) => string,
): Prepared<Target>[] {
  const idOf = (entry: Prepared<Target>): string | undefined =>
    'target' in entry ? identity(entry.target) : undefined;
  return prepared.map((entry) => {
    const id = idOf(entry);
    const others = prepared.filter(
      (other) => id !== undefined && other !== entry && idOf(other) === id,
    );
    if (others.length === 0) return entry;
    const error = new LumioError('usage', {
      code: 'same_extension',
      message: `${entry.folder} is linked to the extension ${id ?? ''}, and so is ${others.map(({ folder }) => folder).join(', ')}.`,
      hint: 'Each needs an extension of its own: correct "extensionId" in lumio.config.json.',
    });
    return { folder: entry.folder, meant: entry.meant, error };
  });
}

/** `--changelog-file` is read once for all: stdin can be read only once. */
export async function readSharedChangelog(
  request: SharedRequest,
  host: Host,
): Promise<SharedRequest> {
  const { changelog: text, changelogFile: file } = request;
  if (file === undefined) return request;
  const { cwd, signal } = host;
  const found = await resolveChangelog({
    text,
    file,
    cwd,
    stdin: () => host.stdin.stream(),
    folder: cwd,
    version: '',
    signal,
  });
  return { ...request, changelog: found?.text, changelogFile: undefined };
}

/** What programs are told of a folder: the report, or what was known of it when it failed. */
export function documentOf({
  folder,
  meant,
  report,
}: BatchItem<object>): Readonly<Record<string, unknown>> {
  return { folder, ...(report ?? { outcome: 'failed', ...meant }) };
}

/** @throws what ends everything: Ctrl-C, and bugs */
export function failureOf(thrown: unknown, host: Host): LumioError {
  const error = asLumioError(thrown);
  if (host.signal.aborted || error.kind === 'bug') throw thrown;
  return error;
}
