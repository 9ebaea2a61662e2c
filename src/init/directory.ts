/** The folder that is linked: what its files say, and the link written into its `lumio.config.json`. */
import { dirname, join } from 'node:path';
import {
  type Manifest,
  type PackageJson,
  editManifest,
  findManifest,
  manifestName,
  readManifest,
  readPackageJson,
} from '../project/manifest.ts';

export interface LinkedDirectory {
  /** Absolute path of its `lumio.config.json`, there or not. */
  readonly path: string;
  readonly manifest: Manifest | undefined;
  /** The nearest one above, for which this folder is no place of its own yet. */
  readonly above: Manifest | undefined;
  readonly packageJson: PackageJson | undefined;
}

/** A version for a project that has none yet, as `npm init` has it. */
const firstVersion = '1.0.0';

/** @throws LumioError usage or refused, when a file is broken; before anything was changed */
export async function readDirectory(cwd: string): Promise<LinkedDirectory> {
  const manifest = await readManifest(cwd);
  const isTop = dirname(cwd) === cwd;
  const above = manifest !== undefined || isTop ? undefined : await findManifest(dirname(cwd));
  return {
    path: join(cwd, manifestName),
    manifest,
    above,
    packageJson: await readPackageJson(cwd),
  };
}

/**
 * Writes the id. A file that is made anew also gets a name, and a version where it takes one.
 * @param version that is to be deployed first
 * @throws LumioError refused, when the file can't be written
 */
export async function writeLink(
  folder: LinkedDirectory,
  extension: { id: string; name: string | null },
  version = firstVersion,
): Promise<void> {
  const { path, manifest, packageJson } = folder;
  const name = extension.name ?? packageJson?.name;
  const fresh =
    manifest === undefined
      ? { ...(name === undefined ? {} : { name }), ...(takesVersion(folder) ? { version } : {}) }
      : {};
  await editManifest(path, { extensionId: extension.id, ...fresh });
}

/** Not where `package.json` has one: a copy of that would go stale. */
export function takesVersion({ manifest, packageJson }: LinkedDirectory): boolean {
  return manifest === undefined && packageJson?.version === undefined;
}
