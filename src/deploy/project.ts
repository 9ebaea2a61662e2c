/**
 * Finds what a deploy needs locally: the built directory, the version, the changelog, and all
 * missing inputs.
 */
import { join, relative } from 'node:path';
import type { Client } from '../api/client.ts';
import { LumioError } from '../errors.ts';
import type { Host } from '../host.ts';
import { type Changelog, type ChangelogInput, findChangelog } from '../project/changelog-source.ts';
import {
  type Manifest,
  findManifest,
  readManifest,
  readPackageJson,
  readSettings,
} from '../project/manifest.ts';
import type { NamedTarget, Target } from '../project/target.ts';
import { type BumpKind, type ChosenVersion, resolveVersion } from '../project/version.ts';
import {
  type BuildLocation,
  type LocateInput,
  locateBuild,
  projectDirectory,
} from './locate-build.ts';
import type { ChangelogFacts, DeployStream } from './steps.ts';

export interface ProjectInput extends LocateInput {
  readonly version?: string | undefined;
  readonly bump?: BumpKind | undefined;
  readonly allow: readonly string[];
  readonly requiresVersion: boolean;
  /** Write the bumped version to the file that has the version. */
  readonly write?: boolean;
}

export interface Project extends BuildLocation {
  /** Undefined with `--bump`, or if none was found and none is required. */
  readonly version: ChosenVersion | undefined;
  /** The version in lumio.config.json or package.json. */
  readonly fileVersion: ChosenVersion | undefined;
}

export interface DeployInput extends ProjectInput, ChangelogInput {
  readonly skipExisting: boolean;
  /** Milliseconds to wait for the review; undefined: don't wait. */
  readonly waitMs?: number | undefined;
}

export interface DeployDeps {
  readonly host: Host;
  readonly apiUrl: string;
  /** Report all missing inputs at once instead of the first one. */
  readonly reportsAllMissing: boolean;
  /** @throws LumioError auth if there is no key */
  readonly checkKey: () => Promise<{ readonly key: string }>;
  /** Names the extension without asking the server. */
  readonly namedTarget: (manifest: Manifest | undefined) => Promise<NamedTarget>;
  readonly target: (manifest: Manifest | undefined) => Promise<Target>;
  /** Asks for the version that nothing specifies. @param existing numbers on the server */
  readonly chooseVersion?: ((existing: readonly string[]) => Promise<string>) | undefined;
  readonly client: () => Promise<Client>;
}

type LocalCheck = (manifest: Manifest | undefined) => Promise<unknown>;

/** Names of missing inputs, by error code. */
const missingInputs: ReadonlyMap<string, string> = new Map([
  ['no_built_directory', 'built directory'],
  ['no_version', 'version'],
  ['no_extension', 'extension'],
  ['no_api_key', 'API key'],
]);

/**
 * @param checks for more that may be missing: reports everything that is missing in one error, since
 * each run of a pipeline is slow
 * @throws LumioError the first or only problem, or usage `missing_input` with the list
 */
export async function findProject(
  input: ProjectInput,
  cwd: string,
  checks?: readonly LocalCheck[],
): Promise<Project> {
  const missing: LumioError[] = [];
  const attempt = async <Value>(run: () => Promise<Value>): Promise<Value | undefined> =>
    run().catch((thrown: unknown) => {
      if (!(thrown instanceof LumioError)) throw thrown;
      const isMissing = checks !== undefined && missingInputs.has(thrown.problem.code);
      if (isMissing) missing.push(thrown);
      else if (missing.length === 0) throw thrown;
      return undefined;
    });
  const location = await attempt(() => locateBuild(input, cwd));
  const manifest = location === undefined ? await nearestManifest(input, cwd) : location.manifest;
  const root = location?.root ?? manifest?.directory ?? cwd;
  const versions = await attempt(() => projectVersions(input, manifest, root));
  for (const check of checks ?? []) await attempt(() => check(manifest));
  if (location === undefined || versions === undefined || missing.length > 0)
    throw combineErrors(missing);
  return { ...location, ...versions };
}

/** {@link findProject}; if that fails, a mistyped key may be the reason. */
export async function* openProject(
  input: ProjectInput,
  cwd: string,
  checks?: readonly LocalCheck[],
): DeployStream<Project> {
  try {
    return await findProject(input, cwd, checks);
  } catch (thrown) {
    yield* configWarnings(input, cwd);
    throw thrown;
  }
}

export async function* configWarnings(input: LocateInput, cwd: string): DeployStream<void> {
  const manifest = await nearestManifest(input, cwd).catch(() => undefined);
  const settings = await readSettings(manifest?.directory ?? cwd).catch(() => undefined);
  for (const message of [...(settings?.warnings ?? []), ...(manifest?.warnings ?? [])])
    yield { kind: 'warning', message };
}

async function nearestManifest({ path }: LocateInput, cwd: string): Promise<Manifest | undefined> {
  const project = await projectDirectory(path, cwd);
  return project === undefined ? findManifest(cwd) : readManifest(project);
}

async function projectVersions(
  { bump, version: flag, requiresVersion, write }: ProjectInput,
  manifest: Manifest | undefined,
  root: string,
): Promise<Pick<Project, 'version' | 'fileVersion'>> {
  const packageJson = await readPackageJson(root);
  const fileVersion = [manifest, packageJson].flatMap((file) =>
    file?.version === undefined ? [] : [{ version: file.version, source: file.path }],
  )[0];
  if (write === true && manifest === undefined && fileVersion === undefined)
    throw new LumioError('usage', {
      code: 'no_version_file',
      message: 'No file has a version that --write can update.',
      hint: `Add "version" to ${join(root, 'package.json')}, or remove --write.`,
    });
  const isNeeded = requiresVersion || flag !== undefined || fileVersion !== undefined;
  const version =
    isNeeded && bump === undefined ? resolveVersion({ flag, manifest, packageJson }) : undefined;
  return { version, fileVersion };
}

function combineErrors(errors: readonly LumioError[]): LumioError {
  const [first, ...others] = errors;
  if (first !== undefined && others.length === 0) return first;
  const missing = errors.map(({ problem: { code, hint } }) => ({
    what: missingInputs.get(code) ?? code,
    code,
    hint,
  }));
  return new LumioError('usage', {
    code: 'missing_input',
    message: `Missing required input: ${missing.map(({ what }) => what).join(', ')}.`,
    details: { missing },
  });
}

export async function* readChangelog(
  ...args: Parameters<typeof findChangelog>
): DeployStream<Changelog | undefined> {
  const [, , version = '', { cwd }] = args;
  const { changelog, fileWithoutSection: file } = await findChangelog(...args);
  if (file !== undefined) {
    const message = `${relative(cwd, file)} has no section for version ${version}.`;
    yield { kind: 'warning', message };
  }
  return changelog;
}

export function changelogFacts(changelog: Changelog | undefined): ChangelogFacts | null {
  if (changelog === undefined) return null;
  return { source: changelog.source, characters: Array.from(changelog.text).length };
}
