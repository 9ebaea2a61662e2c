/** Finds a version in the list of the server. */
import type { Version } from '../api/schemas.ts';
import { LumioError } from '../errors.ts';
import { extensionArguments } from '../project/follow-up.ts';
import type { Target } from '../project/target.ts';
import { compareVersions } from '../project/version.ts';
import { bareVersion } from '../shared/semver.ts';
import type { FollowUp } from './follow-up.ts';

/**
 * @param wanted a version number, an id, or `latest` (the highest by semver precedence)
 * @returns the last submitted one if several have the number
 */
export function findVersion(versions: readonly Version[], wanted: string): Version | undefined {
  const latestFirst = [...versions].sort(bySubmission);
  if (wanted === 'latest')
    return latestFirst.sort((a, b) => compareVersions(b.version, a.version))[0];
  return findNumber(versions, wanted) ?? versions.find((entry) => entry.id === wanted);
}

/** Compares as text, so build metadata counts. */
export function findNumber(versions: readonly Version[], number: string): Version | undefined {
  return versions
    .filter(({ version }) => bareVersion(version) === bareVersion(number))
    .sort(bySubmission)[0];
}

/** Last submitted first; entries without a valid date at the end. */
function bySubmission(a: Version, b: Version): number {
  const [aMs = 0, bMs = 0] = [a, b].map(({ submittedAt }) => Date.parse(submittedAt ?? '') || 0);
  return bMs - aMs;
}

export function versionExists(
  version: Version,
  extension: { readonly id: string; readonly slug?: string },
  followUp: FollowUp,
): LumioError {
  const since = version.submittedAt == null ? '' : `, submitted ${version.submittedAt}`;
  return new LumioError('conflict', {
    code: 'version_exists',
    message: `Version ${version.version} already exists (${version.id}, status: ${version.status}${since}).`,
    hint: 'Increase the version (for example with --bump patch), or pass --skip-existing to succeed without uploading.',
    next: `lumio deploy${followUp.deploy} --bump patch`,
    details: { version, extension },
  });
}

export function versionNotFound(
  versions: readonly Version[],
  wanted: string,
  target: Target,
  cwd: string,
): LumioError {
  return new LumioError('not_found', {
    code: 'version_not_found',
    message: `${target.slug ?? target.id} has no version "${wanted}".`,
    hint:
      versions.length === 0
        ? 'Submit one with lumio deploy.'
        : `Choose one of: ${versions.map(({ version }) => version).join(', ')}.`,
    next: `lumio versions list${extensionArguments(target, cwd)}`,
  });
}
