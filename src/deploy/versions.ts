/** Finds a version in the server's list. */
import type { Version } from '../api/resources.ts';
import { LumioError } from '../errors.ts';
import { extensionArguments } from '../project/follow-up.ts';
import { type Target, targetLabel } from '../project/target.ts';
import { compareVersions } from '../project/version.ts';
import { formatList } from '../shared/quantities.ts';
import { bareVersion, isSemver } from '../shared/semver.ts';

/**
 * @param wanted a version number, an id, or `latest` (the highest by semver precedence)
 * @returns the last submitted one if several have the number
 * @internal Exported for tests.
 */
export function findVersion(versions: readonly Version[], wanted: string): Version | undefined {
  const latestFirst = [...versions].sort(bySubmission);
  if (wanted === 'latest')
    return latestFirst.sort((a, b) => compareVersions(b.version, a.version))[0];
  return findNumber(versions, wanted) ?? versions.find((entry) => entry.id === wanted);
}

/** As {@link findVersion}. @throws LumioError not_found */
export function requireVersion(
  versions: readonly Version[],
  wanted: string,
  target: Target,
  cwd: string,
): Version {
  const found = findVersion(versions, wanted);
  if (found === undefined) throw versionNotFound(versions, wanted, target, cwd);
  return found;
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

const maxListed = 10;

function versionNotFound(
  versions: readonly Version[],
  wanted: string,
  target: Target,
  cwd: string,
): LumioError {
  const extension = extensionArguments(target, cwd);
  if (versions.length === 0)
    return new LumioError('not_found', {
      code: 'version_not_found',
      message: `${targetLabel(target)} has no versions yet.`,
      hint: 'Submit one:',
      next: `lumio deploy${extension}`,
    });
  const missing = isSemver(wanted) ? `version ${wanted}` : 'such version';
  return new LumioError('not_found', {
    code: 'version_not_found',
    message: `${targetLabel(target)} has no ${missing}.`,
    hint: `Choose one of: ${formatList(
      versions.map(({ version }) => version),
      maxListed,
    )}.`,
    next: `lumio versions list${extension}`,
  });
}
