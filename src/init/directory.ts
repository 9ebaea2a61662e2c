/** The directory that `lumio init` links: what its files say, and the link in its lumio.config.json. */
import { dirname, join } from 'node:path';
import {
  editManifest,
  findManifest,
  type Manifest,
  manifestName,
  type PackageJson,
  readManifest,
  readPackageJson,
} from '../project/manifest.ts';

export interface LinkedDirectory {
  /** Absolute path of its lumio.config.json, which may not exist. */
  readonly path: string;
  readonly manifest: Manifest | undefined;
  /** The nearest manifest above, if the directory has none. */
  readonly above: Manifest | undefined;
  readonly packageJson: PackageJson | undefined;
}

/** As in `npm init`. */
const firstVersion = '1.0.0';

/** @throws LumioError usage or refused, if a file is broken */
export async function readDirectory(cwd: string): Promise<LinkedDirectory> {
  const [manifest, packageJson] = [await readManifest(cwd), await readPackageJson(cwd)];
  const isRoot = dirname(cwd) === cwd;
  const above = manifest !== undefined || isRoot ? undefined : await findManifest(dirname(cwd));
  return { path: join(cwd, manifestName), manifest, above, packageJson };
}

/**
 * Writes the ID. A new file also gets the name, and a version if it needs one.
 * @throws LumioError refused, if the file can't be written
 */
export async function writeLink(
  directory: LinkedDirectory,
  extension: { id: string; name: string | null },
  version = firstVersion,
): Promise<void> {
  const name = extension.name ?? directory.packageJson?.name;
  await editManifest(directory.path, {
    extensionId: extension.id,
    ...(directory.manifest === undefined && name !== undefined ? { name } : {}),
    ...(needsVersion(directory) ? { version } : {}),
  });
}

/** A copy of the version in package.json would go stale. */
export function needsVersion({ manifest, packageJson }: LinkedDirectory): boolean {
  return manifest === undefined && packageJson?.version === undefined;
}
