/** Checks of the project: its files, version and built directory; and the settings in use. */
import { baseUrl, shownApiUrl } from '../api/api-url.ts';
import { type GlobalOptions, globalOptions } from '../cli/global-options.ts';
import type { Host } from '../host.ts';
import { namedTarget } from '../project/target.ts';
import { LumioError } from '../errors.ts';
import { findBuiltDirectory } from '../deploy/locate-build.ts';
import {
  type Manifest,
  type PackageJson,
  findSettings,
  manifestName,
  readPackageJson,
  readSettings,
} from '../project/manifest.ts';
import { resolveVersion } from '../project/version.ts';
import { type Check, type DoctorDeps, failed, ok, skipped, warning } from './check.ts';

export interface ProjectFiles {
  readonly manifest: Manifest | undefined;
  readonly packageJson: PackageJson | undefined;
  /** Whether there is an invalid lumio.config.json; `manifest` is then undefined. */
  readonly isBroken: boolean;
}

/** For later checks, an invalid file counts as absent. */
export async function readProject(
  deps: DoctorDeps,
): Promise<{ files: ProjectFiles; checks: Check[] }> {
  const manifest = await attempt(() => deps.project());
  const packageJson = await attempt(() =>
    readPackageJson(manifest.value?.directory ?? deps.host.cwd),
  );
  const files = {
    manifest: manifest.value,
    packageJson: packageJson.value,
    isBroken: manifest.error !== undefined,
  };
  const settings = await attempt(() =>
    manifest.value === undefined
      ? findSettings(deps.host.cwd)
      : readSettings(manifest.value.directory),
  );
  const checks = [
    manifest.error === undefined
      ? manifestCheck(files.manifest, deps)
      : failed('config', manifest.error),
  ];
  const packageError = packageJson.error ?? settings.error;
  if (packageError !== undefined) checks.push(failed('package.json', packageError));
  else if (settings.value !== undefined && settings.value.warnings.length > 0)
    checks.push(misspelt('package.json', settings.value.warnings));
  return { files, checks };
}

function manifestCheck(manifest: Manifest | undefined, { host }: DoctorDeps): Check {
  if (manifest !== undefined)
    return manifest.warnings.length === 0
      ? ok('config', `${manifest.path} is valid`)
      : misspelt('config', manifest.warnings);
  return warning(
    'config',
    `There is no ${manifestName} in ${host.cwd} or above it.`,
    'Run lumio init to create one and link this directory to an extension.',
  );
}

function misspelt(name: string, warnings: readonly string[]): Check {
  return warning(name, warnings.join(' '), 'Correct the key. See "lumio help configuration".');
}

export function checkVersion(files: ProjectFiles): Check {
  try {
    const { version, source } = resolveVersion({ flag: undefined, ...files });
    return ok('version', `${version}, from ${source}`);
  } catch (thrown) {
    if (!(thrown instanceof LumioError) || thrown.problem.code !== 'no_version')
      return failed('version', thrown);
    if (files.manifest === undefined) return skipped('version', skipReason(files));
    return warning(
      'version',
      'Neither lumio.config.json nor package.json has a version.',
      'Add "version" to one of them, or pass --version or --bump to lumio deploy.',
    );
  }
}

export async function checkBuilt(files: ProjectFiles, { host }: DoctorDeps): Promise<Check> {
  const { manifest } = files;
  const found = await attempt(() => findBuiltDirectory(manifest?.directory ?? host.cwd));
  if (found.value !== undefined) return ok('dist', found.value);
  if (manifest === undefined) return skipped('dist', skipReason(files));
  const { message, hint } = found.error?.problem ?? { message: 'There is no built directory.' };
  return warning('dist', message, hint ?? 'Build the extension first.');
}

function skipReason({ isBroken }: ProjectFiles): string {
  return isBroken ? 'The project check failed.' : "This directory isn't a project.";
}

async function attempt<Value>(
  make: () => Promise<Value>,
): Promise<{ value: Value | undefined; error: LumioError | undefined }> {
  try {
    return { value: await make(), error: undefined };
  } catch (thrown) {
    if (thrown instanceof LumioError) return { value: undefined, error: thrown };
    throw thrown;
  }
}

export interface Setting {
  readonly name: string;
  readonly value: string | number;
  /** An option, a variable, a path, or `default`. */
  readonly source: string;
}

/** An implausible value may be a misplaced secret, so it isn't repeated. @param extension `-e` */
export async function listSettings(
  extension: string | undefined,
  { manifest, packageJson }: ProjectFiles,
  { host, globals, credentials }: DoctorDeps,
): Promise<Setting[]> {
  const sources = { flag: extension, env: host.env, manifest };
  const version = manifest?.version === undefined ? packageJson : manifest;
  const stored = await attempt(() => credentials.store().list());
  const known = ['default', ...(stored.value ?? []).map(([name]) => name)];
  return [
    {
      name: 'api-url',
      value: URL.canParse(globals.apiUrl) ? shownApiUrl(globals.apiUrl) : '(not a valid URL)',
      source: sourceOf('apiUrl', globals, host),
    },
    {
      name: 'profile',
      value: known.includes(globals.profile) ? globals.profile : '(not stored)',
      source: sourceOf('profile', globals, host),
    },
    { name: 'timeout-ms', value: globals.timeoutMs, source: sourceOf('timeout', globals, host) },
    { name: 'max-wait-ms', value: globals.maxWaitMs, source: sourceOf('maxWait', globals, host) },
    ...extensionSetting(sources),
    ...(version?.version === undefined
      ? []
      : [{ name: 'version', value: version.version, source: version.path }]),
  ];
}

/** Empty if it is missing or invalid, which a check reports. */
function extensionSetting(sources: Parameters<typeof namedTarget>[0]): Setting[] {
  try {
    const { value, sourceLabel } = namedTarget(sources);
    const isWellFormed = /^(?:ext_\w+|[a-z\d]+(?:-[a-z\d]+)*)$/.test(value);
    return [{ name: 'extension', value: isWellFormed ? value : '(invalid)', source: sourceLabel }];
  } catch {
    return [];
  }
}

function sourceOf(
  key: 'apiUrl' | 'profile' | 'timeout' | 'maxWait',
  { explicit, apiUrl, profile }: GlobalOptions,
  { env }: Host,
): string {
  const spec = globalOptions[key];
  if (explicit.includes(key)) return spec.flags.split(' ', 1)[0] ?? spec.flags;
  const { env: name } = spec;
  if (name !== undefined && (env[name] ?? '') !== '') return name;
  return key === 'apiUrl' && apiUrl !== baseUrl ? `the profile "${profile}"` : 'default';
}
