/** Which version a user means. */
import type { Version } from '../api/schemas.ts';
import { compareVersions } from '../project/version.ts';

/**
 * @param wanted a version number, an id, or `latest` (the highest by semver precedence)
 * @returns undefined when there is none; of several of one number the one that was submitted last
 */
export function findVersion(versions: readonly Version[], wanted: string): Version | undefined {
  const latestFirst = [...versions].sort(submittedLater);
  if (wanted === 'latest')
    return latestFirst.sort((a, b) => compareVersions(b.version, a.version))[0];
  return (
    latestFirst.find((entry) => entry.version === wanted) ??
    versions.find((entry) => entry.id === wanted)
  );
}

/** An order: the one that was submitted last goes first, those without a readable date go last. */
export function submittedLater(a: Version, b: Version): number {
  const [aMs, bMs] = [a, b].map(({ submittedAt }) => Date.parse(submittedAt ?? '') || 0);
  return (bMs ?? 0) - (aMs ?? 0);
}
