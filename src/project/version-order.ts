/** The order of versions, and which comes next. The only importer of semver. */
import compareBuild from 'semver/functions/compare-build.js';
import inc from 'semver/functions/inc.js';
import { LumioError } from '../errors.ts';
import { isVersion } from './version.ts';

export type BumpKind = 'major' | 'minor' | 'patch';

/**
 * The version after the highest one. As with `npm version`, `2.0.0-beta.1` and `patch` give
 * `2.0.0`.
 * @param versions all versions on the server; invalid ones are ignored
 */
export function bumpVersion(kind: BumpKind, versions: readonly string[]): string {
  const highest = highestOf(versions) ?? '0.0.0';
  const next = inc(highest, kind);
  if (next !== null && isVersion(next)) return next;
  throw new LumioError('usage', {
    code: 'invalid_version',
    message: `No ${kind} version can follow ${highest}.`,
    hint: 'Pass --version <semver> instead of --bump.',
  });
}

/** @returns the highest of the versions, if it is above this one */
export function higherThan(version: string, versions: readonly string[]): string | undefined {
  const highest = highestOf(versions);
  return highest !== undefined && isVersion(version) && compareBuild(highest, version) > 0
    ? highest
    : undefined;
}

function highestOf(versions: readonly string[]): string | undefined {
  return versions.filter(isVersion).sort(compareBuild).at(-1);
}

/** Sorts lowest first, by precedence and then build metadata; invalid versions come first. */
export function compareVersions(left: string, right: string): number {
  if (isVersion(left) && isVersion(right)) return compareBuild(left, right);
  if (isVersion(left) !== isVersion(right)) return isVersion(left) ? 1 : -1;
  return left < right ? -1 : Number(left > right);
}
