/** Which version a user means. */
import type { Version } from '../api/schemas.ts';
import { compareVersions } from '../project/version.ts';

/**
 * @param wanted a version number, an id, or `latest` (the highest by semver precedence)
 * @returns undefined when there is none
 */
export function findVersion(versions: readonly Version[], wanted: string): Version | undefined {
  if (wanted === 'latest') return [...versions].sort((a, b) => compareVersions(b.version, a.version))[0];
  return versions.find((entry) => entry.version === wanted) ?? versions.find((entry) => entry.id === wanted);
}
