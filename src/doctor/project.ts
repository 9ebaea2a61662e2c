/** What the working folder says: its files, the version in them, the built folder. */
import { LumioError } from '../errors.ts';
import { findBuiltDirectory } from '../project/locate.ts';
import {
  type Manifest,
  type PackageJson,
  manifestName,
  readPackageJson,
} from '../project/manifest.ts';
import { resolveVersion } from '../project/version.ts';
import { type Check, failed, ok, skipped, warning } from './check.ts';
import type { DoctorDeps } from './world.ts';

export interface ProjectFiles {
  readonly manifest: Manifest | undefined;
  readonly packageJson: PackageJson | undefined;
  /** Whether there is a lumio.config.json that can't be read: the manifest is undefined then, too. */
  readonly isBroken: boolean;
}

/** Reads the files; a file that is broken counts as absent for the checks that follow. */
export async function readProject(
  world: DoctorDeps,
): Promise<{ files: ProjectFiles; checks: Check[] }> {
  const manifest = await attempt(() => world.manifest());
  const packageJson = await attempt(() =>
    readPackageJson(manifest.value?.folder ?? world.host.cwd),
  );
  const files = {
    manifest: manifest.value,
    packageJson: packageJson.value,
    isBroken: manifest.error !== undefined,
  };
  const checks = [
    manifest.error === undefined
      ? manifestCheck(files.manifest, world)
      : failed('config', manifest.error),
  ];
  if (packageJson.error !== undefined) checks.push(failed('package.json', packageJson.error));
  return { files, checks };
}

function manifestCheck(manifest: Manifest | undefined, { host }: DoctorDeps): Check {
  if (manifest !== undefined) return ok('config', `${manifest.path} is well formed`);
  return warning(
    'config',
    `There is no ${manifestName} in ${host.cwd} or above it.`,
    'lumio init makes one and links the folder to an extension.',
  );
}

export function checkVersion(files: ProjectFiles): Check {
  try {
    const { version, source } = resolveVersion({ flag: undefined, ...files });
    return ok('version', `${version}, from ${source}`);
  } catch (thrown) {
    if (!(thrown instanceof LumioError) || thrown.problem.code !== 'no_version')
      return failed('version', thrown);
    if (files.manifest === undefined) return skipped('version', lackText(files));
    return warning(
      'version',
      'Neither lumio.config.json nor package.json says a version.',
      'Add "version" to one of them, or give lumio deploy --version or --bump.',
    );
  }
}

/** A folder that is not built yet is nothing broken. */
export async function checkBuilt(files: ProjectFiles, { host }: DoctorDeps): Promise<Check> {
  const { manifest } = files;
  const found = await attempt(() =>
    findBuiltDirectory({ cwd: host.cwd, manifestFolder: manifest?.folder }),
  );
  if (found.value !== undefined) return ok('dist', found.value.folder);
  if (manifest === undefined) return skipped('dist', lackText(files));
  const { message, hint } = found.error?.problem ?? { message: 'There is no built folder.' };
  return warning('dist', message, hint ?? 'Build the extension first.');
}

function lackText({ isBroken }: ProjectFiles): string {
  return isBroken ? 'Needs config.' : 'There is no project here.';
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
